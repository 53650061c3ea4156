using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vade.Kernel;

namespace Vade.Accounts;

/// <summary>What a posting came to: the next head, the entry, and the allocations it made.</summary>
internal sealed record Booked(LedgerHead Head, Entry Entry, IReadOnlyList<Allocation> Allocations);

/// <summary>
/// The rules of the ledger as pure functions over its head. They hold for every posting: the lines sum to zero; the
/// receivable balance of a currency equals its open items minus its advances; nothing that is settled is settled again.
/// </summary>
internal static partial class Bookkeeping
{
    /// <summary>The head of an account before its first entry. The chain starts from the account's own name.</summary>
    public static LedgerHead Empty(string account) => new(0, Hash($"vade ledger 1|{account}"), [], [], []);

    /// <exception cref="InvalidOperationException">The posting breaks a rule: the caller's mistake, nothing a person did.</exception>
    public static Booked Apply(LedgerHead head, Posting posting, LedgerAccounts accounts, DateTimeOffset postedAt)
    {
        if (posting.Lines.Sum(line => line.Amount) != 0m)
            throw new InvalidOperationException($"The lines of {posting.Id} do not sum to zero.");
        foreach (var line in posting.Lines)
            _ = new Money(line.Amount, posting.Currency);

        var receivable = posting.Lines.Where(line => line.Account == accounts.Receivable).Sum(line => line.Amount);
        var payable = posting.Lines.Where(line => line.Account == accounts.Payable).Sum(line => line.Amount);
        var (open, credits, allocations) = Items(head, posting, receivable, postedAt);
        if (open.Count > LedgerLimits.OpenItemsMax)
            throw new InvalidOperationException($"An account holds at most {LedgerLimits.OpenItemsMax} open items.");
        if (credits.Count > LedgerLimits.CreditsMax)
            throw new InvalidOperationException($"An account holds at most {LedgerLimits.CreditsMax} advances.");

        var entry = Chain(head, posting, receivable + payable, postedAt);
        var next = new LedgerHead(entry.Sequence, entry.Hash, With(head.Balances, posting.Currency, receivable, payable), open, credits,
            head.HasWriteOffs || allocations.Any(allocation => Refs.IsWriteOff(allocation.Credit)), head.MovedTo);
        if (next.Balances.First(balance => balance.Currency == posting.Currency.Code).Receivable != Owed(next, posting.Currency))
            throw new InvalidOperationException($"After {posting.Id} the balance would not equal the open items.");
        return new(next, entry, allocations);
    }

    /// <summary>Open items minus advances in a currency.</summary>
    public static decimal Owed(LedgerHead head, Currency currency) =>
        head.Open.Where(item => item.Currency == currency.Code).Sum(item => item.Remaining)
        - head.Credits.Where(credit => credit.Currency == currency.Code).Sum(credit => credit.Left);

    /// <summary>The hash that an entry must have: over all it says and the hash before it.</summary>
    public static string HashOf(Entry entry)
    {
        var text = new StringBuilder()
            .Append(entry.Previous).Append('|')
            .Append(entry.Sequence.ToString(CultureInfo.InvariantCulture)).Append('|')
            .Append(Uri.EscapeDataString(entry.Id)).Append('|')
            .Append(entry.Kind.ToString()).Append('|')
            .Append(entry.Currency).Append('|')
            .Append(entry.ValueOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).Append('|')
            .Append(entry.PostedAt.UtcTicks.ToString(CultureInfo.InvariantCulture)).Append('|')
            .Append(Uri.EscapeDataString(entry.Document)).Append('|')
            .Append(entry.Snapshot).Append('|')
            .Append(entry.Own.ToString("0.00", CultureInfo.InvariantCulture));
        foreach (var line in entry.Lines)
            text.Append('|').Append(Uri.EscapeDataString(line.Account)).Append('=').Append(line.Amount.ToString("0.00", CultureInfo.InvariantCulture));
        return Hash(text.ToString());
    }

    private static Entry Chain(LedgerHead head, Posting posting, decimal own, DateTimeOffset postedAt)
    {
        var entry = new Entry(
            checked(head.Sequence + 1), posting.Id, posting.Kind, posting.Currency.Code, posting.ValueOn, postedAt, posting.Document,
            [.. posting.Lines.Where(line => line.Amount != 0m)], posting.Snapshot, head.Hash, "", own);
        return entry with { Hash = HashOf(entry) };
    }

    private static (IReadOnlyList<OpenItem>, IReadOnlyList<Credit>, IReadOnlyList<Allocation>) Items(
        LedgerHead head, Posting posting, decimal receivable, DateTimeOffset postedAt)
    {
        switch (posting.Effect)
        {
            case Effect.Opens opens:
                Require(receivable == opens.Item.Total && opens.Item.Remaining == opens.Item.Total && receivable >= 0m, posting, "opens an item of another amount");
                Require(head.ItemOf(opens.Item.Ref) is null, posting, "opens an item that is open");
                return SettleFromCredits(head, opens.Item);
            case Effect.Settles settles:
                Require(receivable == -settles.Credit.Left && receivable < 0m, posting, "settles with another amount");
                return SettleItems(head, posting.Currency, settles with { Credit = settles.Credit with { At = postedAt } });
            case Effect.Withdraws withdraws:
                var item = head.ItemOf(withdraws.Item);
                Require(receivable == -(item?.Total ?? 0m) && (item is null || item.Remaining == item.Total), posting, "withdraws an item that is settled");
                return ([.. head.Open.Where(open => open != item)], head.Credits, []);
            case Effect.TakesBack back:
                return TakeBack(head, posting, back, receivable);
            case Effect.Changes changes:
                return ChangeItem(head, posting, changes.Item, receivable, postedAt);
            case Effect.OpensAll opens:
                return OpenAll(head, posting, opens, receivable);
            case Effect.Undoes undoes:
                return Undo(head, posting, undoes, receivable);
            case Effect.Reallocates moves:
                return Reallocate(head, posting, moves, receivable);
            case Effect.Nothing:
                Require(receivable == 0m, posting, "moves the receivable account without an item");
                return (head.Open, head.Credits, []);
            default:
                throw new InvalidOperationException($"The effect of {posting.Id} is not known.");
        }
    }

    private static (IReadOnlyList<OpenItem>, IReadOnlyList<Credit>, IReadOnlyList<Allocation>) SettleFromCredits(LedgerHead head, OpenItem item)
    {
        var credits = new List<Credit>(head.Credits.Count);
        var allocations = new List<Allocation>();
        var remaining = item.Remaining;
        foreach (var credit in head.Credits)
        {
            var amount = credit.Currency == item.Currency ? Math.Min(credit.Left, remaining) : 0m;
            if (amount > 0m)
                allocations.Add(new(credit.Ref, item, amount, credit.At));
            remaining -= amount;
            if (credit.Left > amount)
                credits.Add(credit with { Left = credit.Left - amount });
        }

        return (remaining > 0m ? [.. head.Open, item with { Remaining = remaining }] : head.Open, credits, allocations);
    }

    private static (IReadOnlyList<OpenItem>, IReadOnlyList<Credit>, IReadOnlyList<Allocation>) SettleItems(
        LedgerHead head, Currency currency, Effect.Settles settles)
    {
        var due = head.Due(currency);
        if (settles.Items is { } chosen)
            due = chosen.Distinct(StringComparer.Ordinal).Select(head.ItemOf).OfType<OpenItem>().Where(item => item.Currency == currency.Code);

        var left = settles.Credit.Left;
        var allocations = new List<Allocation>();
        foreach (var item in due)
        {
            if (left == 0m)
                break;
            var amount = Math.Min(left, item.Remaining);
            allocations.Add(new(settles.Credit.Ref, item, amount, settles.Credit.At));
            left -= amount;
        }

        return (
            Reduced(head.Open, allocations),
            left > 0m ? [.. head.Credits, settles.Credit with { Left = left }] : head.Credits,
            allocations);
    }

    private static (IReadOnlyList<OpenItem>, IReadOnlyList<Credit>, IReadOnlyList<Allocation>) TakeBack(
        LedgerHead head, Posting posting, Effect.TakesBack back, decimal receivable)
    {
        var left = head.Credits.FirstOrDefault(credit => credit.Ref == back.Credit)?.Left ?? 0m;
        Require(receivable == back.Allocations.Sum(allocation => allocation.Amount) + left, posting, "takes back another amount than was received");

        var open = head.Open.ToList();
        var credits = head.Credits.Where(credit => credit.Ref != back.Credit).ToList();
        var undone = back.Allocations.Select(allocation => allocation with { Amount = -allocation.Amount }).ToList();
        foreach (var allocation in back.Allocations)
        {
            var at = open.FindIndex(item => item.Ref == allocation.Item.Ref);
            var item = at >= 0
                ? open[at] with { Remaining = open[at].Remaining + allocation.Amount }
                : allocation.Item with { Remaining = allocation.Amount };

            // A document that shrank below what was paid for it left a surplus: with the payment, that goes first.
            var own = credits.FindIndex(credit => credit.Ref == item.Ref);
            var surplus = own >= 0 ? Math.Min(credits[own].Left, item.Remaining) : 0m;
            if (surplus > 0m)
            {
                undone.Add(new(item.Ref, item, surplus, credits[own].At));
                item = item with { Remaining = item.Remaining - surplus };
                if (credits[own].Left > surplus)
                    credits[own] = credits[own] with { Left = credits[own].Left - surplus };
                else
                    credits.RemoveAt(own);
            }

            if (at >= 0 && item.Remaining > 0m)
                open[at] = item;
            else if (at >= 0)
                open.RemoveAt(at);
            else if (item.Remaining > 0m)
                open.Add(item);
        }

        return (open, credits, undone);
    }

    // An item's total grows or shrinks with a new version of its document. Shrunk below what is settled, the
    // surplus becomes an advance of the document's own, so that at any time an item's total without its allocations is
    // what remains of it.
    private static (IReadOnlyList<OpenItem>, IReadOnlyList<Credit>, IReadOnlyList<Allocation>) ChangeItem(
        LedgerHead head, Posting posting, OpenItem changed, decimal receivable, DateTimeOffset postedAt)
    {
        var before = head.ItemOf(changed.Ref);
        var others = head.Open.Where(item => item.Ref != changed.Ref).ToArray();
        var remaining = (before?.Remaining ?? 0m) + receivable;
        if (remaining > 0m && before is null)
        {
            // It was settled: what it grew by is open, and advances may settle that.
            return SettleFromCredits(head with { Open = others }, changed with { Remaining = remaining });
        }

        Require(changed.Total >= 0m, posting, "changes an item below zero");
        return remaining switch
        {
            > 0m => ([.. others, changed with { Remaining = remaining }], head.Credits, []),
            0m => (others, head.Credits, []),
            _ => (others, [.. head.Credits, new Credit(changed.Ref, changed.Number, changed.Currency, posting.ValueOn, -remaining, postedAt)],
                [new Allocation(changed.Ref, changed, remaining, postedAt)]),
        };
    }

    private static List<OpenItem> Reduced(IReadOnlyList<OpenItem> open, List<Allocation> allocations)
    {
        var amounts = allocations.ToDictionary(allocation => allocation.Item.Ref, allocation => allocation.Amount, StringComparer.Ordinal);
        var next = new List<OpenItem>(open.Count);
        foreach (var item in open)
        {
            var remaining = item.Remaining - amounts.GetValueOrDefault(item.Ref);
            if (remaining > 0m)
                next.Add(item with { Remaining = remaining });
        }

        return next;
    }

    private static IReadOnlyList<CurrencyBalance> With(
        IReadOnlyList<CurrencyBalance> balances, Currency currency, decimal receivable, decimal payable)
    {
        var before = balances.FirstOrDefault(balance => balance.Currency == currency.Code) ?? new(currency.Code, 0m, 0m);
        var after = before with { Receivable = before.Receivable + receivable, Payable = before.Payable + payable };
        return balances.Contains(before)
            ? [.. balances.Select(balance => balance == before ? after : balance)]
            : [.. balances, after];
    }

    private static void Require(bool holds, Posting posting, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"The posting {posting.Id} {what}.");
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
