using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Storage;

namespace Vade.Payments;

/// <param name="Account">Of the customer; null for all.</param>
/// <param name="From">By the day it was received, inclusive; so is <paramref name="To"/>.</param>
internal sealed record PaymentFilter(string? Account, string? Status, DateOnly? From, DateOnly? To)
{
    public bool Passes(Payment payment) =>
        (Status is null || PaymentViews.StatusOf(payment) == Status)
        && (From is null || payment.ReceivedOn >= From)
        && (To is null || payment.ReceivedOn <= To);
}

/// <summary>Makes payments into what the API answers, each with what it settles by the ledger.</summary>
internal sealed class PaymentViews(PaymentReader payments, PaymentIndex index, LedgerReader ledger)
{
    // What one request may read through in search of matches; a page may then hold fewer than asked for.
    private const int ScannedMax = 2_000;
    private const int AtOnce = 200;

    public static string StatusOf(Payment payment) => payment.State == PaymentState.Cancelled ? "cancelled" : "confirmed";

    public async Task<PaymentView> Of(string account, Payment payment, CancellationToken cancellation) =>
        (await Of(account, [payment], cancellation))[0];

    /// <summary>In the order of the days they were received, and the key to go on behind.</summary>
    public async Task<(IReadOnlyList<PaymentView> Items, string? Next)> Page(PaymentFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        var (found, next) = filter.Account is { } account
            ? OfOne(account, await payments.Of(account, cancellation), filter, after, limit)
            : await OfAll(filter, after, limit, cancellation);
        var views = new Dictionary<string, PaymentView>(StringComparer.Ordinal);
        foreach (var group in found.GroupBy(item => item.Account, StringComparer.Ordinal))
        {
            foreach (var view in await Of(group.Key, [.. group.Select(item => item.Payment)], cancellation))
                views[view.Id] = view;
        }

        return ([.. found.Select(item => views[item.Payment.Id])], next);
    }

    private static (IReadOnlyList<(string Account, Payment Payment)>, string?) OfOne(
        string account, IReadOnlyList<Payment> all, PaymentFilter filter, string? after, int limit)
    {
        var matching = all.Where(filter.Passes)
            .OrderBy(PaymentsRows.Listed, StringComparer.Ordinal)
            .Where(payment => string.CompareOrdinal(PaymentsRows.Listed(payment), after) > 0)
            .ToArray();
        return ([.. matching.Take(limit).Select(payment => (account, payment))], matching.Length > limit ? PaymentsRows.Listed(matching[limit - 1]) : null);
    }

    private async Task<(IReadOnlyList<(string Account, Payment Payment)>, string?)> OfAll(
        PaymentFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        var range = new KeyRange(
            filter.From is { } from ? PaymentsRows.Listed(from) : "", filter.To is { } to ? PaymentsRows.Listed(to) + Key.Last : null);
        if (after is not null && string.CompareOrdinal(after, range.From) >= 0)
            range = range.After(after);
        var found = new List<(string, Payment)>();
        var position = "";
        for (var scanned = 0; scanned < ScannedMax;)
        {
            var pointers = await index.Page(range, AtOnce, cancellation);
            foreach (var pointer in pointers)
            {
                // A pointer may stand for a payment that was never committed, or was on another day.
                if (await payments.Find(pointer.Value.Account, pointer.Value.Ref, cancellation) is not { } payment
                    || PaymentsRows.Listed(payment) != pointer.Key || !filter.Passes(payment))
                    continue;
                if (found.Count == limit)
                    return (found, PaymentsRows.Listed(found[^1].Item2));
                found.Add((pointer.Value.Account, payment));
            }

            if (pointers.Count < AtOnce)
                return (found, null);
            scanned += pointers.Count;
            position = pointers[^1].Key;
            range = range.After(position);
        }

        return (found, position);
    }

    private async Task<IReadOnlyList<PaymentView>> Of(string account, IReadOnlyList<Payment> some, CancellationToken cancellation)
    {
        var allocations = await ledger.Allocations(account, cancellation);
        var head = await ledger.Head(account, cancellation);
        return [.. some.Select(payment => Of(payment, [.. allocations[payment.Ref]], head))];
    }

    private static PaymentView Of(Payment payment, IReadOnlyList<Allocation> allocations, LedgerHead head)
    {
        string Plain(decimal amount) => new Money(amount, payment.Money.Currency).ToPlain();
        return new(
            payment.Id, payment.ReceiptNumber, payment.Customer, Plain(payment.Amount), payment.Currency, payment.Means, payment.Form,
            payment.Provider, payment.Reference, StatusOf(payment), payment.ReceivedOn,
            [.. allocations.Select(allocation => new AllocationView(allocation.Item.Number, Plain(allocation.Amount)))],
            Plain(head.Credits.FirstOrDefault(credit => credit.Ref == payment.Ref)?.Left ?? 0m),
            payment.Test);
    }
}
