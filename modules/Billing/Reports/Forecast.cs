using Vade.Accounts;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>Money that is expected on a day, in one currency.</summary>
/// <param name="FromInvoices">Of what is open today.</param>
/// <param name="FromPlans">Of invoices that services are going to make, less what was paid for them in advance.</param>
/// <param name="Count">Of invoices, open and planned.</param>
public sealed record ExpectedDay(DateOnly On, decimal FromInvoices, decimal FromPlans, int Count);

/// <summary>
/// When money is going to come in (B26): what is open, and what services are going to invoice, each on its due date and
/// so many days later as its customer usually pays.
/// </summary>
public sealed class Forecast
{
    // A habit tells nothing about the far future of one invoice.
    private const int HabitDaysMax = 180;
    private readonly Debtors _debtors;
    private readonly Plans _plans;
    private readonly Settings _settings;

    internal Forecast(Debtors debtors, Plans plans, Settings settings) => (_debtors, _plans, _settings) = (debtors, plans, settings);

    private readonly record struct Payer(int HabitDays, int? DueDays, decimal Advance);

    /// <summary>The days from today through this one on which money is expected, in their order.</summary>
    public async Task<IReadOnlyList<ExpectedDay>> Of(Currency currency, DateOnly today, DateOnly through, CancellationToken cancellation)
    {
        var days = new SortedDictionary<DateOnly, ExpectedDay>();
        void Add(DateOnly on, decimal open, decimal planned)
        {
            if (on > through)
                return;
            var before = days.GetValueOrDefault(on) ?? new(on, 0m, 0m, 0);
            days[on] = new(on, before.FromInvoices + open, before.FromPlans + planned, before.Count + 1);
        }

        var payers = new Dictionary<string, Payer>(StringComparer.Ordinal);
        await foreach (var debtor in _debtors.All(cancellation))
        {
            var payer = new Payer(Habit(debtor.Debts), debtor.DueDays, debtor.Debts.AdvanceIn(currency));
            // Most customers have nothing of their own: they need not be remembered.
            if (payer != default)
                payers[debtor.Account] = payer;
            foreach (var item in debtor.Debts.Open.Where(item => item.Currency == currency.Code))
                Add(ExpectedOn(item.DueOn, payer.HabitDays, today), item.Remaining, 0m);
        }

        var defaults = await _settings.Get(BillingSettings.Section, cancellation);
        await foreach (var plan in _plans.All(cancellation))
        {
            if (plan.Service.Currency != currency.Code)
                continue;
            var payer = payers.GetValueOrDefault(plan.Account);
            foreach (var on in plan.Dates(today, through))
            {
                var total = plan.AmountOn(on).Total;
                var settled = Math.Min(payer.Advance, total);
                payer = payer with { Advance = payer.Advance - settled };
                var issuedOn = on > today ? on : today;
                var dueOn = issuedOn.AddDays(plan.Service.DueDays ?? payer.DueDays ?? defaults.DueDays);
                var expected = dueOn.AddDays(payer.HabitDays);
                Add(expected > issuedOn ? expected : issuedOn, 0m, total - settled);
            }

            if (payer != default)
                payers[plan.Account] = payer;
        }

        return [.. days.Values];
    }

    /// <summary>
    /// The day on which an open item is expected: its due date and the habit. What should have come by then and did not
    /// is expected from today on, by the habit again.
    /// </summary>
    internal static DateOnly ExpectedOn(DateOnly dueOn, int habitDays, DateOnly today)
    {
        var expected = dueOn.AddDays(habitDays);
        return expected >= today ? expected : dueOn >= today ? today : today.AddDays(Math.Max(0, habitDays));
    }

    private static int Habit(Debts debts) => Math.Clamp(debts.HabitDays ?? 0, -HabitDaysMax, HabitDaysMax);
}
