using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging.Abstractions;
using Vade.Functions.Hosting;
using Vade.Functions.Hosting.Local;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Metering;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Functions;

/// <summary>
/// What stands behind the ports: on one machine SQLite and files in the data folder (design §4), on Azure its services.
/// </summary>
internal static class Engine
{
    public static IServiceCollection AddEngine(this IServiceCollection services, Settings settings)
    {
        if (settings.Azure is { } azure)
            services.AddAzureEngine(azure);
        else
            services.AddEmbeddedEngine(settings);
        services.AddSingleton<IQueues>(provider => provider.GetRequiredService<WakingQueues>());
        services.Metered<ITables>((tables, meter) => tables.Metered(meter));
        services.Metered<IBlobs>((blobs, meter) => blobs.Metered(meter));
        services.Metered<IQueues>((queues, meter) => queues.Metered(meter));
        services.AddSingleton(_ => settings.MasterKeys ?? MasterKeys.OfFolder(settings.Data));
        services.AddSingleton<SecretBox>();
        services.AddSingleton(_ => new ApiKey(settings.ApiKey ?? (settings.Sandbox ? SandboxKey.Open(settings.Data) : null)));
        return services;
    }

    // Puts the meter around a port, whichever engine stands behind it.
    private static void Metered<TPort>(this IServiceCollection services, Func<TPort, Meter, TPort> around)
        where TPort : class
    {
        var inner = services.Last(service => service.ServiceType == typeof(TPort));
        services.Remove(inner);
        services.AddSingleton(provider => around(
            (TPort)(inner.ImplementationInstance ?? inner.ImplementationFactory!(provider)), provider.GetRequiredService<Meter>()));
    }

    private static void AddEmbeddedEngine(this IServiceCollection services, Settings settings)
    {
        if (settings.Sandbox)
        {
            services.AddSingleton(new SandboxClock(TimeProvider.System));
            services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<SandboxClock>());
        }
        else
        {
            services.AddSingleton(TimeProvider.System);
        }

        services.AddSingleton(provider => new SqliteStore(
            Path.Combine(settings.Data, "vade.db"), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ITables>(provider => provider.GetRequiredService<SqliteStore>());
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStore>().Queues);
        services.AddSingleton<IQueueReceiver>(provider => provider.GetRequiredService<SqliteQueues>());
        services.AddSingleton(provider => new WakingQueues(provider.GetRequiredService<SqliteQueues>()));
        services.AddSingleton<IBlobs>(provider => provider.GetRequiredService<SqliteStore>().Blobs(new FileBlobs(Path.Combine(settings.Data, "blobs"))));
        services.AddProtectionKeys(() => new FileSystemXmlRepository(new DirectoryInfo(Path.Combine(settings.Data, "keys")), NullLoggerFactory.Instance));
        services.AddSingleton<IArchive>(new FileArchive(settings.Exports));
    }

    /// <summary>
    /// Opens the file, or asks Azure's services; in sandbox mode lets the clock go on where the data stands and shows
    /// its key.
    /// </summary>
    public static async Task Open(IServiceProvider services, Settings settings, CancellationToken cancellation)
    {
        if (settings.Azure is { } azure)
            await AzureEngine.Check(services, azure, cancellation);
        var tables = services.GetRequiredService<ITables>();
        services.GetRequiredService<ApiKey>();
        services.GetRequiredService<MasterKeys>();
        if (services.GetService<SandboxClock>() is { } clock)
            await clock.Open(tables, settings.ClockStart, cancellation);
        await CheckOrganisation(services, cancellation);
    }

    // A wrong time zone would move every due date; better not to start. A name is asked for later where none was given.
    private static async Task CheckOrganisation(IServiceProvider services, CancellationToken cancellation)
    {
        var section = OrganisationSettings.Section;
        var organisation = await services.GetRequiredService<Vade.Organisation.Settings>().Get(section, cancellation);
        if (section.Problems!(organisation).FirstOrDefault(problem => problem.Field != "name") is { } problem)
            throw new SettingsException($"Vade:Organisation:{problem.Field} cannot be used: {problem.Message}");
    }
}
