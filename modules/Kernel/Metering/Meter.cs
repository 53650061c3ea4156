using System.Collections.Concurrent;

namespace Vade.Kernel.Metering;

/// <summary>What a cloud, or a carrier, asks money for.</summary>
public enum Counted
{
    /// <summary>Of a row or of a page of up to 1,000 rows.</summary>
    TableRead,

    /// <summary>A commit of up to 100 rows.</summary>
    TableWrite,
    BlobRead,
    BlobWrite,

    /// <summary>Sent; each is received and completed too.</summary>
    Message,

    /// <summary>Of a function: a request, a message, a timer.</summary>
    Execution,

    /// <summary>Handed to the carrier.</summary>
    Email,
}

/// <summary>So many of each kind.</summary>
public sealed class Counts
{
    private static readonly int Kinds = Enum.GetValues<Counted>().Length;
    private readonly long[] _numbers;

    public Counts(IReadOnlyList<long>? numbers = null)
    {
        _numbers = new long[Kinds];
        for (var i = 0; i < Math.Min(Kinds, numbers?.Count ?? 0); i++)
            _numbers[i] = numbers![i];
    }

    public long this[Counted what] => Interlocked.Read(ref _numbers[(int)what]);

    public IReadOnlyList<long> Numbers => [.. Enumerable.Range(0, Kinds).Select(i => Interlocked.Read(ref _numbers[i]))];

    public void Add(Counted what, long number) => Interlocked.Add(ref _numbers[(int)what], number);

    public void Add(Counts other)
    {
        foreach (var what in Enum.GetValues<Counted>())
            Add(what, other[what]);
    }
}

/// <summary>
/// Counts at the ports what is done, for the work that does it: a message, a timer, a request. Work that was begun by
/// something larger, such as a billing run, is counted for that as well; the cause travels in the messages.
/// </summary>
public sealed class Meter
{
    private readonly AsyncLocal<Work?> _current = new();
    private readonly ConcurrentDictionary<(string Scope, string Name), Counts> _totals = new();
    private long _changes;

    /// <summary>What the work under way belongs to; null for nothing larger. Without work it stays null.</summary>
    public string? Cause
    {
        get => _current.Value?.Cause;
        set
        {
            if (_current.Value is { } work)
                work.Cause = value;
        }
    }

    /// <summary>Rises with whatever is counted, so that one can tell whether there is anything to keep.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>What was counted by this process, for each scope (a day, a cause) and name of work.</summary>
    public IEnumerable<(string Scope, string Name, Counts Counts)> Totals => _totals.Select(total => (total.Key.Scope, total.Key.Name, total.Value));

    /// <summary>From here until it is disposed of, in this flow, everything counts for this work.</summary>
    /// <param name="day">The day it counts for, UTC.</param>
    public IDisposable Begin(string name, string? cause, DateOnly day)
    {
        var work = new Work(this, name, cause, day, _current.Value);
        _current.Value = work;
        return work;
    }

    /// <summary>What happens outside of any work, such as keeping the counts, is nobody's.</summary>
    public void Count(Counted what, long number = 1) => _current.Value?.Counts.Add(what, number);

    private void End(Work work)
    {
        _current.Value = work.Outer;
        work.Counts.Add(Counted.Execution, 1);
        Of(MeterRows.Day(work.Day), work.Name).Add(work.Counts);
        if (work.Cause is { } cause)
            Of(cause, work.Name).Add(work.Counts);
        Interlocked.Increment(ref _changes);
    }

    private Counts Of(string scope, string name) => _totals.GetOrAdd((scope, name), _ => new());

    private sealed class Work(Meter meter, string name, string? cause, DateOnly day, Work? outer) : IDisposable
    {
        private int _ended;

        public string Name => name;
        public string? Cause { get; set; } = cause;
        public DateOnly Day => day;
        public Work? Outer => outer;
        public Counts Counts { get; } = new();

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
                meter.End(this);
        }
    }
}
