using System.Security.Cryptography;
using System.Text.Json;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>Writes the files of an export, and in the end its manifest and its signed root.</summary>
internal sealed class ExportWriter(StoreReader store, IArchive archive, SigningKeys keys, TimeProvider clock)
{
    /// <summary>A file is closed behind the account, or the row, with which it holds as many rows …</summary>
    public const int RowsMax = 5_000;

    /// <summary>… or as many bytes before compression. An account that alone is larger has a file of its own.</summary>
    public const int BytesMax = 4 * 1024 * 1024;

    private const int UnsoundNamedMax = 100;
    private const int HashCharacters = 16;

    /// <summary>
    /// Writes the rows behind <paramref name="after"/> as the next file of a lane. Done again it may write another file,
    /// since rows change; the name is made of the content, so nothing is overwritten, and the row that is kept of the file
    /// decides which of the two counts.
    /// </summary>
    public async Task<ExportFile> Write(ExportPlan plan, int lane, int number, Place? after, CancellationToken cancellation)
    {
        using var lines = new ExportLines();
        var (leaves, unsound, last) = (new List<byte[]>(), new List<string>(), after);
        var isFull = false;
        await foreach (var group in store.Read(plan.LaneOf(lane), after, cancellation))
        {
            foreach (var row in group.Rows)
                lines.Add(group.Table, row);
            last = group.Last;
            if (lane < plan.Accounts.Count)
            {
                var account = group.Last.Partition;
                leaves.Add(Soundness.Leaf(account, group.Rows));
                if (Soundness.Problem(account, group.Rows) is { } problem && unsound.Count < UnsoundNamedMax)
                    unsound.Add($"{account}: {problem}");
            }

            isFull = lines.Rows >= RowsMax || lines.Bytes >= BytesMax;
            if (isFull)
                break;
        }

        if (lines.Rows == 0)
            return new(lane, number, null, null, 0, 0, null, last, EndsLane: true, [], clock.GetUtcNow());
        var bytes = lines.Close();
        var hash = Hash(bytes);
        var name = $"{ExportRows.Day(plan.Day)}/{ExportRows.File(lane, number)}-{hash[..HashCharacters]}.ndjson.gz";
        await Put(name, bytes, cancellation);
        var root = leaves.Count == 0 ? null : Convert.ToHexStringLower(MerkleTree.Root(leaves));
        return new(lane, number, name, hash, lines.Rows, leaves.Count, root, last, EndsLane: !isFull, unsound, clock.GetUtcNow());
    }

    /// <summary>Makes a day whole: the list of its files, then the signed root, which only the first to come writes.</summary>
    public async Task<SignedRoot> Seal(ExportPlan plan, IEnumerable<ExportFile> written, CancellationToken cancellation)
    {
        ExportFile[] files = [.. written.OrderBy(file => file.Lane).ThenBy(file => file.Number)];
        var tables = plan.Accounts.Concat(plan.Others).SelectMany(lane => lane.Tables).Distinct(StringComparer.Ordinal);
        var manifest = JsonSerializer.SerializeToUtf8Bytes(
            new ExportManifest(plan.Day, plan.StartedAt, [.. tables], [.. files.Where(file => file.Name is not null)]), ExportJson.Default.ExportManifest);
        var hash = Hash(manifest);
        var name = $"{ExportRows.Day(plan.Day)}/manifest-{hash[..HashCharacters]}.json";
        await Put(name, manifest, cancellation);

        var root = keys.Sign(
            new(
                plan.Day, files.Max(file => file.At), RootOf(files), files.Sum(file => (long)file.Accounts), files.Sum(file => (long)file.Rows),
                name, hash, plan.Previous, "", ""),
            await keys.Get(cancellation));
        await archive.Put(ExportRows.RootName(plan.Day), JsonSerializer.SerializeToUtf8Bytes(root, ExportJson.Default.SignedRoot), cancellation);
        return root;
    }

    public static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The root over all accounts of these files.</summary>
    public static string RootOf(IEnumerable<ExportFile> files) =>
        Convert.ToHexStringLower(MerkleTree.Root(files.Where(file => file.Root is not null).Select(file => Convert.FromHexString(file.Root!))));

    private async Task Put(string name, byte[] bytes, CancellationToken cancellation)
    {
        if (!await archive.Put(name, bytes, cancellation))
            throw new InvalidOperationException($"Other bytes stand in the archive under {name}, which is made of the hash of these.");
    }
}
