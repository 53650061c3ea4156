using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vade.Simulation;

namespace Vade.Benchmarks;

/// <summary>
/// Runs worlds for so many seconds, each from a seed of its own, and stops at the first in which an invariant does
/// not hold. <c>VADE_SEED</c> names the first seed; <c>VADE_WORLDS=1</c> runs that one alone and tells where it ended.
/// </summary>
internal static class SimulationBench
{
    private const int CommandsPerWorld = 2_000;

    public static int Run(int seconds)
    {
        var first = Setting("VADE_SEED") ?? (ulong)Stopwatch.GetTimestamp() % 1_000_000_000;
        var worldsMax = (int)Math.Min(Setting("VADE_WORLDS") ?? int.MaxValue, int.MaxValue);
        var begun = Stopwatch.GetTimestamp();
        var cpu = Environment.CpuUsage.TotalTime;
        var tales = new List<Tale>();
        Workers.ForEach(Enumerable.Range(0, worldsMax), i =>
        {
            var tale = Worlds.Run(first + (ulong)i, CommandsPerWorld);
            lock (tales)
                tales.Add(tale);
            return tale.Broken is null && Stopwatch.GetElapsedTime(begun).TotalSeconds <= seconds;
        });
        return Tell(tales, Stopwatch.GetElapsedTime(begun), Environment.CpuUsage.TotalTime - cpu);
    }

    private static ulong? Setting(string name) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : null;

    private static int Tell(List<Tale> tales, TimeSpan wall, TimeSpan cpu)
    {
        var broken = tales.Where(tale => tale.Broken is not null).OrderBy(tale => tale.Seed).FirstOrDefault();
        var commands = tales.Sum(tale => tale.Commands);
        var result = new
        {
            worlds = tales.Count,
            commands,
            faults = tales.Sum(tale => tale.Faults),
            storageSteps = tales.Sum(tale => tale.Steps),
            merchantYears = Math.Round(tales.Sum(tale => tale.Years), 1),
            invoices = tales.Sum(tale => tale.Invoices),
            payments = tales.Sum(tale => tale.Payments),
            operations = tales.Sum(tale => tale.Operations),
            mails = tales.Sum(tale => tale.Mails),
            commandsPerSecond = Math.Round(commands / wall.TotalSeconds),
            cpuMsPerCommand = Math.Round(cpu.TotalMilliseconds / commands, 3),
            failingSeed = broken?.Seed,
            broken = broken?.Broken,
        };
        Report.Table(
            ["simulation", "value"],
            result.GetType().GetProperties().Select(property => new[] { property.Name, $"{property.GetValue(result)}" }));
        Console.WriteLine(JsonSerializer.Serialize(result));
        return broken is null ? 0 : 1;
    }
}
