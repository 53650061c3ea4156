using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>What a restore wrote: rows by table, in ordinal order of the tables.</summary>
public sealed record Restored(IReadOnlyList<(string Table, long Rows)> Tables, long Accounts)
{
    public long Rows => Tables.Sum(table => table.Rows);
}

/// <summary>
/// Writes a verified export into an empty store, row by row as it was. Messages are not exported: what an account had
/// begun is completed by the finishing message that every account gets, the rest by the timers.
/// </summary>
public sealed class Restore(ITables tables, AccountStore accounts)
{
    /// <summary>All rows; <see cref="FinishAccounts"/> is to follow when the clock stands where the data stands.</summary>
    /// <exception cref="ExportException">A row is there already: the store was not empty.</exception>
    public async Task<Restored> Write(VerifiedExport export, CancellationToken cancellation)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var (table, partition, batch, bytes) = ("", "", new List<Change>(), 0);
        await foreach (var (nextTable, row, _) in export.Rows(cancellation))
        {
            var change = new Change.Insert(row.Key, row.Version, row.Body);
            var size = TableRules.BytesOf(row.Partition, change);
            if (nextTable != table || row.Partition != partition || batch.Count == TableLimits.ChangesMax || bytes + size > TableLimits.CommitBytesMax)
            {
                await Commit(table, partition, batch, cancellation);
                (table, partition, batch, bytes) = (nextTable, row.Partition, [], 0);
            }

            batch.Add(change);
            bytes += size;
            counts[nextTable] = counts.GetValueOrDefault(nextTable) + 1;
        }

        await Commit(table, partition, batch, cancellation);
        return new([.. counts.Select(count => (count.Key, count.Value))], export.Root.Accounts);
    }

    /// <summary>Has every account publish and complete what it had begun.</summary>
    public async Task FinishAccounts(VerifiedExport export, CancellationToken cancellation)
    {
        var names = new List<string>();
        await foreach (var row in export.Rows(cancellation))
        {
            if (row.Table == AccountStore.Table && (names.Count == 0 || names[^1] != row.Row.Partition))
                names.Add(row.Row.Partition);
        }

        await accounts.FinishLater(names, cancellation);
        // Tables are exported one after the other: the timer makes the rows of lists and reports anew.
        await tables.Remove(CustomerDirectory.Table, Rebuild.Partition, Rebuild.Lanes, cancellation);
    }

    private async Task Commit(string table, string partition, List<Change> batch, CancellationToken cancellation)
    {
        if (batch.Count > 0 && !await tables.Commit(table, partition, batch, cancellation))
            throw new ExportException($"The store is not empty: a row of {table}, partition {partition}, is there already.");
    }
}
