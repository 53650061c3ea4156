using System.Diagnostics;
using System.Text.Json;
using Vade.Simulation;

namespace Vade.Benchmarks;

/// <summary>
/// Runs worlds for so many seconds, each from a seed of its own, and stops at the first in which an invariant does
/// not hold. <c>VADE_SEED</c> names the first seed; <c>VADE_WORLDS=1</c> runs that one alone and tells where it ended.
/// </summary>
internal static class SimulationBench
{
    private const int CommandsPerWorld = 1_500;

    public static int Run(int seconds)
    {
        if (Environment.GetEnvironmentVariable("VADE_SWEEP") is { Length: > 0 } sweep)
        {
            foreach (var name in sweep == "all" ? Sweep.Commands : [sweep])
            {
                var t = Stopwatch.GetTimestamp(); var c = Environment.CpuUsage.TotalTime;
                var r = Environment.GetEnvironmentVariable("VADE_PAIRS") is { } pairs ? Sweep.Pairs(name, int.Parse(pairs.Split(',')[0]), int.Parse(pairs.Split(',')[1])) : Sweep.Single(name);
                Console.WriteLine($"{name}: {r.Runs} runs, {Stopwatch.GetElapsedTime(t).TotalSeconds:0.0} s, cpu {(Environment.CpuUsage.TotalTime - c).TotalSeconds:0.0} s, broken {r.Broken.Count}");
                foreach (var b in r.Broken.Take(4)) Console.WriteLine("   " + b[..Math.Min(600, b.Length)]);
            }
            return 0;
        }
        var first = ulong.TryParse(Environment.GetEnvironmentVariable("VADE_SEED"), out var given) ? given : (ulong)Stopwatch.GetTimestamp() % 1_000_000_000;
        var worldsMax = int.TryParse(Environment.GetEnvironmentVariable("VADE_WORLDS"), out var worlds) ? worlds : int.MaxValue;
        var begun = Stopwatch.GetTimestamp();
        var cpu = Environment.CpuUsage.TotalTime;
        var tales = new List<Tale>();
        Parallel.For(0L, worldsMax, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (i, loop) =>
        {
            var tale = Worlds.Run(first + (ulong)i, CommandsPerWorld);
            lock (tales)
                tales.Add(tale);
            if (tale.Broken is not null || Stopwatch.GetElapsedTime(begun).TotalSeconds > seconds)
                loop.Stop();
        });
        return Tell(tales, Stopwatch.GetElapsedTime(begun), Environment.CpuUsage.TotalTime - cpu);
    }

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
