using Vade.Functions.Hosting;
using Vade.Kernel.Storage.Azure;

namespace Vade.Functions;

/// <summary>What stands behind the ports on Azure: <c>Vade:Azure:Storage</c> and <c>Vade:Azure:ServiceBus</c>.</summary>
/// <param name="ServiceBus">Null when the account's own queues carry the messages.</param>
internal sealed record AzureSettings(StorageAccount Storage, ServiceBusNamespace? ServiceBus)
{
    /// <exception cref="SettingsException">One of the two is malformed, or there is only the second.</exception>
    public static AzureSettings Read(IConfigurationSection azure)
    {
        if (azure.GetChildren().FirstOrDefault(child => child.Key is not (nameof(Storage) or nameof(ServiceBus))) is { } unknown)
            throw new SettingsException($"Vade:Azure:{unknown.Key} is not known; Vade:Azure has Storage and ServiceBus.");
        if (string.IsNullOrEmpty(azure[nameof(Storage)]))
            throw new SettingsException("Vade:Azure:Storage is missing; Service Bus carries messages only, and everything else is kept in a storage account.");
        try
        {
            return new(
                StorageAccount.Parse(azure[nameof(Storage)]!),
                azure[nameof(ServiceBus)] is { Length: > 0 } bus ? ServiceBusNamespace.Parse(bus) : null);
        }
        catch (FormatException malformed)
        {
            throw new SettingsException(malformed.Message);
        }
    }

    /// <summary>
    /// A customer's data must not meet a simulated bank, and links and secrets made with a guess would be lost. Where
    /// every address is this machine's it can only be the emulator, which keeps nobody's data: there the sandbox may
    /// run, so that all of it can be tried over the services' own protocols.
    /// </summary>
    public void CheckRest(Settings settings)
    {
        if (settings.Sandbox && !IsEmulator)
            throw new SettingsException("Vade:Sandbox is on, but sandbox mode does not run on Azure's services; leave out one of them.");
        if (settings.PublicUrl is null)
            throw new SettingsException("Vade:PublicUrl is missing; on Azure's services it must name the origin that links are made with.");
        if (settings.MasterKeys is null)
            throw new SettingsException("Vade:MasterKey is missing; on Azure's services it must come from the configuration.");
        if (settings.Sandbox && settings.ApiKey is null)
            throw new SettingsException("Vade:ApiKey is missing; a sandbox on the emulator makes none, because its processes share no folder to keep it in.");
        if (settings.ClockStart is not null)
            throw new SettingsException("Vade:Clock:Start is set, but over storage services the clock cannot be set: their queues know only real time.");
        if (ServiceBus is not null && settings.RunsQueues && !settings.UnderFunctions)
            throw new SettingsException("Vade:Azure:ServiceBus is set, but only the Functions host receives from Service Bus; leave it out, or leave queues out of Vade:Host:Functions.");
    }

    /// <summary>
    /// Under the Functions host, the package's triggers must listen where this app sends; otherwise every message
    /// would lie where nobody looks.
    /// </summary>
    public void CheckPackage(IReadOnlyList<FunctionDefinition> functions, IConfiguration configuration)
    {
        foreach (var function in functions.Where(function => function.Trigger is Trigger.Queue or Trigger.DeadLetter))
        {
            if (function.OnServiceBus && ServiceBus is null)
                throw new SettingsException("Vade:Azure:ServiceBus is missing, but this package was published for Service Bus; set it, or publish with --queues storage.");
            if (!function.OnServiceBus && ServiceBus is not null)
                throw new SettingsException("Vade:Azure:ServiceBus is set, but this package was published for Storage Queues; leave it out, or publish with --queues servicebus.");
            var mine = (ServiceBus?.Address ?? Storage.QueueAddress).Host;
            if (Listens(configuration.GetSection(function.Connection)) is { } there && !there.Equals(mine, StringComparison.OrdinalIgnoreCase))
                throw new SettingsException($"The Functions host receives from {there} ({function.Connection}), but Vade:Azure sends to {mine}; both must be the same.");
        }
    }

    private bool IsEmulator => Storage.IsEmulator && ServiceBus?.Address.IsLoopback != false;

    /// <summary>The host name behind a connection of the Functions host's, as far as it can be told.</summary>
    private static string? Listens(IConfigurationSection connection)
    {
        if (connection["fullyQualifiedNamespace"] is { Length: > 0 } name)
            return name;
        if (connection["queueServiceUri"] is { Length: > 0 } address)
            return Uri.TryCreate(address, UriKind.Absolute, out var url) ? url.Host : null;
        if (connection["accountName"] is { Length: > 0 } account)
            return account + ".queue.core.windows.net";
        try
        {
            return connection.Value switch
            {
                null or "" => null,
                var text when text.Contains("Endpoint=sb:", StringComparison.OrdinalIgnoreCase) => ServiceBusNamespace.Parse(text).Address.Host,
                var text => StorageAccount.Parse(text).QueueAddress.Host,
            };
        }
        catch (FormatException)
        {
            // The host's own affair: it refuses what it cannot read.
            return null;
        }
    }
}
