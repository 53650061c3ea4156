using System.Security.Cryptography;
using System.Text;

namespace Vade.Kernel.Security;

/// <summary>
/// The ring of master keys. The first is current: it protects what is new and is what keys are derived from. The
/// others still open what they once protected, until everything has been written anew.
/// </summary>
public sealed class MasterKeys
{
    private const int KeyBytes = 32;
    private const string FileName = "master.key";

    private readonly (string Id, byte[] Key)[] keys;

    private MasterKeys((string Id, byte[] Key)[] keys) => this.keys = keys;

    /// <summary>The id of the key that protects what is new.</summary>
    public string CurrentId => keys[0].Id;

    /// <summary>Reads the setting <c>Vade:MasterKey</c>: <c>id:base64 of 32 bytes</c>, several separated by <c>;</c>.</summary>
    /// <exception cref="FormatException">Says what is wrong, without the secret.</exception>
    public static MasterKeys Parse(string setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        var ring = setting.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseOne).ToArray();
        if (ring.Length == 0)
            throw new FormatException("Vade:MasterKey holds no key; it is 'id:base64 of 32 bytes'.");
        if (ring.DistinctBy(key => key.Id, StringComparer.Ordinal).Count() < ring.Length)
            throw new FormatException("Vade:MasterKey holds two keys with the same id.");
        return new MasterKeys(ring);
    }

    /// <summary>
    /// The key of a single machine, made once in its data folder for the owner's eyes only. Of several processes
    /// that start at once, one makes the key and all use it. Its id is random, so that a folder which came back
    /// without its key says so, instead of failing to decrypt.
    /// </summary>
    public static MasterKeys OfFolder(string folder) =>
        Parse(KeptFile.ReadOrMake(Path.Combine(folder, FileName), Make, out _));

    /// <summary>
    /// 32 bytes for one purpose (HKDF-SHA256 of the current key); no key of another purpose can be told from them.
    /// </summary>
    public byte[] DeriveKey(string purpose) => Derive(keys[0].Key, purpose);

    /// <summary>The same under the key with this id, or null when the ring lacks it.</summary>
    internal byte[]? DeriveKey(string purpose, string id)
    {
        var index = Array.FindIndex(keys, key => key.Id == id);
        return index < 0 ? null : Derive(keys[index].Key, purpose);
    }

    private static byte[] Derive(byte[] key, string purpose)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeyBytes, info: Encoding.UTF8.GetBytes("vade/" + purpose));
    }

    private static (string Id, byte[] Key) ParseOne(string text, int index)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !IsId(text[..colon]))
            throw new FormatException($"Key {index + 1} of Vade:MasterKey has no id: up to 32 of [A-Za-z0-9_-], then a colon.");

        var key = new byte[KeyBytes + 1];
        return Convert.TryFromBase64String(text[(colon + 1)..], key, out var length) && length == KeyBytes
            ? (text[..colon], key[..KeyBytes])
            : throw new FormatException($"The key '{text[..colon]}' of Vade:MasterKey is not the base64 of {KeyBytes} bytes.");
    }

    private static string Make() =>
        $"local-{RandomNumberGenerator.GetHexString(8, lowercase: true)}:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))}\n";

    private static bool IsId(string text) =>
        text.Length is >= 1 and <= 32 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
