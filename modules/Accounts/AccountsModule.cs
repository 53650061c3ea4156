using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>The settings of this module: the account codes that postings use, and the small-balance rule.</summary>
public static class AccountsSettings
{
    public static readonly SettingsSection<LedgerAccounts> Section = new("ledger", AccountsSettingsJson.Default.LedgerAccounts, _ => new(), Problems);

    private static IEnumerable<SettingProblem> Problems(LedgerAccounts value)
    {
        foreach (var (code, limit) in value.SmallBalance ?? new Dictionary<string, decimal>())
        {
            if (Currency.Find(code) is not { } currency)
                yield return new($"smallBalance.{code}", "currency.unknown", $"Give one of {string.Join(", ", Currency.All)}.");
            else if (limit <= 0m || currency.Round(limit) != limit)
                yield return new($"smallBalance.{code}", "amount.positive", $"Give an amount above zero with at most {currency.MinorDigits} digits behind the dot, or leave the currency out.");
        }
    }
}

public static class AccountsModule
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddTable(Lookups.Table, PayLinks.Table, CustomerDirectory.Table, Operations.Table);
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
        services.AddSingleton<Importer>();
        services.AddSingleton<IImport, ImportCustomers>();
        services.AddSingleton<IImport, ImportDocuments>();
        services.AddSingleton<StatementOfCustomer>();
        services.AddSingleton<DocumentReader>();
        services.AddSingleton<TakeDocument>();
        services.AddSingleton<Originals>();
        services.AddSingleton<Operations>();
        services.AddSingleton<OperationViews>();
        services.AddSingleton<OpeningBalances>();
        services.AddSingleton<IImport, ImportOpeningBalances>();
        services.AddSingleton<WriteOffs>();
        services.AddSingleton<PayOuts>();
        services.AddSingleton<MergeCustomers>();
        services.AddSingleton<Moves>();
        services.AddSingleton<IFinishAccount>(provider => provider.GetRequiredService<Moves>());
        services.AddHandler<MoveOn, MoveOnHandler>(AccountStore.Queue, AccountsJson.Default.MoveOn);
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<StoreReader>();
        services.AddSingleton<ExportWriter>();
        services.AddSingleton<Exports>();
        services.AddSingleton<Restore>();
        services.AddTimer<ExportTimer>(ExportTimer.Function);
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
        OpeningBalances.Map(api);
        WriteOffs.Map(api);
        PayOuts.Map(api);
        MergeCustomers.Map(api);
        OperationViews.Map(api);
        Importer.Map(api);
        ExportEndpoints.Map(api);
        return api;
    }
}
