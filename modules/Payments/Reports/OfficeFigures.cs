using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Payments;

/// <summary>An amount and of how many invoices or payments it is.</summary>
public readonly record struct Figure(decimal Amount, int Count)
{
    internal Figure Plus(decimal amount) => new(Amount + amount, Count + 1);
}

/// <summary>What the office's first page shows, in one currency.</summary>
/// <param name="At">When it was counted.</param>
/// <param name="DueThisWeek">Due from today through Sunday, today's included; nothing that is overdue.</param>
/// <param name="OverdueCustomers">How many customers owe what is overdue.</param>
/// <param name="Collected">Of the current month, by day, days without money left out.</param>
/// <param name="Expected">Of four weeks from today on, by day.</param>
public sealed record OfficeNumbers(
    DateTimeOffset At, DateOnly Today, string Currency, Figure DueToday, Figure DueThisWeek, Figure Overdue, int OverdueCustomers,
    Figure CollectedThisMonth, IReadOnlyList<CollectedDay> Collected, IReadOnlyList<ExpectedDay> Expected);

public sealed record CollectedDay(DateOnly On, decimal Amount, int Count);

/// <summary>
/// The figures of the office's first page. Counting them reads a thousand rows at a time of the customers, of the
/// services and of the month's payments: for a few thousand it is done at every look. A large office looks at what was
/// counted within the last minutes, which costs one read.
/// </summary>
public sealed class OfficeFigures
{
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);
    private const int CountedRowsMax = 3_000;
    private const string Partition = "figures";

    private readonly Debtors _debtors;
    private readonly PaymentList _payments;
    private readonly Forecast _forecast;
    private readonly Settings _settings;
    private readonly ITables _tables;
    private readonly TimeProvider _clock;

    internal OfficeFigures(
        Debtors debtors, PaymentList payments, Forecast forecast, Settings settings, ITables tables, TimeProvider clock) =>
        (_debtors, _payments, _forecast, _settings, _tables, _clock) = (debtors, payments, forecast, settings, tables, clock);

    /// <summary>The figures in a currency, the organisation's own by default.</summary>
    public async Task<OfficeNumbers> Read(Currency? asked, CancellationToken cancellation)
    {
        var organisation = await _settings.Get(OrganisationSettings.Section, cancellation);
        var currency = asked ?? organisation.MoneyCurrency;
        var today = organisation.Today(_clock);
        if (await _tables.Find(PaymentsRows.Table, Partition, currency.Code, PaymentsRows.FiguresType, cancellation) is { Value: var kept }
            && kept.Today == today && _clock.GetUtcNow() - kept.At < Fresh)
            return kept;
        var (numbers, rows) = await Count(currency, today, cancellation);
        if (rows > CountedRowsMax)
            await _tables.Put(PaymentsRows.Table, Partition, currency.Code, numbers, PaymentsRows.FiguresType, cancellation);
        return numbers;
    }

    private async Task<(OfficeNumbers Numbers, int Rows)> Count(Currency currency, DateOnly today, CancellationToken cancellation)
    {
        var sunday = today.AddDays((7 - (int)today.DayOfWeek) % 7);
        var (dueToday, dueThisWeek, overdue, late, rows) = (default(Figure), default(Figure), default(Figure), 0, 0);
        await foreach (var debtor in _debtors.All(cancellation))
        {
            rows++;
            var isLate = false;
            foreach (var item in debtor.Debts.Open.Where(item => item.Currency == currency.Code && item.DueOn <= sunday))
            {
                if (item.DueOn < today)
                    (overdue, isLate) = (overdue.Plus(item.Remaining), true);
                else
                    dueThisWeek = dueThisWeek.Plus(item.Remaining);
                if (item.DueOn == today)
                    dueToday = dueToday.Plus(item.Remaining);
            }

            late += isLate ? 1 : 0;
        }

        var month = Month.Of(today);
        var days = new SortedDictionary<DateOnly, Figure>();
        await foreach (var payment in _payments.InNoOrder(new(From: month.First, To: month.Last, Currency: currency.Code), cancellation))
        {
            rows++;
            if (payment is { Posted: true, Status: not "cancelled" })
                days[payment.ReceivedOn] = days.GetValueOrDefault(payment.ReceivedOn).Plus(payment.Amount);
        }

        return (
            new(
                _clock.GetUtcNow(), today, currency.Code, dueToday, dueThisWeek, overdue, late,
                new(days.Values.Sum(day => day.Amount), days.Values.Sum(day => day.Count)),
                [.. days.Select(day => new CollectedDay(day.Key, day.Value.Amount, day.Value.Count))],
                await _forecast.Of(currency, today, today.AddDays(27), cancellation)),
            rows);
    }
}
