using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel.Messaging;
using Vade.Kernel.Metering;
using Vade.Kernel.Storage;

namespace Vade.Kernel;

public static class KernelModule
{
    /// <summary>Messages, outbox and accounts. The host adds the engine: tables, blobs, queues, clock and keys.</summary>
    public static IServiceCollection AddKernel(this IServiceCollection services)
    {
        services.AddTable(AccountStore.Table, Poison.Table, MeterRows.Table);
        services.AddSingleton<Meter>();
        services.AddSingleton<MeterKeeper>();
        services.AddSingleton<Bus>();
        services.AddSingleton<Poison>();
        services.AddSingleton<Dispatcher>();
        services.AddSingleton<AccountStore>();
        services.AddHandler<FinishAccount, FinishAccountHandler>(AccountStore.Queue, EnvelopeJson.Default.FinishAccount);
        services.AddHandler<FinishAccounts, FinishAccountHandler>(AccountStore.Queue, EnvelopeJson.Default.FinishAccounts);
        return services;
    }
}
