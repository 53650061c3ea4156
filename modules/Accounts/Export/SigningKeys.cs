using System.Security.Cryptography;
using System.Text;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <param name="PublicKey">SubjectPublicKeyInfo in base64.</param>
/// <param name="ProtectedKey">PKCS #8 in base64, under the master key.</param>
internal sealed record SigningKey(string PublicKey, string ProtectedKey, DateTimeOffset MadeAt);

/// <summary>
/// The key that signs the daily roots, made once. It stands among the settings, so it is exported with them, and only
/// whoever has the master key can open it: that is how a restore knows a root of ours from a well-made forgery.
/// </summary>
internal sealed class SigningKeys(ITables tables, SecretBox secrets, TimeProvider clock)
{
    public const string Table = "settings";
    public const string Partition = "exports";
    public const string RowKey = "signing-key";
    private const string Purpose = "exports/signing-key";
    public static readonly RowType<SigningKey> Type = new(ExportJson.Default.SigningKey);

    /// <summary>The key; made when there is none. Of several processes that make one at once, all use the same.</summary>
    public async Task<SigningKey> Get(CancellationToken cancellation)
    {
        if (await Find(cancellation) is { } kept)
            return kept;
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var row = new SigningKey(
            Convert.ToBase64String(made.ExportSubjectPublicKeyInfo()),
            secrets.Protect(Convert.ToBase64String(made.ExportPkcs8PrivateKey()), Purpose),
            clock.GetUtcNow());
        return await tables.Insert(Table, Partition, RowKey, row, Type, cancellation)
            ? row
            : await Find(cancellation) ?? throw new InvalidOperationException("The signing key was made and is gone.");
    }

    /// <summary>The root with its signature.</summary>
    public SignedRoot Sign(SignedRoot root, SigningKey row)
    {
        using var key = Open(row, secrets);
        var unsigned = root with { PublicKey = row.PublicKey };
        return unsigned with { Signature = Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(unsigned.Text()), HashAlgorithmName.SHA256)) };
    }

    /// <summary>The public key that belongs to the sealed private one: what the row says beside it proves nothing.</summary>
    /// <exception cref="CryptographicException">The master key does not open it; the message says why.</exception>
    public static string PublicKeyOf(SigningKey row, SecretBox secrets)
    {
        using var key = Open(row, secrets);
        return Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
    }

    private static ECDsa Open(SigningKey row, SecretBox secrets)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(secrets.Unprotect(row.ProtectedKey, Purpose)), out _);
        return key;
    }

    private async Task<SigningKey?> Find(CancellationToken cancellation) =>
        (await tables.Find(Table, Partition, RowKey, Type, cancellation))?.Value;
}
