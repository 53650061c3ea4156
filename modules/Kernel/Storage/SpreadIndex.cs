using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Vade.Kernel.Storage;

/// <summary>
/// An ordered list over many accounts (due dates, directories, invoices by number), spread over sixteen partitions
/// so that none of them is hot when a hundred thousand rows are written in minutes. Its rows only point: a reader
/// checks what it finds against the owner.
/// </summary>
/// <param name="spreadBy">What decides the partition of a row, in code: the account.</param>
public sealed class SpreadIndex<T>(ITables tables, string table, string name, RowType<T> type)
{
    public const int Buckets = 16;
    private const int UpdateTriesMax = 20;

    /// <summary>Writes an absolute row under the key, whatever is there.</summary>
    public Task Put(string spreadBy, string key, T value, CancellationToken cancellation) =>
        tables.Put(table, Partition(spreadBy), key, value, type, cancellation);

    /// <summary>Writes a new row; false when the key is taken, and what is there stays.</summary>
    public Task<bool> Insert(string spreadBy, string key, T value, CancellationToken cancellation) =>
        tables.Insert(table, Partition(spreadBy), key, value, type, cancellation);

    /// <summary>All of these in one commit, each under the ETag it was found with; false when one has changed since.</summary>
    public Task<bool> Write(string spreadBy, IEnumerable<IndexChange<T>> changes, CancellationToken cancellation) =>
        tables.Commit(table, Partition(spreadBy), [.. changes.Select(Of)], cancellation);

    /// <summary>
    /// Writes what <paramref name="next"/> makes of the row that is there, or of nothing; null leaves everything as it
    /// is. For rows that must not go back: whoever loses a race decides again on what is there then.
    /// </summary>
    /// <exception cref="StoreBusyException">Others kept winning.</exception>
    public async Task Update(string spreadBy, string key, Func<T?, T?> next, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= UpdateTriesMax; attempt++)
        {
            var before = await Find(spreadBy, key, cancellation);
            if (next(before is null ? default : before.Value) is not { } after
                || await (before is null
                    ? tables.Insert(table, Partition(spreadBy), key, after, type, cancellation)
                    : tables.Replace(table, Partition(spreadBy), before, after, type, cancellation)))
                return;
        }

        throw new StoreBusyException($"The row {key} of {name} is being changed by others.");
    }

    /// <summary>In one step: the row under one key goes, the one under another is there.</summary>
    public async Task Move(string spreadBy, string from, string to, T value, CancellationToken cancellation)
    {
        if (from == to)
        {
            await Put(spreadBy, to, value, cancellation);
            return;
        }

        Change put = new Change.Put(to, type.Version, type.Write(value));
        if (!await tables.Commit(table, Partition(spreadBy), [put, new Change.Delete(from, null)], cancellation))
            await Put(spreadBy, to, value, cancellation); // The old one is gone already.
    }

    public Task Remove(string spreadBy, string key, CancellationToken cancellation) =>
        tables.Remove(table, Partition(spreadBy), [key], cancellation);

    public Task<Stored<T>?> Find(string spreadBy, string key, CancellationToken cancellation) =>
        tables.Find(table, Partition(spreadBy), key, type, cancellation);

    /// <summary>The first rows of the range over all partitions, in the order of their keys. Costs one query a partition.</summary>
    public async Task<IReadOnlyList<Stored<T>>> Page(KeyRange range, int limit, CancellationToken cancellation)
    {
        var pages = await Task.WhenAll(Enumerable.Range(0, Buckets)
            .Select(bucket => tables.Page(table, Partition(bucket), range, limit, type, cancellation)));
        return [.. pages.SelectMany(page => page).OrderBy(row => row.Key, StringComparer.Ordinal).Take(limit)];
    }

    /// <summary>
    /// Some next rows over all partitions in the order of their keys, for going through a long list: every row up to the
    /// place where the first partition would have to be asked again. Costs one query a partition.
    /// </summary>
    /// <param name="perPartition">1 to 1,000; the rows are at least as many, where there are any more, and at most sixteen times.</param>
    /// <returns>The rows, and whether there may be more behind the last of them.</returns>
    public async Task<(IReadOnlyList<Stored<T>> Rows, bool More)> Next(KeyRange range, int perPartition, CancellationToken cancellation)
    {
        var pages = await Task.WhenAll(Enumerable.Range(0, Buckets)
            .Select(bucket => tables.Page(table, Partition(bucket), range, perPartition, type, cancellation)));
        var full = pages.Where(page => page.Count == perPartition).Select(page => page[^1].Key).ToArray();
        var known = full.Min(StringComparer.Ordinal);
        return (
            [.. pages.SelectMany(page => page).Where(row => known is null || string.CompareOrdinal(row.Key, known) <= 0).OrderBy(row => row.Key, StringComparer.Ordinal)],
            known is not null);
    }

    /// <summary>The rows of one partition, 0 to 15, behind a key: for work that is divided among messages.</summary>
    public Task<IReadOnlyList<Stored<T>>> Bucket(int bucket, KeyRange range, int limit, CancellationToken cancellation) =>
        tables.Page(table, Partition(bucket), range, limit, type, cancellation);

    /// <summary>Every row of the range, partition by partition: ordered within each, not over all.</summary>
    public async IAsyncEnumerable<Stored<T>> All(KeyRange range, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            await foreach (var row in tables.All(table, Partition(bucket), range, type, cancellation))
                yield return row;
        }
    }

    private Change Of(IndexChange<T> change) => change switch
    {
        IndexChange<T>.Put put => new Change.Put(put.Key, type.Version, type.Write(put.Value)),
        IndexChange<T>.Next { Before: { } before } next => new Change.Replace(next.Key, type.Version, type.Write(next.Value), before.ETag),
        IndexChange<T>.Next next => new Change.Insert(next.Key, type.Version, type.Write(next.Value)),
        _ => new Change.Delete(change.Key, null),
    };

    /// <summary>The partition of a row of the index of this name.</summary>
    internal static string PartitionOf(string name, string spreadBy) =>
        PartitionOf(name, SHA256.HashData(Encoding.UTF8.GetBytes(spreadBy))[0] % Buckets);

    private static string PartitionOf(string name, int bucket) => name + "-" + bucket.ToString("x", CultureInfo.InvariantCulture);

    private string Partition(string spreadBy) => PartitionOf(name, spreadBy);

    private string Partition(int bucket) => PartitionOf(name, bucket);
}

/// <summary>What becomes of one row of an index within a commit.</summary>
public abstract record IndexChange<T>
{
    private IndexChange(string key) => Key = key;

    public string Key { get; }

    /// <summary>Follows on what was found under the key; on nothing, where nothing was.</summary>
    public sealed record Next(string RowKey, Stored<T>? Before, T Value) : IndexChange<T>(RowKey);

    /// <summary>Written whatever is there: for a row that another one of the same commit guards.</summary>
    public sealed record Put(string RowKey, T Value) : IndexChange<T>(RowKey);

    /// <summary>The row must be there.</summary>
    public sealed record Gone(string RowKey) : IndexChange<T>(RowKey);
}
