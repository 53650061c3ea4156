using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;

namespace Vade.Functions.Hosting.Local;

/// <summary>
/// Moves the sandbox's clock through days and months as if they had passed: from one instant at which something
/// happens to the next, running there what is due through the same endpoints as ever.
/// </summary>
internal sealed class SandboxTime(
    SandboxClock clock, ITables tables, SqliteQueues queues, QueuePump pump, Timers timers, IServiceProvider services)
{
    /// <summary>Runs every timer and delayed message up to the target, each at its instant.</summary>
    /// <returns>False when the target has passed already; nothing was done.</returns>
    public async Task<bool> MoveTo(DateTimeOffset target, CancellationToken cancellation)
    {
        await timers.Turn.WaitAsync(cancellation);
        try
        {
            await clock.Follow(tables, cancellation);
            var at = clock.GetUtcNow();
            if (target < at)
                return false;

            var agenda = await Agenda.Of(timers, services, at, target, cancellation);
            await pump.Drain(queues.IsQuiet, cancellation);
            while (true)
            {
                // Nothing more can come before this: a step only runs what is due at its own instant.
                var due = queues.NextDue();
                var limit = due < target ? due.Value : target;
                var timer = await agenda.Next(limit, cancellation);
                await clock.MoveTo(tables, timer?.At ?? limit, cancellation);
                if (timer is { } firing)
                    await agenda.Fire(firing, cancellation);
                await pump.Drain(queues.IsQuiet, cancellation);
                if (timer is null && limit == target)
                    break;
            }

            foreach (var passed in timers.All)
                await timers.PassOver(passed, target, cancellation);
            return true;
        }
        finally
        {
            timers.Turn.Release();
        }
    }

    /// <summary>The firings still ahead, in the order of time; those that could find nothing are passed over.</summary>
    private sealed class Agenda(Timers timers, IServiceProvider services)
    {
        private readonly List<Entry> _entries = [];

        public static async Task<Agenda> Of(Timers timers, IServiceProvider services, DateTimeOffset now, DateTimeOffset target, CancellationToken cancellation)
        {
            var agenda = new Agenda(timers, services);
            foreach (var timer in timers.All)
            {
                var handlers = services.GetServices<TimerRegistration>().Where(one => one.Function == timer.Function.Name).ToList();
                if (handlers.Count == 0)
                    continue;
                await using var scope = services.CreateAsyncScope();
                var from = handlers.Select(handler => ((IRunTimer)scope.ServiceProvider.GetRequiredService(handler.Handler)).OfUseFor is { } span ? target - span : now).Min();
                agenda._entries.Add(new(timer, handlers) { Worked = await timers.Last(timer, cancellation), At = timer.After(from > now ? from : now) });
            }

            return agenda;
        }

        public async Task<Entry?> Next(DateTimeOffset limit, CancellationToken cancellation)
        {
            while (_entries.MinBy(entry => entry.At) is { } next && next.At <= limit)
            {
                if (await MayFindWork(next, cancellation))
                    return next;
                next.At = next.Timer.After(next.At);
            }

            return null;
        }

        public async Task Fire(Entry entry, CancellationToken cancellation)
        {
            // A firing that failed leaves its work to the next one, which therefore is not passed over.
            if (await timers.Fire(entry.Timer, entry.At, cancellation))
                entry.Worked = entry.At;
            entry.At = entry.Timer.After(entry.At);
        }

        private async Task<bool> MayFindWork(Entry entry, CancellationToken cancellation)
        {
            await using var scope = services.CreateAsyncScope();
            foreach (var handler in entry.Handlers)
            {
                if (await ((IRunTimer)scope.ServiceProvider.GetRequiredService(handler.Handler)).MayFindWork(entry.Worked, entry.At, cancellation))
                    return true;
            }

            return false;
        }
    }

    private sealed class Entry(ScheduledTimer timer, IReadOnlyList<TimerRegistration> handlers)
    {
        public ScheduledTimer Timer => timer;
        public IReadOnlyList<TimerRegistration> Handlers => handlers;

        /// <summary>When it ran last with success.</summary>
        public DateTimeOffset Worked { get; set; }

        /// <summary>Its next occurrence.</summary>
        public DateTimeOffset At { get; set; }
    }
}
