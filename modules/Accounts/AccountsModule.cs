using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
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
        services.AddTable(Lookups.Table, PayLinks.Table, CustomerDirectory.Table, Operations.Table, SignInRows.Table, PaperViews.Table);
        services.AddSettings(AccountsSettings.Section);
        services.AddSingleton<Ledger>();
        services.AddSingleton<LedgerReader>();
        services.AddSingleton(provider => new CustomerReader(
            provider.GetRequiredService<AccountStore>(), provider.GetRequiredService<Lookups>(), provider.GetRequiredService<CustomerDirectory>()));
        services.AddSingleton<PayLinks>();
        services.AddSingleton<Lookups>();
        services.AddSingleton<AddressBook>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<AskForLink>();
        services.AddSingleton(provider => new SignInLinks(
            provider.GetRequiredService<AccountStore>(), provider.GetRequiredService<MasterKeys>(), provider.GetRequiredService<Deployment>(),
            provider.GetRequiredService<TimeProvider>()));
        SignInEndpoints.Register(services);
        services.AddHandler<SendSignInLink, SendSignInLinkHandler>(AccountStore.Queue, SignInJson.Default.SendSignInLink);
        services.AddHandler<WalkAddresses, WalkAddressesHandler>(AccountStore.Queue, SignInJson.Default.WalkAddresses);
        services.AddSingleton<PaperViews>();
        services.AddSingleton(provider => new ChangeContact(
            provider.GetRequiredService<AccountStore>(), provider.GetRequiredService<AddressBook>(), provider.GetRequiredService<CustomerDirectory>(),
            provider.GetRequiredService<AskForLink>(), provider.GetRequiredService<MasterKeys>(), provider.GetRequiredService<Deployment>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new MyMenuItem(60, MyContact.Path, language => AccountsWords.Texts[language, "my.contact"]));
        services.AddSingleton(new MyMenuItem(40, MyLedger.Path, language => AccountsWords.Texts[language, "my.ledger"]));
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
        services.AddSingleton<ProofOfStatement>();
        services.AddSingleton<StatementSeals>();
        services.AddSingleton<Preview>();
        PreviewPanel.Add(services);
        services.AddSingleton<ExplainAccount>();
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
        services.AddSingleton<NextCode>();
        CustomerPanel.Add(services);
        ReportsPanel.Add(services);
        services.AddTimer<ExportTimer>(ExportTimer.Function);
        services.AddSingleton<IReport, UnpaidReport>();
        services.AddSingleton<IReport, DelaysReport>();
        services.AddTimer<RebuildTimer>(RebuildTimer.Function);
        services.AddHandler<RunExport, RunExportHandler>(AccountStore.Queue, ExportJson.Default.RunExport);
        services.AddHandler<ExportLane, RunExportHandler>(AccountStore.Queue, ExportJson.Default.ExportLane);
        return services;
    }

    /// <summary>The module's pages of the staff panel.</summary>
    /// <param name="panel">The group <c>/panel</c>.</param>
    public static RouteGroupBuilder MapAccountsPanel(this RouteGroupBuilder panel)
    {
        CustomerPanel.Map(panel);
        ReportsPanel.Map(panel);
        PreviewPanel.Map(panel);
        return panel;
    }

    /// <summary>Signing in, the module's part of the customer's own pages, and the page that verifies a statement.</summary>
    public static IEndpointRouteBuilder MapAccountsPages(this IEndpointRouteBuilder app)
    {
        SignInEndpoints.Map(app);
        My.Map(app);
        MyLedger.Map(app);
        MyDocuments.Map(app);
        MyContact.Map(app);
        VerifyEndpoints.Map(app);
        return app;
    }

    /// <summary>The module's part of the admin API.</summary>
    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder api)
    {
        CustomerEndpoints.Map(api);
        StatementEndpoints.Map(api);
        VerifyEndpoints.MapApi(api);
        ExplainEndpoints.Map(api);
        PreviewEndpoints.Map(api);
        DocumentEndpoints.Map(api);
        OpeningBalances.Map(api);
        WriteOffs.Map(api);
        PayOuts.Map(api);
        MergeCustomers.Map(api);
        OperationViews.Map(api);
        Importer.Map(api);
        ExportEndpoints.Map(api);
        Rebuild.Map(api);
        ReportEndpoints.Map(api);
        return api;
    }
}
