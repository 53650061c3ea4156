using System.Globalization;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>Debit and credit of one month by value date, so that a statement need not fold ten years.</summary>
public sealed record MonthTurnover(IReadOnlyList<CurrencyTurnover> Currencies);

public sealed record CurrencyTurnover(string Currency, decimal Debit, decimal Credit);

/// <summary>Allocations that one entry made, a thousand to a row.</summary>
/// <param name="On">The value date of the entry; null in rows of older releases.</param>
public sealed record AllocationRow(long Sequence, DateTimeOffset At, IReadOnlyList<Allocation> Allocations, DateOnly? On = null);

/// <summary>That a posting was made, and where its entry stands.</summary>
public sealed record PostingMark(string EntryKey, string Hash);

/// <summary>Opens the ledger of an account for a handler that posts to it.</summary>
public sealed class Ledger(AccountStore accounts, Settings settings, TimeProvider clock)
{
    public async Task<LedgerSession> Open(string account, CancellationToken cancellation)
    {
        var head = await accounts.Find(account, AccountsRows.Head, AccountsRows.HeadType, cancellation);
        var chart = await settings.Get(AccountsSettings.Section, cancellation);
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        return new(accounts, account, head, chart, organisation.LastClosedDay(organisation.Today(clock)), clock.GetUtcNow());
    }
}

/// <summary>
/// The ledger of one account while a handler works on it: postings are applied in memory and then written with the
/// facts into the handler's batch, under the head's ETag. Nothing is stored until that batch is committed.
/// </summary>
public sealed class LedgerSession(
    AccountStore accounts, string account, Stored<LedgerHead>? stored, LedgerAccounts chart, DateOnly? closedThrough, DateTimeOffset now)
{
    // A thousand stay far below a row's mebibyte, however long the names in them are.
    private const int AllocationsPerRowMax = 1_000;
    private readonly List<(Posting Posting, Booked Booked)> _booked = [];
    private DateOnly? _movedOn;

    public LedgerHead Head { get; private set; } = stored?.Value ?? Bookkeeping.Empty(account);

    public LedgerAccounts Accounts => chart;

    /// <summary>A closed period refuses back-dating.</summary>
    public bool IsClosed(DateOnly valueOn) => valueOn <= closedThrough;

    /// <summary>This date, or the first behind it that is open: for what must be booked whenever it is heard of.</summary>
    public DateOnly FirstOpen(DateOnly valueOn) => IsClosed(valueOn) ? closedThrough!.Value.AddDays(1) : valueOn;

    /// <summary>What was posted so far.</summary>
    internal IEnumerable<Posting> Posted => _booked.Select(item => item.Posting);

    /// <summary>From this day on whatever is open or waits goes on to the account of the survivor.</summary>
    internal void MoveTo(string survivor, DateOnly on) => (Head, _movedOn) = (Head with { MovedTo = survivor }, on);

    /// <summary>Applies a posting; the allocations it made are returned.</summary>
    /// <exception cref="InvalidOperationException">It breaks a rule of the ledger, or its period is closed.</exception>
    public IReadOnlyList<Allocation> Post(Posting posting)
    {
        if (IsClosed(posting.ValueOn))
            throw new InvalidOperationException($"The period of {posting.ValueOn:yyyy-MM-dd} is closed.");
        var booked = Bookkeeping.Apply(Head, posting, chart, now);
        _booked.Add((posting, booked));
        Head = booked.Head;
        return booked.Allocations;
    }

    /// <summary>Adds what was posted to the batch: entries, allocations, month turnovers and the head.</summary>
    public async Task Write(AccountBatch batch, CancellationToken cancellation)
    {
        if (_booked.Count == 0 && _movedOn is null)
            return;
        if (Head.MovedTo is { } survivor)
            Moves.Leave(this, batch, survivor, _booked.Select(item => item.Posting.ValueOn).Append(_movedOn ?? DateOnly.MinValue).Max());
        foreach (var (posting, booked) in _booked)
        {
            var key = AccountsRows.Entry(booked.Entry);
            batch.Insert(key, booked.Entry, AccountsRows.EntryType);
            batch.Insert(AccountsRows.Posting(posting.Id), new PostingMark(key, booked.Entry.Hash), AccountsRows.PostingType);
            foreach (var (part, allocations) in booked.Allocations.Chunk(AllocationsPerRowMax).Index())
                batch.Insert(AccountsRows.Allocation(booked.Entry.Sequence, part), new AllocationRow(booked.Entry.Sequence, now, allocations, posting.ValueOn), AccountsRows.AllocationType);
        }

        foreach (var month in _booked.GroupBy(item => item.Posting.ValueOn.ToString("yyyy-MM", CultureInfo.InvariantCulture), StringComparer.Ordinal))
        {
            var key = AccountsRows.Month(month.Key);
            var before = await accounts.Find(account, key, AccountsRows.MonthType, cancellation);
            var after = month.Aggregate(before?.Value ?? new([]), (turnover, item) => With(turnover, item.Booked.Entry));
            batch.Write(key, before, after, AccountsRows.MonthType);
        }

        batch.Write(AccountsRows.Head, stored, Head, AccountsRows.HeadType);
        batch.Publish(AccountMoved.Of(account, stored?.Value, Head, _booked.Select(item => item.Posting)), ProjectionsJson.Default.AccountMoved);
    }

    private static MonthTurnover With(MonthTurnover turnover, Entry entry)
    {
        var (debit, credit) = Columns(entry.Own);
        var before = turnover.Currencies.FirstOrDefault(item => item.Currency == entry.Currency) ?? new(entry.Currency, 0m, 0m);
        var after = before with { Debit = before.Debit + debit, Credit = before.Credit + credit };
        return new([.. turnover.Currencies.Where(item => item.Currency != entry.Currency), after]);
    }

    /// <summary>The customer's own account in the two columns of a statement.</summary>
    internal static (decimal Debit, decimal Credit) Columns(decimal own) => own >= 0m ? (own, 0m) : (0m, -own);
}
