using System.Globalization;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Notifications;

/// <summary>What is asked of the log; null asks for all.</summary>
/// <param name="Account">The customer's.</param>
/// <param name="About">An invoice number, or what else a delivery is about.</param>
/// <param name="Until">Exclusive.</param>
internal sealed record LogQuery(string? Account, string? Kind, string? About, DateTimeOffset? From, DateTimeOffset? Until);

/// <summary>A row of the log: a delivery, under one of the things it is about.</summary>
/// <param name="After">Stands for the row in a list's <c>after</c>.</param>
internal sealed record LogRow(Delivery Delivery, string About, string After);

/// <summary>
/// Every delivery of every account in the order in which they were due to leave. The index only points: the row in
/// the account is the truth, and a pointer whose delivery never came to be, or was due at another instant, is passed over.
/// </summary>
internal sealed class DeliveryLog(AccountStore accounts, ITables tables)
{
    private const int PageRows = 200;
    private const string PartDigits = "D3";
    private readonly SpreadIndex<DeliveryPointer> _index = new(tables, NotificationsRows.LogTable, "log", NotificationsRows.PointerType);
    private readonly SpreadIndex<DeliveryPointer> _trouble = new(tables, NotificationsRows.LogTable, "trouble", NotificationsRows.PointerType);

    public Task Put(string account, string key, Delivery delivery, CancellationToken cancellation) =>
        _index.Put(account, delivery.LogKey, new(account, key), cancellation);

    /// <summary>Notes that it is about to fail, or that its outcome will not be known.</summary>
    public Task PutTrouble(string account, string key, Delivery delivery, CancellationToken cancellation) =>
        _trouble.Put(account, delivery.TroubleKey, new(account, key), cancellation);

    /// <summary>What failed, or may not have arrived, the newest first, behind <paramref name="after"/>; one row for all that it is about.</summary>
    /// <param name="from">When it was due to leave, at the earliest.</param>
    /// <param name="until">Exclusive.</param>
    public async Task<IReadOnlyList<LogRow>> Trouble(DateTimeOffset? from, DateTimeOffset? until, string? after, int limit, CancellationToken cancellation)
    {
        // Later instants have smaller keys; the bound itself is no longer before the end, and still at the start.
        var range = KeyRange.Between(until is { } end ? Backwards(end) : "", from is { } start ? Backwards(start) : Key.Last);
        if (after is not null)
            range = range.After(after);
        var rows = new List<LogRow>();
        while (true)
        {
            var page = await _trouble.Page(range, limit, cancellation);
            var stored = await Task.WhenAll(page.Select(pointer =>
                accounts.Find(pointer.Value.Account, pointer.Value.Key, NotificationsRows.DeliveryType, cancellation)));
            rows.AddRange(page.Zip(stored)
                .Where(pair => pair.Second is { Value: { IsTrouble: true } delivery } && delivery.TroubleKey == pair.First.Key)
                .Select(pair => new LogRow(pair.Second!.Value, string.Join(", ", pair.Second.Value.About), pair.First.Key)));
            if (rows.Count >= limit)
                return rows[..limit];
            if (page.Count < limit)
                return rows;
            range = range.After(page[^1].Key);
        }
    }

    /// <summary>The first rows that match, oldest first, behind <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<LogRow>> Page(LogQuery query, string? after, int limit, CancellationToken cancellation)
    {
        var rows = new List<LogRow>();
        await foreach (var delivery in query.Account is { } account ? OfAccount(account, cancellation) : OfAll(query, after, cancellation))
        {
            rows.AddRange(RowsOf(delivery, query, after));
            if (rows.Count >= limit)
                break;
        }

        return rows.Count > limit ? rows[..limit] : rows;
    }

    private static IEnumerable<LogRow> RowsOf(Delivery delivery, LogQuery query, string? after)
    {
        if (delivery.At < query.From || delivery.At >= query.Until || (query.Kind is { } kind && delivery.Kind != kind))
            return [];
        return delivery.About
            .Select((about, i) => new LogRow(delivery, about, $"{delivery.LogKey}!{i.ToString(PartDigits, CultureInfo.InvariantCulture)}"))
            .Where(row => (query.About is not { } about || row.About == about) && (after is null || string.CompareOrdinal(row.After, after) > 0));
    }

    private async IAsyncEnumerable<Delivery> OfAccount(
        string account, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var deliveries = new List<Delivery>();
        await foreach (var row in tables.All(
            AccountStore.Table, account, KeyRange.Prefix(NotificationsRows.DeliveryPrefix), NotificationsRows.DeliveryType, cancellation))
            deliveries.Add(row.Value);
        foreach (var delivery in deliveries.OrderBy(delivery => delivery.LogKey, StringComparer.Ordinal))
            yield return delivery;
    }

    private async IAsyncEnumerable<Delivery> OfAll(
        LogQuery query, string? after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        // A row's place is its delivery's key and a part; the delivery is read again, since it may have more parts.
        var start = after is { Length: > 0 } && after.LastIndexOf('!') is > 0 and var cut ? after[..cut] : Instant(query.From) ?? "";
        var range = KeyRange.Between(start, Instant(query.Until) ?? Key.Last);
        while (true)
        {
            var page = await _index.Page(range, PageRows, cancellation);
            foreach (var pointer in page)
            {
                var stored = await accounts.Find(pointer.Value.Account, pointer.Value.Key, NotificationsRows.DeliveryType, cancellation);
                if (stored is { Value: var delivery } && delivery.LogKey == pointer.Key)
                    yield return delivery;
            }

            if (page.Count < PageRows)
                yield break;
            range = range.After(page[^1].Key);
        }
    }

    private static string Backwards(DateTimeOffset at) =>
        (DateTimeOffset.MaxValue.UtcTicks - at.UtcTicks + 1).ToString("D19", CultureInfo.InvariantCulture);

    private static string? Instant(DateTimeOffset? at) => at?.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);
}
