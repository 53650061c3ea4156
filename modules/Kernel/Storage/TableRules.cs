using System.Text;
using Vade.Kernel.Messaging;

namespace Vade.Kernel.Storage;

/// <summary>
/// What every table engine refuses, in one place, so that what runs on a laptop runs on Azure. Each check throws
/// an <see cref="ArgumentException"/> that says what is wrong: a mistake of the caller's, never retried.
/// Source of the rules: "Understanding the Table service data model" and "Performing entity group transactions".
/// </summary>
public static class TableRules
{
    // A change travels as a part of a multipart request: its own HTTP headers, the address, the names of the
    // properties, and the keys, once in the document and once, three characters for one, in the address.
    private const int ChangeOverheadBytes = 1024;
    private const int KeyCopies = 4;

    /// <summary>A table and a partition that could exist.</summary>
    public static void CheckPlace(string table, string partition)
    {
        CheckTable(table);
        CheckKey(partition);
    }

    private static void CheckTable(string table)
    {
        ArgumentNullException.ThrowIfNull(table);
        // Azure keeps the list of all tables under that name.
        if (table.Length is < 3 or > 63 || !char.IsAsciiLetterLower(table[0])
            || !table.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)) || table == "tables")
            throw new ArgumentException($"'{table}' is not a table name: 3 to 63 of [a-z0-9], a letter first, not 'tables'.", nameof(table));
    }

    /// <summary>1 to 512 characters of printable ASCII without / \ # ? %.</summary>
    public static void CheckKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length == 0)
            throw new ArgumentException("A key is empty.", nameof(key));
        if (key.Length > TableLimits.KeyLengthMax)
            throw new ArgumentException($"A key has {key.Length} characters; {TableLimits.KeyLengthMax} are allowed: '{key[..40]}…'.", nameof(key));

        foreach (var c in key)
        {
            if (c is < ' ' or > '~' or '/' or '\\' or '#' or '?' or '%')
                throw new ArgumentException($"The key '{key}' holds U+{(int)c:X4}, which Azure refuses; make it with Key.Of.", nameof(key));
        }
    }

    public static void CheckRange(string table, string partition, int limit)
    {
        CheckPlace(table, partition);
        CheckLimit(limit);
    }

    public static void CheckScan(string table, RowPlace? after, int limit)
    {
        CheckTable(table);
        if (after is { } place)
        {
            CheckKey(place.Partition);
            CheckKey(place.Key);
        }

        CheckLimit(limit);
    }

    public static void CheckRemove(string table, string partition, IReadOnlyList<string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        CheckPlace(table, partition);
        foreach (var key in keys)
            CheckKey(key);
    }

    public static void CheckCommit(string table, string partition, IReadOnlyList<Change> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        CheckPlace(table, partition);
        if (changes.Count is 0 or > TableLimits.ChangesMax)
            throw new ArgumentException($"A commit has {changes.Count} changes; 1 to {TableLimits.ChangesMax} are allowed.", nameof(changes));

        var keys = new HashSet<string>(changes.Count, StringComparer.Ordinal);
        var bytes = 0L;
        foreach (var change in changes)
        {
            CheckChange(change);
            if (!keys.Add(change.Key))
                throw new ArgumentException($"The key '{change.Key}' occurs twice in a commit.", nameof(changes));
            bytes += BytesOf(partition, change);
        }

        if (bytes > TableLimits.CommitBytesMax)
            throw new ArgumentException($"A commit takes {bytes} bytes as a request; {TableLimits.CommitBytesMax} are allowed.", nameof(changes));
    }

    /// <summary>
    /// What a change takes of <see cref="TableLimits.CommitBytesMax"/>. Azure counts the request, not the rows: a
    /// document travels as base64, so three mebibytes of documents fill four.
    /// </summary>
    public static int BytesOf(string partition, Change change) =>
        ChangeOverheadBytes + (KeyCopies * (partition.Length + change.Key.Length)) + ((BodyOf(change).Length + 2) / 3 * 4);

    private static void CheckLimit(int limit)
    {
        if (limit is < 1 or > TableLimits.PageRowsMax)
            throw new ArgumentOutOfRangeException(nameof(limit), limit, $"A page holds 1 to {TableLimits.PageRowsMax} rows.");
    }

    private static void CheckChange(Change change)
    {
        CheckKey(change.Key);
        var (version, etag) = change switch
        {
            Change.Insert insert => (insert.Version, null),
            Change.Replace replace => (replace.Version, replace.ETag ?? throw new ArgumentException($"To replace '{change.Key}' an ETag is needed.", nameof(change))),
            Change.Put put => (put.Version, null),
            Change.Delete delete => (1, delete.ETag),
            _ => throw new ArgumentException($"{change.GetType().Name} is not a change.", nameof(change)),
        };

        if (version < 1)
            throw new ArgumentException($"The row '{change.Key}' has version {version}; versions count from 1.", nameof(change));
        // To Azure a star means any ETag: a compare-and-swap that would compare nothing.
        if (etag is "" or "*")
            throw new ArgumentException($"'{etag}' is not an ETag (row '{change.Key}').", nameof(change));
        if (BodyOf(change).Length > TableLimits.BodyBytesMax)
            throw new ArgumentException($"The row '{change.Key}' has {BodyOf(change).Length} bytes; {TableLimits.BodyBytesMax} are allowed.", nameof(change));
    }

    private static ReadOnlyMemory<byte> BodyOf(Change change) => change switch
    {
        Change.Insert insert => insert.Body,
        Change.Replace replace => replace.Body,
        Change.Put put => put.Body,
        _ => default,
    };
}

/// <summary>What every blob engine refuses, as an <see cref="ArgumentException"/>.</summary>
public static class BlobRules
{
    /// <summary>Parts of [a-z0-9-] joined by '/', at most 200 characters.</summary>
    public static void CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > BlobLimits.NameLengthMax
            || name.Split('/').Any(part => part.Length == 0 || !part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
            throw new ArgumentException($"'{name}' is not a blob name: parts of [a-z0-9-] joined by '/', at most {BlobLimits.NameLengthMax} characters.", nameof(name));
    }

    public static void CheckPut(string name, ReadOnlyMemory<byte> content)
    {
        CheckName(name);
        if (content.Length > BlobLimits.BytesMax)
            throw new ArgumentException($"The blob '{name}' has {content.Length} bytes; {BlobLimits.BytesMax} are allowed.", nameof(content));
    }
}

/// <summary>What every queue engine refuses, as an <see cref="ArgumentException"/>.</summary>
public static class QueueRules
{
    private const int NameLengthMax = 63;

    /// <summary>Where the messages of a queue go that cannot be handled; the Functions host uses the same name.</summary>
    public const string PoisonSuffix = "-poison";

    /// <summary>
    /// [a-z0-9] and single hyphens between them, 3 to 63 characters, with room for the poison queue's suffix.
    /// </summary>
    public static void CheckName(string queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        var lengthMax = queue.EndsWith(PoisonSuffix, StringComparison.Ordinal) ? NameLengthMax : NameLengthMax - PoisonSuffix.Length;
        if (queue.Length < 3 || queue.Length > lengthMax
            || queue.Split('-').Any(part => part.Length == 0 || !part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))))
            throw new ArgumentException($"'{queue}' is not a queue name: [a-z0-9] and single hyphens between them, 3 to {lengthMax} characters.", nameof(queue));
    }

    public static void CheckSend(string queue, IReadOnlyList<OutgoingMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        CheckName(queue);
        foreach (var message in messages)
        {
            var bytes = Encoding.UTF8.GetByteCount(message.Body);
            if (bytes > QueueLimits.BodyBytesMax)
                throw new ArgumentException($"A message for '{queue}' has {bytes} bytes; {QueueLimits.BodyBytesMax} are allowed.", nameof(messages));
            CheckDelay(message.Delay);
        }
    }

    public static void CheckDelay(TimeSpan delay)
    {
        if (delay < TimeSpan.Zero || delay > QueueLimits.DelayMax)
            throw new ArgumentOutOfRangeException(nameof(delay), delay, $"A message may be delayed by 0 to {QueueLimits.DelayMax.Days} days.");
    }

    public static void CheckLease(TimeSpan lease)
    {
        if (lease <= TimeSpan.Zero || lease > QueueLimits.DelayMax)
            throw new ArgumentOutOfRangeException(nameof(lease), lease, $"A lease lasts up to {QueueLimits.DelayMax.Days} days.");
    }
}
