using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>Where a row stands in the whole store. Ordered by table, partition and key.</summary>
internal sealed record Place(string Table, string Partition, string Key) : IComparable<Place>
{
    public int CompareTo(Place? other)
    {
        if (other is null)
            return 1;
        var table = string.CompareOrdinal(Table, other.Table);
        var partition = table != 0 ? table : string.CompareOrdinal(Partition, other.Partition);
        return partition != 0 ? partition : string.CompareOrdinal(Key, other.Key);
    }
}

/// <summary>A stretch of the store that is exported file by file, one after the other; several go side by side.</summary>
/// <param name="Tables">In ordinal order.</param>
/// <param name="After">Behind this place; null from the beginning of the first table.</param>
/// <param name="Through">Up to this place and with it; null to the end of the last table.</param>
internal sealed record Lane(IReadOnlyList<string> Tables, Place? After, Place? Through);

/// <summary>
/// A day's export as it was begun. The accounts first, then everything else: a look-up is written before the fact it
/// points at and a number is taken before it is used, so what is read later is never behind.
/// </summary>
/// <param name="Previous">The <see cref="SignedRoot.Id"/> of the last finished day in the archive.</param>
internal sealed record ExportPlan(DateOnly Day, DateTimeOffset StartedAt, IReadOnlyList<Lane> Accounts, IReadOnlyList<Lane> Others, string? Previous)
{
    [JsonIgnore] public int Lanes => Accounts.Count + Others.Count;

    public Lane LaneOf(int lane) => lane < Accounts.Count ? Accounts[lane] : Others[lane - Accounts.Count];
}

/// <summary>One file of an export, whose rows are those behind the file before it in its lane.</summary>
/// <param name="Name">In the archive, made of its content; null when there was no row left for it.</param>
/// <param name="Sha256">Of the file as it lies there, compressed.</param>
/// <param name="Accounts">How many accounts it holds; an account is never in two files.</param>
/// <param name="Root">Of the tree over its accounts; null in a file of other tables.</param>
/// <param name="Last">The place behind which the next file begins.</param>
/// <param name="Unsound">Accounts whose ledger did not hold together when they were read, with what is wrong.</param>
internal sealed record ExportFile(
    int Lane, int Number, string? Name, string? Sha256, int Rows, int Accounts, string? Root, Place? Last, bool EndsLane,
    IReadOnlyList<string> Unsound, DateTimeOffset At);

/// <summary>The list of a finished day's files, in the order of their rows.</summary>
internal sealed record ExportManifest(DateOnly Day, DateTimeOffset StartedAt, IReadOnlyList<string> Tables, IReadOnlyList<ExportFile> Files);

/// <summary>
/// The rows of an export under way, gone when it is finished. This table is about exports and not in them: a restored
/// store begins its next export afresh.
/// </summary>
internal static class ExportRows
{
    public const string Table = "exports";
    public const string Plans = "plans";
    private const string RootFolder = "roots";

    public static readonly RowType<ExportPlan> PlanType = new(ExportJson.Default.ExportPlan);
    public static readonly RowType<ExportFile> FileType = new(ExportJson.Default.ExportFile);

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string LanePrefix(int lane) => lane.ToString("D3", CultureInfo.InvariantCulture) + "-";

    public static string File(int lane, int number) => LanePrefix(lane) + number.ToString("D6", CultureInfo.InvariantCulture);

    public static string RootName(DateOnly day) => $"{RootFolder}/{Day(day)}.json";

    /// <summary>The names of the finished days, the oldest first.</summary>
    public static Task<IReadOnlyList<string>> RootNames(this IArchive archive, CancellationToken cancellation) => archive.Names(RootFolder, cancellation);

    public static async Task<SignedRoot?> FindRoot(this IArchive archive, string name, CancellationToken cancellation) =>
        await archive.Find(name, cancellation) is { } bytes ? JsonSerializer.Deserialize(bytes, ExportJson.Default.SignedRoot) : null;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = false)]
[JsonSerializable(typeof(ExportPlan))]
[JsonSerializable(typeof(ExportFile))]
[JsonSerializable(typeof(ExportManifest))]
[JsonSerializable(typeof(SignedRoot))]
[JsonSerializable(typeof(SigningKey))]
[JsonSerializable(typeof(RunExport))]
[JsonSerializable(typeof(ExportLane))]
[JsonSerializable(typeof(Vade.Kernel.Web.ApiPage<SignedRoot>))]
internal sealed partial class ExportJson : JsonSerializerContext;
