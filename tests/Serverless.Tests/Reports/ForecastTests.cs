using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Payments;
using Vade.Tests.Billing;
using Vade.Tests.Payments;

namespace Vade.Tests.Reports;

public sealed class ForecastTests
{
    private static readonly DateOnly Monday = new(2026, 11, 2);

    [Theory]
    [InlineData("2026-11-10", 0, "2026-11-10")]
    [InlineData("2026-11-10", 5, "2026-11-15")]
    [InlineData("2026-11-10", -3, "2026-11-07")]
    [InlineData("2026-11-03", -9, "2026-11-02")]
    [InlineData("2026-11-01", 9, "2026-11-10")]
    [InlineData("2026-10-01", 9, "2026-11-11")]
    [InlineData("2026-10-01", 0, "2026-11-02")]
    [InlineData("2026-10-01", -9, "2026-11-02")]
    [Trait("Feature", "B26")]
    public void Money_is_expected_on_its_due_date_and_as_much_later_as_the_customer_usually_pays(string dueOn, int habit, string expected) =>
        Assert.Equal(DateOnly.Parse(expected, null), Forecast.ExpectedOn(DateOnly.Parse(dueOn, null), habit, Monday));

    [Fact]
    public void The_habit_is_the_median_of_the_items_that_were_settled_last()
    {
        AllocationRow Paid(long sequence, int daysLate, string item, decimal amount = 10m) => new(
            sequence, default, [new("payment-1", new(item, item, "TRY", Monday, Monday, 10m, 10m), amount)], Monday.AddDays(daysLate));
        var head = Bookkeeping.Empty("C1");
        Assert.Null(Debts.Of(head, []).HabitDays);
        Assert.Equal(4, Debts.Of(head, [Paid(1, 4, "A"), Paid(2, 400, "B"), Paid(3, -2, "C")]).HabitDays);
        // Taken back, or still open in part, it is not settled.
        Assert.Null(Debts.Of(head, [Paid(1, 4, "A"), Paid(2, 9, "A", -10m)]).HabitDays);
        Assert.Null(Debts.Of(head with { Open = [new("A", "A", "TRY", Monday, Monday, 10m, 5m)] }, [Paid(1, 4, "A", 5m)]).HabitDays);
        // Twelve count; the first of thirteen does not.
        Assert.Equal(1, Debts.Of(head, [Paid(1, 90, "A0"), .. Enumerable.Range(2, 12).Select(i => Paid(i, 1, $"A{i}"))]).HabitDays);
    }

    [Fact]
    [Trait("Feature", "B26")]
    public async Task The_cash_flow_holds_open_invoices_and_those_that_services_will_make_each_in_its_week()
    {
        await using var host = PaymentsGiven.Start("2026-11-02T09:00:00Z");
        var saved = Assert.IsType<CustomerSaved.Kept>(await host.Get<SaveCustomer>().Save("C1", new("Güneş", DueDays: 10), default));
        await host.Service(saved.Customer, "S1", new([new("Bakım", 100m, 20m)], new(2026, 11, 20), EndsOn: new(2027, 1, 31)));
        var invoice = await host.Invoice(saved.Customer, "R1", 200m);
        await host.Advance(TimeSpan.FromMinutes(20));

        var days = await host.Get<Forecast>().Of(Currency.TRY, Monday, Monday.AddDays(100), default);
        Assert.Equal(
            [(invoice.DueOn, 240m, 0m), (new(2026, 11, 30), 0m, 120m), (new(2026, 12, 30), 0m, 120m), (new(2027, 1, 30), 0m, 120m)],
            days.Select(day => (day.On, day.FromInvoices, day.FromPlans)));

        // Half a month of it is paid in advance, and this customer has paid two days late.
        await host.Advance(TimeSpan.FromDays(12));
        await host.Get<RecordPayment>().Record(saved.Customer, new(300m, "cash", "P1", "TRY"), default);
        await host.Advance(TimeSpan.FromMinutes(20));
        var today = Monday.AddDays(12);
        var habit = (await host.Get<Debtors>().Find(AccountStore.Of("C1"), default))!.Debts.HabitDays!.Value;
        Assert.Equal(today.DayNumber - invoice.DueOn.DayNumber, habit);
        days = await host.Get<Forecast>().Of(Currency.TRY, today, today.AddDays(100), default);
        Assert.Equal(
            [(new DateOnly(2026, 11, 30).AddDays(habit), 60m), (new DateOnly(2026, 12, 30).AddDays(habit), 120m), (new DateOnly(2027, 1, 30).AddDays(habit), 120m)],
            days.Select(day => (day.On, day.FromPlans)));
    }

    [Fact]
    public async Task What_a_plan_says_is_what_is_issued()
    {
        await using var host = PaymentsGiven.Start("2026-11-01T06:00:00Z");
        var saved = Assert.IsType<CustomerSaved.Kept>(await host.Get<SaveCustomer>().Save("C1", new("Güneş"), default));
        await host.Service(saved.Customer, "S1", Given.Monthly("2026-11-10", months: 2, endsOn: "2027-06-05", prorate: true));
        await host.Service(saved.Customer, "S2", Given.Monthly("2026-10-31", price: "99.99"));
        await host.Service(saved.Customer, "S2", Given.Monthly("2026-10-31", price: "45.67", months: 3));
        await host.Advance(TimeSpan.FromMinutes(1));
        var foreseen = new List<(string?, DateOnly, decimal)>();
        await foreach (var plan in host.Get<Plans>().All(default))
            foreseen.AddRange(plan.Dates(new(2026, 11, 1), new(2027, 8, 1)).Select(on => ((string?)plan.Service.Code, on, plan.AmountOn(on).Total)));

        for (var month = 0; month < 9; month++)
        {
            await host.RunBilling();
            await host.Advance(TimeSpan.FromDays(31));
        }

        await host.RunBilling();
        await host.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(foreseen.Order(), (await host.Invoices("C1")).Where(invoice => invoice.On <= new DateOnly(2027, 8, 1)).Select(invoice => (invoice.Service, invoice.On, invoice.Total)).Order());
        Assert.Equal(8, foreseen.Count);
    }

    [Fact]
    public async Task The_offices_figures_are_those_of_its_reports()
    {
        await using var host = PaymentsGiven.Start("2026-11-04T09:00:00Z");
        var saved = Assert.IsType<CustomerSaved.Kept>(await host.Get<SaveCustomer>().Save("C1", new("Güneş", DueDays: 0), default));
        await host.Invoice(saved.Customer, "R1", 100m);
        await host.Advance(TimeSpan.FromDays(1));
        await host.Invoice(saved.Customer, "R2", 200m);
        await host.Get<RecordPayment>().Record(saved.Customer, new(20m, "cash", "P1", "TRY"), default);
        await host.Get<SaveCustomer>().Save("C1", new("Güneş", DueDays: 2), default);
        await host.Invoice((await host.Get<CustomerReader>().OfCode("C1", default))!, "R3", 300m);
        await host.Advance(TimeSpan.FromMinutes(20));

        var figures = await host.Get<OfficeFigures>().Read(null, default);
        Assert.Equal((new Figure(100m, 1), 1), (figures.Overdue, figures.OverdueCustomers));
        Assert.Equal(new Figure(240m, 1), figures.DueToday);
        Assert.Equal(new Figure(240m, 1), figures.DueThisWeek with { Count = 1, Amount = figures.DueToday.Amount });
        Assert.Equal((new Figure(20m, 1), 20m), (figures.CollectedThisMonth, Assert.Single(figures.Collected).Amount));
        Assert.Equal(100m + 240m + 360m, figures.Expected.Sum(day => day.FromInvoices));
    }
}
