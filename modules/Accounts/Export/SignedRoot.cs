using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Vade.Kernel.Web;

namespace Vade.Accounts;

/// <summary>
/// The seal of a day's export, written last: a day without it is unfinished. It says where the ledger of every account
/// stood, so that nobody can change an old entry, with whatever rights, without the published root telling.
/// </summary>
/// <param name="Day">The organisation's local date on whose morning the export was begun.</param>
/// <param name="At">When the last row was read.</param>
/// <param name="Root">Of the tree over all accounts, lower-case hex.</param>
/// <param name="Manifest">The name in the archive of the list of files, whose SHA-256 is signed too.</param>
/// <param name="Previous">The <see cref="Id"/> of the day before it in this archive, so that no day can be left out; null for the first.</param>
/// <param name="PublicKey">ECDSA P-256, SubjectPublicKeyInfo in base64.</param>
/// <param name="Signature">Over <see cref="Text"/> in UTF-8 with SHA-256: r and s, 64 bytes in base64 (as WebCrypto verifies it).</param>
public sealed record SignedRoot(
    DateOnly Day, [property: JsonConverter(typeof(InstantJson))] DateTimeOffset At, string Root, long Accounts, long Rows, string Manifest, string ManifestSha256, string? Previous,
    string PublicKey, string Signature)
{
    /// <summary>What is signed, in one line: the members as they stand in the JSON, so that anybody can put it together.</summary>
    public string Text() => string.Create(
        CultureInfo.InvariantCulture,
        $"vade root 1|{Day:yyyy-MM-dd}|{At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.FFFFFFFK}|{Root}|{Accounts}|{Rows}|{Manifest}|{ManifestSha256}|{Previous}");

    /// <summary>What the next day cites.</summary>
    public string Id() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text())));

    /// <summary>Whether the signature is that of the public key it comes with. Whose key that is, this cannot say.</summary>
    public bool IsSigned()
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(PublicKey), out _);
            return key.VerifyData(Encoding.UTF8.GetBytes(Text()), Convert.FromBase64String(Signature), HashAlgorithmName.SHA256);
        }
        catch (Exception malformed) when (malformed is FormatException or CryptographicException)
        {
            return false;
        }
    }
}
