namespace Vade.Simulation;

/// <summary>The time of a world, and what waits for it. It passes only when the world says so.</summary>
internal sealed class WorldTime(DateTimeOffset start)
{
    private readonly List<Alarm> alarms = [];

    public DateTimeOffset Now { get; private set; } = start;

    public DateTimeOffset? NextAlarm => alarms.Count == 0 ? null : alarms.Min(alarm => alarm.At);

    /// <summary>Moves on and lets ring what is due by then.</summary>
    public void MoveTo(DateTimeOffset instant)
    {
        if (instant > Now)
            Now = instant;
        while (alarms.Where(alarm => alarm.At <= Now).MinBy(alarm => alarm.At) is { } due)
        {
            alarms.Remove(due);
            due.Ring();
        }
    }

    public sealed class Alarm(WorldTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset At { get; private set; }

        public void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.alarms.Remove(this);
            if (dueTime >= TimeSpan.Zero)
            {
                At = time.Now + dueTime;
                time.alarms.Add(this);
            }

            return true;
        }

        public void Dispose() => time.alarms.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>The clock of one process: the world's time, a little wrong.</summary>
internal sealed class ProcessClock(WorldTime time, TimeSpan skew) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => time.Now + skew;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => time.Now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new WorldTime.Alarm(time, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }
}
