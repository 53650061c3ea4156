using System.Text.Json;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>
/// Cuts the store into lanes of about the same length. Nobody knows where the middle of a million accounts lies; but
/// the files of the last finished day are about of one size, so it is cut where some of them ended.
/// </summary>
internal static class ExportPlans
{
    public const int LanesMax = 32;

    /// <summary>Fewer are written by one lane as quickly.</summary>
    public const int FilesPerLaneMin = 8;

    public static async Task<ExportPlan> Make(
        IArchive archive, IEnumerable<TableRegistration> registrations, DateOnly day, DateTimeOffset now, CancellationToken cancellation)
    {
        var others = registrations.Select(table => table.Name).Where(name => name != AccountStore.Table).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var earlier = (await archive.RootNames(cancellation)).LastOrDefault(name => string.CompareOrdinal(name, ExportRows.RootName(day)) < 0);
        var previous = earlier is null ? null : await archive.FindRoot(earlier, cancellation);
        var files = previous is null ? [] : await FilesOf(archive, previous, cancellation);
        return new(
            day,
            now,
            Lanes([AccountStore.Table], [.. files.Where(file => file.Root is not null).Select(file => file.Last!)]),
            Lanes([.. others], [.. files.Where(file => file.Root is null).Select(file => file.Last!)]),
            previous?.Id());
    }

    /// <summary>Lanes that together cover the tables without a gap, cut at some of these places, which are in order.</summary>
    public static IReadOnlyList<Lane> Lanes(IReadOnlyList<string> tables, IReadOnlyList<Place> ends)
    {
        var count = Math.Clamp(ends.Count / FilesPerLaneMin, 1, LanesMax);
        Place? Cut(int lane) => lane == 0 || lane == count ? null : ends[(lane * ends.Count / count) - 1];
        return [.. Enumerable.Range(0, count).Select(lane => new Lane(tables, Cut(lane), Cut(lane + 1)))];
    }

    // Only a help: should the list be gone, there is one lane.
    private static async Task<IReadOnlyList<ExportFile>> FilesOf(IArchive archive, SignedRoot root, CancellationToken cancellation) =>
        await archive.Find(root.Manifest, cancellation) is { } bytes
            ? JsonSerializer.Deserialize(bytes, ExportJson.Default.ExportManifest)!.Files
            : [];
}
