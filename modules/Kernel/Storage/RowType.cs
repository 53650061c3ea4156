using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Vade.Kernel.Storage;

/// <summary>
/// How a kind of row is written and read. Code reads every version that it ever wrote: when the shape of a row
/// changes in a way that JSON cannot bridge, the version is raised and <paramref name="readOlder"/> turns the old
/// document into today's value.
/// </summary>
public sealed class RowType<T>(JsonTypeInfo<T> json, int version = 1, Func<int, ReadOnlyMemory<byte>, T>? readOlder = null)
{
    public int Version => version;

    public ReadOnlyMemory<byte> Write(T value) => JsonSerializer.SerializeToUtf8Bytes(value, json);

    /// <exception cref="InvalidOperationException">The row was written by a newer release than this one.</exception>
    public T Read(Row row) => row.Version == version
        ? JsonSerializer.Deserialize(row.Body.Span, json)
            ?? throw new InvalidOperationException($"The row {row.Partition} {row.Key} is empty.")
        : row.Version < version && readOlder is not null
            ? readOlder(row.Version, row.Body)
            : throw new InvalidOperationException($"The row {row.Partition} {row.Key} has version {row.Version}; this release reads up to {version}.");
}

/// <summary>A value as it was loaded, with the ETag that a replacement must still find.</summary>
public sealed record Stored<T>(string Key, T Value, string ETag);

/// <summary>Reading and single-row writing with types, over any engine.</summary>
public static class TypedTables
{
    public static async Task<Stored<T>?> Find<T>(
        this ITables tables, string table, string partition, string key, RowType<T> type, CancellationToken cancellation) =>
        Key.CanBe(partition) && Key.CanBe(key) && await tables.Find(table, partition, key, cancellation) is { } row
            ? new(row.Key, type.Read(row), row.ETag)
            : null;

    /// <summary>One page of a range, at most <paramref name="limit"/> rows.</summary>
    public static async Task<IReadOnlyList<Stored<T>>> Page<T>(
        this ITables tables, string table, string partition, KeyRange range, int limit, RowType<T> type, CancellationToken cancellation)
    {
        if (!Key.CanBe(partition))
            return [];
        var rows = await tables.Range(table, partition, range, limit, cancellation);
        return [.. rows.Select(row => new Stored<T>(row.Key, type.Read(row), row.ETag))];
    }

    /// <summary>All of a range, read page by page. Torn between pages: a caller that cannot bear that asks for one page.</summary>
    public static async IAsyncEnumerable<Stored<T>> All<T>(
        this ITables tables, string table, string partition, KeyRange range, RowType<T> type,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var page = await tables.Page(table, partition, range, TableLimits.PageRowsMax, type, cancellation);
            foreach (var row in page)
                yield return row;
            if (page.Count < TableLimits.PageRowsMax)
                yield break;
            range = range.After(page[^1].Key);
        }
    }

    /// <summary>Writes a new row; false when the key is taken.</summary>
    public static Task<bool> Insert<T>(
        this ITables tables, string table, string partition, string key, T value, RowType<T> type, CancellationToken cancellation) =>
        tables.Commit(table, partition, [new Change.Insert(key, type.Version, type.Write(value))], cancellation);

    /// <summary>Replaces what was loaded; false when it has changed since.</summary>
    public static Task<bool> Replace<T>(
        this ITables tables, string table, string partition, Stored<T> loaded, T value, RowType<T> type, CancellationToken cancellation) =>
        tables.Commit(table, partition, [new Change.Replace(loaded.Key, type.Version, type.Write(value), loaded.ETag)], cancellation);

    /// <summary>Writes an absolute row, whatever is there.</summary>
    public static Task Put<T>(
        this ITables tables, string table, string partition, string key, T value, RowType<T> type, CancellationToken cancellation) =>
        tables.Commit(table, partition, [new Change.Put(key, type.Version, type.Write(value))], cancellation);
}
