namespace Vade.Kernel.Storage;

/// <summary>
/// A row as every table engine keeps it: a key within a partition, a schema version and a JSON document in UTF-8.
/// The engine packs the document into properties of at most 64 KiB; the whole row stays under 1 MiB
/// (<see cref="TableLimits"/>).
/// </summary>
/// <param name="Partition">Legal key characters only; made by <see cref="Key"/> where an outsider named it.</param>
/// <param name="Key">Unique and ordinally ordered within the partition.</param>
/// <param name="Version">The schema version the document was written with, from 1.</param>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="ETag">Opaque; changes with every write and never comes back, also not after a deletion.</param>
public sealed record Row(string Partition, string Key, int Version, ReadOnlyMemory<byte> Body, string ETag);

/// <summary>One change within a commit. All changes of a commit land together or none does.</summary>
public abstract record Change
{
    private Change(string key) => Key = key;

    public string Key { get; }

    /// <summary>The row must not exist yet.</summary>
    public sealed record Insert(string RowKey, int Version, ReadOnlyMemory<byte> Body) : Change(RowKey);

    /// <summary>The row must exist with this ETag.</summary>
    public sealed record Replace(string RowKey, int Version, ReadOnlyMemory<byte> Body, string ETag) : Change(RowKey);

    /// <summary>Written whatever is there. For rows that are absolute and repeatable, never for facts.</summary>
    public sealed record Put(string RowKey, int Version, ReadOnlyMemory<byte> Body) : Change(RowKey);

    /// <summary>The row must exist, with this ETag unless it is null.</summary>
    public sealed record Delete(string RowKey, string? ETag) : Change(RowKey);
}

/// <summary>
/// The table port: SQLite on one machine, Azure Tables in the cloud. A commit covers one partition of one table.
/// The limits of Azure are enforced by every engine, so that what runs on a laptop runs there
/// (design §4; facts: stack §1.4).
/// </summary>
public interface ITables
{
    /// <summary>The row, or null.</summary>
    Task<Row?> Find(string table, string partition, string key, CancellationToken cancellation);

    /// <summary>
    /// The rows whose keys lie in the range, in ordinal order of the key, at most <paramref name="limit"/>
    /// (1 to 1,000). To read on, start the next range behind the last key (<see cref="KeyRange.After"/>).
    /// </summary>
    Task<IReadOnlyList<Row>> Range(string table, string partition, KeyRange range, int limit, CancellationToken cancellation);

    /// <summary>
    /// The rows of a whole table behind the given place, in ordinal order of partition and key, at most
    /// <paramref name="limit"/> (1 to 1,000; an engine may answer with fewer, and with none only at the end). For
    /// exports and rebuilding: what a request needs is found by its key.
    /// </summary>
    Task<IReadOnlyList<Row>> Scan(string table, RowPlace? after, int limit, CancellationToken cancellation);

    /// <summary>
    /// All changes or none. False when a row that must not exist does, or one that must exist with an ETag
    /// does not. A commit holds 1 to 100 changes; a key may occur once in it.
    /// </summary>
    /// <exception cref="ArgumentException">The changes break a limit: a mistake of the caller's, never retried.</exception>
    /// <exception cref="StoreBusyException">
    /// The engine is throttled or locked, or its answer was lost; nothing is known to be written, and what was may be.
    /// </exception>
    Task<bool> Commit(string table, string partition, IReadOnlyList<Change> changes, CancellationToken cancellation);

    /// <summary>
    /// Deletes the rows that exist, whatever their ETag; those that do not are passed over. Any number of keys; a
    /// failure may leave some of them deleted.
    /// </summary>
    Task Remove(string table, string partition, IReadOnlyList<string> keys, CancellationToken cancellation);
}

/// <summary>Where a row stands in its table.</summary>
public readonly record struct RowPlace(string Partition, string Key);

/// <summary>A range of keys within a partition: from inclusive, to exclusive, compared ordinally.</summary>
public readonly record struct KeyRange(string From, string? To)
{
    public static KeyRange All { get; } = new("", null);

    /// <summary>Every key that begins with the prefix.</summary>
    public static KeyRange Prefix(string prefix) => new(prefix, prefix + Key.Last);

    /// <summary>From one key to another, both with the prefix; the upper one exclusive.</summary>
    public static KeyRange Between(string from, string to) => new(from, to);

    /// <summary>The same range, but only what comes behind this key.</summary>
    public KeyRange After(string key) => this with { From = key + Key.First };
}

/// <summary>What Azure Tables allows, enforced everywhere.</summary>
public static class TableLimits
{
    public const int ChangesMax = 100;
    /// <summary>Of the request, in which documents are base64 (<see cref="TableRules.BytesOf"/>): some 3 MiB of them.</summary>
    public const int CommitBytesMax = 4 * 1024 * 1024;
    /// <summary>Fifteen properties of 64 KiB; the rest of the mebibyte is for keys and the version.</summary>
    public const int BodyBytesMax = 15 * 64 * 1024;
    public const int PropertyBytesMax = 64 * 1024;
    /// <summary>Keys are ASCII; Azure allows 1 KiB in UTF-16.</summary>
    public const int KeyLengthMax = 512;
    public const int PageRowsMax = 1000;
}

/// <summary>The store could not answer in time; the caller may try again.</summary>
public sealed class StoreBusyException(string message, Exception? inner = null) : Exception(message, inner);
