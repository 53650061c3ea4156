using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Payments;
using Vade.Portal;
using Vade.Tests.Billing;

namespace Vade.Tests.Payments;

/// <summary>The pay flow as a test drives it: a customer presses the button, the bank decides, time passes.</summary>
internal static class PaymentsGiven
{
    public static SliceHost Start(
        string now = "2026-11-02T09:00:00Z", Action<IServiceCollection>? more = null, Action<string>? prepare = null) => SliceHost.Start(now, services =>
    {
        more?.Invoke(services);
        services.AddSingleton<Looks>();
        services.AddPayments();
        services.AddHttpClient(nameof(SimulatedBank)).ConfigurePrimaryHttpMessageHandler(provider => new Webhook(provider));
    }, prepare);

    public static async Task<Invoice> Invoice(this SliceHost host, Customer customer, string reference, decimal price, string currency = "TRY")
    {
        var outcome = await host.Get<ManualInvoices>().Create(
            customer, reference, [new ServiceLine("Danışmanlık", 1m, price, currency == "CLP" ? 19m : 20m)], Vade.Kernel.Currency.Of(currency), null, reference, default);
        return Assert.IsType<ManualOutcome.Issued>(outcome).Invoice;
    }

    public static Task<PayOutcome> Press(this SliceHost host, LinkTarget scope, string currency = "TRY", decimal? amount = null) =>
        host.PressAs(scope, null, currency, amount);

    /// <param name="shown">What the page showed when it was opened; by default what is owed now.</param>
    public static async Task<PayOutcome> PressAs(this SliceHost host, LinkTarget scope, Money? shown, string currency = "TRY", decimal? amount = null)
    {
        var money = Vade.Kernel.Currency.Of(currency);
        var due = shown ?? Owed.Of(scope, await host.Get<LedgerReader>().Head(scope.Account, default), money).Amount;
        return await host.Get<StartPayment>().Start(scope, due, amount is { } part ? new(part, money) : due, Language.Tr, default);
    }

    /// <summary>The reference of the attempt that a press began or joined.</summary>
    public static string RefOf(PayOutcome outcome) =>
        new Uri(Assert.IsType<PayOutcome.Go>(outcome).To.Url).Segments[^1];

    public static Task Decide(this SliceHost host, string reference, string outcome) =>
        host.Get<SimulatedBank>().Decide(reference, outcome, default);

    public static Task<Attempt?> Returns(this SliceHost host, string account, string reference) =>
        host.Get<SettleAttempts>().Settle(account, reference, default);

    public static async Task<Attempt> Attempt(this SliceHost host, string code, string reference) =>
        (await host.Get<SettleAttempts>().Find(AccountStore.Of(code), reference, default))!;

    public static Task<IReadOnlyList<Payment>> Payments(this SliceHost host, string code) =>
        host.Get<PaymentReader>().Of(AccountStore.Of(code), default);

    public static async Task<string> Status(this SliceHost host, Invoice invoice)
    {
        var account = AccountStore.Of(invoice.Customer);
        var now = await host.Get<InvoiceReader>().Find(account, invoice.Ref, default);
        return InvoiceReader.Status(now!, await host.Get<LedgerReader>().Head(account, default)).Status;
    }

    /// <summary>Time passes, with the timer firing as its schedule says.</summary>
    public static async Task Wait(this SliceHost host, int minutes)
    {
        for (var passed = 0; passed < minutes; passed += 5)
        {
            await host.Advance(TimeSpan.FromMinutes(5));
            await host.Fire<PaymentsTimer>();
        }
    }

    /// <summary>Notifications reach the app without a network.</summary>
    private sealed class Webhook(IServiceProvider provider) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var headers = new HeaderDictionary();
            foreach (var (name, values) in request.Content!.Headers)
                headers[name] = values.ToArray();
            var body = await request.Content.ReadAsByteArrayAsync(cancellationToken);
            var outcome = await provider.GetRequiredService<TakeNotification>().Take(request.RequestUri!.Segments[^1], body, headers, cancellationToken);
            return new(outcome == NotificationOutcome.Taken ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
        }
    }
}
