using Vade.Accounts;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;

using static Vade.Simulation.Check;

namespace Vade.Simulation;

/// <summary>The night's export of a world, also while calls fail, and the same organisation restored in an empty one.</summary>
internal static class Restoration
{
    public static void Check(World world, IFaults faults)
    {
        world.Suffer(faults);
        world.FireTimers(exports: true);
        world.PassTo(world.Time.Now + TimeSpan.FromHours(1));
        world.Suffer(new NoFaults());
        world.PassTo(world.Time.Now + TimeSpan.FromHours(1));
        // Whatever befell the first, the timer looks again.
        world.FireTimers(exports: true);
        world.PassTo(world.Time.Now + TimeSpan.FromHours(1));

        using var empty = new World(world.Seed.Branch(), world.Time.Now, processCount: 1);
        empty.Store.Landed = null;
        try
        {
            var export = world.Ask(process => VerifiedExport.Open(process.Get<IArchive>(), null, process.Get<SecretBox>(), default));
            Must(export.Unsound.Count == 0, Invariants.EntriesStand, $"the export finds {string.Join(", ", export.Unsound)}");
            empty.Ask(process => process.Get<Restore>().Write(export, default));
        }
        catch (ExportException refused)
        {
            throw new BrokenException(Invariants.Restores, refused.Message);
        }

        foreach (var table in world.AnyProcess().Get<IEnumerable<TableRegistration>>().Select(table => table.Name).Where(name => name != ExportRows.Table).Distinct(StringComparer.Ordinal))
        {
            var (before, after) = (Rows(world, table), Rows(empty, table));
            Must(before.SequenceEqual(after), Invariants.Restores, $"{table}: {string.Join(", ", before.Except(after).Concat(after.Except(before)).Take(3))}");
        }
    }

    private static List<(string Partition, string Key, int Version, string Body)> Rows(World world, string table)
    {
        var rows = new List<(string, string, int, string)>();
        for (RowPlace? after = null; world.Store.Scan(table, after, TableLimits.PageRowsMax) is { Count: > 0 } page; after = new(page[^1].Partition, page[^1].Key))
            rows.AddRange(page.Select(row => (row.Partition, row.Key, row.Version, Convert.ToBase64String(row.Body.Span))));
        return rows;
    }
}
