using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Vade.Kernel.Storage;

// The host alone may know that the clock can be moved; every module asks TimeProvider.
[assembly: InternalsVisibleTo("vade")]

namespace Vade.Kernel;

/// <summary>
/// The adjustable clock of sandbox mode. It flows like the real one from an instant that is kept with the data, so
/// that a restart goes on there, and only ever moves forward. Timestamps, delays and timers stay real.
/// </summary>
internal sealed class SandboxClock(TimeProvider real) : TimeProvider
{
    private const string Table = "settings";
    private const string Partition = "clock";
    private const string RowKey = "now";
    private static readonly RowType<ClockRow> Type = new(ClockJson.Default.ClockRow);

    private long _ahead;

    public override DateTimeOffset GetUtcNow() => real.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    /// <summary>Goes on where the data stands; sets it to <paramref name="start"/>, or to now, when the data is new.</summary>
    public async Task Open(ITables tables, DateTimeOffset? start, CancellationToken cancellation)
    {
        var now = real.GetUtcNow();
        if (await tables.Insert(Table, Partition, RowKey, new ClockRow(start ?? now, now), Type, cancellation))
            Reach(start ?? now, now);
        else
            await Follow(tables, cancellation);
    }

    /// <summary>Catches up with a process over the same data that has moved time on.</summary>
    public async Task Follow(ITables tables, CancellationToken cancellation)
    {
        if (await tables.Find(Table, Partition, RowKey, Type, cancellation) is { } row)
            Reach(row.Value.Instant, row.Value.Real);
    }

    /// <summary>Moves on to the instant, here and in the data; does nothing when it has passed.</summary>
    public async Task MoveTo(ITables tables, DateTimeOffset instant, CancellationToken cancellation)
    {
        while (await tables.Find(Table, Partition, RowKey, Type, cancellation) is { } row)
        {
            Reach(row.Value.Instant, row.Value.Real);
            if (GetUtcNow() >= instant)
                return;
            var now = real.GetUtcNow();
            if (await tables.Replace(Table, Partition, row, new ClockRow(instant, now), Type, cancellation))
            {
                Reach(instant, now);
                return;
            }
        }
    }

    // A real clock that was set back in the meantime must not take this one with it.
    private void Reach(DateTimeOffset instant, DateTimeOffset then)
    {
        var now = real.GetUtcNow();
        var ahead = (instant - (then < now ? then : now)).Ticks;
        for (var seen = Interlocked.Read(ref _ahead); ahead > seen || seen == 0;)
        {
            var before = Interlocked.CompareExchange(ref _ahead, ahead, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}

/// <param name="Instant">What the clock showed …</param>
/// <param name="Real">… when the real time was this.</param>
internal sealed record ClockRow(DateTimeOffset Instant, DateTimeOffset Real);

[JsonSerializable(typeof(ClockRow))]
internal sealed partial class ClockJson : JsonSerializerContext;
