using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>The settings of this module: the account codes that postings use.</summary>
public static class AccountsSettings
{
    public static readonly SettingsSection<LedgerAccounts> Section = new("ledger", AccountsJson.Default.LedgerAccounts, _ => new());
}

public static class AccountsModule
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddTable(Lookups.Table, PayLinks.Table, CustomerDirectory.Table);
        services.AddSettings(AccountsSettings.Section);
        services.AddSingleton<Ledger>();
        services.AddSingleton<LedgerReader>();
        services.AddSingleton(provider => new CustomerReader(
            provider.GetRequiredService<AccountStore>(), provider.GetRequiredService<Lookups>(), provider.GetRequiredService<CustomerDirectory>()));
        services.AddSingleton<PayLinks>();
        services.AddSingleton<Lookups>();
        services.AddSingleton<SaveCustomer>();
        services.AddSingleton<CustomerDirectory>();
        services.AddSingleton<IFinishAccount>(provider => provider.GetRequiredService<CustomerDirectory>());
        services.AddSingleton<CustomerViews>();
        services.AddSingleton(provider => new CustomerList(
            provider.GetRequiredService<CustomerDirectory>(), provider.GetRequiredService<Debtors>(), provider.GetRequiredService<Settings>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new Debtors(provider.GetRequiredService<CustomerDirectory>(), provider.GetRequiredService<LedgerReader>()));
        services.AddHandler<AccountMoved, Projector>(AccountStore.Queue, ProjectionsJson.Default.AccountMoved);
        services.AddHandler<RebuildProjections, Rebuild>(AccountStore.Queue, ProjectionsJson.Default.RebuildProjections);
        services.AddHandler<RebuildLane, Rebuild>(AccountStore.Queue, ProjectionsJson.Default.RebuildLane);
        services.AddSingleton<Importer>();
        services.AddSingleton<IImport, ImportCustomers>();
        services.AddSingleton<IImport, ImportDocuments>();
        services.AddSingleton<StatementOfCustomer>();
        services.AddSingleton<DocumentReader>();
        services.AddSingleton<TakeDocument>();
        services.AddSingleton<Originals>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<StoreReader>();
        services.AddSingleton<ExportWriter>();
        services.AddSingleton<Exports>();
        services.AddSingleton<Restore>();
        services.AddTimer<ExportTimer>(ExportTimer.Function);
        services.AddSingleton<IReport, UnpaidReport>();
        services.AddSingleton<IReport, DelaysReport>();
        services.AddTimer<RebuildTimer>(RebuildTimer.Function);
        services.AddHandler<RunExport, RunExportHandler>(AccountStore.Queue, ExportJson.Default.RunExport);
        services.AddHandler<ExportLane, RunExportHandler>(AccountStore.Queue, ExportJson.Default.ExportLane);
        return services;
    }

    /// <summary>The module's part of the admin API.</summary>
    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder api)
    {
        CustomerEndpoints.Map(api);
        StatementEndpoints.Map(api);
        DocumentEndpoints.Map(api);
        Importer.Map(api);
        ExportEndpoints.Map(api);
        Rebuild.Map(api);
        ReportEndpoints.Map(api);
        return api;
    }
}
