using Microsoft.Extensions.Logging;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>Begin today's export where it is due, or resume what stands still. Sent by the timer.</summary>
internal sealed record RunExport;

/// <summary>Write the next file of a lane of a day's export.</summary>
internal sealed record ExportLane(DateOnly Day, int Lane);

/// <summary>An export belongs to the local date on whose third hour it begins: the night's billing is done by then.</summary>
internal sealed class ExportTimer(Bus bus, Settings settings) : IRunTimer
{
    public const string Function = "ExportTimer";
    private static readonly TimeSpan BeginsAt = TimeSpan.FromHours(3);

    // Nobody restores a sandbox to a day in the midst of a year that took half a minute.
    public TimeSpan? OfUseFor => TimeSpan.FromDays(3);

    public Task Run(CancellationToken cancellation) => bus.Send(new RunExport(), ExportJson.Default.RunExport, cancellation);

    public async ValueTask<bool> MayFindWork(DateTimeOffset last, DateTimeOffset next, CancellationToken cancellation)
    {
        var zone = (await settings.Get(OrganisationSettings.Section, cancellation)).Zone;
        return DayOf(last, zone) != DayOf(next, zone);
    }

    public static DateOnly DayOf(DateTimeOffset now, TimeZoneInfo zone) => zone.DateIn(now - BeginsAt);
}

/// <summary>
/// The nightly export: planned as one row, written file by file by messages that each write one, and sealed when the
/// last lane has ended. One day at a time; whoever comes twice finds what is there and goes on behind it.
/// </summary>
internal sealed partial class RunExportHandler(
    ITables tables, IArchive archive, ExportWriter writer, SigningKeys keys, IEnumerable<TableRegistration> registrations, Settings settings,
    Bus bus, TimeProvider clock, ILogger<RunExportHandler> log) : IHandle<RunExport>, IHandle<ExportLane>
{
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromHours(24);

    public async Task Handle(RunExport message, CancellationToken cancellation)
    {
        await foreach (var begun in tables.All(ExportRows.Table, ExportRows.Plans, KeyRange.All, ExportRows.PlanType, cancellation))
        {
            var plan = begun.Value;
            if (await archive.FindRoot(ExportRows.RootName(plan.Day), cancellation) is not null)
            {
                await Forget(plan, cancellation);
            }
            else if (clock.GetUtcNow() - plan.StartedAt >= GivenUpAfter)
            {
                LogGivenUp(plan.Day);
                await Forget(plan, cancellation);
            }
            else
            {
                await Resume(plan, cancellation);
                return;
            }
        }

        var day = ExportTimer.DayOf(clock.GetUtcNow(), (await settings.Get(OrganisationSettings.Section, cancellation)).Zone);
        if (await archive.FindRoot(ExportRows.RootName(day), cancellation) is null)
            await Begin(day, cancellation);
    }

    public async Task Handle(ExportLane message, CancellationToken cancellation)
    {
        // Given up, or finished by another; what that one left is cleared away by the timer.
        if (await tables.Find(ExportRows.Table, ExportRows.Plans, ExportRows.Day(message.Day), ExportRows.PlanType, cancellation) is not { Value: var plan }
            || await archive.FindRoot(ExportRows.RootName(plan.Day), cancellation) is not null)
            return;
        var last = await Files(plan, ExportRows.LanePrefix(message.Lane), cancellation) is [.., var found] ? found : null;
        if (last is not { EndsLane: true })
        {
            var file = await writer.Write(plan, message.Lane, (last?.Number ?? 0) + 1, last is null ? plan.LaneOf(message.Lane).After : last.Last, cancellation);
            // Somebody else walks this lane and goes on with a file of his own.
            if (!await tables.Insert(ExportRows.Table, ExportRows.Day(plan.Day), ExportRows.File(file.Lane, file.Number), file, ExportRows.FileType, cancellation))
                return;
            foreach (var problem in file.Unsound)
                LogUnsound(problem);
            if (!file.EndsLane)
            {
                await Send(plan, [message.Lane], cancellation);
                return;
            }
        }

        await GoOn(plan, cancellation);
    }

    private async Task Begin(DateOnly day, CancellationToken cancellation)
    {
        // Before anything is read: the key must be among the settings that are exported.
        await keys.Get(cancellation);
        var plan = await ExportPlans.Make(archive, registrations, day, clock.GetUtcNow(), cancellation);
        if (await tables.Insert(ExportRows.Table, ExportRows.Plans, ExportRows.Day(day), plan, ExportRows.PlanType, cancellation))
            await Send(plan, Enumerable.Range(0, plan.Accounts.Count), cancellation);
    }

    // A chain of messages that still lives shows by new files; one that has died is begun again where it stopped.
    private async Task Resume(ExportPlan plan, CancellationToken cancellation)
    {
        var files = await Files(plan, "", cancellation);
        var moved = files.Select(file => file.At).Append(plan.StartedAt).Max();
        if (clock.GetUtcNow() - moved < IdleAfter)
            return;
        var open = OpenLanes(plan, files);
        if (open.Count == 0)
            await Seal(plan, files, cancellation);
        else
            await Send(plan, open, cancellation);
    }

    /// <summary>After the end of a lane: the other tables follow the last account, the seal the last row of all.</summary>
    private async Task GoOn(ExportPlan plan, CancellationToken cancellation)
    {
        var files = await Files(plan, "", cancellation);
        var open = OpenLanes(plan, files);
        if (open.Count == 0)
            await Seal(plan, files, cancellation);
        else if (open[0] >= plan.Accounts.Count && !files.Any(file => file.Lane >= plan.Accounts.Count))
            await Send(plan, open, cancellation);
    }

    private async Task Seal(ExportPlan plan, IReadOnlyList<ExportFile> files, CancellationToken cancellation)
    {
        var root = await writer.Seal(plan, files, cancellation);
        LogSealed(plan.Day, root.Rows, root.Accounts, root.Root);
        await Forget(plan, cancellation);
    }

    /// <summary>The lanes to be written now: those of accounts, then the others.</summary>
    private static List<int> OpenLanes(ExportPlan plan, IReadOnlyList<ExportFile> files)
    {
        var ended = files.Where(file => file.EndsLane).Select(file => file.Lane).ToHashSet();
        var open = Enumerable.Range(0, plan.Lanes).Where(lane => !ended.Contains(lane)).ToList();
        var accounts = open.FindAll(lane => lane < plan.Accounts.Count);
        return accounts.Count > 0 ? accounts : open;
    }

    private async Task<IReadOnlyList<ExportFile>> Files(ExportPlan plan, string prefix, CancellationToken cancellation)
    {
        var files = new List<ExportFile>();
        await foreach (var file in tables.All(ExportRows.Table, ExportRows.Day(plan.Day), KeyRange.Prefix(prefix), ExportRows.FileType, cancellation))
            files.Add(file.Value);
        return files;
    }

    // The plan goes last, so that what is left of a day is found by the next timer.
    private async Task Forget(ExportPlan plan, CancellationToken cancellation)
    {
        var day = ExportRows.Day(plan.Day);
        while (await tables.Range(ExportRows.Table, day, KeyRange.All, TableLimits.PageRowsMax, cancellation) is { Count: > 0 } rows)
            await tables.Remove(ExportRows.Table, day, [.. rows.Select(row => row.Key)], cancellation);
        await tables.Remove(ExportRows.Table, ExportRows.Plans, [day], cancellation);
    }

    private Task Send(ExportPlan plan, IEnumerable<int> lanes, CancellationToken cancellation) =>
        bus.Send([.. lanes.Select(lane => new ExportLane(plan.Day, lane))], ExportJson.Default.ExportLane, cancellation);

    [LoggerMessage(Level = LogLevel.Error, Message = "An account's ledger does not hold together; it is exported as it is. {Problem}")]
    private partial void LogUnsound(string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "The export of {Day:yyyy-MM-dd} was not finished within a day and is given up; see the poison work.")]
    private partial void LogGivenUp(DateOnly day);

    [LoggerMessage(Level = LogLevel.Information, Message = "Exported {Day:yyyy-MM-dd}: {Rows} rows, {Accounts} accounts, root {Root}.")]
    private partial void LogSealed(DateOnly day, long rows, long accounts, string root);
}
