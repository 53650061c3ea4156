using System.Globalization;
using Microsoft.Extensions.Logging;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Metering;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>Seal what is due up to today and not sealed yet, and resume what is not finished. Sent by the timer.</summary>
public sealed record RunBilling;

/// <summary>Send a message for each account of this chunk of a sealed run.</summary>
internal sealed record FanOutChunk(string Run, int Chunk);

internal sealed class BillingTimer(Bus bus, DuePlan plan, Settings settings) : IRunTimer
{
    public const string Function = "BillingTimer";

    public Task Run(CancellationToken cancellation) => bus.Send(new RunBilling(), BillingJson.Default.RunBilling, cancellation);

    public async ValueTask<bool> MayFindWork(DateTimeOffset last, DateTimeOffset next, CancellationToken cancellation)
    {
        // A new date may bring work, and within a date a service that was saved with one that has come; for that one
        // look an hour is enough (contract: invoiced within the hour).
        var zone = (await settings.Get(OrganisationSettings.Section, cancellation)).Zone;
        return zone.DateIn(last) != zone.DateIn(next)
            || (next.Minute == 0 && await plan.HasDue(zone.DateIn(next), cancellation));
    }
}

/// <summary>
/// The daily run as design §2 lays it out: list, seal, fan out. Sealing is one transaction of the series: it adds
/// the run and moves the counter under the counter's ETag, so of two workers one wins and the other lists again.
/// From then on every item must issue.
/// </summary>
internal sealed partial class RunBillingHandler(
    ITables tables, RunLists lists, DuePlan plan, Numbering numbering, Settings settings, Bus bus, Meter meter, TimeProvider clock,
    ILogger<RunBillingHandler> log)
    : IHandle<RunBilling>
{
    private const int TriesMax = 5;

    public async Task Handle(RunBilling message, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        if (organisation.Name.Length == 0)
        {
            // Nothing is lost by waiting: what is due stays due, and a paper without a seller is none.
            LogNameless();
            return;
        }

        var series = (await settings.Get(BillingSettings.Section, cancellation)).Series;
        var today = organisation.Today(clock);
        var fresh = await Seal(series, today, cancellation);
        foreach (var run in await OpenRuns((await numbering.Read(Numbering.Invoices, cancellation))?.Value, cancellation))
        {
            // What comes of it is counted for it (live costs of a run).
            meter.Cause = CostOf(run.Id);
            // A fresh run fans out; an older one is looked after: what is missing in it is sent again.
            if (run.Id == fresh)
                await SendChunks(run, chunk => new FanOutChunk(run.Id, chunk), BillingJson.Default.FanOutChunk, cancellation);
            else
                await SendChunks(run, chunk => new CheckChunk(run.Id, chunk, 0), BillingJson.Default.CheckChunk, cancellation);
        }
    }

    /// <summary>The scope under which everything that a run sets off is counted.</summary>
    public static string CostOf(string run) => "run-" + run;

    /// <summary>The id of the run that was sealed; null when nothing is due.</summary>
    private async Task<string?> Seal(string series, DateOnly today, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            var stored = await numbering.Read(Numbering.Invoices, cancellation);
            var before = stored?.Value ?? NumberBook.Empty;

            var underWay = new List<RunItem>();
            foreach (var open in await OpenRuns(before, cancellation))
            {
                await foreach (var item in lists.All(open, cancellation))
                    underWay.Add(item);
            }

            var items = await Free(await plan.Due(today, cancellation), underWay, cancellation);
            if (items.Count == 0)
                return null;

            var (manifest, chunks) = await lists.Write(items, cancellation);
            var issuedOn = before.IssueDate(series, today);
            var first = before.Next(series, issuedOn);
            var run = new BillingRun(InvoiceNumber.Format(series, issuedOn.Year, first), series, first, items.Count, issuedOn, manifest, chunks, false, clock.GetUtcNow());
            var after = before.Give(series, issuedOn, items.Count);
            if (await tables.Commit(
                BillingRows.Table,
                Numbering.Partition(Numbering.Invoices),
                [
                    Numbering.Move(stored, after with { OpenRuns = [.. before.OpenRuns, run.Id] }),
                    new Change.Insert(RunRows.Run(run.Id), BillingRows.RunType.Version, BillingRows.RunType.Write(run)),
                ],
                cancellation))
            {
                LogSealed(items.Count, run.Id, issuedOn);
                return run.Id;
            }
        }

        throw new StoreBusyException("Another worker keeps sealing runs.");
    }

    // Nothing more of a service is sealed while something of it is sealed and not issued: by a rhythm that has changed
    // in between, both might charge the same days.
    private async Task<IReadOnlyList<RunItem>> Free(IReadOnlyList<RunItem> due, List<RunItem> underWay, CancellationToken cancellation)
    {
        var sealedOf = underWay.ToLookup(item => (item.Account, item.Service));
        var free = new List<RunItem>();
        foreach (var service in due.GroupBy(item => (item.Account, item.Service)))
        {
            var isFree = true;
            foreach (var item in sealedOf[service.Key])
                isFree &= await tables.Find(AccountStore.Table, item.Account, BillingRows.Invoice(item.Service, item.On), cancellation) is not null;
            if (isFree)
                free.AddRange(service);
        }

        return [.. free.OrderBy(item => item.Account, StringComparer.Ordinal).ThenBy(item => item.On).ThenBy(item => item.Service, StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyList<BillingRun>> OpenRuns(NumberBook? book, CancellationToken cancellation)
    {
        var open = new List<BillingRun>();
        foreach (var id in book?.OpenRuns ?? [])
        {
            if (await RunRows.Find(tables, id, cancellation) is { Value: var run })
                open.Add(run);
        }

        return open;
    }

    private Task SendChunks<T>(
        BillingRun run, Func<int, T> message, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json, CancellationToken cancellation) =>
        bus.Send([.. Enumerable.Range(0, run.Chunks).Select(message)], json, cancellation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nothing is invoiced until the organisation has a name: PUT /api/v1/settings/organisation.")]
    private partial void LogNameless();

    [LoggerMessage(Level = LogLevel.Information, Message = "Sealed {Count} invoices as run {Run}, issue date {IssuedOn:yyyy-MM-dd}.")]
    private partial void LogSealed(int count, string run, DateOnly issuedOn);
}

/// <summary>Sends one message for each account of a chunk, then a look at whether all of it was issued.</summary>
internal sealed class FanOutChunkHandler(ITables tables, RunLists lists, Bus bus) : IHandle<FanOutChunk>
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(20);

    public async Task Handle(FanOutChunk message, CancellationToken cancellation)
    {
        if (await RunRows.Find(tables, message.Run, cancellation) is not { Value: { Closed: false } run })
            return;

        var chunk = await lists.Read(run, message.Chunk, cancellation);
        await bus.Send([.. RunRows.Messages(run, chunk, _ => true)], BillingJson.Default.IssueInvoices, cancellation);
        await bus.Send(new CheckChunk(message.Run, message.Chunk, 1), BillingJson.Default.CheckChunk, cancellation, FirstLook);
    }
}

internal static class RunRows
{
    /// <summary>A run is called after its first number.</summary>
    public static string Run(string id) => "run-" + id;

    public static Task<Stored<BillingRun>?> Find(ITables tables, string id, CancellationToken cancellation) =>
        tables.Find(BillingRows.Table, Numbering.Partition(Numbering.Invoices), Run(id), BillingRows.RunType, cancellation);

    public static string Done(string run, int chunk) => DonePrefix(run) + chunk.ToString("D6", CultureInfo.InvariantCulture);

    public static string DonePrefix(string run) => $"done-{run}-";

    /// <summary>One message for each account that has an item to issue, with the numbers that the items have by their position.</summary>
    public static IEnumerable<IssueInvoices> Messages(BillingRun run, RunChunk chunk, Func<RunItem, bool> isWanted) =>
        chunk.Items
            .Select((item, position) => (Item: item, Number: run.FirstNumber + chunk.First + position))
            .Where(entry => isWanted(entry.Item))
            .GroupBy(entry => entry.Item.Account, StringComparer.Ordinal)
            .SelectMany(account => account.Chunk(IssueInvoices.ItemsMax).Select(items => new IssueInvoices(
                account.Key,
                run.IssuedOn,
                [.. items.Select(entry => new ItemToIssue(entry.Item.Service, entry.Item.On, InvoiceNumber.Format(run.Series, run.IssuedOn.Year, entry.Number), entry.Item.Through))])));
}
