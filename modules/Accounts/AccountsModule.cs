using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel.Messaging;
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
        services.AddSingleton(provider => new CustomerReader(
            provider.GetRequiredService<AccountStore>(), provider.GetRequiredService<Lookups>(), provider.GetRequiredService<CustomerDirectory>()));
        services.AddSingleton<PayLinks>();
        services.AddSingleton<Lookups>();
        services.AddSingleton<SaveCustomer>();
        services.AddSingleton<CustomerDirectory>();
        services.AddSingleton<IFinishAccount>(provider => provider.GetRequiredService<CustomerDirectory>());
        return services;
    }
}
