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
