using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Billing;

/// <summary>See that every item of a chunk is issued; send again what is not; close the run with its last chunk.</summary>
/// <param name="Look">
/// From 1, the looks that follow a fan-out, each later than the one before. 0 for the look of a timer, which comes
/// again by itself: a run that cannot close must not gather looks without end.
/// </param>
internal sealed record CheckChunk(string Run, int Chunk, int Look);

internal sealed partial class CheckChunkHandler(
    ITables tables, AccountStore accounts, RunLists lists, Numbering numbering, Bus bus, TimeProvider clock, ILogger<CheckChunkHandler> log) : IHandle<CheckChunk>
{
    // 20 s, 40 s … 10 min after the fan-out; by then a timer looks after the run.
    private const int LooksMax = 6;
    private static readonly string Partition = Numbering.Partition(Numbering.Invoices);

    public async Task Handle(CheckChunk message, CancellationToken cancellation)
    {
        if (await RunRows.Find(tables, message.Run, cancellation) is not { Value: { Closed: false } run })
            return;

        if (await tables.Find(BillingRows.Table, Partition, RunRows.Done(run.Id, message.Chunk), BillingRows.DoneType, cancellation) is null)
        {
            var chunk = await lists.Read(run, message.Chunk, cancellation);
            var missing = await Missing(chunk, cancellation);
            if (missing.Count > 0)
            {
                LogMissing(missing.Count, run.Id);
                await bus.Send([.. RunRows.Messages(run, chunk, missing.Contains)], BillingJson.Default.IssueInvoices, cancellation);
                if (message.Look is > 0 and < LooksMax)
                {
                    var wait = TimeSpan.FromSeconds(20 * Math.Pow(2, message.Look));
                    await bus.Send(message with { Look = message.Look + 1 }, BillingJson.Default.CheckChunk, cancellation, wait);
                }

                return;
            }

            await tables.Put(
                BillingRows.Table, Partition, RunRows.Done(run.Id, message.Chunk), new ChunkDone(message.Chunk, clock.GetUtcNow()), BillingRows.DoneType, cancellation);
        }

        await Close(run, cancellation);
    }

    private async Task<HashSet<RunItem>> Missing(RunChunk chunk, CancellationToken cancellation)
    {
        var missing = new ConcurrentBag<RunItem>();
        await Parallel.ForEachAsync(
            chunk.Items,
            new ParallelOptions { MaxDegreeOfParallelism = 16, TaskScheduler = TaskScheduler.Current, CancellationToken = cancellation },
            async (item, stop) =>
            {
                if (await accounts.Tables.Find(AccountStore.Table, item.Account, BillingRows.Invoice(item.Service, item.On), stop) is null)
                    missing.Add(item);
            });
        return [.. missing];
    }

    private async Task Close(BillingRun run, CancellationToken cancellation)
    {
        var done = 0;
        await foreach (var _ in tables.All(BillingRows.Table, Partition, KeyRange.Prefix(RunRows.DonePrefix(run.Id)), BillingRows.DoneType, cancellation))
            done++;
        if (done < run.Chunks)
            return;

        for (var attempt = 1; attempt <= 10; attempt++)
        {
            var book = await numbering.Read(Numbering.Invoices, cancellation) ?? throw new InvalidOperationException("The book of invoices is missing.");
            var stored = await RunRows.Find(tables, run.Id, cancellation);
            if (stored is null or { Value.Closed: true })
                return;
            if (await tables.Commit(
                BillingRows.Table,
                Partition,
                [
                    Numbering.Move(book, book.Value with { OpenRuns = [.. book.Value.OpenRuns.Where(id => id != run.Id)] }),
                    new Change.Replace(stored.Key, BillingRows.RunType.Version, BillingRows.RunType.Write(stored.Value with { Closed = true }), stored.ETag),
                ],
                cancellation))
            {
                LogClosed(run.Id, run.Count);
                return;
            }
        }

        throw new StoreBusyException($"Run {run.Id} could not be closed yet.");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} invoices of run {Run} are not issued yet; they are sent again.")]
    private partial void LogMissing(int count, string run);

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {Run} is closed: {Count} invoices.")]
    private partial void LogClosed(string run, int count);
}
