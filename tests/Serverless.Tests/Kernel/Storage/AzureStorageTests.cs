using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Azure;

namespace Vade.Tests.Kernel.Storage;

public sealed class AzureTablesTests(Azurite azurite) : TablesContract, IAsyncLifetime
{
    private StorageAccount account = null!;

    protected override ITables Tables => account.Tables;

    public async ValueTask InitializeAsync() => account = StorageAccount.Parse(await azurite.Connection());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class AzureBlobsTests(Azurite azurite) : BlobsContract, IAsyncLifetime
{
    private StorageAccount account = null!;

    protected override IBlobs Blobs => account.Blobs;

    public async ValueTask InitializeAsync() => account = StorageAccount.Parse(await azurite.Connection());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>What is put can never be put otherwise, so each test has a container of its own.</summary>
public sealed class AzureArchiveTests(Azurite azurite) : ArchiveContract, IAsyncLifetime
{
    private static int containers;
    private AzureArchive archive = null!;

    protected override IArchive Archive => archive;

    public async ValueTask InitializeAsync() => archive = new(new Azure.Storage.Blobs.BlobContainerClient(
        await azurite.Connection(), "exports-" + Interlocked.Increment(ref containers).ToString(System.Globalization.CultureInfo.InvariantCulture)));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class StorageQueuesTests(Azurite azurite) : ReceivedQueuesContract, IAsyncLifetime
{
    private StorageAccount account = null!;

    protected override IQueues Sender => account.Queues;

    protected override IQueueReceiver Receiver => account.Queues;

    // Azurite's queues know only real time.
    protected override TimeSpan Lease => TimeSpan.FromSeconds(3);

    public async ValueTask InitializeAsync() => account = StorageAccount.Parse(await azurite.Connection());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override Task Pass(TimeSpan time) => Task.Delay(time, TimeProvider.System);
}
