using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Simulation;

/// <summary>
/// The services as one process sees them. Around every call others have their turns, and a fault may befall it; to a
/// process that was killed, nothing answers any more.
/// </summary>
internal sealed class Ports(World world, Process process) : ITables, IBlobs, IArchive, IQueues
{
    public Task<Row?> Find(string table, string partition, string key, CancellationToken cancellation) =>
        Read(() => world.Store.Find(table, partition, key));

    public Task<IReadOnlyList<Row>> Range(string table, string partition, KeyRange range, int limit, CancellationToken cancellation) =>
        Read(() => world.Store.Range(table, partition, range, limit));

    public Task<IReadOnlyList<Row>> Scan(string table, RowPlace? after, int limit, CancellationToken cancellation) =>
        Read(() => world.Store.Scan(table, after, limit));

    public Task<bool> Commit(string table, string partition, IReadOnlyList<Change> changes, CancellationToken cancellation) =>
        Call(() => world.Store.Commit(table, partition, changes));

    public Task Remove(string table, string partition, IReadOnlyList<string> keys, CancellationToken cancellation) => Call(() =>
    {
        world.Store.Remove(table, partition, keys);
        return true;
    });

    public Task Put(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) => Call(() =>
    {
        world.Store.PutBlob(name, content);
        return true;
    });

    Task<byte[]?> IBlobs.Find(string name, CancellationToken cancellation) => Read(() => world.Store.FindBlob(name));

    Task IBlobs.Remove(string name, CancellationToken cancellation) => Call(() =>
    {
        world.Store.RemoveBlob(name);
        return true;
    });

    Task<bool> IArchive.Put(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        Call(() => world.Store.PutInArchive(name, content));

    Task<byte[]?> IArchive.Find(string name, CancellationToken cancellation) => Read(() => world.Store.FindInArchive(name));

    Task<IReadOnlyList<string>> IArchive.Names(string folder, CancellationToken cancellation) => Read(() => world.Store.NamesInArchive(folder));

    /// <summary>Of several messages some may be taken and the rest not.</summary>
    public Task Send(string queue, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellation) => Call(
        () =>
        {
            world.Queues.Send(queue, messages, world.Time.Now);
            return true;
        },
        instead: () => world.Queues.Send(queue, messages.Take(world.Seed.Below(messages.Count + 1)), world.Time.Now));

    private async Task<T> Read<T>(Func<T> read)
    {
        var result = await Call(read, writes: false);
        process.NoteRead();
        return result;
    }

    /// <param name="instead">What a call that failed may have done of its work all the same.</param>
    private async Task<T> Call<T>(Func<T> work, Action? instead = null, bool writes = true)
    {
        // Another's turn may come first; it may even kill this process.
        await Task.Yield();
        process.MustLive();
        var fault = world.FaultFor(writes);
        switch (fault)
        {
            case Fault.Busy:
                instead?.Invoke();
                throw new StoreBusyException("The service is busy.");
            case Fault.KilledBefore:
                world.Kill(process);
                throw new KilledException();
        }

        var result = work();
        switch (fault)
        {
            case Fault.LostAnswer:
                throw new StoreBusyException("The service is busy.");
            case Fault.KilledAfter:
                world.Kill(process);
                throw new KilledException();
            default:
                return result;
        }
    }
}
