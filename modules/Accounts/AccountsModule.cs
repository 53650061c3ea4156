using Microsoft.Extensions.DependencyInjection;
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
        services.AddSettings(AccountsSettings.Section);
        services.AddSingleton<Ledger>();
        services.AddSingleton<LedgerReader>();
        services.AddSingleton<CustomerReader>();
        services.AddSingleton<PayLinks>();
        return services;
    }
}
