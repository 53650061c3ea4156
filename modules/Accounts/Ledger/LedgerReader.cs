using System.Globalization;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>An account's movements in a range of value dates, in one currency, with its balances around them.</summary>
public sealed record Statement(Currency Currency, DateOnly From, DateOnly To, decimal Opening, IReadOnlyList<StatementLine> Lines, decimal Closing, long Sequence, string Hash);

public sealed record StatementLine(Entry Entry, decimal Debit, decimal Credit, decimal Balance);

/// <summary>Reads an account's ledger: its head, its statement, who settled what.</summary>
public sealed class LedgerReader(AccountStore accounts)
{
    /// <summary>The head of the ledger; an empty one where nothing was ever posted.</summary>
    public async Task<LedgerHead> Head(string account, CancellationToken cancellation) =>
        (await accounts.Find(account, AccountsRows.Head, AccountsRows.HeadType, cancellation))?.Value ?? Bookkeeping.Empty(account);

    /// <summary>
    /// The head as those see it who ask about single items of this account: where it was merged into another, with what is
    /// still open of its items there, under their own names. Never summed over accounts: the survivor counts them too.
    /// </summary>
    public async Task<LedgerHead> Standing(string account, CancellationToken cancellation) =>
        await Standing(account, await Head(account, cancellation), cancellation);

    /// <summary>The same, of a head that was read already. Its sequence counts what happens in either account.</summary>
    public async Task<LedgerHead> Standing(string account, LedgerHead head, CancellationToken cancellation)
    {
        if (head.MovedTo is not { } survivor)
            return head;
        // What arrives and is settled while this reads may be seen as open still. So this state is no later than what is
        // read first here, and a row that is made of it gives way to one made after the arrival.
        var sequence = checked(head.Sequence + (await Head(survivor, cancellation)).Sequence);
        // What is on its way is looked for first: it arrives before it stops being so.
        var under = new List<OpenItem>();
        await foreach (var move in accounts.Tables.All(AccountStore.Table, account, KeyRange.Prefix(AccountsRows.MovePrefix), AccountsRows.MoveType, cancellation))
        {
            if (await HasPosted(survivor, Moves.NameOf(account, move.Value.Parts[0]), cancellation))
                continue;
            foreach (var part in move.Value.Parts.Where(part => part.AreItems))
                under.AddRange((await MadeBy(account, part.Sequence, cancellation)).Select(allocation => Moves.Arriving(account, part.Sequence, allocation)));
        }

        return Standing(account, head, await Head(survivor, cancellation), under) with { Sequence = sequence };
    }

    internal static LedgerHead Standing(string account, LedgerHead head, LedgerHead survivor, IEnumerable<OpenItem> underWay) => head with
    {
        Sequence = checked(head.Sequence + survivor.Sequence),
        Open =
        [
            .. survivor.Open.Concat(underWay).DistinctBy(item => item.Ref)
                .Where(item => Refs.Origin(account, item.Ref) is not null)
                .GroupBy(item => Refs.Origin(account, item.Ref)!, StringComparer.Ordinal)
                .Select(item => item.First() with { Ref = item.Key, Total = item.Sum(part => part.Total), Remaining = item.Sum(part => part.Remaining) }),
        ],
    };

    /// <summary>The allocations that one entry made.</summary>
    internal async Task<IReadOnlyList<Allocation>> MadeBy(string account, long sequence, CancellationToken cancellation)
    {
        var made = new List<Allocation>();
        var range = KeyRange.Prefix(AccountsRows.Allocations(sequence));
        await foreach (var row in accounts.Tables.All(AccountStore.Table, account, range, AccountsRows.AllocationType, cancellation))
            made.AddRange(row.Value.Allocations);
        return made;
    }

    /// <summary>Whether a posting of this identity was made.</summary>
    public async Task<bool> HasPosted(string account, string id, CancellationToken cancellation) =>
        await accounts.Find(account, AccountsRows.Posting(id), AccountsRows.PostingType, cancellation) is not null;

    /// <summary>From and to are both inclusive.</summary>
    public async Task<Statement> Statement(string account, DateOnly from, DateOnly to, Currency currency, CancellationToken cancellation)
    {
        var head = await Head(account, cancellation);
        var opening = 0m;
        var months = KeyRange.Between(AccountsRows.Month(""), AccountsRows.Month(from.ToString("yyyy-MM", CultureInfo.InvariantCulture)));
        await foreach (var month in accounts.Tables.All(AccountStore.Table, account, months, AccountsRows.MonthType, cancellation))
        {
            foreach (var turnover in month.Value.Currencies.Where(item => item.Currency == currency.Code))
                opening += turnover.Debit - turnover.Credit;
        }

        var lines = new List<StatementLine>();
        var balance = opening;
        var entries = KeyRange.Between(AccountsRows.Entry(new DateOnly(from.Year, from.Month, 1)), AccountsRows.Entry(to.AddDays(1)));
        await foreach (var row in accounts.Tables.All(AccountStore.Table, account, entries, AccountsRows.EntryType, cancellation))
        {
            var (debit, credit) = LedgerSession.Columns(row.Value.Own);
            if (row.Value.Currency != currency.Code || (debit == 0m && credit == 0m))
                continue;
            balance += debit - credit;
            if (row.Value.ValueOn < from)
                opening = balance;
            else
                lines.Add(new(row.Value, debit, credit, balance));
        }

        return new(currency, from, to, opening, lines, balance, head.Sequence, head.Hash);
    }

    /// <summary>Every entry of the account in the order it was posted, for verifying the chain.</summary>
    public async Task<IReadOnlyList<Entry>> Entries(string account, CancellationToken cancellation)
    {
        var entries = new List<Entry>();
        await foreach (var row in accounts.Tables.All(AccountStore.Table, account, KeyRange.Prefix(AccountsRows.EntryPrefix), AccountsRows.EntryType, cancellation))
            entries.Add(row.Value);
        return [.. entries.OrderBy(entry => entry.Sequence)];
    }

    /// <summary>The entry that a posting of this identity made; null where none was.</summary>
    public async Task<Entry?> EntryOf(string account, string posting, CancellationToken cancellation) =>
        await accounts.Find(account, AccountsRows.Posting(posting), AccountsRows.PostingType, cancellation) is { } mark
            ? (await accounts.Find(account, mark.Value.EntryKey, AccountsRows.EntryType, cancellation))?.Value
            : null;

    /// <summary>What each credit settles, folded over all allocations of the account: amounts undone since are left out.</summary>
    public async Task<ILookup<string, Allocation>> Allocations(string account, CancellationToken cancellation)
    {
        var history = await AllocationHistory(account, cancellation);
        return Net(history.SelectMany(row => row.Allocations)).ToLookup(allocation => allocation.Credit, StringComparer.Ordinal);
    }

    /// <summary>Every allocation that was ever made or undone, in the order of posting.</summary>
    internal async Task<IReadOnlyList<AllocationRow>> AllocationHistory(string account, CancellationToken cancellation)
    {
        var rows = new List<AllocationRow>();
        await foreach (var row in accounts.Tables.All(AccountStore.Table, account, KeyRange.Prefix(AccountsRows.AllocationPrefix), AccountsRows.AllocationType, cancellation))
            rows.Add(row.Value);
        return rows;
    }

    /// <summary>One allocation for each credit and item, undone amounts left out.</summary>
    internal static IEnumerable<Allocation> Net(IEnumerable<Allocation> history)
    {
        var net = new Dictionary<(string Credit, string Item), Allocation>();
        foreach (var allocation in history)
        {
            var key = (allocation.Credit, allocation.Item.Ref);
            net[key] = net.TryGetValue(key, out var before) ? before with { Amount = before.Amount + allocation.Amount } : allocation;
        }

        return net.Values.Where(allocation => allocation.Amount != 0m);
    }

    /// <summary>What this credit settles now.</summary>
    public async Task<IReadOnlyList<Allocation>> AllocationsOf(string account, string credit, CancellationToken cancellation) =>
        [.. (await Allocations(account, cancellation))[credit]];

    /// <summary>Every allocation that was ever made or undone, in the order of posting: for a decision that adds to them.</summary>
    public async Task<IReadOnlyList<Allocation>> History(string account, CancellationToken cancellation) =>
        [.. (await AllocationHistory(account, cancellation)).SelectMany(row => row.Allocations)];

    /// <summary>What this credit settles after such a history.</summary>
    public static IReadOnlyList<Allocation> AllocationsBy(string credit, IEnumerable<Allocation> history) =>
        [.. Net(history.Where(allocation => allocation.Credit == credit))];

    /// <summary>What settles this item after such a history.</summary>
    public static IReadOnlyList<Allocation> AllocationsTo(string item, IEnumerable<Allocation> history) =>
        [.. Net(history.Where(allocation => allocation.Item.Ref == item))];

    /// <summary>How much of each item was written off by hand or as a small difference; items without are left out.</summary>
    public async Task<IReadOnlyDictionary<string, decimal>> WrittenOff(string account, LedgerHead head, CancellationToken cancellation) =>
        !head.HasWriteOffs
            ? new Dictionary<string, decimal>(StringComparer.Ordinal)
            : Net((await History(account, cancellation)).Where(allocation => Refs.IsWriteOff(allocation.Credit)))
                .GroupBy(allocation => allocation.Item.Ref, StringComparer.Ordinal)
                .ToDictionary(item => item.Key, item => item.Sum(allocation => allocation.Amount), StringComparer.Ordinal);

    /// <summary>The same for single items of an account, wherever they stand by now: see <see cref="Standing"/>.</summary>
    public async Task<IReadOnlyDictionary<string, decimal>> WrittenOffOf(string account, LedgerHead head, CancellationToken cancellation)
    {
        var here = await WrittenOff(account, head, cancellation);
        if (head.MovedTo is not { } survivor)
            return here;
        var there = await WrittenOff(survivor, await Head(survivor, cancellation), cancellation);
        return here.Concat(there.Where(item => Refs.Origin(account, item.Key) is not null).Select(item => KeyValuePair.Create(Refs.Origin(account, item.Key)!, item.Value)))
            .GroupBy(item => item.Key, StringComparer.Ordinal)
            .ToDictionary(item => item.Key, item => item.Sum(part => part.Value), StringComparer.Ordinal);
    }

    /// <summary>The first entry whose hash, predecessor, sequence or sum is not what it must be; null for a sound chain.</summary>
    public static Entry? FirstBroken(string account, IReadOnlyList<Entry> entries)
    {
        var previous = Bookkeeping.Empty(account);
        var hash = previous.Hash;
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            if (entry.Sequence != i + 1 || entry.Previous != hash || entry.Hash != Bookkeeping.HashOf(entry) || entry.Lines.Sum(line => line.Amount) != 0m)
                return entry;
            hash = entry.Hash;
        }

        return null;
    }
}
