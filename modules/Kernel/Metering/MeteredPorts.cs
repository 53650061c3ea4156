using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Kernel.Metering;

/// <summary>The ports as they are, and each call counted. What stands in for others in the sandbox is nobody's bill.</summary>
public static class MeteredPorts
{
    private static readonly string[] StandIns = ["mailbox", "simulator"];

    public static ITables Metered(this ITables tables, Meter meter) => new Tables(tables, meter);

    public static IBlobs Metered(this IBlobs blobs, Meter meter) => new Blobs(blobs, meter);

    public static IQueues Metered(this IQueues queues, Meter meter) => new Queues(queues, meter);

    private sealed class Tables(ITables inner, Meter meter) : ITables
    {
        public Task<Row?> Find(string table, string partition, string key, CancellationToken cancellation)
        {
            Count(Counted.TableRead, table, partition);
            return inner.Find(table, partition, key, cancellation);
        }

        public Task<IReadOnlyList<Row>> Range(string table, string partition, KeyRange range, int limit, CancellationToken cancellation)
        {
            Count(Counted.TableRead, table, partition);
            return inner.Range(table, partition, range, limit, cancellation);
        }

        public Task<IReadOnlyList<Row>> Scan(string table, RowPlace? after, int limit, CancellationToken cancellation)
        {
            Count(Counted.TableRead, table, "");
            return inner.Scan(table, after, limit, cancellation);
        }

        public Task<bool> Commit(string table, string partition, IReadOnlyList<Change> changes, CancellationToken cancellation)
        {
            Count(Counted.TableWrite, table, partition);
            return inner.Commit(table, partition, changes, cancellation);
        }

        public Task Remove(string table, string partition, IReadOnlyList<string> keys, CancellationToken cancellation)
        {
            Count(Counted.TableWrite, table, partition, (keys.Count + TableLimits.ChangesMax - 1) / TableLimits.ChangesMax);
            return inner.Remove(table, partition, keys, cancellation);
        }

        private void Count(Counted what, string table, string partition, int number = 1)
        {
            if (!StandIns.Contains(table) && partition != "clock")
                meter.Count(what, number);
        }
    }

    private sealed class Blobs(IBlobs inner, Meter meter) : IBlobs
    {
        public Task Put(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        {
            meter.Count(Counted.BlobWrite);
            return inner.Put(name, content, cancellation);
        }

        public Task<byte[]?> Find(string name, CancellationToken cancellation)
        {
            meter.Count(Counted.BlobRead);
            return inner.Find(name, cancellation);
        }

        public Task Remove(string name, CancellationToken cancellation) => inner.Remove(name, cancellation);
    }

    private sealed class Queues(IQueues inner, Meter meter) : IQueues
    {
        public Task Send(string queue, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellation)
        {
            meter.Count(Counted.Message, messages.Count);
            return inner.Send(queue, messages, cancellation);
        }
    }
}
