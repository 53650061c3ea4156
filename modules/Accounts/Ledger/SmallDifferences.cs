using Vade.Kernel;

namespace Vade.Accounts;

/// <summary>
/// The small-balance rule: what a payment leaves open, or too much, up to the organisation's limit is closed in the same
/// commit by an entry of its own, and goes back with the payment. It never closes more than the payment itself settled of
/// an item, so that a payment of one kuruş closes no lira, and never more than the limit for a payment altogether.
/// </summary>
public static class SmallDifferences
{
    /// <summary>After a payment was posted or moved: closes what it left.</summary>
    /// <param name="payment">Its credit; the number stands in statements.</param>
    /// <param name="made">The allocations that it has just made.</param>
    /// <param name="on">The day that the difference counts from; its period is open.</param>
    public static IReadOnlyList<Allocation> Close(LedgerSession session, Credit payment, IReadOnlyList<Allocation> made, DateOnly on)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(payment);
        var currency = Currency.Of(payment.Currency);
        var limit = session.Accounts.SmallestOwed(currency);
        var settled = made.Where(allocation => allocation.Amount > 0m && !Refs.IsSpent(allocation.Item.Ref)).ToArray();
        if (limit <= 0m || settled.Length == 0)
            return [];

        var rests = new List<OpenItem>();
        foreach (var allocation in settled)
        {
            if (session.Head.ItemOf(allocation.Item.Ref) is { } item && item.Remaining < allocation.Amount
                && rests.Sum(rest => rest.Remaining) + item.Remaining <= limit)
                rests.Add(item);
        }

        var name = Refs.Small(payment.Ref, session.Head.Sequence + 1);
        var chart = session.Accounts;
        if (rests.Count > 0)
        {
            var loss = rests.Sum(rest => rest.Remaining);
            return session.Post(new(
                name, PostingKind.SmallDifference, currency, on, payment.Number,
                [new(chart.DifferenceLoss, loss), new(chart.Receivable, -loss)],
                new Effect.Settles(new(name, payment.Number, payment.Currency, on, loss), [.. rests.Select(rest => rest.Ref)]), ""));
        }

        // Where something else is open, or waits beside it, the rest is of use to the customer.
        var waiting = session.Head.Credits.Where(credit => credit.Currency == payment.Currency).ToArray();
        if (waiting is not [var only] || only.Ref != payment.Ref || only.Left > limit || session.Head.Due(currency).Any())
            return [];
        return session.Post(new(
            name, PostingKind.SmallDifference, currency, on, payment.Number,
            [new(chart.Receivable, only.Left), new(chart.DifferenceGain, -only.Left)],
            new Effect.Opens(new(name, payment.Number, payment.Currency, on, on, only.Left, only.Left)), ""));
    }

    /// <summary>Before a payment is taken back or moved: what was closed because of it is so no longer.</summary>
    /// <param name="history">Of the account's allocations, as the store has them.</param>
    /// <returns>The allocations that this undid, to be read behind the history.</returns>
    public static IReadOnlyList<Allocation> Reopen(LedgerSession session, Credit payment, IReadOnlyList<Allocation> history, DateOnly on)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(payment);
        var own = Refs.SmallOf(payment.Ref);
        var chart = session.Accounts;
        var standing = LedgerReader.Net(history
            .Where(allocation => allocation.Credit.StartsWith(own, StringComparison.Ordinal) || allocation.Item.Ref.StartsWith(own, StringComparison.Ordinal))).ToArray();
        var undone = new List<Allocation>();
        foreach (var loss in standing.Where(allocation => allocation.Credit.StartsWith(own, StringComparison.Ordinal)).GroupBy(allocation => allocation.Credit, StringComparer.Ordinal))
        {
            var amount = loss.Sum(allocation => allocation.Amount);
            undone.AddRange(Undo(loss.Key, [new(chart.DifferenceLoss, -amount), new(chart.Receivable, amount)], new Effect.TakesBack(loss.Key, [.. loss])));
        }

        foreach (var gain in standing.Where(allocation => allocation.Item.Ref.StartsWith(own, StringComparison.Ordinal)))
            undone.AddRange(Undo(gain.Item.Ref, [new(chart.Receivable, -gain.Amount), new(chart.DifferenceGain, gain.Amount)], new Effect.Undoes(gain.Item.Ref, [gain])));
        return undone;

        IReadOnlyList<Allocation> Undo(string name, IReadOnlyList<JournalLine> lines, Effect effect) => session.Post(new(
            "cancel!" + name, PostingKind.SmallDifferenceCancelled, Currency.Of(payment.Currency), on, payment.Number, lines, effect, ""));
    }
}
