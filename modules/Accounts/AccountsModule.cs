using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
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
        services.AddTable(Lookups.Table, PayLinks.Table, CustomerDirectory.Table, SignInRows.Table, PaperViews.Table);
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
        services.AddHandler<RunExport, RunExportHandler>(AccountStore.Queue, ExportJson.Default.RunExport);
        services.AddHandler<ExportLane, RunExportHandler>(AccountStore.Queue, ExportJson.Default.ExportLane);
        return services;
    }

    /// <summary>Signing in, and the module's part of the customer's own pages.</summary>
    public static IEndpointRouteBuilder MapAccountsPages(this IEndpointRouteBuilder app)
    {
        SignInEndpoints.Map(app);
        My.Map(app);
        MyLedger.Map(app);
        MyDocuments.Map(app);
        MyContact.Map(app);
        return app;
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
        return api;
    }
}
