using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Organisation;
using Vade.Payments;
using Vade.Tests.Billing;
using Vade.Tests.Payments;

namespace Vade.Tests.Accounts;

/// <summary>Two records of the same customer become one (decision 0009).</summary>
public sealed class MergeCustomersTests
{
    [Fact]
    [Trait("Feature", "C8")]
    public async Task What_is_owed_stands_with_the_survivor_and_an_old_invoice_is_paid_through_its_old_link()
    {
        await using var host = PaymentsGiven.Start();
        var (merged, survivor) = (await host.Customer("C1"), await host.Customer("C2"));
        var account = AccountStore.Of("C1");
        var (old, own) = (await host.Invoice(merged, "R1", 100m), await host.Invoice(survivor, "R2", 50m));
        var paid = await host.Invoice(merged, "R3", 10m);
        await host.Get<RecordPayment>().Record(merged, new(12m, "cash", "P1", "TRY", Invoices: [paid.Number]), default);
        await host.Get<RecordPayment>().Record(merged, new(5m, "cash", "P2", "USD"), default);

        var done = await Merge(host, "C1", "C2");
        Assert.True(done.IsNew);
        Assert.False((await Merge(host, "C1", "C2")).IsNew);

        Assert.Equal((0, 0), ((await host.Ledger("C1")).Open.Count, (await host.Ledger("C1")).Credits.Count));
        var head = await host.Ledger("C2");
        Assert.Equal((180m, -5m), (head.Balance(Currency.TRY).Amount, head.Balance(Currency.USD).Amount));
        Assert.Equal(("open", "paid"), (await Status(host, old), await Status(host, paid)));
        Assert.Equal("C2", (await host.Get<CustomerReader>().OfCode("C1", default))!.MergedInto);

        // In part by hand for the survivor, the rest by card through the link that was sent long ago.
        await host.Get<RecordPayment>().Record(survivor, new(20m, "cash", "P3", "TRY", Invoices: [old.Number]), default);
        Assert.Equal("partlyPaid", await Status(host, old));
        var scope = PayLinks.ToInvoice(merged, old.Ref);
        Assert.Equal(100m, Owed.Of(scope, await host.Get<LedgerReader>().Standing(account, default), Currency.TRY).Amount.Amount);
        var reference = PaymentsGiven.RefOf(await host.PressAs(scope, new(100m, Currency.TRY)));
        await host.Decide(reference, "approve");
        await host.Returns(account, reference);
        await host.Wait(15);
        Assert.Equal("paid", await Status(host, old));
        Assert.Equal([own.Number], (await host.Ledger("C2")).Open.Select(item => item.Number));
        await Sound(host, "C1", "C2");
    }

    [Fact]
    [Trait("Feature", "C11")]
    public async Task Money_that_was_at_the_bank_while_they_were_merged_settles_what_it_was_meant_for_once()
    {
        await using var host = PaymentsGiven.Start();
        var (merged, survivor) = (await host.Customer("C1"), await host.Customer("C2"));
        var account = AccountStore.Of("C1");
        await host.Invoice(survivor, "R0", 10m);
        var (first, second) = (await host.Invoice(merged, "R1", 100m), await host.Invoice(merged, "R2", 50m));
        var reference = PaymentsGiven.RefOf(await host.Press(PayLinks.ToInvoice(merged, second.Ref)));
        await Merge(host, "C1", "C2");
        await host.Decide(reference, "approve-twice");
        await host.Returns(account, reference);
        await host.Wait(30);

        Assert.Equal(("open", "paid"), (await Status(host, first), await Status(host, second)));
        Assert.Equal(132m, (await host.Ledger("C2")).Balance(Currency.TRY).Amount);
        Assert.Single(await host.Payments("C1"));
        await Sound(host, "C1", "C2");
    }

    [Fact]
    [Trait("Feature", "B22")]
    public async Task An_old_invoice_is_cancelled_and_an_old_payment_is_taken_back_after_the_merge()
    {
        await using var host = PaymentsGiven.Start();
        var (merged, survivor) = (await host.Customer("C1"), await host.Customer("C2"));
        var account = AccountStore.Of("C1");
        var (one, two) = (await host.Invoice(merged, "R1", 100m), await host.Invoice(merged, "R2", 50m));
        var payment = Assert.IsType<RecordOutcome.Recorded>(await host.Get<RecordPayment>().Record(merged, new(150m, "cash", "P1", "TRY"), default)).Payment;
        await Merge(host, "C1", "C2");
        Assert.Equal(30m, (await host.Ledger("C2")).Balance(Currency.TRY).Amount);

        Assert.Equal(CancelOutcome.Paid, await host.Get<CancelInvoices>().Cancel(account, two.Ref, "Yanlış", default));
        await host.Get<CancelPayment>().Cancel(account, payment.Ref, "Karşılıksız", default);
        await host.Drain();
        Assert.Equal(180m, (await host.Ledger("C2")).Balance(Currency.TRY).Amount);
        Assert.Equal(("open", "open"), (await Status(host, one), await Status(host, two)));
        Assert.Equal(CancelOutcome.Cancelled, await host.Get<CancelInvoices>().Cancel(account, two.Ref, "Yanlış", default));
        await host.Drain();
        Assert.Equal(("open", "cancelled", 120m), (await Status(host, one), await Status(host, two), (await host.Ledger("C2")).Balance(Currency.TRY).Amount));
        await Sound(host, "C1", "C2");
    }

    [Fact]
    [Trait("Feature", "B23")]
    public async Task Services_go_on_with_the_survivor_and_no_month_is_invoiced_twice_or_by_nobody()
    {
        await using var host = PaymentsGiven.Start();
        var (merged, survivor) = (await host.Customer("C1"), await host.Customer("C2"));
        await host.Service(merged, "HOST", Given.Monthly("2026-09-01"));
        await host.Service(survivor, "HOST", Given.Monthly("2026-10-15"));
        await host.RunBilling();
        await host.SealOnly();
        host.Clock.Advance(TimeSpan.FromDays(30));
        // Sealed before, issued after the merge: where it was sealed.
        await host.SealOnly();
        await Merge(host, "C1", "C2");
        await host.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(4, (await host.Invoices("C1")).Count);
        host.Clock.Advance(TimeSpan.FromDays(31));
        await host.RunBilling();
        await host.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(4, (await host.Invoices("C1")).Count);
        var dates = (await host.Invoices("C2")).ToLookup(invoice => invoice.Service, invoice => invoice.On);
        Assert.Equal([new DateOnly(2027, 1, 1)], dates["HOST-2"]);
        Assert.Equal([new(2026, 10, 15), new(2026, 11, 15), new DateOnly(2026, 12, 15)], dates["HOST"].Order());
        await Sound(host, "C1", "C2");
    }

    [Fact]
    public async Task A_merge_into_itself_back_or_of_a_survivor_is_refused_and_the_old_number_leads_to_the_survivor()
    {
        await using var host = PaymentsGiven.Start();
        foreach (var code in new[] { "C1", "C2", "C3" })
            await host.Get<SaveCustomer>().Save(code, new($"{code} Ltd", TaxId: "4540536920"), default);
        var old = (await host.Get<CustomerReader>().OfCode("C1", default))!;
        Assert.Equal("merge.self", await Refusal(host, "C1", "C1"));
        Assert.Equal("customer.unknown", await Refusal(host, "C1", "C9"));
        await Merge(host, "C1", "C2");
        Assert.Equal("merge.intoMerged", await Refusal(host, "C2", "C1"));
        Assert.Equal("customer.merged", await Refusal(host, "C1", "C3"));
        Assert.Equal("merge.survivor", await Refusal(host, "C2", "C3"));
        Assert.Equal("C2", Assert.IsType<CustomerSaved.Merged>(await host.Get<SaveCustomer>().Save("C1", new("Yeni ad"), default)).Into);

        var customers = host.Get<CustomerReader>();
        Assert.True(PayerNumber.TryParse(old.PayerNumber, out var number));
        Assert.Equal("C2", (await customers.ByPayerNumber(number, default))?.Code);
        Assert.Equal(["C2", "C3"], (await customers.ByTaxId(TaxId.Check("TR", "4540536920").Id!.Value, default)).Select(customer => customer.Code).Order());
        var links = host.Get<PayLinks>();
        var resolved = await links.Resolve(links.Token(PayLinks.ToDebt(old)), default);
        Assert.Equal((AccountStore.Of("C2"), "C2"), (resolved!.Value.Target.Account, resolved.Value.Customer.Code));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Feature", "C11")]
    public async Task A_crash_at_any_call_and_a_repetition_or_none_leave_one_customer(bool afterwards)
    {
        await using var host = PaymentsGiven.Start();
        var codes = new List<string>();
        for (var call = 1; ; call++)
        {
            var (from, to) = ($"M{call}", $"S{call}");
            codes.AddRange([from, to]);
            var (merged, survivor) = (await host.Customer(from), await host.Customer(to));
            await host.Invoice(merged, $"R{call}", 100m);
            await host.Invoice(survivor, $"Q{call}", 10m);
            await host.Service(merged, "HOST", Given.Monthly("2026-12-01"));
            host.CrashAt(call, afterwards);
            try
            {
                await Merge(host, from, to);
            }
            catch (Vade.Tests.CrashException)
            {
            }

            var struck = host.Crash.Struck;
            await host.Restart();
            // Every other time the one who asked is gone too: what was begun is then either not done at all, or whole.
            if (call % 2 == 0)
                await Merge(host, from, to);
            await host.Advance(TimeSpan.FromMinutes(30));
            var isMerged = (await host.Get<CustomerReader>().OfCode(from, default))!.MergedInto is not null;
            Assert.True(isMerged || call % 2 == 1);
            Assert.Equal(isMerged ? (0m, 132m) : (120m, 12m), ((await host.Ledger(from)).Balance(Currency.TRY).Amount, (await host.Ledger(to)).Balance(Currency.TRY).Amount));
            if (!struck && call % 2 == 1)
                break;
        }

        Assert.True(codes.Count > 30);
        await Sound(host, [.. codes]);
    }

    private static async Task<OperationOutcome.Done> Merge(SliceHost host, string from, string into) =>
        Assert.IsType<OperationOutcome.Done>(await host.Get<MergeCustomers>().Merge(AccountStore.Of(from), new($"merge {from}", into), default));

    private static async Task<string> Refusal(SliceHost host, string from, string into) =>
        Assert.IsType<OperationOutcome.Refused>(await host.Get<MergeCustomers>().Merge(AccountStore.Of(from), new($"merge {from} {into}", into), default)).Problems[0].Code;

    private static async Task<string> Status(SliceHost host, Invoice invoice)
    {
        var account = AccountStore.Of(invoice.Customer);
        return InvoiceReader.Status((await host.Get<InvoiceReader>().Find(account, invoice.Ref, default))!, await host.Get<LedgerReader>().Standing(account, default)).Status;
    }

    // And what moved between them has arrived.
    private static async Task Sound(SliceHost host, params string[] codes)
    {
        await host.Advance(TimeSpan.FromMinutes(30));
        await host.BooksAreSound(codes);
        var between = 0m;
        foreach (var code in codes)
            between += (await host.Get<LedgerReader>().Entries(AccountStore.Of(code), default)).SelectMany(entry => entry.Lines).Where(line => line.Account == new LedgerAccounts().Moves).Sum(line => line.Amount);
        Assert.Equal(0m, between);
    }
}
