using System.Text.Json;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>Reads the finished days of the archive.</summary>
public sealed class Exports(IArchive archive)
{
    /// <summary>The signed roots before this day, the newest first; null for the newest of all.</summary>
    public async Task<IReadOnlyList<SignedRoot>> Before(DateOnly? day, int limit, CancellationToken cancellation)
    {
        var roots = new List<SignedRoot>();
        var names = await archive.RootNames(cancellation);
        foreach (var name in names.Reverse().Where(name => day is null || string.CompareOrdinal(name, ExportRows.RootName(day.Value)) < 0).Take(limit))
        {
            if (await archive.FindRoot(name, cancellation) is { } root)
                roots.Add(root);
        }

        return roots;
    }

    /// <summary>The signed root of the last finished day; null before the first.</summary>
    public async Task<SignedRoot?> Newest(CancellationToken cancellation) => await Before(null, 1, cancellation) is [var newest] ? newest : null;

    /// <summary>The signed root of a day; null where none was finished.</summary>
    public Task<SignedRoot?> Find(DateOnly day, CancellationToken cancellation) => archive.FindRoot(ExportRows.RootName(day), cancellation);

    /// <summary>
    /// The path from an account, as it stood then, to the root of that day; null where the day has no root or knew no such
    /// account. Reads the list of files and the one file with the account.
    /// </summary>
    /// <exception cref="ExportException">What the root names is missing or was changed.</exception>
    public async Task<LedgerProof?> Prove(DateOnly day, string account, CancellationToken cancellation)
    {
        if (await Find(day, cancellation) is not { } root)
            return null;
        var files = (await archive.Manifest(root, cancellation)).Files.Where(file => file.Root is not null).ToArray();
        var at = Array.FindIndex(files, file => string.CompareOrdinal(account, file.Last!.Partition) <= 0);
        if (at < 0)
            return null;
        var accounts = ExportLines.Read(files[at].Name!, await archive.File(files[at], cancellation))
            .GroupBy(row => row.Row.Partition, row => row.Row, StringComparer.Ordinal).Select(rows => (Name: rows.Key, Rows: rows.ToArray())).ToArray();
        var index = Array.FindIndex(accounts, one => one.Name == account);
        if (index < 0)
            return null;
        var (sequence, hash) = Soundness.Head(account, accounts[index].Rows);
        return new(account, sequence, hash,
        [
            .. MerkleTree.Path(accounts.Select(one => Soundness.Leaf(one.Name, one.Rows)), index),
            .. MerkleTree.Path(files.Select(file => Convert.FromHexString(file.Root!)), at),
        ]);
    }
}

internal static class ExportFiles
{
    /// <summary>The list of files that a root was signed for.</summary>
    /// <exception cref="ExportException">It is missing or was changed.</exception>
    public static async Task<ExportManifest> Manifest(this IArchive archive, SignedRoot root, CancellationToken cancellation) =>
        JsonSerializer.Deserialize(
            await Checked(archive, root.Manifest, root.ManifestSha256, $"the signed root of {ExportRows.Day(root.Day)}", cancellation),
            ExportJson.Default.ExportManifest)!;

    /// <summary>The bytes of a file as the manifest names it.</summary>
    /// <exception cref="ExportException">It is missing or was changed.</exception>
    public static Task<byte[]> File(this IArchive archive, ExportFile file, CancellationToken cancellation) =>
        Checked(archive, file.Name!, file.Sha256!, "the manifest", cancellation);

    private static async Task<byte[]> Checked(IArchive archive, string name, string sha256, string namedBy, CancellationToken cancellation)
    {
        var bytes = await archive.Find(name, cancellation) ?? throw new ExportException($"{name} is missing; {namedBy} names it.");
        var hash = ExportWriter.Hash(bytes);
        return hash == sha256 ? bytes : throw new ExportException($"{name} has been changed: its SHA-256 is {hash}, and {namedBy} says {sha256}.");
    }
}
