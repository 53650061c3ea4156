using Vade.Functions.Hosting;
using Vade.Functions.Hosting.Local;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Azure;

namespace Vade.Functions;

/// <summary>
/// Azure's services behind the ports (decision 0007). Nothing of them is loaded where the embedded engine runs, and
/// nothing is written to the data folder here.
/// </summary>
internal static class AzureEngine
{
    // Of the thirty seconds that the Functions host gives a process to start.
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SendTimeMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5);

    public static IServiceCollection AddAzureEngine(this IServiceCollection services, AzureSettings azure)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ITables>(azure.Storage.Tables);
        services.AddSingleton<IBlobs>(azure.Storage.Blobs);
        services.AddSingleton<IArchive>(azure.Storage.Archive);
        services.AddSingleton<IQueueReceiver>(azure.Storage.Queues);
        if (azure.ServiceBus is { } bus)
        {
            services.AddSingleton(provider => new ServiceBusQueues(Client(), bus, provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton(provider => new WakingQueues(provider.GetRequiredService<ServiceBusQueues>()));
        }
        else
        {
            services.AddSingleton(new WakingQueues(azure.Storage.Queues));
        }

        services.AddProtectionKeys(() => new BlobProtectionKeys(azure.Storage.Container));
        return services;
    }

    /// <summary>Asks every service once, so that a wrong key is found at the start and not by the first customer.</summary>
    /// <exception cref="SettingsException">One of them refuses or cannot be reached.</exception>
    public static async Task Check(IServiceProvider services, AzureSettings azure, CancellationToken cancellation)
    {
        var queues = services.GetRequiredService<IReadOnlyList<FunctionDefinition>>()
            .Where(function => function.Trigger == Trigger.Queue).Select(function => function.Queue).ToList();
        if (await azure.Storage.Problem(azure.ServiceBus is null ? queues[0] : null, AnswerTimeMax, cancellation) is { } problem)
            throw new SettingsException($"Vade:Azure:Storage cannot be used: {problem} ({azure.Storage.QueueAddress.Host}).");
        if (azure.ServiceBus is null)
            return;
        if (await services.GetRequiredService<ServiceBusQueues>().Problem(queues, AnswerTimeMax, cancellation) is { } refusal)
            throw new SettingsException($"Vade:Azure:ServiceBus cannot be used: {refusal} ({azure.ServiceBus.Address.Host}).");
    }

    private static HttpClient Client() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = ConnectionLife,
    })
    {
        Timeout = SendTimeMax,
    };
}
