using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Payments;
using Vade.Tests.Billing;

namespace Vade.Tests.Payments;

public sealed class PayFlowTests
{
    [Fact]
    [Trait("Feature", "C11")]
    public async Task A_double_click_and_a_second_tab_go_on_in_the_same_attempt()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var invoice = await host.Invoice(customer, "R1", 1000m);
        var link = PayLinks.ToInvoice(customer, invoice.Ref);

        var presses = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => host.Press(link))));
        var reference = Assert.Single(presses.Select(PaymentsGiven.RefOf).Distinct());

        // The whole debt is the same invoice and the same amount.
        Assert.Equal(reference, PaymentsGiven.RefOf(await host.Press(PayLinks.ToDebt(customer))));
        await host.Decide(reference, SimulatedBank.Approve);
        await host.Drain();
        Assert.Single(await host.Payments("C1"));
    }

    [Fact]
    [Trait("Feature", "C11")]
    public async Task Two_tabs_with_different_scopes_never_charge_an_invoice_twice()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var first = await host.Invoice(customer, "R1", 1000m);
        var second = await host.Invoice(customer, "R2", 500m);
        var (one, all) = (PayLinks.ToInvoice(customer, first.Ref), PayLinks.ToDebt(customer));
        var shownForAll = new Money(1800m, Currency.TRY);

        var reference = PaymentsGiven.RefOf(await host.Press(one));
        Assert.Equal(reference, Assert.IsType<PayOutcome.UnderWay>(await host.PressAs(all, shownForAll)).Attempt.Ref);
        Assert.Equal(reference, Assert.IsType<PayOutcome.UnderWay>(await host.Press(one, amount: 100m)).Attempt.Ref);
        var other = PaymentsGiven.RefOf(await host.Press(PayLinks.ToInvoice(customer, second.Ref)));
        Assert.NotEqual(reference, other);

        // The bank took it without telling anyone: the next press finds out, and the page's amount no longer stands.
        await host.Decide(reference, SimulatedBank.ApproveSilently);
        await host.Decide(other, SimulatedBank.Decline);
        Assert.IsType<PayOutcome.Changed>(await host.PressAs(all, shownForAll));
        Assert.Equal("paid", await host.Status(first));
        var last = PaymentsGiven.RefOf(await host.Press(all));
        await host.Decide(last, SimulatedBank.Approve);
        await host.Drain();

        Assert.Equal([600m, 1200m], (await host.Payments("C1")).Select(payment => payment.Amount).Order());
        Assert.Equal(0m, (await host.Ledger("C1")).Balance(Currency.TRY).Amount);
        await host.BooksAreSound("C1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Feature", "C11")]
    public async Task An_invoice_that_is_cancelled_or_paid_while_the_customer_is_at_the_bank_leaves_an_advance_and_a_notice(bool cancelled)
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var invoice = await host.Invoice(customer, "R1", 1000m);
        var reference = PaymentsGiven.RefOf(await host.Press(PayLinks.ToInvoice(customer, invoice.Ref)));
        if (cancelled)
            Assert.Equal(CancelOutcome.Cancelled, await host.Get<CancelInvoices>().Cancel(AccountStore.Of("C1"), invoice.Ref, "yanlış", default));
        else
            await host.Receives("C1", "CASH1", 1200m);
        await host.Decide(reference, SimulatedBank.Approve);
        await host.Drain();

        var payment = Assert.Single(await host.Payments("C1"));
        Assert.Equal((1200m, 0), (payment.Advance, payment.Settled.Count));
        Assert.Equal(-1200m, (await host.Ledger("C1")).Balance(Currency.TRY).Amount);
        var next = await host.Invoice(customer, "R2", 500m);
        Assert.Equal("paid", await host.Status(next));
        await host.BooksAreSound("C1");
    }

    [Fact]
    [Trait("Feature", "B20")]
    public async Task A_part_is_paid_first_and_the_rest_later()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var invoice = await host.Invoice(customer, "R1", 1000m);
        var link = PayLinks.ToInvoice(customer, invoice.Ref);

        await host.Decide(PaymentsGiven.RefOf(await host.Press(link, amount: 200.01m)), SimulatedBank.Approve);
        await host.Drain();
        Assert.Equal("partlyPaid", await host.Status(invoice));
        await host.Decide(PaymentsGiven.RefOf(await host.Press(link)), SimulatedBank.Approve);
        await host.Drain();

        Assert.Equal("paid", await host.Status(invoice));
        Assert.Equal([200.01m, 999.99m], (await host.Payments("C1")).Select(payment => payment.Amount).Order());
        Assert.IsType<PayOutcome.Changed>(await host.PressAs(link, new Money(1200m, Currency.TRY)));
        await host.BooksAreSound("C1");
    }

    [Fact]
    [Trait("Feature", "C8")]
    public async Task Currencies_never_mix_and_pesos_are_whole()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var lira = await host.Invoice(customer, "R1", 1000m);
        var pesos = await host.Invoice(customer, "R2", 9990m, "CLP");
        var debt = PayLinks.ToDebt(customer);

        await host.Decide(PaymentsGiven.RefOf(await host.Press(debt, "CLP")), SimulatedBank.Approve);
        await host.Drain();

        Assert.Equal(("paid", "open"), (await host.Status(pesos), await host.Status(lira)));
        Assert.Equal(11888m, Assert.Single(await host.Payments("C1")).Amount);
        await host.BooksAreSound("C1");
    }

    [Fact]
    [Trait("Feature", "C8")]
    public async Task Receipts_under_parallel_payments_have_no_gap()
    {
        await using var host = PaymentsGiven.Start();
        var references = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var customer = await host.Customer($"C{i}");
            var invoice = await host.Invoice(customer, $"R{i}", 100m + i);
            references.Add(PaymentsGiven.RefOf(await host.Press(PayLinks.ToInvoice(customer, invoice.Ref))));
        }

        await Task.WhenAll(references.Select((reference, i) => Task.Run(async () =>
        {
            await host.Decide(reference, SimulatedBank.Approve);
            await host.Returns(AccountStore.Of($"C{i}"), reference);
        })));
        await host.Drain();

        var numbers = new List<string?>();
        for (var i = 0; i < references.Count; i++)
            numbers.Add(Assert.Single(await host.Payments($"C{i}")).ReceiptNumber);
        Assert.Equal(Enumerable.Range(1, 20).Select(n => $"MKB2026{n:D9}"), numbers.Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Feature", "C8")]
    public async Task Money_that_comes_while_the_month_is_closed_ahead_is_booked_on_the_day_it_came()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var invoice = await host.Invoice(customer, "R1", 1000m);
        var settings = host.Get<Vade.Organisation.Settings>();
        var section = Vade.Organisation.OrganisationSettings.Section;
        await settings.Put(section, await settings.Get(section, default) with { ClosedThrough = new(2026, 11, 30) }, default);

        await host.Decide(PaymentsGiven.RefOf(await host.Press(PayLinks.ToInvoice(customer, invoice.Ref))), SimulatedBank.Approve);
        await host.Wait(5);

        Assert.Equal("paid", await host.Status(invoice));
        var entries = await host.Get<LedgerReader>().Entries("C1", default);
        Assert.Equal(new DateOnly(2026, 11, 2), entries[^1].ValueOn);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Feature", "C8")]
    [Trait("Feature", "C11")]
    public async Task A_crash_at_any_call_leaves_one_payment_and_one_receipt(bool afterwards)
    {
        var heard = new Heard<ReceiptIssued>();
        await using var host = PaymentsGiven.Start(more: services => services.Hear(heard, PaymentsJson.Default.ReceiptIssued));
        var (codes, receipts) = (new List<string>(), new List<string>());
        for (var call = 1; ; call++)
        {
            var code = $"C{call}";
            var customer = await host.Customer(code);
            var invoice = await host.Invoice(customer, $"R{call}", 1000m);
            var link = PayLinks.ToInvoice(customer, invoice.Ref);
            host.CrashAt(call, afterwards);
            try
            {
                var reference = PaymentsGiven.RefOf(await host.Press(link));
                await host.Decide(reference, SimulatedBank.Approve);
                await host.Returns(link.Account, reference);
                await host.Drain();
            }
            catch (CrashException)
            {
            }

            var struck = host.Crash.Struck;
            await host.Restart();
            await host.Wait(30);
            if (await host.Status(invoice) == "open")
            {
                // Nothing was taken: the customer opens the link again.
                Assert.Empty(await host.Payments(code));
                await host.Decide(PaymentsGiven.RefOf(await host.Press(link)), SimulatedBank.Approve);
                await host.Wait(5);
            }

            Assert.Equal("paid", await host.Status(invoice));
            receipts.Add(Assert.Single(await host.Payments(code)).ReceiptNumber!);
            codes.Add(code);
            if (!struck)
                break;
        }

        Assert.True(receipts.Count > 20);
        // Whoever sends receipts has heard of each.
        Assert.Equal(codes.Order(StringComparer.Ordinal), heard.News.Select(news => news.Account).Distinct().Order(StringComparer.Ordinal));
        await host.BooksAreSound(codes);
        await host.Wait(75);
        Assert.False(await host.Get<OpenAttempts>().Any(default));
        Assert.Equal(Enumerable.Range(1, receipts.Count).Select(n => $"MKB2026{n:D9}"), receipts.Order(StringComparer.Ordinal));
    }
}
