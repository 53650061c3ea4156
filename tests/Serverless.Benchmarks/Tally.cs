using System.Collections.Concurrent;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Benchmarks;

/// <summary>What was asked of the ports, in the units that a cloud bills.</summary>
/// <param name="TableReads">Of rows and of ranges: a page of up to 1,000 rows is one.</param>
/// <param name="TableWrites">A commit of up to 100 rows is one.</param>
/// <param name="Messages">Each is sent, received and completed: three operations, and one execution.</param>
/// <param name="Requests">Over HTTP, one execution each.</param>
internal sealed record Operations(long TableReads, long TableWrites, long BlobReads, long BlobWrites, long Messages, long Requests)
{
    public const int OfMessage = 3;

    public long Tables => TableReads + TableWrites;

    public long Queues => Messages * OfMessage;

    public long Executions => Messages + Requests;
}

/// <summary>
/// Counts at the ports. What stands in for others in the sandbox – the mailbox, the bank, the clock – is not counted:
/// nobody would be billed for it.
/// </summary>
internal sealed class Tally
{
    private static readonly string[] StandIns = ["mailbox", "simulator"];
    private readonly ConcurrentDictionary<string, int> _tables = new(StringComparer.Ordinal);
    private long _tableReads, _tableWrites, _blobReads, _blobWrites, _messages, _requests;

    public void Start()
    {
        _tableReads = _tableWrites = _blobReads = _blobWrites = _messages = _requests = 0;
        _tables.Clear();
    }

    public Operations Read() => new(_tableReads, _tableWrites, _blobReads, _blobWrites, _messages, _requests);

    /// <summary>Reads and writes by kind, table and first word of the key, the most frequent first.</summary>
    public IEnumerable<(string What, int Count)> Details() => _tables.Select(entry => (entry.Key, entry.Value)).OrderByDescending(entry => entry.Value);

    public void Request() => Interlocked.Increment(ref _requests);

    public void Message() => Interlocked.Increment(ref _messages);

    private void Table(bool isWrite, string table, string partition, string key, int pages = 1)
    {
        if (StandIns.Contains(table) || (table == "settings" && partition == "clock"))
            return;
        Interlocked.Add(ref isWrite ? ref _tableWrites : ref _tableReads, pages);
        _tables.AddOrUpdate($"{(isWrite ? "write" : "read")} {table} {Word(key)}", pages, (_, before) => before + pages);
    }

    private static string Word(string key) => key.Split('-', '!')[0] is var word && word.All(char.IsAsciiLetterLower) ? word : "…";

    private void Blob(ref long count, string name)
    {
        if (!StandIns.Contains(name.Split('/')[0]))
            Interlocked.Increment(ref count);
    }

    public sealed class Tables(ITables inner, Tally tally) : ITables
    {
        public Task<Row?> Find(string table, string partition, string key, CancellationToken cancellation)
        {
            tally.Table(false, table, partition, key);
            return inner.Find(table, partition, key, cancellation);
        }

        public Task<IReadOnlyList<Row>> Range(string table, string partition, KeyRange range, int limit, CancellationToken cancellation)
        {
            tally.Table(false, table, partition, range.From);
            return inner.Range(table, partition, range, limit, cancellation);
        }

        public Task<IReadOnlyList<Row>> Scan(string table, RowPlace? after, int limit, CancellationToken cancellation)
        {
            tally.Table(false, table, "", "scan");
            return inner.Scan(table, after, limit, cancellation);
        }

        public Task<bool> Commit(string table, string partition, IReadOnlyList<Change> changes, CancellationToken cancellation)
        {
            tally.Table(true, table, partition, changes[0].Key);
            return inner.Commit(table, partition, changes, cancellation);
        }

        public Task Remove(string table, string partition, IReadOnlyList<string> keys, CancellationToken cancellation)
        {
            if (keys.Count > 0)
                tally.Table(true, table, partition, keys[0], (keys.Count + TableLimits.ChangesMax - 1) / TableLimits.ChangesMax);
            return inner.Remove(table, partition, keys, cancellation);
        }
    }

    public sealed class Blobs(IBlobs inner, Tally tally) : IBlobs
    {
        public Task Put(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        {
            tally.Blob(ref tally._blobWrites, name);
            return inner.Put(name, content, cancellation);
        }

        public Task<byte[]?> Find(string name, CancellationToken cancellation)
        {
            tally.Blob(ref tally._blobReads, name);
            return inner.Find(name, cancellation);
        }

        public Task Remove(string name, CancellationToken cancellation) => inner.Remove(name, cancellation);
    }

    public sealed class Queues(IQueues inner, Tally tally) : IQueues
    {
        public async Task Send(string queue, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellation)
        {
            await inner.Send(queue, messages, cancellation);
            foreach (var message in messages)
            {
                if (!IsOfTheBank(message.Body))
                    tally.Message();
            }
        }

        private static bool IsOfTheBank(string body) => Envelope.Read(body)?.Handler.StartsWith("NotifyShop>", StringComparison.Ordinal) == true;
    }
}
