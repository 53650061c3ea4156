using CsCheck;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;

namespace Vade.Tests.Billing;

public sealed class InvoiceTests
{
    [Fact]
    public async Task An_advance_settles_the_next_invoice_by_itself()
    {
        await using var host = SliceHost.Start("2026-11-15T06:00:00Z");
        var customer = await host.Customer("C1");
        await host.Receives("C1", "P1", 1000m);
        await host.Service(customer, "S1", Given.Monthly("2026-10-15"));
        await host.RunBilling();
        await host.Advance(TimeSpan.FromHours(2));

        var head = await host.Ledger("C1");
        var invoices = await host.Invoices("C1");
        Assert.Equal(("partlyPaid", 227.16m), InvoiceReader.Status(invoices[0], head));
        Assert.Equal(("open", 1227.16m), InvoiceReader.Status(invoices[1], head));
        Assert.Empty(head.Credits);
        await host.BooksAreSound("C1");
    }

    [Fact]
    public async Task A_cancelled_invoice_is_reversed_once_and_keeps_its_number()
    {
        await using var host = SliceHost.Start("2026-11-15T06:00:00Z");
        await host.Service(await host.Customer("C1"), "S1", Given.Monthly("2026-11-15"));
        await host.RunBilling();
        await host.Advance(TimeSpan.FromHours(2));
        var invoice = Assert.Single(await host.Invoices("C1"));
        var cancels = host.Get<CancelInvoices>();

        Assert.Equal(CancelOutcome.Cancelled, await cancels.Cancel("C1", invoice.Ref, "Yanlış tutar", default));
        Assert.Equal(CancelOutcome.AlreadyCancelled, await cancels.Cancel("C1", invoice.Ref, "Yanlış tutar", default));

        var cancelled = Assert.Single(await host.Invoices("C1"));
        Assert.Equal(("cancelled", 0m), InvoiceReader.Status(cancelled, await host.Ledger("C1")));
        Assert.Equal(0m, (await host.Ledger("C1")).Balance(Currency.TRY).Amount);
        await host.RunBilling();
        await host.Advance(TimeSpan.FromHours(2));
        Assert.Single(await host.Invoices("C1"));
        await host.BooksAreSound("C1");
    }

    [Fact]
    public async Task An_invoice_that_is_paid_in_part_is_not_cancelled()
    {
        await using var host = SliceHost.Start("2026-11-15T06:00:00Z");
        await host.Service(await host.Customer("C1"), "S1", Given.Monthly("2026-11-15"));
        await host.RunBilling();
        await host.Receives("C1", "P1", 0.01m);
        var invoice = Assert.Single(await host.Invoices("C1"));
        Assert.Equal(CancelOutcome.Paid, await host.Get<CancelInvoices>().Cancel("C1", invoice.Ref, "Olmaz", default));
        Assert.Equal("partlyPaid", InvoiceReader.Status(invoice, await host.Ledger("C1")).Status);
    }

    [Fact]
    public async Task An_invoice_by_hand_is_issued_once_for_each_reference_and_refused_for_other_content()
    {
        await using var host = SliceHost.Start("2026-11-15T06:00:00Z");
        var customer = await host.Customer("C1");
        var manual = host.Get<ManualInvoices>();
        Task<ManualOutcome> Ask(string reference, decimal price) => manual.Create(
            customer, reference, [new("Kurulum", 1m, price, 20m)], Currency.TRY, 7, $"{reference}|{price}", default);

        var first = Assert.IsType<ManualOutcome.Issued>(await Ask("R-1", 100m));
        var again = Assert.IsType<ManualOutcome.Issued>(await Ask("R-1", 100m));
        Assert.True(first.IsNew);
        Assert.False(again.IsNew);
        Assert.Equal(first.Invoice.Number, again.Invoice.Number);
        Assert.IsType<ManualOutcome.OtherContent>(await Ask("R-1", 101m));
        Assert.Equal("VAD2026000000002", Assert.IsType<ManualOutcome.Issued>(await Ask("R-2", 100m)).Invoice.Number);
        await host.Drain();
        await host.BooksAreSound("C1");
    }

    [Fact]
    public async Task Forty_invoices_by_hand_at_once_have_forty_numbers_without_a_gap()
    {
        await using var host = SliceHost.Start("2026-11-15T06:00:00Z");
        var codes = Enumerable.Range(1, 8).Select(i => $"C{i}").ToArray();
        var customers = await Task.WhenAll(codes.Select(code => host.Customer(code)));
        var manual = host.Get<ManualInvoices>();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => manual.Create(
            customers[i % 8], $"R-{i}", [new("Kurulum", 1m, 10m + i, 20m)], Currency.TRY, 7, $"R-{i}", default)));
        Assert.Equal(40, outcomes.Cast<ManualOutcome.Issued>().Select(outcome => outcome.Invoice.Number).Distinct().Count());
        await host.Drain();
        await host.BooksAreSound(codes);
    }

    [Fact]
    public async Task An_invoice_by_hand_that_is_killed_at_any_call_leaves_no_gap_and_is_finished_by_itself()
    {
        for (var call = 1; call <= 200; call++)
        {
            foreach (var afterwards in new[] { false, true })
            {
                var heard = new Heard<InvoiceIssued>();
                await using var host = SliceHost.Start("2026-12-31T20:58:00Z", services => services.Hear(heard, BillingJson.Default.InvoiceIssued));
                var customer = await host.Customer("C1");
                async Task<ManualOutcome> Ask(string reference) => await host.Get<ManualInvoices>().Create(
                    customer, reference, [new("Kurulum", 1m, 100m, 20m)], Currency.TRY, 7, reference, default);

                host.CrashAt(call, afterwards);
                try
                {
                    await Ask("R-1");
                }
                catch (CrashException)
                {
                }

                var struck = host.Crash.Struck;
                await host.Restart();
                // Fifteen minutes later it is another year in Istanbul.
                await host.Advance(TimeSpan.FromMinutes(15));
                var second = Assert.IsType<ManualOutcome.Issued>(await Ask("R-2"));
                Assert.Equal(2027, second.Invoice.IssuedOn.Year);
                await host.Drain();
                await host.BooksAreSound("C1");
                Assert.Equal((await host.Invoices("C1")).Select(invoice => new InvoiceIssued("C1", invoice.Ref)).ToHashSet(), heard.News.ToHashSet());
                if (!struck)
                    return;
            }
        }

        Assert.Fail("It never ended without a crash.");
    }

    [Theory]
    [InlineData("2026-06-20", "833.33")] // 20 of 30 days of June at 1,250.00
    [InlineData("2026-06-30", "1250.00")]
    [InlineData("2026-06-01", "41.67")]
    [Trait("Feature", "B4")]
    public async Task A_last_term_that_ends_early_is_invoiced_by_its_days(string endsOn, string net)
    {
        await using var host = SliceHost.Start("2026-06-01T06:00:00Z");
        var body = Given.Monthly("2026-06-01", endsOn: endsOn, prorate: true) with
        {
            Lines = [new("A", 333.33m, 20m), new("B", 333.33m, 20m), new("C", 583.34m, 10m)],
        };
        await host.Service(await host.Customer("C1"), "S1", body);
        await host.RunBilling();
        var invoice = Assert.Single(await host.Invoices("C1"));
        Assert.Equal(decimal.Parse(net, System.Globalization.CultureInfo.InvariantCulture), invoice.Net);
        Assert.Equal(invoice.Net, invoice.Lines.Sum(line => line.Net));
        Assert.Equal(invoice.Tax, invoice.Lines.Sum(line => line.Tax));
        Assert.Equal(endsOn, invoice.Through?.ToString("yyyy-MM-dd", null));
    }

    [Fact]
    public void The_tax_of_an_invoice_is_the_sum_of_its_lines_and_its_lines_sum_to_its_total()
    {
        var line = Gen.Select(Gen.Int[1, 100_000], Gen.Int[-5_000_000, 50_000_000], Gen.OneOf(0m, 1m, 8m, 10m, 18m, 20m))
            .Select((quantity, price, rate) => new ServiceLine("x", quantity / 1000m, price / 10_000m, rate));
        Gen.Select(line.Array[1, 20], Gen.OneOf(Currency.TRY, Currency.CLP), Gen.Int[1, 31]).Sample((lines, currency, days) =>
        {
            var amounts = Invoice.Amounts(lines, currency, new(days, 31));
            return amounts.Net == amounts.Lines.Sum(item => item.Net)
                && amounts.Tax == amounts.Lines.Sum(item => item.Tax)
                && amounts.Tax == amounts.Taxes.Sum(item => item.Tax)
                && amounts.Net == amounts.Taxes.Sum(item => item.Net)
                && amounts.Lines.All(item => currency.Round(item.Net) == item.Net && currency.Round(item.Tax) == item.Tax);
        });
    }

    [Fact]
    public void A_chunk_of_a_run_never_splits_an_account_and_together_they_are_the_list()
    {
        Gen.Int[1, 900].Array[1, 12].Sample(sizes =>
        {
            var items = sizes.SelectMany((size, account) => Enumerable.Range(0, size).Select(i => new RunItem($"A{account:D3}", $"S{i}", new(2026, 1, 1)))).ToArray();
            var chunks = RunLists.Chunks(items).ToArray();
            Assert.Equal(items, chunks.SelectMany(chunk => chunk.Items));
            Assert.All(chunks, chunk => Assert.Equal(items[chunk.First], chunk.Items[0]));
            Assert.Equal(chunks.SelectMany(chunk => chunk.Items.Select(item => item.Account).Distinct()).Count(), items.Select(item => item.Account).Distinct().Count());
        });
    }

    [Fact]
    public async Task The_numbers_of_a_closed_book_follow_the_date_even_when_a_clock_is_behind()
    {
        await using var host = SliceHost.Start("2027-01-01T06:00:00Z");
        var numbering = host.Get<Numbering>();
        Assert.Equal("VAD2027000000001", (await numbering.Take(Numbering.Invoices, "VAD", "a", new(2027, 1, 1), default)).Number);
        var (number, issuedOn) = await numbering.Take(Numbering.Invoices, "VAD", "b", new(2026, 12, 31), default);
        Assert.Equal(("VAD2027000000002", new DateOnly(2027, 1, 1)), (number, issuedOn));
        Assert.Equal(number, (await numbering.Take(Numbering.Invoices, "VAD", "b", new(2028, 5, 5), default)).Number);
    }
}
