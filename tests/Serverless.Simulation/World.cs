using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;

namespace Vade.Simulation;

/// <summary>An invariant does not hold.</summary>
/// <param name="invariant">One of <see cref="Invariants"/>.</param>
internal sealed class BrokenException(string invariant, string what) : Exception($"{invariant}: {what}")
{
    public string Invariant => invariant;
}

/// <summary>
/// One organisation with everything outside it faked: services, clock, bank, carrier. A few processes of the app work
/// in it at a time. The world gives their turns, hands out messages, fires timers, moves time and lets things go
/// wrong, all by one seed.
/// </summary>
internal sealed class World : IDisposable
{
        private const int TurnsMax = 2_000_000;
    private static readonly TimeSpan Loan = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BetweenTimers = TimeSpan.FromHours(10);

    private readonly Process[] processes;
    private readonly List<Process> dead = [];
    private IFaults faults = new NoFaults();
    private DateTimeOffset nextTimers;

    public World(Seed seed, DateTimeOffset start, int processCount = 3)
    {
        (Seed, Time, Store, Queues, processes) = (seed, new WorldTime(start), new(), new(), new Process[processCount]);
        (Bank, Carrier, Watch) = (new(this), new(this), new(this));
        Store.Landed = Watch.Landed;
        nextTimers = start;
        Chance.From(seed.Branch());
        for (var i = 0; i < processCount; i++)
            processes[i] = Open(i);
    }

    public Seed Seed { get; }
    public WorldTime Time { get; }
    public MemoryStore Store { get; }
    public MemoryQueues Queues { get; }
    public Bank Bank { get; }
    public Carrier Carrier { get; }
    public Watch Watch { get; }

    /// <summary>Counts the calls to the outside: what happened before what.</summary>
    public long Step { get; private set; }

    public int FaultCount { get; private set; }

    /// <summary>Whether a fault has befallen this step or one behind it.</summary>
    public long LastFault { get; private set; }

    /// <summary>What befalls calls from here on.</summary>
    public void Suffer(IFaults next) => faults = next;

    public Process AnyProcess() => Seed.Pick(processes);

    public Fault FaultFor(bool writes)
    {
        Step++;
        var fault = faults.Next(writes);
        if (fault != Fault.None)
            Suffered();
        return fault;
    }

    public void Suffered() => (FaultCount, LastFault) = (FaultCount + 1, Step);

    /// <summary>The process is gone; another one starts in its place.</summary>
    public void Kill(Process process)
    {
        if (process.IsDead)
            return;
        process.Die();
        dead.Add(process);
        processes[process.Number] = Open(process.Number);
    }

    /// <summary>A machine stops for a while without knowing; what it had on loan may be handed to others.</summary>
    public void Freeze(Process process, TimeSpan span)
    {
        process.FrozenUntil = Time.Now + span;
        Suffered();
    }

    /// <summary>Something in the world goes on: one turn of a process, or one message handed out. False when nothing can.</summary>
    public bool GoOn(bool handsOut = true)
    {
        BuryDead();
        var able = processes.Where(process => process.Turns.Waiting > 0 && !process.IsFrozen).ToArray();
        var due = handsOut ? Queues.Due(Time.Now) : [];
        if (able.Length > 0 && (due.Count == 0 || Seed.Roll(9_000)))
        {
            var process = Seed.Pick(able);
            process.Turns.Give(Seed.Below(process.Turns.Waiting));
            return true;
        }

        if (due.Count == 0)
            return false;
        HandOut(Seed.Pick(due));
        return true;
    }

    /// <summary>Goes on until nothing can at this instant.</summary>
    public void ComeToRest()
    {
        for (var turns = 0; GoOn(); turns++)
        {
            if (turns > TurnsMax)
                throw new BrokenException(Invariants.QueuesEmpty, $"work never ends: {Queues}");
        }
    }

    /// <summary>Moves through everything that happens up to this instant: messages that fall due, pauses that end, timers.</summary>
    public void PassTo(DateTimeOffset instant)
    {
        while (true)
        {
            ComeToRest();
            var next = Earliest(instant, Queues.NextDue(), Time.NextAlarm, nextTimers, NextThaw());
            Time.MoveTo(next > Time.Now ? next : Time.Now);
            if (Time.Now >= nextTimers)
                FireTimers();
            if (Time.Now >= instant && next >= instant)
                return;
        }
    }

    /// <summary>Time goes on a little while work is under way: nobody waits for it to end.</summary>
    public void Pass(TimeSpan span) => Time.MoveTo(Time.Now + span);

    /// <summary>Wakes every timer function once, each on some process, but for the export's; or that one alone.</summary>
    public void FireTimers(bool exports = false)
    {
        nextTimers = Time.Now + BetweenTimers + Seed.Span(BetweenTimers);
        foreach (var timer in processes[0].Get<IEnumerable<TimerRegistration>>().Where(timer => timer.Function == ExportTimer.Function == exports))
        {
            var process = AnyProcess();
            Start(process, async () =>
            {
                await using var scope = process.Scope();
                await ((IRunTimer)scope.ServiceProvider.GetService(timer.Handler)!).Run(default);
            });
        }
    }

    /// <summary>Starts work that may fail: nobody hears of it.</summary>
    public void Start(Process process, Func<Task> work) => _ = process.Start(async () =>
    {
        try
        {
            await work();
        }
        catch (Exception problem) when (problem is not BrokenException)
        {
            // A failed timer fires again, a failed request is the client's to repeat.
        }
        catch (BrokenException broken)
        {
            Watch.Report(broken);
        }
    });

    /// <summary>Lets the work end, with nothing else failing, and gives what it came to.</summary>
    public T Ask<T>(Func<Process, Task<T>> work)
    {
        var process = AnyProcess();
        var task = Task.FromException<T>(new InvalidOperationException("It was not begun."));
        var whole = process.Start(async () => await (task = work(process)));
        while (!whole.IsCompleted)
        {
            if (!GoOn(handsOut: false))
                Time.MoveTo(Time.NextAlarm ?? throw new InvalidOperationException("The work waits for something that never comes."));
        }

        return task.GetAwaiter().GetResult();
    }

    /// <summary>No more faults: everything that is under way comes to its end, and all must hold.</summary>
    /// <param name="within">How long that may take.</param>
    public void SettleAndCheck(TimeSpan within)
    {
        faults = new NoFaults();
        foreach (var process in processes)
            process.FrozenUntil = default;
        PassTo(Time.Now + within);
        for (var i = 0; i < 40 && Queues.Count > 0; i++)
            PassTo(Time.Now + TimeSpan.FromHours(1));
        FireTimers();
        PassTo(Time.Now + TimeSpan.FromMinutes(30));
        Watch.MustBeWell();
        new FinalCheck(this).Run();
        new ProjectionCheck(this).Run();
    }

    public void Dispose()
    {
        BuryDead();
        foreach (var process in dead.Concat(processes))
            process.Dispose();
        Chance.From(null);
    }

    private Process Open(int number) => new(this, number, TimeSpan.FromMilliseconds(Seed.Between(-90_000, 90_000)));

    private void HandOut(Message message)
    {
        var process = AnyProcess();
        // Now and then the lock is lost at once, and another copy runs beside this one.
        var loan = Queues.Lend(message, Time.Now + (faults is RandomFaults && Seed.Roll(100) ? Seed.Span(Loan) : Loan));
        Start(process, async () =>
        {
            try
            {
                await process.Get<Dispatcher>().Dispatch(message.Queue, message.Body, default);
            }
            catch (KilledException)
            {
                return;
            }
            catch (Exception problem) when (problem is not BrokenException)
            {
                MemoryQueues.Release(message, loan, Time.Now + TimeSpan.FromSeconds(1));
                return;
            }

            // It may still die before the host hears that all went well.
            await Task.Yield();
            process.MustLive();
            Queues.Complete(message, loan);
        });
    }

    // What a dead process had under way meets its end, at once or when the pause it waits in is over: every call it
    // makes throws.
    private void BuryDead()
    {
        foreach (var process in dead)
        {
            while (process.Turns.Waiting > 0)
                process.Turns.Give(0);
        }
    }

    private DateTimeOffset? NextThaw() =>
        processes.Where(process => process.IsFrozen).Select(process => (DateTimeOffset?)process.FrozenUntil).Min();

    private static DateTimeOffset Earliest(DateTimeOffset latest, params ReadOnlySpan<DateTimeOffset?> instants)
    {
        foreach (var instant in instants)
        {
            if (instant < latest)
                latest = instant.Value;
        }

        return latest;
    }
}
