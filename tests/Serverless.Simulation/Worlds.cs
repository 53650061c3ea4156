using System.Diagnostics;
using System.Globalization;

namespace Vade.Simulation;

/// <summary>What came of one world.</summary>
/// <param name="Broken">The invariant that did not hold and how, or null.</param>
public sealed record Tale(ulong Seed, int Commands, int Faults, long Steps, double Years, int Invoices, int Payments, int Mails, string? Invariant, string? Broken);

/// <summary>Runs worlds: small organisations through a year or two, each from one seed.</summary>
public static class Worlds
{
    private static readonly DateTimeOffset Start = new(2025, 11, 3, 6, 0, 0, TimeSpan.Zero);

    /// <summary>How many calls of ten thousand fail in some way.</summary>
    private const int FaultRate = 25;

    /// <summary>One world from its beginning to its end.</summary>
    public static Tale Run(ulong seed, int commands)
    {
        using var world = new World(new Seed(seed), Start);
        var office = new Office(world);
        BrokenException? broken = null;
        try
        {
            office.SetUp();
            world.Suffer(new RandomFaults(world.Seed.Branch(), FaultRate));
            office.Work(commands);
            office.SettleAndCheck();
        }
        catch (BrokenException found)
        {
            broken = found;
        }

        return new(
            seed, office.Commands, world.FaultCount, world.Step, (world.Time.Now - Start).TotalDays / 365.25,
            world.Watch.Invoices.Count, world.Watch.Payments.Count, world.Carrier.Count, broken?.Invariant, broken?.Message);
    }
}
