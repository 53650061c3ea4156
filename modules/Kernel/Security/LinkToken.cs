using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Vade.Kernel.Security;

/// <summary>
/// The token in a customer's link: 168 bits of an HMAC-SHA256, 28 characters of base64url. It can be made again
/// from what it stands for, so it is stored nowhere; look-ups hold its hash. Raising the generation revokes it.
/// </summary>
public static class LinkToken
{
    private const int TokenBytes = 21;
    private const int KeyBytesMin = 32;

    /// <param name="key">At least 32 bytes, derived for this purpose (<see cref="MasterKeys.DeriveKey(string)"/>).</param>
    /// <param name="kind">What the link allows: one narrow capability.</param>
    public static string Make(byte[] key, string kind, string account, string id, int generation)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(key.Length, KeyBytesMin, nameof(key));
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Append(mac, kind);
        Append(mac, account);
        Append(mac, id);
        Append(mac, generation);
        return Base64Url.EncodeToString(mac.GetHashAndReset().AsSpan(0, TokenBytes));
    }

    /// <summary>What a look-up holds in place of the token: SHA-256 in lower-case hex, 64 characters.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    // Each part goes behind its length, so no two different links read the same. Code units rather than UTF-8:
    // that would fold malformed names into one.
    private static void Append(IncrementalHash mac, string part)
    {
        Append(mac, part.Length);
        mac.AppendData(MemoryMarshal.AsBytes(part.AsSpan()));
    }

    private static void Append(IncrementalHash mac, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        mac.AppendData(bytes);
    }
}

/// <summary>Compares what must stay secret: the time it takes tells nothing but the length.</summary>
public static class FixedTime
{
    public static bool Equal(string given, string expected) => Equal(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));

    public static bool Equal(ReadOnlySpan<byte> given, ReadOnlySpan<byte> expected) => CryptographicOperations.FixedTimeEquals(given, expected);
}
