using System.Text.Json.Serialization;
using Cronos;
using Vade.Kernel;
using Vade.Kernel.Storage;

namespace Vade.Functions.Hosting.Local;

/// <param name="Last">When the timer fired last.</param>
internal sealed record TimerRow(DateTimeOffset Last);

[JsonSerializable(typeof(TimerRow))]
internal sealed partial class TimerJson : JsonSerializerContext;

/// <summary>A timer function with its schedule of six fields, in UTC.</summary>
internal sealed class ScheduledTimer(FunctionDefinition function)
{
    private readonly CronExpression _schedule = CronExpression.Parse(function.Schedule, CronFormat.IncludeSeconds);

    public FunctionDefinition Function => function;

    /// <summary>The first occurrence behind this instant.</summary>
    public DateTimeOffset After(DateTimeOffset instant) =>
        _schedule.GetNextOccurrence(instant.UtcDateTime) is { } next
            ? new DateTimeOffset(next, TimeSpan.Zero)
            : throw new InvalidOperationException($"The schedule of {function.Name} never comes.");
}

/// <summary>
/// Fires the timers as the Functions host does: the last firing is kept with the data, so that one missed while no
/// process ran is made up once, and of several processes one fires.
/// </summary>
internal sealed partial class Timers(
    IReadOnlyList<FunctionDefinition> functions,
    ITables tables,
    TimeProvider clock,
    Invoker invoker,
    ILogger<Timers> log)
{
    private const string Table = "settings";
    private const string Partition = "timers";
    private static readonly RowType<TimerRow> Type = new(TimerJson.Default.TimerRow);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan SandboxPause = TimeSpan.FromSeconds(1);

    public IReadOnlyList<ScheduledTimer> All { get; } =
        [.. functions.Where(function => function.Trigger == Trigger.Timer).Select(function => new ScheduledTimer(function))];

    /// <summary>Held while timers fire, so that a moved clock and the passing time do not fire the same ones.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    public async Task Run(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var next = await FireDue(cancellation);
                var pause = next - clock.GetUtcNow();
                // Another process may move the sandbox's clock at any moment.
                var longest = clock is SandboxClock ? SandboxPause : LongestPause;
                if (pause > TimeSpan.Zero)
                    await Task.Delay(pause < longest ? pause : longest, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                LogTimers(problem);
                await Task.Delay(SandboxPause, CancellationToken.None);
            }
        }
    }

    /// <summary>Fires now, unless another process has done so at this instant or later.</summary>
    /// <returns>Whether it fired and its function succeeded.</returns>
    public async Task<bool> Fire(ScheduledTimer timer, DateTimeOffset occurrence, CancellationToken cancellation)
    {
        var row = await Status(timer, cancellation);
        var now = clock.GetUtcNow();
        if (row.Value.Last >= occurrence || !await tables.Replace(Table, Partition, row, new TimerRow(now), Type, cancellation))
            return false;
        var next = timer.After(now);
        return await invoker.Invoke(
            timer.Function,
            Payloads.Timer(timer.Function, row.Value.Last, next, timer.After(occurrence) <= now, now),
            cancellation);
    }

    /// <summary>
    /// Notes that whatever this timer has not fired for up to the instant could find no work, so that it is not made
    /// up as missed.
    /// </summary>
    public async Task PassOver(ScheduledTimer timer, DateTimeOffset until, CancellationToken cancellation)
    {
        var row = await Status(timer, cancellation);
        // Lost to another process, it was fired there.
        if (row.Value.Last < until)
            await tables.Replace(Table, Partition, row, new TimerRow(until), Type, cancellation);
    }

    /// <summary>When the timer fired last; a new one counts from now.</summary>
    public async Task<DateTimeOffset> Last(ScheduledTimer timer, CancellationToken cancellation) =>
        (await Status(timer, cancellation)).Value.Last;

    private async Task<DateTimeOffset> FireDue(CancellationToken cancellation)
    {
        await Turn.WaitAsync(cancellation);
        try
        {
            if (clock is SandboxClock sandbox)
                await sandbox.Follow(tables, cancellation);
            var soonest = DateTimeOffset.MaxValue;
            foreach (var timer in All)
            {
                var next = timer.After(await Last(timer, cancellation));
                if (next <= clock.GetUtcNow())
                {
                    await Fire(timer, next, cancellation);
                    next = timer.After(clock.GetUtcNow());
                }

                soonest = next < soonest ? next : soonest;
            }

            return soonest;
        }
        finally
        {
            Turn.Release();
        }
    }

    private async Task<Stored<TimerRow>> Status(ScheduledTimer timer, CancellationToken cancellation)
    {
        while (true)
        {
            var key = Key.Of(timer.Function.Name);
            if (await tables.Find(Table, Partition, key, Type, cancellation) is { } row)
                return row;
            await tables.Insert(Table, Partition, key, new TimerRow(clock.GetUtcNow()), Type, cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The timers could not be looked after; it is tried again.")]
    private partial void LogTimers(Exception problem);
}
