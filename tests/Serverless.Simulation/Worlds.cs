using System.Security.Cryptography;
using Vade.Kernel.Storage;

namespace Vade.Simulation;

/// <summary>What came of one world.</summary>
/// <param name="Commands">Requests that reached the organisation, doubled and repeated ones too.</param>
/// <param name="Steps">Calls to the outside.</param>
/// <param name="Years">How long the organisation was followed.</param>
/// <param name="Books">SHA-256 over all that the accounts hold in the end.</param>
/// <param name="Invariant">The one that did not hold, and <paramref name="Broken"/> how; null where all held.</param>
public sealed record Tale(
    ulong Seed, int Commands, int Faults, long Steps, double Years, int Invoices, int Payments, int Operations, int Mails, string Books, string? Invariant, string? Broken);

/// <summary>Runs worlds: small organisations through a year or so, each from one seed.</summary>
public static class Worlds
{
    internal static readonly DateTimeOffset Start = new(2025, 11, 3, 6, 0, 0, TimeSpan.Zero);

    /// <summary>How many calls of ten thousand fail in some way.</summary>
    private const int FaultRate = 25;

    /// <summary>A mail that no carrier takes is given up after a day.</summary>
    private static readonly TimeSpan ToTheEnd = TimeSpan.FromHours(50);

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
            office.SettleAndCheck(ToTheEnd);
            Restoration.Check(world, new RandomFaults(world.Seed.Branch(), FaultRate));
        }
        catch (BrokenException found)
        {
            broken = found;
        }

        return new(
            seed, office.Commands, world.FaultCount, world.Step, (world.Time.Now - Start).TotalDays / 365.25,
            world.Watch.Invoices.Count, world.Watch.Payments.Count, world.Watch.Operations.Count, world.Carrier.Count, BooksOf(world.Store), broken?.Invariant, broken?.Message);
    }

    private static string BooksOf(MemoryStore store)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var partition in store.Partitions("accounts"))
        {
            foreach (var row in store.Range("accounts", partition, KeyRange.All, TableLimits.PageRowsMax))
                hash.AppendData(row.Body.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
