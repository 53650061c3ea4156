using System.Globalization;
using Vade.Kernel.Storage;

namespace Vade.Simulation;

/// <summary>A row as it was and as it is; null where there was or is none.</summary>
internal readonly record struct RowChange(Row? Before, Row? After)
{
    public string Key => (After ?? Before)!.Key;
}

/// <summary>
/// Tables and blobs that every process of a world shares: what a call does, it does at once and for all to see, as a
/// partition of Azure Tables does. Faults are added by <see cref="Ports"/>.
/// </summary>
internal sealed class MemoryStore
{
    private readonly Dictionary<(string Table, string Partition), List<Row>> partitions = [];
    private readonly Dictionary<string, byte[]> blobs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, byte[]> archive = new(StringComparer.Ordinal);
    private long writes;

    /// <summary>Told of every commit as it lands.</summary>
    public Action<string, string, IReadOnlyList<RowChange>>? Landed { get; set; }

    public IEnumerable<string> Partitions(string table) =>
        partitions.Keys.Where(place => place.Table == table).Select(place => place.Partition).Order(StringComparer.Ordinal);

    public Row? Find(string table, string partition, string key)
    {
        TableRules.CheckPlace(table, partition);
        TableRules.CheckKey(key);
        return partitions.TryGetValue((table, partition), out var rows) && At(rows, key) is >= 0 and var at ? rows[at] : null;
    }

    public IReadOnlyList<Row> Range(string table, string partition, KeyRange range, int limit)
    {
        TableRules.CheckRange(table, partition, limit);
        if (!partitions.TryGetValue((table, partition), out var rows))
            return [];
        var from = At(rows, range.From) is >= 0 and var at ? at : ~At(rows, range.From);
        var found = new List<Row>();
        for (var i = from; i < rows.Count && found.Count < limit && (range.To is null || string.CompareOrdinal(rows[i].Key, range.To) < 0); i++)
            found.Add(rows[i]);
        return found;
    }

    public IReadOnlyList<Row> Scan(string table, RowPlace? after, int limit)
    {
        TableRules.CheckScan(table, after, limit);
        return
        [
            .. Partitions(table)
                .Where(partition => after is null || string.CompareOrdinal(partition, after.Value.Partition) >= 0)
                .SelectMany(partition => partitions[(table, partition)])
                .Where(row => after is not { } place || string.CompareOrdinal(row.Partition, place.Partition) > 0 || string.CompareOrdinal(row.Key, place.Key) > 0)
                .Take(limit),
        ];
    }

    public bool Commit(string table, string partition, IReadOnlyList<Change> changes)
    {
        TableRules.CheckCommit(table, partition, changes);
        var etag = (++writes).ToString(CultureInfo.InvariantCulture);
        var rows = partitions.GetValueOrDefault((table, partition)) ?? [];
        var landing = new List<RowChange>(changes.Count);
        foreach (var change in changes)
        {
            var before = At(rows, change.Key) is >= 0 and var at ? rows[at] : null;
            Row? after;
            switch (change)
            {
                case Change.Insert insert when before is null:
                    after = new(partition, insert.Key, insert.Version, insert.Body.ToArray(), etag);
                    break;
                case Change.Replace replace when before?.ETag == replace.ETag:
                    after = new(partition, replace.Key, replace.Version, replace.Body.ToArray(), etag);
                    break;
                case Change.Put put:
                    after = new(partition, put.Key, put.Version, put.Body.ToArray(), etag);
                    break;
                case Change.Delete delete when before is not null && (delete.ETag is null || delete.ETag == before.ETag):
                    after = null;
                    break;
                default:
                    return false;
            }

            landing.Add(new(before, after));
        }

        Land(table, partition, rows, landing);
        return true;
    }

    public void Remove(string table, string partition, IReadOnlyList<string> keys)
    {
        TableRules.CheckRemove(table, partition, keys);
        if (partitions.TryGetValue((table, partition), out var rows))
            Land(table, partition, rows, [.. keys.Distinct(StringComparer.Ordinal).Where(key => At(rows, key) >= 0).Select(key => new RowChange(rows[At(rows, key)], null))]);
    }

    public void PutBlob(string name, ReadOnlyMemory<byte> content)
    {
        BlobRules.CheckPut(name, content);
        blobs[name] = content.ToArray();
    }

    public byte[]? FindBlob(string name)
    {
        BlobRules.CheckName(name);
        return blobs.GetValueOrDefault(name);
    }

    public void RemoveBlob(string name)
    {
        BlobRules.CheckName(name);
        blobs.Remove(name);
    }

    public bool PutInArchive(string name, ReadOnlyMemory<byte> content)
    {
        ArchiveRules.CheckPut(name, content);
        return archive.TryAdd(name, content.ToArray()) || content.Span.SequenceEqual(archive[name]);
    }

    public byte[]? FindInArchive(string name)
    {
        ArchiveRules.CheckName(name);
        return archive.GetValueOrDefault(name);
    }

    public IReadOnlyList<string> NamesInArchive(string folder)
    {
        ArchiveRules.CheckName(folder);
        return [.. archive.Keys.Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal) && name.LastIndexOf('/') == folder.Length)];
    }

    private void Land(string table, string partition, List<Row> rows, List<RowChange> landing)
    {
        foreach (var change in landing)
        {
            var at = At(rows, change.Key);
            if (change.After is null)
                rows.RemoveAt(at);
            else if (at >= 0)
                rows[at] = change.After;
            else
                rows.Insert(~at, change.After);
        }

        partitions[(table, partition)] = rows;
        Landed?.Invoke(table, partition, landing);
    }

    /// <summary>Where the key stands, or the complement of where it would.</summary>
    private static int At(List<Row> rows, string key)
    {
        var (low, high) = (0, rows.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(rows[middle].Key, key);
            if (order == 0)
                return middle;
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
