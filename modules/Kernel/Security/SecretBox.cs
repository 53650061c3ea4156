using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Vade.Kernel.Security;

/// <summary>
/// Encrypts the secrets that staff enter (AES-256-GCM). The text says which master key it needs:
/// <c>v1.id.base64url(nonce, ciphertext, tag)</c>. A secret opens only for the purpose it was protected for, so
/// one provider's password cannot be passed off as another's.
/// </summary>
public sealed class SecretBox(MasterKeys keys)
{
    private const string Format = "v1";
    private static readonly int NonceBytes = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagBytes = AesGcm.TagByteSizes.MaxSize;

    /// <summary>Protects the secret under the current master key; never the same text twice.</summary>
    public string Protect(string secret, string purpose)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var sealedBytes = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(keys.DeriveKey(KeyPurpose(purpose)), TagBytes);
        cipher.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(NonceBytes + plain.Length));
        CryptographicOperations.ZeroMemory(plain);
        return $"{Format}.{keys.CurrentId}.{Base64Url.EncodeToString(sealedBytes)}";
    }

    /// <summary>The secret.</summary>
    /// <exception cref="CryptographicException">
    /// The master key is not in the ring, or the text was altered or protected for another purpose; the message
    /// says which.
    /// </exception>
    public string Unprotect(string protectedSecret, string purpose)
    {
        var parts = protectedSecret.Split('.');
        if (parts is not [Format, var id, var data] || Decoded(data) is not { } bytes)
            throw new CryptographicException("This is not a protected secret.");
        if (keys.DeriveKey(KeyPurpose(purpose), id) is not { } key)
            throw new CryptographicException($"The secret was protected under the master key '{id}', which is not in Vade:MasterKey.");

        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(key, TagBytes);
        try
        {
            cipher.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(NonceBytes + plain.Length), plain);
        }
        catch (AuthenticationTagMismatchException altered)
        {
            throw new CryptographicException($"The secret was altered, or protected for something else than '{purpose}'.", altered);
        }

        var secret = Encoding.UTF8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        return secret;
    }

    private static string KeyPurpose(string purpose)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        return "secret/" + purpose;
    }

    private static byte[]? Decoded(string data) =>
        Base64Url.IsValid(data, out var length) && length >= NonceBytes + TagBytes ? Base64Url.DecodeFromChars(data) : null;
}
