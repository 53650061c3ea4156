using System.Runtime.CompilerServices;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>
/// Rows of a table that belong together and go into one file: all of an account, as they were at one moment; of any
/// other table, a single row.
/// </summary>
/// <param name="Last">The place behind which reading goes on.</param>
internal sealed record RowGroup(string Table, IReadOnlyList<Row> Rows, Place Last);

/// <summary>Reads a stretch of the store in order, whole accounts at a time.</summary>
internal sealed class StoreReader(ITables tables)
{
    private const int ReadingsMax = 8;

    // Pages of large rows stay small: what a file has no room for is read again for the next one.
    private const int PageRowsFirst = 100;
    private const int PageBytesSmall = 512 * 1024;

    /// <summary>What a lane holds behind a place.</summary>
    public async IAsyncEnumerable<RowGroup> Read(Lane lane, Place? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var table in lane.Tables)
        {
            // The place is in a later table, or the lane ends in an earlier one.
            if (string.CompareOrdinal(table, after?.Table) < 0 || (lane.Through is { } end && string.CompareOrdinal(table, end.Table) > 0))
                continue;
            var place = table == after?.Table ? new RowPlace(after.Partition, after.Key) : (RowPlace?)null;
            var groups = table == AccountStore.Table ? Accounts(place, lane.Through, cancellation) : Pages(table, place, lane.Through, cancellation);
            await foreach (var group in groups)
                yield return group;
        }
    }

    /// <summary>
    /// All rows of an account as they stood at one moment. One page is one query, which sees one moment. A longer account is
    /// read until two readings in a row are the same: ETags never come back, so nothing has changed between the two.
    /// </summary>
    /// <exception cref="StoreBusyException">It keeps changing.</exception>
    public async Task<IReadOnlyList<Row>> Account(string account, CancellationToken cancellation)
    {
        var before = await Reading(account, cancellation);
        for (var reading = 2; reading <= ReadingsMax && before.Count >= TableLimits.PageRowsMax; reading++)
        {
            var again = await Reading(account, cancellation);
            if (again.Select(row => (row.Key, row.ETag)).SequenceEqual(before.Select(row => (row.Key, row.ETag))))
                return again;
            before = again;
        }

        return before.Count < TableLimits.PageRowsMax ? before : throw new StoreBusyException($"The account {account} keeps changing while it is read.");
    }

    private async IAsyncEnumerable<RowGroup> Pages(string table, RowPlace? after, Place? through, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var limit = PageRowsFirst;
        while (await Page(table, after, through, limit, cancellation) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
                yield return new(table, [row], new(table, row.Partition, row.Key));
            after = new(rows[^1].Partition, rows[^1].Key);
            limit = rows.Sum(row => row.Body.Length) < PageBytesSmall ? Math.Min(limit * 4, TableLimits.PageRowsMax) : PageRowsFirst;
        }
    }

    private async IAsyncEnumerable<RowGroup> Accounts(RowPlace? after, Place? through, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await Page(AccountStore.Table, after, through, TableLimits.PageRowsMax, cancellation) is { Count: > 0 } rows)
        {
            var last = rows[^1].Partition;
            foreach (var account in rows.GroupBy(row => row.Partition, StringComparer.Ordinal))
            {
                // The page may have ended in the midst of the last one.
                var group = account.Key == last ? await Account(last, cancellation) : [.. account];
                // A page that was torn after all, or an account that is broken: a second look tells.
                if (account.Key != last && Soundness.Problem(account.Key, group) is not null)
                    group = await Account(account.Key, cancellation);
                if (group.Count > 0)
                    yield return new(AccountStore.Table, group, End(account.Key));
            }

            after = new(last, Key.Last);
        }
    }

    // Behind all rows of the account, also those that it will have tomorrow.
    private static Place End(string account) => new(AccountStore.Table, account, Key.Last);

    private async Task<IReadOnlyList<Row>> Page(string table, RowPlace? after, Place? through, int limit, CancellationToken cancellation)
    {
        var rows = await tables.Scan(table, after, limit, cancellation);
        return through is null || table != through.Table
            ? rows
            : [.. rows.TakeWhile(row => new Place(table, row.Partition, row.Key).CompareTo(through) <= 0)];
    }

    private async Task<List<Row>> Reading(string account, CancellationToken cancellation)
    {
        var rows = new List<Row>();
        var range = KeyRange.All;
        while (true)
        {
            var page = await tables.Range(AccountStore.Table, account, range, TableLimits.PageRowsMax, cancellation);
            rows.AddRange(page);
            if (page.Count < TableLimits.PageRowsMax)
                return rows;
            range = range.After(page[^1].Key);
        }
    }
}
