using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>Attempts, providers, payments, receipts, and the page by which a customer pays.</summary>
public static class PaymentsModule
{
    public const string Queue = "payments";

    /// <summary>A call to a provider that has not been answered by then has an unknown outcome.</summary>
    private static readonly TimeSpan CallMax = TimeSpan.FromSeconds(30);

    public static IServiceCollection AddPayments(this IServiceCollection services)
    {
        services.AddTable(PaymentsRows.Table, SimulatedBank.Table);
        services.AddSingleton<ISettingsSection>(provider => PaymentsSettings.SectionOf(provider.GetRequiredService<Deployment>()));
        services.AddHttpClient(nameof(SimulatedBank), client => client.Timeout = CallMax);
        services.AddSingleton<IPaymentProvider, SimulatorProvider>();
        services.AddSingleton<SimulatedBank>();
        services.AddSingleton<Providers>();
        services.AddSingleton<OpenAttempts>();
        services.AddSingleton<PaymentIndex>();
        services.AddSingleton<PaymentReader>();
        services.AddSingleton<IProjection, PaymentRows>();
        services.AddSingleton(provider => new PaymentList(provider.GetRequiredService<PaymentIndex>(), provider.GetRequiredService<PaymentReader>()));
        services.AddSingleton<IReport, CollectionsReport>();
        services.AddSingleton(provider => new OfficeFigures(
            provider.GetRequiredService<Debtors>(), provider.GetRequiredService<PaymentList>(), provider.GetRequiredService<Forecast>(),
            provider.GetRequiredService<Settings>(), provider.GetRequiredService<ITables>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Bookings>();
        services.AddSingleton<PaymentViews>();
        services.AddSingleton<ITimelineSource, PaymentTimeline>();
        services.AddSingleton<RecordPayment>();
        services.AddSingleton<CancelPayment>();
        services.AddSingleton<ReallocatePayment>();
        services.AddSingleton<ReturnLinks>();
        services.AddSingleton<SettleAttempts>();
        services.AddSingleton<StartPayment>();
        services.AddSingleton<TakeNotification>();
        services.AddSingleton<PayPages>();
        services.AddSingleton<ResultPages>();
        services.AddSingleton(new MyMenuItem(10, MyOverview.Path, language => Words.Texts[language, "my.overview"]));
        services.AddSingleton(new MyMenuItem(30, MyPayments.Path, language => Words.Texts[language, "my.payments"]));
        services.AddSingleton<Receipts>();
        services.AddSingleton<IFinishAccount>(provider => provider.GetRequiredService<Receipts>());
        services.AddTimer<PaymentsTimer>(PaymentsTimer.Function);
        services.AddHandler<SettleAttempt, SettleAttemptHandler>(Queue, PaymentsJson.Default.SettleAttempt);
        services.AddHandler<PaymentReceived, IssueReceipt>(Queue, PaymentsJson.Default.PaymentReceived);
        services.AddHandler<ReceiptIssued, PaymentRows>(Queue, PaymentsJson.Default.ReceiptIssued);
        PaymentsPanel.Add(services);
        services.AddHandler<NotifyShop, NotifyShopHandler>(Queue, PaymentsJson.Default.NotifyShop);
        return services;
    }

    /// <summary>The pay pages, provider notifications and returns; in sandbox mode the simulated bank.</summary>
    public static IEndpointRouteBuilder MapPayments(this IEndpointRouteBuilder app)
    {
        PayEndpoints.Map(app);
        MyOverview.Map(app);
        MyPayments.Map(app);
        TakeNotification.Map(app);
        ProviderReturn.Map(app);
        if (app.ServiceProvider.GetRequiredService<Deployment>().Sandbox)
            BankEndpoints.Map(app);
        return app;
    }

    /// <summary>The module's pages of the staff panel.</summary>
    /// <param name="panel">The group <c>/panel</c>.</param>
    public static RouteGroupBuilder MapPaymentsPanel(this RouteGroupBuilder panel)
    {
        PaymentsPanel.Map(panel);
        return panel;
    }

    /// <summary>The endpoints under <c>/api/v1</c>.</summary>
    public static void MapPaymentsApi(this IEndpointRouteBuilder api) => PaymentEndpoints.Map(api);
}
