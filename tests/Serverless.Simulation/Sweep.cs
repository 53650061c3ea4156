using System.Globalization;

namespace Vade.Simulation;

/// <summary>What a sweep came to.</summary>
/// <param name="Runs">How many worlds it took.</param>
/// <param name="Broken">Where something did not hold: which command, which calls, which faults, and what.</param>
public sealed record SweepResult(int Runs, IReadOnlyList<string> Broken);

/// <summary>
/// Exhaustive, where <see cref="Worlds"/> draw lots: one command in a small organisation, and a fault at every call
/// to the outside that it and all that follows from it make, one at a time or in pairs. After each the organisation
/// must come to rest with all invariants, and the command be done once its asker has insisted.
/// </summary>
public static class Sweep
{
    private static readonly TimeSpan ToTheEnd = TimeSpan.FromHours(3);
    private static readonly TimeSpan AtTheLatest = TimeSpan.FromHours(30);

    /// <summary>The commands by their names.</summary>
    public static IReadOnlyList<string> Commands => Scenario.Names;

    /// <summary>Every call of the command and of what follows from it × every fault.</summary>
    public static SweepResult Single(string command)
    {
        var calls = new FaultsAt();
        Run(command, calls);
        var plans = Faults(calls.Calls.Count).Where(fault => fault.Fault != Fault.LostAnswer || calls.Calls[fault.Call - 1]).Select(fault => new[] { fault });
        return All(command, plans);
    }

    /// <summary>Every pair of a death at one call and a death or a lost answer at a later one, within so many calls of it.</summary>
    public static SweepResult Pairs(string command, int callsMax, int reach)
    {
        var calls = new FaultsAt();
        Run(command, calls);
        var first = Enumerable.Range(1, Math.Min(calls.Calls.Count, callsMax));
        return All(command, first.SelectMany(one => Enumerable.Range(one + 1, reach).SelectMany(two => new[]
        {
            new[] { (one, Fault.KilledAfter), (two, Fault.KilledAfter) },
            [(one, Fault.LostAnswer), (two, Fault.KilledAfter)],
        })));
    }

    // A death before a call is a death after the one before it.
    private static IEnumerable<(int Call, Fault Fault)> Faults(int calls) => Enumerable.Range(1, calls)
        .SelectMany(call => new[] { Fault.KilledAfter, Fault.LostAnswer, Fault.Busy }.Select(fault => (call, fault)))
        .Prepend((1, Fault.KilledBefore));

    private static SweepResult All(string command, IEnumerable<(int Call, Fault Fault)[]> plans)
    {
        var (runs, broken) = (0, new List<string>());
        Workers.ForEach(plans, plan =>
        {
            Interlocked.Increment(ref runs);
            if (Run(command, new FaultsAt(plan)) is { } complaint)
            {
                lock (broken)
                    broken.Add($"{command}, {string.Join(" and ", plan.Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault.Fault} at call {fault.Call}")))}: {complaint}");
            }

            return true;
        });
        return new(runs, broken);
    }

    private static string? Run(string command, IFaults faults)
    {
        using var world = new World(new Seed(1), Worlds.Start, processCount: 2);
        var scenario = new Scenario(world);
        try
        {
            scenario.Prepare();
            world.Suffer(faults);
            scenario.Do(command);
            try
            {
                scenario.SettleAndCheck(ToTheEnd);
            }
            catch (BrokenException early) when (early.Message.StartsWith(Invariants.NothingUnfinished, StringComparison.Ordinal))
            {
                // The bank says "pending" now and then of what it has taken, and worlds fire their timers twice a day at most:
                // by the next one it is known. (The app's own timer asks every five minutes.)
                scenario.SettleAndCheck(AtTheLatest);
            }

            return null;
        }
        catch (BrokenException broken)
        {
            return broken.Message;
        }
    }
}
