using Microsoft.AspNetCore.Http;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Payments;
using Vade.Tests.Billing;

namespace Vade.Tests.Payments;

public sealed class SimulatedBankTests
{
    [Theory]
    [InlineData(SimulatedBank.Approve)]
    [InlineData(SimulatedBank.ApproveTwice)]
    [InlineData(SimulatedBank.ApproveSilently)]
    [Trait("Feature", "B20")]
    [Trait("Feature", "C8")]
    public async Task An_approved_payment_settles_the_invoice_once_with_one_receipt_even_when_nobody_comes_back(string outcome)
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var invoice = await host.Invoice(customer, "R1", 1000m);
        var reference = PaymentsGiven.RefOf(await host.Press(PayLinks.ToInvoice(customer, invoice.Ref)));
        Assert.Equal("open", await host.Status(invoice));

        await host.Decide(reference, outcome);
        await host.Drain();
        await host.Wait(10);

        Assert.Equal("paid", await host.Status(invoice));
        var payment = Assert.Single(await host.Payments("C1"));
        Assert.Equal((1200m, "TRY", "card", "simulator", true, 0m), (payment.Amount, payment.Currency, payment.Means, payment.Provider, payment.Test, payment.Advance));
        Assert.Equal([new Settled(invoice.Number, 1200m)], payment.Settled);
        Assert.Equal("MKB2026000000001", payment.ReceiptNumber);
        Assert.NotNull(await host.Get<PaymentReader>().Receipt(payment, default));
        Assert.Equal(AttemptState.Confirmed, (await host.Attempt("C1", reference)).State);
        Assert.False(await host.Get<OpenAttempts>().Any(default));
        await host.BooksAreSound("C1");
    }

    [Theory]
    [InlineData(SimulatedBank.Decline, DeclineReasons.Declined, 5)]
    [InlineData(SimulatedBank.Cancel, DeclineReasons.Cancelled, 5)]
    [InlineData(SimulatedBank.Timeout, DeclineReasons.Expired, 20)]
    [InlineData(null, DeclineReasons.Expired, 20)]
    [Trait("Feature", "C11")]
    public async Task A_payment_that_was_not_approved_settles_nothing_and_may_be_tried_again(string? outcome, string reason, int minutes)
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var invoice = await host.Invoice(customer, "R1", 1000m);
        var link = PayLinks.ToInvoice(customer, invoice.Ref);
        var reference = PaymentsGiven.RefOf(await host.Press(link));

        if (outcome is not null)
            await host.Decide(reference, outcome);
        await host.Wait(minutes);

        var attempt = await host.Attempt("C1", reference);
        Assert.Equal((AttemptState.Declined, reason), (attempt.State, attempt.Reason));
        Assert.Empty(await host.Payments("C1"));
        Assert.Equal("open", await host.Status(invoice));

        var again = PaymentsGiven.RefOf(await host.Press(link));
        Assert.NotEqual(reference, again);
        await host.Decide(again, SimulatedBank.Approve);
        await host.Drain();
        Assert.Equal("paid", await host.Status(invoice));
        await host.BooksAreSound("C1");
    }

    [Fact]
    [Trait("Feature", "C11")]
    public async Task A_decided_session_cannot_be_decided_again_and_an_expired_one_not_at_all()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var invoice = await host.Invoice(customer, "R1", 1000m);
        var link = PayLinks.ToInvoice(customer, invoice.Ref);

        var declined = PaymentsGiven.RefOf(await host.Press(link));
        await host.Decide(declined, SimulatedBank.Decline);
        await host.Decide(declined, SimulatedBank.Approve);
        await host.Wait(5);
        var expired = PaymentsGiven.RefOf(await host.Press(link));
        await host.Wait(20);
        await host.Decide(expired, SimulatedBank.Approve);
        await host.Wait(5);

        Assert.Empty(await host.Payments("C1"));
        Assert.Equal("open", await host.Status(invoice));
    }

    [Fact]
    [Trait("Feature", "C11")]
    public async Task Replayed_late_and_doubled_notifications_pay_once_and_a_forged_one_is_refused()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var invoice = await host.Invoice(customer, "R1", 1000m);
        var reference = PaymentsGiven.RefOf(await host.Press(PayLinks.ToInvoice(customer, invoice.Ref)));
        var body = System.Text.Encoding.UTF8.GetBytes($$"""{"ref":"{{reference}}","status":"approved","reference":"1"}""");
        var take = host.Get<TakeNotification>();
        var session = await host.Get<SimulatedBank>().Find(reference, default);
        var signed = new HeaderDictionary { [BankSignature.Header] = BankSignature.Of(body, Convert.FromBase64String(session!.NotifyKey)) };
        var forged = new HeaderDictionary { [BankSignature.Header] = BankSignature.Of(body, new byte[32]) };

        Assert.Equal(NotificationOutcome.Forged, await take.Take("simulator", body, forged, default));
        Assert.Equal(NotificationOutcome.Forged, await take.Take("simulator", body, new HeaderDictionary(), default));
        Assert.Equal(NotificationOutcome.UnknownProvider, await take.Take("nobody", body, signed, default));

        // One that says approved before the bank decided is believed no more than a browser.
        Assert.Equal(NotificationOutcome.Taken, await take.Take("simulator", body, signed, default));
        await host.Drain();
        Assert.Empty(await host.Payments("C1"));

        await host.Decide(reference, SimulatedBank.ApproveTwice);
        for (var i = 0; i < 5; i++)
            Assert.Equal(NotificationOutcome.Taken, await take.Take("simulator", body, signed, default));
        await host.Drain();
        await host.Returns(PayLinks.ToDebt(customer).Account, reference);
        await host.Advance(TimeSpan.FromDays(2));
        await take.Take("simulator", body, signed, default);
        await host.Drain();

        Assert.Single(await host.Payments("C1"));
        Assert.Equal(0m, (await host.Ledger("C1")).Balance(Currency.TRY).Amount);
        await host.BooksAreSound("C1");
    }

    [Fact]
    [Trait("Feature", "C11")]
    public async Task A_declined_attempt_that_turns_out_paid_is_booked_once()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var invoice = await host.Invoice(customer, "R1", 1000m);
        var account = AccountStore.Of("C1");
        var reference = PaymentsGiven.RefOf(await host.Press(PayLinks.ToInvoice(customer, invoice.Ref)));
        await host.Get<SettleAttempts>().Started(account, reference, new StartOutcome.Lost(), default);
        // Our side gave it up; at the bank it went on.
        var stored = (await host.Get<AccountStore>().Find(account, PaymentsRows.Attempt(reference), PaymentsRows.AttemptType, default))!;
        await host.Get<AccountStore>().Change(
            account,
            _ => Task.FromResult(new Decision<bool>(true, host.Get<AccountStore>().Batch(account).Replace(
                stored, stored.Value with { State = AttemptState.Declined, Reason = DeclineReasons.Expired }, PaymentsRows.AttemptType))),
            default);
        await host.Decide(reference, SimulatedBank.Approve);
        await host.Drain();

        Assert.Equal(AttemptState.Confirmed, (await host.Attempt("C1", reference)).State);
        Assert.Single(await host.Payments("C1"));
        Assert.Equal("paid", await host.Status(invoice));
    }
}
