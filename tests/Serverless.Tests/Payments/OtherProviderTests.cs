using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Payments;
using Vade.Portal;
using Vade.Tests.Billing;

namespace Vade.Tests.Payments;

/// <summary>What holds whichever provider it is: here one that answers whatever the test says.</summary>
public sealed class OtherProviderTests
{
    [Theory]
    [InlineData("1199.99", "TRY")]
    [InlineData("1200.01", "TRY")]
    [InlineData("1200.00", "USD")]
    [Trait("Feature", "C11")]
    public async Task Another_amount_or_currency_than_asked_for_is_kept_as_an_advance_and_staff_are_told(string amount, string currency)
    {
        var fake = new FakeProvider();
        await using var host = await Start(fake);
        var customer = await host.Customer("C1");
        var invoice = await host.Invoice(customer, "R1", 1000m);
        await host.Press(PayLinks.ToInvoice(customer, invoice.Ref));

        var money = new Money(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), Currency.Of(currency));
        fake.Status = new ProviderStatus.Paid(money, "X");
        await host.Wait(10);

        var payment = Assert.Single(await host.Payments("C1"));
        Assert.Equal((money, money.Amount, 0), (payment.Money, payment.Advance, payment.Settled.Count));
        Assert.Equal("open", await host.Status(invoice));
        Assert.Equal("otherAmount", Assert.Single(host.Get<Notices>().All).Reason);
        Assert.NotNull(payment.ReceiptNumber);
    }

    /// <summary>Found by the simulation: nobody asked again, and the money was never booked.</summary>
    [Fact]
    [Trait("Feature", "C11")]
    public async Task A_provider_that_said_no_and_then_does_not_know_is_asked_until_it_does()
    {
        var fake = new FakeProvider();
        await using var host = await Start(fake);
        var customer = await host.Customer("C1");
        var invoice = await host.Invoice(customer, "R1", 1000m);
        await host.Press(PayLinks.ToInvoice(customer, invoice.Ref));
        fake.Status = new ProviderStatus.NotPaid(DeclineReasons.Declined);
        await host.Wait(15);
        var rows = await host.Tables.Range(AccountStore.Table, AccountStore.Of("C1"), Vade.Kernel.Storage.KeyRange.Prefix(PaymentsRows.Attempt("")), 10, default);
        var reference = PaymentsRows.AttemptType.Read(Assert.Single(rows)).Ref;

        fake.Status = new ProviderStatus.Pending();
        await host.Returns(AccountStore.Of("C1"), reference);
        fake.Status = new ProviderStatus.Paid(new Money(1200m, Currency.TRY), "X");
        await host.Wait(10);

        Assert.Equal("paid", await host.Status(invoice));
        Assert.Single(await host.Payments("C1"));
    }

    [Fact]
    [Trait("Feature", "C11")]
    public async Task A_lost_answer_to_the_start_is_asked_about_and_never_repeated()
    {
        var fake = new FakeProvider { OnStart = () => throw new HttpRequestException("reset") };
        await using var host = await Start(fake);
        var customer = await host.Customer("C1");
        var invoice = await host.Invoice(customer, "R1", 1000m);
        var link = PayLinks.ToInvoice(customer, invoice.Ref);

        Assert.IsType<PayOutcome.Checking>(await host.Press(link));
        Assert.IsType<PayOutcome.Checking>(await host.Press(link));
        Assert.Equal(1, fake.Started);
        fake.Status = new ProviderStatus.Paid(new Money(1200m, Currency.TRY), "X");
        await host.Wait(5);

        Assert.Equal("paid", await host.Status(invoice));
        Assert.Single(await host.Payments("C1"));
        Assert.Equal(1, fake.Started);
    }

    [Fact]
    [Trait("Feature", "C11")]
    public async Task A_refused_start_charges_nothing_and_the_next_press_begins_anew()
    {
        var fake = new FakeProvider { OnStart = () => new StartOutcome.Refused(DeclineReasons.NotBegun) };
        await using var host = await Start(fake);
        var customer = await host.Customer("C1");
        var invoice = await host.Invoice(customer, "R1", 1000m);
        var link = PayLinks.ToInvoice(customer, invoice.Ref);

        Assert.IsType<PayOutcome.Refused>(await host.Press(link));
        fake.OnStart = () => new StartOutcome.Begun(new("https://pay.test/form", new Dictionary<string, string> { ["token"] = "1" }));
        var go = Assert.IsType<PayOutcome.Go>(await host.Press(link));

        Assert.Equal("1", go.To.Fields!["token"]);
        Assert.Equal(2, fake.Started);
        Assert.Empty(await host.Payments("C1"));
    }

    [Fact]
    [Trait("Feature", "C11")]
    public async Task Outside_the_sandbox_a_test_payment_settles_nothing_and_has_no_receipt()
    {
        var fake = new FakeProvider();
        await using var host = await Start(fake, sandbox: false);
        var customer = await host.Customer("C1");
        var invoice = await host.Invoice(customer, "R1", 1000m);
        await host.Press(PayLinks.ToInvoice(customer, invoice.Ref));
        fake.Status = new ProviderStatus.Paid(new Money(1200m, Currency.TRY), "X");
        await host.Wait(10);

        var payment = Assert.Single(await host.Payments("C1"));
        Assert.Equal((true, false, null), (payment.Test, payment.Posted, payment.ReceiptNumber));
        Assert.Equal("open", await host.Status(invoice));
        await host.BooksAreSound("C1");
    }

    private static async Task<SliceHost> Start(FakeProvider fake, bool sandbox = true)
    {
        var host = SliceHost.Start("2026-11-02T09:00:00Z", services =>
        {
            services.AddSingleton<Looks>();
            services.AddPayments();
            services.AddSingleton(new Deployment(sandbox, new Uri("http://vade.test")));
            services.AddSingleton<IPaymentProvider>(fake);
            services.AddSingleton<Notices>();
            services.AddHandler<PaymentNeedsAttention, NoticeHandler>("payments", PaymentsJson.Default.PaymentNeedsAttention);
        });
        await host.Get<Settings>().Put(PaymentsSettings.Section, new([new("fake")]), default);
        return host;
    }

    internal sealed class Notices
    {
        public List<PaymentNeedsAttention> All { get; } = [];
    }

    internal sealed class NoticeHandler(Notices notices) : IHandle<PaymentNeedsAttention>
    {
        public Task Handle(PaymentNeedsAttention message, CancellationToken cancellation)
        {
            notices.All.Add(message);
            return Task.CompletedTask;
        }
    }

    private sealed class FakeProvider : IPaymentProvider
    {
        public Func<StartOutcome> OnStart { get; set; } = () => new StartOutcome.Begun(new("https://pay.test/1"));
        public ProviderStatus Status { get; set; } = new ProviderStatus.Pending();
        public int Started { get; private set; }
        public string Kind => "fake";

        public bool IsTest(ProviderSettings settings) => true;

        public Uri Origin(ProviderSettings settings) => new("https://pay.test");

        public Task<StartOutcome> Start(ProviderSettings settings, PaymentOrder order, CancellationToken cancellation)
        {
            Started++;
            return Task.FromResult(OnStart());
        }

        public Task<ProviderStatus> Query(ProviderSettings settings, string reference, CancellationToken cancellation) => Task.FromResult(Status);

        public IReadOnlyList<string>? VerifyNotification(ProviderSettings settings, ReadOnlySpan<byte> body, IHeaderDictionary headers) => null;
    }
}
