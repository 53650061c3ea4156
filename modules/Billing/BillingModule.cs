using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Billing;

/// <param name="Series">Three of A-Z and 0-9 that begin every invoice number.</param>
/// <param name="ReceiptSeries">The same for receipts; it differs from the invoices'.</param>
/// <param name="DueDays">Days from issue to due date where neither service nor customer says.</param>
public sealed record BillingSettings(string Series = "VAD", string ReceiptSeries = "MKB", int DueDays = 14)
{
    public static readonly SettingsSection<BillingSettings> Section = new("billing", BillingSettingsJson.Default.BillingSettings, _ => new(), Problems);

    private static IEnumerable<SettingProblem> Problems(BillingSettings value)
    {
        if (!InvoiceNumber.IsSeries(value.Series))
            yield return new("series", "series.form", "Give three characters of A-Z and 0-9.");
        if (!InvoiceNumber.IsSeries(value.ReceiptSeries))
            yield return new("receiptSeries", "series.form", "Give three characters of A-Z and 0-9.");
        if (value.ReceiptSeries == value.Series)
            yield return new("receiptSeries", "series.shared", "Give receipts a series of their own.");
        if (value.DueDays is < 0 or > 365)
            yield return new("dueDays", "dueDays.range", "Give 0 to 365 days.");
    }
}

public static class BillingModule
{
    public const string Queue = "billing";

    public static IServiceCollection AddBilling(this IServiceCollection services)
    {
        services.AddTable(BillingRows.Table);
        services.AddSettings(BillingSettings.Section);
        services.AddSingleton<Numbering>();
        services.AddSingleton<RunLists>();
        services.AddSingleton<DuePlan>();
        services.AddSingleton<InvoiceFinisher>();
        services.AddSingleton<ServiceIndex>();
        services.AddSingleton<IFinishAccount>(provider => provider.GetRequiredService<ServiceIndex>());
        services.AddSingleton<IProjection>(provider => provider.GetRequiredService<ServiceIndex>());
        services.AddSingleton(provider => new Plans(
            provider.GetRequiredService<ServiceIndex>(), provider.GetRequiredService<DuePlan>(), provider.GetRequiredService<AccountStore>(),
            provider.GetRequiredService<Settings>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IForesee, ForeseeInvoices>();
        services.AddSingleton<ICostedWorks, CostedRuns>();
        services.AddSingleton<SaveService>();
        services.AddSingleton<IImport, ImportServices>();
        services.AddSingleton<InvoiceViews>();
        services.AddSingleton<MissingInvoices>();
        services.AddSingleton<IReport, MissingInvoicesReport>();
        services.AddSingleton(provider => new Forecast(
            provider.GetRequiredService<Debtors>(), provider.GetRequiredService<Plans>(), provider.GetRequiredService<Settings>()));
        services.AddSingleton<IReport, CashflowReport>();
        services.AddSingleton<CancelInvoices>();
        services.AddSingleton<ManualInvoices>();
        services.AddSingleton<IFinishAccount>(provider => provider.GetRequiredService<ManualInvoices>());
        services.AddSingleton<IFinishAccount>(provider => provider.GetRequiredService<DuePlan>());
        services.AddSingleton<MovingServices>();
        services.AddSingleton<IFinishAccount>(provider => provider.GetRequiredService<MovingServices>());
        services.AddHandler<CustomerMerged, CustomerMergedHandler>(Queue, BillingJson.Default.CustomerMerged);
        services.AddSingleton<InvoiceIndex>();
        services.AddSingleton<InvoiceRows>();
        services.AddSingleton<IProjection>(provider => provider.GetRequiredService<InvoiceRows>());
        services.AddSingleton(provider => new InvoiceList(
            provider.GetRequiredService<InvoiceRows>(), provider.GetRequiredService<InvoiceReader>(), provider.GetRequiredService<LedgerReader>(),
            provider.GetRequiredService<AccountStore>()));
        services.AddSingleton<InvoiceReader>();
        services.AddSingleton<ExplainInvoice>();
        services.AddSingleton(new MyMenuItem(20, MyInvoices.Path, language => MyInvoices.Texts[language, "my.invoices"]));
        services.AddSingleton<ITimelineSource, InvoiceTimeline>();
        ServicesPanel.Add(services);
        services.AddTimer<BillingTimer>(BillingTimer.Function);
        services.AddHandler<RunBilling, RunBillingHandler>(Queue, BillingJson.Default.RunBilling);
        services.AddHandler<FanOutChunk, FanOutChunkHandler>(Queue, BillingJson.Default.FanOutChunk);
        services.AddHandler<CheckChunk, CheckChunkHandler>(Queue, BillingJson.Default.CheckChunk);
        services.AddHandler<IssueInvoices, IssueInvoicesHandler>(Queue, BillingJson.Default.IssueInvoices);
        services.AddHandler<RunBulk, BulkInvoices>(Queue, BillingJson.Default.RunBulk);
        services.AddHandler<DoBulk, BulkInvoices>(Queue, BillingJson.Default.DoBulk);
        InvoicesPanel.Add(services);
        return services;
    }

    /// <summary>The module's part of the customer's own pages.</summary>
    public static void MapBillingPages(this IEndpointRouteBuilder app) => MyInvoices.Map(app);

    /// <summary>The module's pages of the staff panel.</summary>
    /// <param name="panel">The group <c>/panel</c>.</param>
    public static RouteGroupBuilder MapBillingPanel(this RouteGroupBuilder panel)
    {
        InvoicesPanel.Map(panel);
        ServicesPanel.Map(panel);
        return panel;
    }

    /// <summary>The endpoints under <c>/api/v1</c>.</summary>
    public static void MapBilling(this IEndpointRouteBuilder api)
    {
        ServiceEndpoints.Map(api);
        InvoiceEndpoints.Map(api);
        ExplainEndpoint.Map(api);
        WhatIfEndpoints.Map(api);
        TimelineEndpoint.Map(api);
    }
}
