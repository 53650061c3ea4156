using System.Runtime.CompilerServices;
using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Payments;

/// <param name="Customer">Its code; null for all.</param>
/// <param name="Status">confirmed, cancelled, refunded or partlyRefunded.</param>
/// <param name="From">By the day it was received, inclusive; so is <paramref name="To"/>.</param>
/// <param name="Means">cash, card, transfer, check or other.</param>
public sealed record PaymentFilter(
    string? Customer = null, string? Status = null, DateOnly? From = null, DateOnly? To = null, string? Means = null, string? Currency = null)
{
    private const int PlaceMax = 400;

    internal bool Passes(PaymentRow row) =>
        (Customer is null || row.Customer == Customer)
        && (Status is null || row.Status == Status)
        && (From is null || row.ReceivedOn >= From)
        && (To is null || row.ReceivedOn <= To)
        && (Means is null || row.Means == Means)
        && (Currency is null || row.Currency == Currency);

    internal KeyRange Range(string? after)
    {
        var range = new KeyRange(From is { } from ? PaymentsRows.Listed(from) : "", To is { } to ? PaymentsRows.Listed(to) + Key.Last : null);
        return after is { Length: <= PlaceMax } && string.CompareOrdinal(after, range.From) >= 0 ? range.After(after) : range;
    }
}

/// <summary>
/// The list of payments as the panel and the API page through it, in the order of the days they were received. A page
/// costs at most <see cref="RoundsMax"/> rounds of sixteen range reads of at most <see cref="RowsPerReadMax"/> rows, and
/// one read for each row that it shows; a filter that few pass may answer fewer than asked for, and a next: the place up
/// to which was searched.
/// </summary>
public sealed class PaymentList
{
    public const int RoundsMax = 4;
    public const int RowsPerReadMax = 250;
    private const int RowsAtOnce = 20;

    private readonly PaymentIndex _index;
    private readonly PaymentReader _payments;

    internal PaymentList(PaymentIndex index, PaymentReader payments) => (_index, _payments) = (index, payments);

    /// <summary>The payments behind this place that pass, as they stand in their accounts.</summary>
    /// <param name="after">What an earlier page gave as next.</param>
    public async Task<ApiPage<PaymentRow>> Page(PaymentFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        var (found, next) = await Search(filter, after, limit, cancellation);
        var now = new List<PaymentRow>(found.Count);
        foreach (var some in found.Chunk(RowsAtOnce))
            now.AddRange((await Task.WhenAll(some.Select(row => Now(row, cancellation)))).OfType<PaymentRow>().Where(filter.Passes));
        return new(now, next);
    }

    /// <summary>Every payment that passes, as the rows say, in order, for a file: some thousands are held at a time.</summary>
    public async IAsyncEnumerable<PaymentRow> All(PaymentFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var range = filter.Range(null);
        for (var more = true; more;)
        {
            (var rows, more) = await _index.Next(range, RowsPerReadMax, cancellation);
            foreach (var row in rows)
            {
                if (await Known(row, cancellation) is { } payment && filter.Passes(payment))
                    yield return payment;
            }

            if (rows.Count > 0)
                range = range.After(rows[^1].Key);
        }
    }

    /// <summary>The same in no order, for sums: a thousand rows a read.</summary>
    public async IAsyncEnumerable<PaymentRow> InNoOrder(PaymentFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in _index.All(filter.Range(null), cancellation))
        {
            if (await Known(row, cancellation) is { } payment && filter.Passes(payment))
                yield return payment;
        }
    }

    /// <summary>What passes by the rows, and those that only point, for who looks at the accounts anyway.</summary>
    internal async Task<(IReadOnlyList<Stored<PaymentRow>> Found, string? Next)> Search(
        PaymentFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        if (filter.Customer is { } code)
            return await SearchOne(AccountStore.Of(code), filter, after, limit, cancellation);
        var range = filter.Range(after);
        var found = new List<Stored<PaymentRow>>();
        for (var round = 0; round < RoundsMax; round++)
        {
            var (rows, more) = await _index.Next(range, round == 0 ? limit / 8 + 4 : RowsPerReadMax, cancellation);
            foreach (var row in rows.Where(row => row.Value.Status is null || filter.Passes(row.Value)))
            {
                if (found.Count == limit)
                    return (found, found[^1].Key);
                found.Add(row);
            }

            if (!more)
                return (found, null);
            range = range.After(rows[^1].Key);
        }

        return (found, range.From[..^1]);
    }

    private async ValueTask<PaymentRow?> Known(Stored<PaymentRow> row, CancellationToken cancellation) =>
        row.Value.Status is null ? await Now(row, cancellation) : row.Value;

    // A row may point at a payment that was never committed, or that was on another day.
    private async Task<PaymentRow?> Now(Stored<PaymentRow> row, CancellationToken cancellation) =>
        await _payments.Find(row.Value.Account, row.Value.Ref, cancellation) is { } payment && PaymentsRows.Listed(payment) == row.Key
            ? PaymentRow.Of(row.Value.Account, payment, row.Value.Sequence)
            : null;

    // One customer's payments stand together: they are read where they are, and need no row.
    private async Task<(IReadOnlyList<Stored<PaymentRow>>, string?)> SearchOne(
        string account, PaymentFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        Stored<PaymentRow>[] matching =
        [
            .. (await _payments.Of(account, cancellation)).Select(payment => PaymentRow.Of(account, payment, 0))
                .Where(row => filter.Passes(row) && string.CompareOrdinal(row.Place, after) > 0)
                .OrderBy(row => row.Place, StringComparer.Ordinal)
                .Select(row => new Stored<PaymentRow>(row.Place, row, "")),
        ];
        return matching.Length > limit ? ([.. matching.Take(limit)], matching[limit - 1].Key) : (matching, null);
    }
}
