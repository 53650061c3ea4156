using System.Net;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Organisation;
using Vade.Payments;
using Vade.Tests.Billing;
using Vade.Tests.Hosting;

namespace Vade.Tests.Payments;

/// <summary>A payment settles other items than it did, and the ledger says what changed.</summary>
public sealed class ReallocatePaymentTests
{
    [Fact]
    [Trait("Feature", "C8")]
    public async Task What_it_settled_is_open_again_what_is_named_is_settled_and_the_rest_is_an_advance()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var account = AccountStore.Of("C1");
        var (one, two) = (await host.Invoice(customer, "R1", 100m), await host.Invoice(customer, "R2", 50m));
        var payment = Assert.IsType<RecordOutcome.Recorded>(await host.Get<RecordPayment>().Record(customer, new(120m, "cash", "P1", "TRY"), default)).Payment;
        Assert.Equal(("paid", "open"), (await host.Status(one), await host.Status(two)));
        var reallocate = host.Get<ReallocatePayment>();
        var asked = new ReallocateBody("A1", [new(two.Number, 60m), new(one.Number, 40m)]);

        Assert.Equal(new ReallocateOutcome.Done(true), await reallocate.Reallocate(account, payment, asked, default));
        Assert.Equal(new ReallocateOutcome.Done(false), await reallocate.Reallocate(account, payment, asked, default));
        Assert.IsType<ReallocateOutcome.OtherContent>(await reallocate.Reallocate(account, payment, asked with { Allocations = [] }, default));

        Assert.Equal(("partlyPaid", "paid"), (await host.Status(one), await host.Status(two)));
        var view = await host.Get<PaymentViews>().Of(account, payment, default);
        Assert.Equal([(one.Number, "40.00"), (two.Number, "60.00")], view.Allocations.Select(part => (part.Invoice, part.Amount)).OrderBy(part => part.Invoice, StringComparer.Ordinal));
        Assert.Equal("20.00", view.Advance);
        var entry = (await host.Get<LedgerReader>().Entries(account, default))[^1];
        Assert.Equal((PostingKind.Reallocation, 0m, payment.Id, 0), (entry.Kind, entry.Own, entry.Document, entry.Lines.Count));

        // Taken back afterwards, it opens what it settles by then.
        await host.Get<CancelPayment>().Cancel(account, payment.Ref, "Yanlış", default);
        Assert.Equal(("open", "open"), (await host.Status(one), await host.Status(two)));
        await host.BooksAreSound(["C1"]);
    }

    [Fact]
    [Trait("Feature", "C11")]
    public async Task More_than_there_is_another_currency_and_another_customers_invoice_are_refused()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var account = AccountStore.Of("C1");
        var (one, dollars) = (await host.Invoice(customer, "R1", 100m), await host.Invoice(customer, "R2", 50m, "USD"));
        var other = await host.Invoice(await host.Customer("C2"), "R3", 10m);
        var payment = Assert.IsType<RecordOutcome.Recorded>(await host.Get<RecordPayment>().Record(customer, new(150m, "cash", "P1", "TRY"), default)).Payment;

        Assert.Equal("amount.tooLarge", await Refusal([new(one.Number, 120.01m)]));
        Assert.Equal("invoice.notOpen", await Refusal([new(dollars.Number, 1m)]));
        Assert.Equal("invoice.notOpen", await Refusal([new(other.Number, 1m)]));
        Assert.Equal("invoice.duplicate", await Refusal([new(one.Number, 1m), new(one.Number, 1m)]));
        Assert.Equal("amount.positive", await Refusal([new(one.Number, 0m)]));
        Assert.Equal("money.minorDigits", await Refusal([new(one.Number, 1.001m)]));
        await host.Invoice(customer, "R4", 100m);
        var four = (await host.Invoices("C1"))[^1];
        Assert.Equal("allocations.sum", await Refusal([new(one.Number, 120m), new(four.Number, 30.01m)]));
        await host.Get<PayOuts>().PayOut(account, new("O1", 0m, "cash", "İade"), default);
        await host.Get<CancelPayment>().Cancel(account, payment.Ref, "Yanlış", default);
        Assert.Equal("payment.settlesNothing", await Refusal([]));
        await host.BooksAreSound(["C1", "C2"]);

        async Task<string> Refusal(IReadOnlyList<AllocationBody> allocations) =>
            Assert.IsType<ReallocateOutcome.Refused>(await host.Get<ReallocatePayment>().Reallocate(account, payment, new("A1", allocations), default)).Problems[0].Code;
    }

    [Fact]
    [Trait("Feature", "C8")]
    public async Task What_was_paid_out_of_a_payment_does_not_move_and_small_differences_move_with_it()
    {
        await using var host = PaymentsGiven.Start();
        await host.Get<Settings>().Put(AccountsSettings.Section, new() { SmallBalance = new Dictionary<string, decimal> { ["TRY"] = 1.00m } }, default);
        var customer = await host.Customer("C1");
        var account = AccountStore.Of("C1");
        var one = await host.Invoice(customer, "R1", 100m);
        var payment = Assert.IsType<RecordOutcome.Recorded>(await host.Get<RecordPayment>().Record(customer, new(119.40m, "cash", "P1", "TRY"), default)).Payment;
        Assert.Equal("paid", await host.Status(one));
        var two = await host.Invoice(customer, "R2", 50m);

        await Move("A1", [new(two.Number, 59.40m), new(one.Number, 20m)]);
        Assert.Equal(("partlyPaid", "paid"), (await host.Status(one), await host.Status(two)));
        var head = await host.Ledger("C1");
        Assert.Equal((100m, 40m), (head.ItemOf(one.Ref)?.Remaining, head.Credits.Sum(credit => credit.Left)));

        Assert.IsType<OperationOutcome.Done>(await host.Get<PayOuts>().PayOut(account, new("O1", 40m, "cash", "İade", EvenThoughOpen: true), default));
        await Move("A2", [new(one.Number, 79.40m)]);
        head = await host.Ledger("C1");
        Assert.Equal((40.60m, 60m, 0), (head.ItemOf(one.Ref)?.Remaining, head.ItemOf(two.Ref)?.Remaining, head.Credits.Count));
        Assert.Equal(100.60m, head.Balance(Currency.TRY).Amount);

        // All of it comes back, but what was paid out is owed.
        await host.Get<CancelPayment>().Cancel(account, payment.Ref, "Karşılıksız", default);
        Assert.Equal(220m, (await host.Ledger("C1")).Balance(Currency.TRY).Amount);
        await host.BooksAreSound(["C1"]);

        async Task Move(string reference, IReadOnlyList<AllocationBody> allocations) =>
            Assert.IsType<ReallocateOutcome.Done>(await host.Get<ReallocatePayment>().Reallocate(account, payment, new(reference, allocations), default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Feature", "C11")]
    public async Task A_crash_at_any_call_and_a_repetition_move_it_once(bool afterwards)
    {
        await using var host = PaymentsGiven.Start();
        var codes = new List<string>();
        for (var call = 1; ; call++)
        {
            var customer = await host.Customer($"C{call}");
            var account = AccountStore.Of($"C{call}");
            codes.Add($"C{call}");
            var (one, two) = (await host.Invoice(customer, $"R{call}a", 100m), await host.Invoice(customer, $"R{call}b", 50m));
            var payment = Assert.IsType<RecordOutcome.Recorded>(await host.Get<RecordPayment>().Record(customer, new(60m, "cash", $"P{call}", "TRY"), default)).Payment;
            var asked = new ReallocateBody($"A{call}", [new(two.Number, 60m)]);
            host.CrashAt(call, afterwards);
            try
            {
                await host.Get<ReallocatePayment>().Reallocate(account, payment, asked, default);
            }
            catch (CrashException)
            {
            }

            var struck = host.Crash.Struck;
            await host.Restart();
            Assert.IsType<ReallocateOutcome.Done>(await host.Get<ReallocatePayment>().Reallocate(account, payment, asked, default));
            Assert.Equal(("open", "paid"), (await host.Status(one), await host.Status(two)));
            Assert.Single(await host.Get<LedgerReader>().Entries(account, default), entry => entry.Kind == PostingKind.Reallocation);
            if (!struck)
                break;
        }

        Assert.True(codes.Count > 8);
        await host.Advance(TimeSpan.FromMinutes(30));
        await host.BooksAreSound(codes);
    }

    [Fact]
    public async Task The_api_answers_first_201_then_200_and_shows_the_payment()
    {
        await using var app = await VadeInProcess.Start(_ => { });
        await app.Put("/api/v1/customers/C1", """{"title":"Güneş"}""");
        const string Line = """{"description":"Hizmet","quantity":"1","unitPrice":"100.00","taxRate":"20"}""";
        var number = (await app.Post("/api/v1/invoices", $$"""{"customer":"C1","reference":"R1","lines":[{{Line}}]}""")).GetProperty("number").GetString();
        var payment = await app.Post("/api/v1/customers/C1/payments", """{"amount":"120.00","means":"transfer","reference":"P1"}""");
        var path = $"/api/v1/payments/{payment.GetProperty("id").GetString()}/allocations";

        var (status, moved) = await app.Send(HttpMethod.Post, path, """{"reference":"A1","allocations":[]}""");
        Assert.Equal((HttpStatusCode.Created, "120.00"), (status, moved.GetProperty("advance").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await app.Send(HttpMethod.Post, path, """{"reference":"A1","allocations":[]}""")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await app.Send(HttpMethod.Post, path, $$"""{"reference":"A1","allocations":[{"invoice":"{{number}}","amount":"1.00"}]}""")).Status);
        Assert.Equal("open", (await app.Send(HttpMethod.Get, $"/api/v1/invoices/{number}")).Body.GetProperty("status").GetString());
    }
}
