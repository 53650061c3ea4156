using Vade.Billing;
using Vade.Kernel;

namespace Vade.Tests.Billing;

public sealed class BillingRunTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    [Trait("Feature", "B2")]
    [Trait("Feature", "B6")]
    public async Task A_monthly_service_is_invoiced_on_its_date_exactly_once()
    {
        await using var host = SliceHost.Start("2026-11-14T06:00:00Z");
        var customer = await host.Customer("C1");
        await host.Service(customer, "S1", Given.Monthly("2026-11-15"));

        await host.RunBilling();
        Assert.Empty(await host.Invoices("C1"));

        await host.Advance(Day);
        for (var i = 0; i < 5; i++)
            await host.RunBilling();
        await host.Advance(TimeSpan.FromHours(2));

        var invoice = Assert.Single(await host.Invoices("C1"));
        Assert.Equal("VAD2026000000001", invoice.Number);
        Assert.Equal(new DateOnly(2026, 11, 15), invoice.IssuedOn);
        Assert.Equal(new DateOnly(2026, 11, 29), invoice.DueOn);
        Assert.Equal(1024.69m, invoice.Net);
        Assert.Equal(202.47m, invoice.Tax);
        Assert.Equal(1227.16m, (await host.Ledger("C1")).Balance(Currency.TRY).Amount);
        await host.BooksAreSound("C1");
    }

    [Fact]
    [Trait("Feature", "B3")]
    [Trait("Feature", "B4")]
    [Trait("Feature", "B5")]
    [Trait("Feature", "B23")]
    public async Task A_year_over_services_of_every_rhythm_invoices_every_date_once()
    {
        await using var host = SliceHost.Start("2026-01-01T06:00:00Z");
        var customer = await host.Customer("C1");
        await host.Service(customer, "monthly-31", Given.Monthly("2026-01-31"));
        await host.Service(customer, "quarterly", Given.Monthly("2026-02-10", months: 3));
        await host.Service(customer, "yearly", Given.Monthly("2026-06-30", months: 12));
        await host.Service(customer, "term", Given.Monthly("2026-03-15", endsOn: "2026-07-20"));

        for (var day = 0; day < 370; day++)
        {
            await host.Advance(Day);
            await host.RunBilling();
        }

        await host.Advance(TimeSpan.FromHours(2));
        var invoices = await host.Invoices("C1");
        string[] Dates(string service) => [.. invoices.Where(invoice => invoice.Service == service).OrderBy(invoice => invoice.On).Select(invoice => invoice.On.ToString("MM-dd", null))];
        Assert.Equal(["01-31", "02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31", "11-30", "12-31"], Dates("monthly-31"));
        Assert.Equal(["02-10", "05-10", "08-10", "11-10"], Dates("quarterly"));
        Assert.Equal(["06-30"], Dates("yearly"));
        Assert.Equal(["03-15", "04-15", "05-15", "06-15", "07-15"], Dates("term"));
        Assert.All(invoices, invoice => Assert.Equal(invoice.On, invoice.IssuedOn));
        await host.BooksAreSound("C1");
    }

    [Fact]
    [Trait("Feature", "B6")]
    public async Task After_months_of_downtime_every_missed_date_is_invoiced_at_once_on_the_day_of_return()
    {
        await using var host = SliceHost.Start("2026-01-10T06:00:00Z");
        var customer = await host.Customer("C1");
        await host.Service(customer, "S1", Given.Monthly("2026-01-15"));

        host.Clock.SetUtcNow(DateTimeOffset.Parse("2027-03-20T06:00:00Z", null));
        await host.RunBilling();
        await host.Advance(TimeSpan.FromHours(2));

        var invoices = await host.Invoices("C1");
        Assert.Equal(15, invoices.Count);
        Assert.All(invoices, invoice => Assert.Equal(new DateOnly(2027, 3, 20), invoice.IssuedOn));
        Assert.Equal("2026-01", invoices[0].Period);
        Assert.Equal("2027-03", invoices[^1].Period);
        await host.BooksAreSound("C1");
    }

    [Fact]
    [Trait("Feature", "B6")]
    public async Task Two_workers_that_run_at_once_issue_every_invoice_once()
    {
        await using var host = SliceHost.Start("2026-11-15T06:00:00Z");
        var codes = Enumerable.Range(1, 30).Select(i => $"C{i}").ToArray();
        foreach (var code in codes)
            await host.Service(await host.Customer(code), "S1", Given.Monthly("2026-10-15"));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.Get<Vade.Kernel.Messaging.Bus>().Send(new RunBilling(), BillingJson.Default.RunBilling, default)));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => host.Drain())));
        await host.Advance(TimeSpan.FromHours(2));

        foreach (var code in codes)
            Assert.Equal(2, (await host.Invoices(code)).Count);
        await host.BooksAreSound(codes);
    }

    [Fact]
    public async Task Numbers_start_at_one_in_the_new_year_and_follow_the_date_of_issue()
    {
        await using var host = SliceHost.Start("2026-12-30T06:00:00Z");
        var customer = await host.Customer("C1");
        await host.Service(customer, "old", Given.Monthly("2026-12-31"));
        await host.Service(customer, "new", Given.Monthly("2027-01-01"));
        for (var day = 0; day < 4; day++)
        {
            await host.Advance(Day);
            await host.RunBilling();
        }

        await host.Advance(TimeSpan.FromHours(2));
        Assert.Equal(["VAD2026000000001", "VAD2027000000001"], (await host.Invoices("C1")).Select(invoice => invoice.Number));
        await host.BooksAreSound("C1");
    }

    [Fact]
    public async Task The_day_of_billing_is_the_organisations_not_the_servers()
    {
        // 22:30 in UTC is half past one of the next day in Istanbul.
        await using var host = SliceHost.Start("2026-11-14T22:30:00Z");
        await host.Service(await host.Customer("C1"), "S1", Given.Monthly("2026-11-15"));
        await host.RunBilling();
        Assert.Equal(new DateOnly(2026, 11, 15), Assert.Single(await host.Invoices("C1")).IssuedOn);
    }

    [Fact]
    [Trait("Feature", "B1")]
    public async Task A_service_shows_its_next_dates_and_a_changed_rhythm_neither_skips_nor_repeats_a_month()
    {
        await using var host = SliceHost.Start("2026-01-01T06:00:00Z");
        var customer = await host.Customer("C1");
        var (service, isNew) = await host.Get<SaveService>().Save(customer, "S1", Given.Monthly("2026-01-31"), default);
        Assert.True(isNew);
        Assert.Equal([new(2026, 1, 31), new(2026, 2, 28), new(2026, 3, 31)], service.Upcoming(3));

        host.Clock.SetUtcNow(DateTimeOffset.Parse("2026-03-31T06:00:00Z", null));
        await host.RunBilling();
        await host.Service(customer, "S1", Given.Monthly("2026-01-31", months: 3));
        host.Clock.SetUtcNow(DateTimeOffset.Parse("2026-12-31T06:00:00Z", null));
        await host.RunBilling();
        await host.Service(customer, "S1", Given.Monthly("2026-01-31"));
        host.Clock.SetUtcNow(DateTimeOffset.Parse("2027-02-28T06:00:00Z", null));
        await host.RunBilling();
        await host.Advance(TimeSpan.FromHours(2));

        var dates = (await host.Invoices("C1")).Select(invoice => invoice.On).ToArray();
        Assert.Equal(dates.Distinct(), dates);
        // Monthly to March, then each quarter from April on, then monthly behind the last quarter.
        Assert.Equal(
            ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-07-31", "2026-10-31", "2027-01-31", "2027-02-28"],
            dates.Select(date => date.ToString("yyyy-MM-dd", null)));
        await host.BooksAreSound("C1");
    }

    [Fact]
    public async Task Services_added_and_changed_while_a_run_is_on_its_way_are_invoiced_once()
    {
        await using var host = SliceHost.Start("2026-11-15T06:00:00Z");
        var customer = await host.Customer("C1");
        await host.Service(customer, "S1", Given.Monthly("2026-11-15"));

        await host.SealOnly();
        await host.Service(customer, "S1", Given.Monthly("2026-11-15", price: "2000.00", months: 2, endsOn: "2026-11-16"));
        await host.Service(customer, "S2", Given.Monthly("2026-11-15"));
        await host.Drain();
        await host.RunBilling();
        await host.Advance(TimeSpan.FromHours(2));

        Assert.Equal(["S1", "S2"], (await host.Invoices("C1")).Select(invoice => invoice.Service));
        await host.BooksAreSound("C1");
    }

    /// <summary>Found by the simulation: what was sealed could not be issued once nothing fell on its date any more.</summary>
    [Theory]
    [InlineData("2026-11-03", 1, null)]
    [InlineData("2026-12-20", 1, null)]
    [InlineData("2026-11-15", 12, null)]
    [InlineData("2026-10-01", 1, "2026-10-31")]
    public async Task What_was_sealed_is_issued_for_its_period_whatever_rhythm_the_service_has_got_since(string startsOn, int months, string? endsOn)
    {
        await using var host = SliceHost.Start("2026-11-15T06:00:00Z");
        var customer = await host.Customer("C1");
        await host.Service(customer, "S1", Given.Monthly("2026-11-15"));
        await host.SealOnly();
        await host.Service(customer, "S1", Given.Monthly(startsOn, months: months, endsOn: endsOn));

        // What the new rhythm calls due waits until the sealed one is issued, or the same days would be charged twice.
        await host.SealOnly();
        await host.RunBilling();
        await host.Advance(TimeSpan.FromHours(2));

        var invoice = Assert.Single(await host.Invoices("C1"));
        Assert.Equal((new DateOnly(2026, 11, 15), new DateOnly(2026, 12, 14)), (invoice.On, invoice.Through));
        await host.BooksAreSound("C1");

        host.Clock.Advance(TimeSpan.FromDays(400));
        await host.RunBilling();
        await host.Advance(TimeSpan.FromHours(2));
        Assert.All((await host.Invoices("C1")).Skip(1), later => Assert.True(later.On > invoice.Through));
        await host.BooksAreSound("C1");
    }

    /// <summary>Found by the simulation: the monitor asked for an invoice by the new rhythm that was issued by the old one.</summary>
    [Fact]
    [Trait("Feature", "B23")]
    public async Task The_monitor_finds_nothing_missing_when_an_invoiced_service_gets_another_first_day()
    {
        await using var host = SliceHost.Start("2026-11-15T06:00:00Z");
        var customer = await host.Customer("C1");
        await host.Service(customer, "S1", Given.Monthly("2026-11-15"));
        await host.RunBilling();
        await host.Service(customer, "S1", Given.Monthly("2026-11-20"));
        await host.Advance(TimeSpan.FromHours(2));

        Assert.Empty(await host.Get<MissingInvoices>().Find(default));
        await host.BooksAreSound("C1");
    }

    [Fact]
    public async Task A_run_that_is_finished_after_its_period_was_closed_is_booked_on_the_first_open_day()
    {
        await using var host = SliceHost.Start("2026-10-31T06:00:00Z");
        await host.Service(await host.Customer("C1"), "S1", Given.Monthly("2026-10-31"));
        await host.SealOnly();

        host.Clock.Advance(Day);
        var settings = host.Get<Vade.Organisation.Settings>();
        var section = Vade.Organisation.OrganisationSettings.Section;
        await settings.Put(section, await settings.Get(section, default) with { ClosedThrough = new(2026, 12, 31) }, default);
        await host.RunBilling();
        await host.Advance(TimeSpan.FromHours(2));

        var invoice = Assert.Single(await host.Invoices("C1"));
        Assert.Equal(new DateOnly(2026, 10, 31), invoice.IssuedOn);
        var entry = Assert.Single(await host.Get<Vade.Accounts.LedgerReader>().Entries("C1", default));
        Assert.Equal(new DateOnly(2026, 11, 1), entry.ValueOn);
        await host.BooksAreSound("C1");
    }

    [Fact]
    public async Task An_organisation_without_a_name_invoices_nothing_and_catches_up_once_it_has_one()
    {
        await using var host = SliceHost.Start("2026-11-15T06:00:00Z");
        var settings = host.Get<Vade.Organisation.Settings>();
        var section = Vade.Organisation.OrganisationSettings.Section;
        var organisation = await settings.Get(section, default);
        await settings.Put(section, organisation with { Name = "" }, default);
        await host.Service(await host.Customer("C1"), "S1", Given.Monthly("2026-10-15"));
        await host.RunBilling();
        Assert.Empty(await host.Invoices("C1"));
        Assert.Empty(await host.PoisonRows());

        await settings.Put(section, organisation, default);
        await host.RunBilling();
        await host.Advance(TimeSpan.FromHours(2));
        Assert.Equal(2, (await host.Invoices("C1")).Count);
        await host.BooksAreSound("C1");
    }

    [Fact]
    public async Task A_run_that_cannot_close_is_shown_and_does_not_gather_messages()
    {
        await using var host = SliceHost.Start("2026-11-15T06:00:00Z");
        var customer = await host.Customer("C1");
        await host.Service(customer, "S1", Given.Monthly("2026-11-15"));
        // Without its customer the account cannot be invoiced.
        await host.Tables.Remove(Vade.Kernel.Messaging.AccountStore.Table, "C1", ["customer"], default);
        for (var quarter = 0; quarter < 24 * 4; quarter++)
        {
            await host.RunBilling();
            await host.Advance(TimeSpan.FromMinutes(15));
        }

        Assert.Single(await host.PoisonRows());
        Assert.Single(await host.Get<MissingInvoices>().Find(default));
        Assert.True(host.MessagesWaiting() < 20, "Messages must not pile up.");

        await host.Customer("C1");
        await host.RunBilling();
        await host.Advance(TimeSpan.FromHours(1));
        await host.RunBilling();
        await host.Advance(TimeSpan.FromHours(1));
        Assert.Equal("VAD2026000000001", Assert.Single(await host.Invoices("C1")).Number);
        Assert.Empty(await host.Get<MissingInvoices>().Find(default));
    }

    [Fact]
    public async Task A_run_that_is_killed_at_any_call_is_finished_by_the_next_without_gap_or_repeat()
    {
        var calls = 0;
        for (var call = 1; call <= 400; call++)
        {
            foreach (var afterwards in new[] { false, true })
            {
                var heard = new Heard<InvoiceIssued>();
                await using var host = SliceHost.Start("2026-11-15T06:00:00Z", services => services.Hear(heard, BillingJson.Default.InvoiceIssued));
                var first = await host.Customer("C1");
                await host.Service(first, "S1", Given.Monthly("2026-10-15"));
                await host.Service(first, "S2", Given.Monthly("2026-11-15"));
                await host.Service(await host.Customer("C2"), "S1", Given.Monthly("2026-11-15"));
                await host.Receives("C1", "ADVANCE", 500m);
                // The accounts' finishing messages have come and gone: the run is on its own.
                await host.Advance(TimeSpan.FromMinutes(15));

                host.CrashAt(call, afterwards);
                try
                {
                    await host.RunBilling();
                    await host.Advance(TimeSpan.FromMinutes(2));
                }
                catch (CrashException)
                {
                }

                var struck = host.Crash.Struck;
                calls = Math.Max(calls, host.Crash.Calls);
                await host.Restart();
                await host.Advance(TimeSpan.FromMinutes(15));
                await host.RunBilling();
                await host.Advance(TimeSpan.FromHours(2));
                Assert.Equal(3, (await host.Invoices("C1")).Count);
                Assert.Single(await host.Invoices("C2"));
                await host.BooksAreSound("C1", "C2");
                IEnumerable<Invoice> issued = [.. await host.Invoices("C1"), .. await host.Invoices("C2")];
                Assert.Equal(issued.Select(invoice => new InvoiceIssued(invoice.Customer, invoice.Ref)).ToHashSet(), heard.News.ToHashSet());
                if (!struck)
                {
                    Assert.True(calls > 60, "The run is expected to take more calls than this.");
                    return;
                }
            }
        }

        Assert.Fail("The run never ended without a crash.");
    }
}
