using Vade.Accounts;
using Vade.Billing;

namespace Vade.Simulation;

/// <summary>
/// A second book of one account, kept by the simplest means from what is committed: it shares no code with the ledger
/// and the schedules that it checks.
/// </summary>
internal sealed class AccountBook
{
    private static readonly LedgerAccounts Chart = new();
    private readonly Dictionary<string, decimal> receivable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Service>> rhythms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateOnly> invoicedThrough = new(StringComparer.Ordinal);
    private long sequence;
    private string? hash;
    private Entry? last;

    /// <summary>The services as they stand.</summary>
    public Dictionary<string, Service> Services { get; } = new(StringComparer.Ordinal);

    public void Enter(Entry entry)
    {
        last = entry;
        if (entry.Lines.Sum(line => line.Amount) != 0m)
            throw new BrokenException(Invariants.LedgerSums, $"entry {entry.Sequence} {entry.Id}");
        if (entry.Sequence != sequence + 1 || (hash is not null && entry.Previous != hash))
            throw new BrokenException(Invariants.EntriesStand, $"entry {entry.Sequence} {entry.Id} follows {sequence}");
        (sequence, hash) = (entry.Sequence, entry.Hash);
        receivable[entry.Currency] = receivable.GetValueOrDefault(entry.Currency)
            + entry.Lines.Where(line => line.Account == Chart.Receivable).Sum(line => line.Amount);
    }

    public void Compare(LedgerHead head)
    {
        if (head.Sequence != sequence || (hash is not null && head.Hash != hash))
            throw new BrokenException(Invariants.EntriesStand, $"the head stands at {head.Sequence}, the entries at {sequence}");
        foreach (var (currency, owed) in receivable)
        {
            var open = head.Open.Where(item => item.Currency == currency).Sum(item => item.Remaining)
                - head.Credits.Where(credit => credit.Currency == currency).Sum(credit => credit.Left);
            if (open != owed)
                throw new BrokenException(Invariants.LedgerIsOpenItems, $"entries say {owed} {currency}, open items {open}");
        }

        // Of a document that the ERP made smaller after it was paid, the surplus may have settled others by the time the
        // payment is taken back; then more of it is open than it says.
        if (head.Open.FirstOrDefault(item => item.Remaining <= 0m
            || (item.Remaining > item.Total && !item.Ref.StartsWith(AccountsRows.DocumentPrefix, StringComparison.Ordinal))) is { } odd)
            throw new BrokenException(Invariants.LedgerIsOpenItems, $"the item {odd.Number} has {odd.Remaining} of {odd.Total} open");
        if (head.MovedTo is not null && (head.Open.Count > 0 || head.Credits.Count > 0))
            throw new BrokenException(Invariants.MergedIsEmpty, $"{head.Open.Count} items and {head.Credits.Count} advances stand at {head.Sequence}");
        if (head.Credits.FirstOrDefault(credit => credit.Ref.StartsWith("writeoff-", StringComparison.Ordinal) || credit.Ref.StartsWith("small-", StringComparison.Ordinal)) is { } rest)
            throw new BrokenException(Invariants.WriteOffsFit, $"{rest.Left} of {rest.Ref} closes nothing and waits as an advance");
        if (last is { Kind: PostingKind.Payout } && head.ItemOf(last.Id) is { } unpaid)
            throw new BrokenException(Invariants.PayoutsFit, $"{unpaid.Remaining} of {unpaid.Total} was paid out without an advance");
        if (last is { Kind: PostingKind.Reallocation, Lines.Count: > 0 })
            throw new BrokenException(Invariants.PaymentsWhole, $"the re-allocation {last.Id} moves money");
        if (head.Open.GroupBy(item => item.Ref, StringComparer.Ordinal).Any(items => items.Count() > 1))
            throw new BrokenException(Invariants.LedgerIsOpenItems, "an item is open twice");
    }

    /// <summary>A service came from another account with all that was invoiced of it there.</summary>
    public void Came(Service service, AccountBook from, string code)
    {
        DateOnly? through = from.invoicedThrough.TryGetValue(code, out var day) ? day : null;
        if (service.BilledThrough != through)
            throw new BrokenException(Invariants.PeriodOnce, $"{service.Code} came with invoices through {service.BilledThrough:yyyy-MM-dd}, and has them through {through:yyyy-MM-dd}");
        if (through is { } last)
            invoicedThrough[service.Code] = last;
    }

    /// <summary>A service was saved, or has got another invoice.</summary>
    public void Changed(Service service)
    {
        Services[service.Code] = service;
        (rhythms.TryGetValue(service.Code, out var known) ? known : rhythms[service.Code] = []).Add(service);
    }

    /// <summary>
    /// An invoice of a service was issued: for the first date behind what was invoiced before, by the rhythm that it has
    /// or had since then, because it is sealed a moment before it is issued.
    /// </summary>
    public void Invoiced(string code, DateOnly on, DateOnly? through)
    {
        if (Services[code].MovedAs is { } name)
            throw new BrokenException(Invariants.PeriodOnce, $"{code} is invoiced for {on:yyyy-MM-dd}, and goes on as {name} with the survivor");
        var rhythm = rhythms[code].LastOrDefault(service => NextDate(service) == on
                && (through == LastDay(service, on) || (service.Prorate && through == service.EndsOn && through < LastDay(service, on))))
            ?? throw new BrokenException(Invariants.PeriodOnce, $"{code} is invoiced for {on:yyyy-MM-dd} through {through:yyyy-MM-dd}, and the next date is {NextDate(Services[code]):yyyy-MM-dd}");
        invoicedThrough[code] = LastDay(rhythm, on);
        rhythms[code] = [rhythm];
    }

    /// <summary>The first date that is not invoiced yet; null behind the end of the service.</summary>
    public DateOnly? NextDate(Service service)
    {
        var through = invoicedThrough.GetValueOrDefault(service.Code, service.StartsOn.AddDays(-1));
        var next = Dates(service.StartsOn, service.EveryMonths).First(date => date > through);
        return next > service.EndsOn ? null : next;
    }

    private static DateOnly LastDay(Service service, DateOnly on) => Dates(service.StartsOn, service.EveryMonths).First(date => date > on).AddDays(-1);

    /// <summary>The dates of a rhythm, month by month from the anchor; a short month lends its last day.</summary>
    private static IEnumerable<DateOnly> Dates(DateOnly anchor, int everyMonths)
    {
        for (var (year, month) = (anchor.Year, anchor.Month); year < 2200;)
        {
            yield return new(year, month, Math.Min(anchor.Day, DateTime.DaysInMonth(year, month)));
            (year, month) = (year + ((month + everyMonths - 1) / 12), ((month + everyMonths - 1) % 12) + 1);
        }
    }
}
