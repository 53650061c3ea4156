namespace Vade.Accounts;

/// <summary>What the office does to open items by hand: opening balances, pay-outs taken back, re-allocations.</summary>
internal static partial class Bookkeeping
{
    private static (IReadOnlyList<OpenItem>, IReadOnlyList<Credit>, IReadOnlyList<Allocation>) OpenAll(
        LedgerHead head, Posting posting, Effect.OpensAll opens, decimal receivable)
    {
        Require(receivable == opens.Items.Sum(item => item.Total) && opens.Items.All(item => item.Remaining == item.Total && item.Total > 0m), posting, "opens items of another amount");
        Require(opens.Items.All(item => item.Currency == posting.Currency.Code), posting, "opens an item in another currency");
        var allocations = new List<Allocation>();
        foreach (var item in opens.Items)
        {
            Require(head.ItemOf(item.Ref) is null, posting, "opens an item that is open");
            var (open, credits, made) = SettleFromCredits(head, item);
            head = head with { Open = open, Credits = credits };
            allocations.AddRange(made);
        }

        return (head.Open, head.Credits, allocations);
    }

    private static (IReadOnlyList<OpenItem>, IReadOnlyList<Credit>, IReadOnlyList<Allocation>) Undo(
        LedgerHead head, Posting posting, Effect.Undoes undoes, decimal receivable)
    {
        var open = head.ItemOf(undoes.Item);
        Require(
            -receivable == undoes.Allocations.Sum(allocation => allocation.Amount) + (open?.Remaining ?? 0m)
                && undoes.Allocations.All(allocation => allocation.Item.Ref == undoes.Item),
            posting, "undoes an item of another amount");
        var credits = head.Credits;
        foreach (var allocation in undoes.Allocations)
        {
            var left = credits.FirstOrDefault(credit => credit.Ref == allocation.Credit)?.Left ?? 0m;
            var on = allocation.CreditAt is { } at ? DateOnly.FromDateTime(at.UtcDateTime) : posting.ValueOn;
            credits = With(credits, new(allocation.Credit, posting.Document, posting.Currency.Code, on, left + allocation.Amount, allocation.CreditAt));
        }

        return (
            [.. head.Open.Where(item => item != open)],
            credits,
            [.. undoes.Allocations.Select(allocation => allocation with { Amount = -allocation.Amount })]);
    }

    private static (IReadOnlyList<OpenItem>, IReadOnlyList<Credit>, IReadOnlyList<Allocation>) Reallocate(
        LedgerHead head, Posting posting, Effect.Reallocates moves, decimal receivable)
    {
        var credit = moves.Credit;
        var free = head.Credits.FirstOrDefault(waiting => waiting.Ref == credit.Ref)?.Left ?? 0m;
        Require(receivable == 0m && credit.Left == moves.Undone.Sum(allocation => allocation.Amount) + free, posting, "moves another amount than there is");
        Require(moves.Portions.All(portion => portion.Amount > 0m) && moves.Portions.Sum(portion => portion.Amount) <= credit.Left, posting, "allocates more than there is");

        var (open, credits, undone) = TakeBack(head, posting, new(credit.Ref, moves.Undone), credit.Left);
        var made = new List<Allocation>();
        foreach (var portion in moves.Portions)
        {
            if (open.FirstOrDefault(item => item.Ref == portion.Item && item.Currency == credit.Currency) is { } item)
                made.Add(new(credit.Ref, item, Math.Min(portion.Amount, item.Remaining), credit.At));
        }

        var left = credit.Left - made.Sum(allocation => allocation.Amount);
        return (
            Reduced(open, made),
            left > 0m ? With(credits, credit with { Left = left }) : credits,
            [.. undone, .. made]);
    }

    // Advances stand in the order in which they came, also one that has come back.
    private static List<Credit> With(IReadOnlyList<Credit> credits, Credit credit)
    {
        var next = credits.ToList();
        var at = next.FindIndex(other => other.Ref == credit.Ref);
        if (at >= 0)
        {
            next[at] = next[at] with { Left = credit.Left };
            return next;
        }

        at = next.FindIndex(other => other.At > credit.At);
        next.Insert(at < 0 ? next.Count : at, credit);
        return next;
    }
}
