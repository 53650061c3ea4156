using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace Vade.Kernel.Storage.Azure;

/// <summary>The storage account that one deployment keeps everything in: its tables, blobs and queues.</summary>
public sealed class StorageAccount
{
    private const string ContainerName = "vade";
    private const string ArchiveName = "exports";
    private const int RetriesMax = 4;
    private static readonly string[] Services = ["blob", "table", "queue"];
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(30);

    private readonly QueueServiceClient queues;

    private StorageAccount(TableServiceClient reading, TableServiceClient committing, BlobServiceClient blobs, QueueServiceClient queues)
    {
        this.queues = queues;
        Tables = new(reading, committing);
        Container = blobs.GetBlobContainerClient(ContainerName);
        Blobs = new(Container);
        Archive = new(blobs.GetBlobContainerClient(ArchiveName));
        Queues = new(queues);
        IsEmulator = reading.Uri.IsLoopback && blobs.Uri.IsLoopback && queues.Uri.IsLoopback;
    }

    public AzureTables Tables { get; }

    public AzureBlobs Blobs { get; }

    /// <summary>The container that the deployment puts under an immutability policy.</summary>
    public AzureArchive Archive { get; }

    public StorageQueues Queues { get; }

    /// <summary>Where the queues are: what the Functions host receives from must be the same.</summary>
    public Uri QueueAddress => queues.Uri;

    /// <summary>Whether every address is this machine: then it can only be the emulator.</summary>
    public bool IsEmulator { get; }

    /// <summary>The container of <see cref="Blobs"/>, for what must be done without waiting.</summary>
    internal BlobContainerClient Container { get; }

    /// <summary>
    /// Reads the setting <c>Vade:Azure:Storage</c>: a connection string, or the account's address, such as
    /// <c>https://name.blob.core.windows.net</c>, for the identity that the app runs as. Of an address any of the
    /// three services' will do; the others follow from it.
    /// </summary>
    /// <exception cref="FormatException">Says what is wrong, without the secret.</exception>
    public static StorageAccount Parse(string setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        try
        {
            return setting.Contains("://", StringComparison.Ordinal) && !setting.Contains('=', StringComparison.Ordinal)
                ? OfAddress(new Uri(setting))
                : new(
                    new(setting, Patient(new TableClientOptions())),
                    new(setting, Once(new TableClientOptions())),
                    new(setting, Patient(new BlobClientOptions())),
                    new(setting, Patient(new QueueClientOptions())));
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException or InvalidOperationException)
        {
#pragma warning disable MA0054 // What the parsers say may quote the setting, and with it the key.
            throw new FormatException(
                "Vade:Azure:Storage is neither a connection string with an account's name and key nor an account's address such as https://name.blob.core.windows.net.");
#pragma warning restore MA0054
        }
    }

    /// <summary>
    /// What is wrong with the account as seen from here; null when it serves. Makes the container on the way, and asks
    /// for nothing that takes more rights than working with the data does.
    /// </summary>
    /// <param name="queue">One of those that are used, which need not exist yet; null when none is.</param>
    public async Task<string?> Problem(string? queue, TimeSpan limit, CancellationToken cancellation)
    {
        var problems = await Task.WhenAll(
            AzureCall.Problem("tables", limit, stop => Tables.Find("settings", "health", "health", stop), cancellation),
            AzureCall.Problem("blobs", limit, stop => Container.CreateIfNotExistsAsync(cancellationToken: stop), cancellation),
            queue is null
                ? Task.FromResult<string?>(null)
                : AzureCall.Problem("queues", limit, stop => queues.GetQueueClient(queue).ExistsAsync(stop), cancellation));
        return Array.Find(problems, problem => problem is not null);
    }

    private static StorageAccount OfAddress(Uri address)
    {
        var labels = address.Host.Split('.');
        var at = Array.FindIndex(labels, label => Services.Contains(label, StringComparer.Ordinal));
        if (address.Scheme != Uri.UriSchemeHttps || address.PathAndQuery != "/" || address.UserInfo.Length > 0 || at < 1)
            throw new FormatException();
        TokenCredential identity = new DefaultAzureCredential();
        return new(
            new(Of("table"), identity, Patient(new TableClientOptions())),
            new(Of("table"), identity, Once(new TableClientOptions())),
            new(Of("blob"), identity, Patient(new BlobClientOptions())),
            new(Of("queue"), identity, Patient(new QueueClientOptions())));

        Uri Of(string service) => new UriBuilder(address) { Host = string.Join('.', labels[..at].Append(service).Concat(labels[(at + 1)..])) }.Uri;
    }

    private static T Patient<T>(T options)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = RetriesMax;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(5);
        options.Retry.NetworkTimeout = AnswerTimeMax;
        return options;
    }

    private static T Once<T>(T options)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = 0;
        options.Retry.NetworkTimeout = AnswerTimeMax;
        return options;
    }
}
