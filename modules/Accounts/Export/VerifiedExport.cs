using System.Security.Cryptography;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>
/// A day's export in which everything was found as it was signed: the signature and whose it is, every file, the root
/// over all accounts, and the chain of every account. Made before a single row is written.
/// </summary>
public sealed class VerifiedExport
{
    private readonly IArchive _archive;
    private readonly ExportManifest _manifest;

    private VerifiedExport(IArchive archive, SignedRoot root, ExportManifest manifest) => (_archive, Root, _manifest) = (archive, root, manifest);

    public SignedRoot Root { get; }

    /// <summary>Accounts that were broken already when they were exported, and how; everything else holds together.</summary>
    public IReadOnlyList<string> Unsound => [.. _manifest.Files.SelectMany(file => file.Unsound)];

    /// <param name="day">Null for the last that was finished.</param>
    /// <param name="secrets">Under the master key that the organisation ran with.</param>
    /// <exception cref="ExportException">Says what is wrong, and with which file, line or account.</exception>
    public static async Task<VerifiedExport> Open(IArchive archive, DateOnly? day, SecretBox secrets, CancellationToken cancellation)
    {
        var root = await Find(archive, day, cancellation);
        if (!root.IsSigned())
            throw new ExportException($"The root of {ExportRows.Day(root.Day)} has been changed: its signature does not fit it.");
        var export = new VerifiedExport(archive, root, await archive.Manifest(root, cancellation));
        var key = await export.Verify(cancellation);
        export.VerifyKey(key, secrets);
        return export;
    }

    /// <summary>Every row in order. Each file is compared with its signed hash once more as it is read.</summary>
    internal async IAsyncEnumerable<ExportedRow> Rows([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var file in _manifest.Files)
        {
            foreach (var row in ExportLines.Read(file.Name!, await _archive.File(file, cancellation)))
                yield return row;
        }
    }

    private static async Task<SignedRoot> Find(IArchive archive, DateOnly? day, CancellationToken cancellation)
    {
        var name = day is { } asked ? ExportRows.RootName(asked)
            : await archive.RootNames(cancellation) is [.., var newest] ? newest
            : throw new ExportException("No finished export is here: a day is finished when roots/<day>.json is there.");
        try
        {
            return await archive.FindRoot(name, cancellation) is { } root && ExportRows.RootName(root.Day) == name
                ? root
                : throw new ExportException($"{name} is not here, or is of another day.");
        }
        catch (System.Text.Json.JsonException)
        {
            throw new ExportException($"{name} is not a signed root.");
        }
    }

    /// <returns>The row of the signing key, which is exported with the settings.</returns>
    private async Task<Row> Verify(CancellationToken cancellation)
    {
        Row? key = null;
        ExportedRow? before = null;
        foreach (var file in _manifest.Files)
        {
            ExportedRow[] rows = [.. ExportLines.Read(file.Name!, await _archive.File(file, cancellation))];
            if (rows.Length != file.Rows)
                throw new ExportException($"{file.Name} holds {rows.Length} rows; the manifest says {file.Rows}.");
            foreach (var row in rows)
            {
                // The accounts come first, then the other tables in their order.
                if (before is not null && (row.Table == AccountStore.Table) == (before.Table == AccountStore.Table) && PlaceOf(row).CompareTo(PlaceOf(before)) <= 0)
                    throw new ExportException($"Line {row.Line} of {file.Name}: the row {row.Row.Partition} {row.Row.Key} of {row.Table} is not in order.");
                before = row;
                if (row.Table == SigningKeys.Table && row.Row.Partition == SigningKeys.Partition && row.Row.Key == SigningKeys.RowKey)
                    key = row.Row;
            }

            if (file.Root is not null)
                VerifyAccounts(file, rows);
        }

        if (ExportWriter.RootOf(_manifest.Files) != Root.Root)
            throw new ExportException($"The accounts of {Root.Manifest} do not come to the root that was signed for {ExportRows.Day(Root.Day)}.");
        if (_manifest.Files.Sum(file => (long)file.Rows) != Root.Rows || _manifest.Files.Sum(file => (long)file.Accounts) != Root.Accounts)
            throw new ExportException($"{Root.Manifest} does not count the rows and accounts that the root of {ExportRows.Day(Root.Day)} was signed for.");
        return key ?? throw new ExportException("The export holds no signing key, so it cannot be told whose it is.");
    }

    private static void VerifyAccounts(ExportFile file, ExportedRow[] rows)
    {
        var leaves = new List<byte[]>();
        foreach (var account in rows.GroupBy(row => row.Row.Partition, StringComparer.Ordinal))
        {
            Row[] ofAccount = [.. account.Select(row => row.Row)];
            leaves.Add(Soundness.Leaf(account.Key, ofAccount));
            if (Soundness.Problem(account.Key, ofAccount) is { } problem && !file.Unsound.Contains($"{account.Key}: {problem}", StringComparer.Ordinal))
                throw new ExportException($"From line {account.First().Line} of {file.Name}: the ledger of account {account.Key} is broken: {problem}.");
        }

        if (leaves.Count != file.Accounts || Convert.ToHexStringLower(MerkleTree.Root(leaves)) != file.Root)
            throw new ExportException($"The accounts in {file.Name} do not come to the root that the manifest gives it.");
    }

    // Anybody can sign with a key of his own; only who had the master key could seal one in the settings.
    private void VerifyKey(Row row, SecretBox secrets)
    {
        string publicKey;
        try
        {
            publicKey = SigningKeys.PublicKeyOf(SigningKeys.Type.Read(row), secrets);
        }
        catch (Exception unopened) when (unopened is CryptographicException or FormatException)
        {
            throw new ExportException(
                $"The export's signing key cannot be opened: {unopened.Message} Give the master key that the organisation ran with, in Vade__MasterKey or as its key file with --key.");
        }

        if (publicKey != Root.PublicKey)
            throw new ExportException($"The root of {ExportRows.Day(Root.Day)} is signed with a key that is not this organisation's.");
    }

    private static Place PlaceOf(ExportedRow row) => new(row.Table, row.Row.Partition, row.Row.Key);
}
