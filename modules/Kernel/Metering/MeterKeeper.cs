using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using Vade.Kernel.Storage;

namespace Vade.Kernel.Metering;

/// <summary>What one instance of the app counted for one kind of work, in all; indexed by <see cref="Counted"/>.</summary>
internal sealed record MeterRow(IReadOnlyList<long> Counts);

internal static class MeterRows
{
    public const string Table = "costs";
    public static readonly RowType<MeterRow> Type = new(MeterJson.Default.MeterRow);

    public static string Day(DateOnly day) => "day-" + day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(MeterRow))]
internal sealed partial class MeterJson : JsonSerializerContext;

/// <summary>
/// Keeps what was counted: absolute rows of this process, so that writing one again changes nothing, and reading sums them
/// over all. An instance that ends without a last request keeps what it counted up to some seconds before.
/// </summary>
public sealed class MeterKeeper(Meter meter, ITables tables, TimeProvider clock)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);
    private readonly string _instance = Chance.Hex(8);
    private readonly Dictionary<(string Scope, string Name), IReadOnlyList<long>> _kept = [];
    private long _at, _changes;
    private int _keeping;

    public DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <summary>Writes what is new, unless it was done a moment ago. A busy store loses nothing: the next one writes it.</summary>
    public async Task Keep(CancellationToken cancellation, bool now = false)
    {
        // Real seconds: the sandbox's clock may stand still.
        if (meter.Changes == _changes || (!now && Stopwatch.GetElapsedTime(_at) < Between) || Interlocked.Exchange(ref _keeping, 1) == 1)
            return;
        try
        {
            (_at, _changes) = (Stopwatch.GetTimestamp(), meter.Changes);
            foreach (var (scope, name, counts) in meter.Totals)
            {
                var numbers = counts.Numbers;
                if (_kept.TryGetValue((scope, name), out var before) && before.SequenceEqual(numbers))
                    continue;
                await tables.Put(MeterRows.Table, scope, $"{Key.Of(name)}{Key.Separator}{_instance}", new MeterRow(numbers), MeterRows.Type, cancellation);
                _kept[(scope, name)] = numbers;
            }
        }
        catch (StoreBusyException)
        {
            _changes = -1;
        }
        finally
        {
            Volatile.Write(ref _keeping, 0);
        }
    }

    /// <summary>What was counted for a day, by kind of work.</summary>
    public Task<IReadOnlyDictionary<string, Counts>> OfDay(DateOnly day, CancellationToken cancellation) => OfScope(MeterRows.Day(day), cancellation);

    /// <summary>What was counted for something larger, by kind of work.</summary>
    public async Task<IReadOnlyDictionary<string, Counts>> OfScope(string scope, CancellationToken cancellation)
    {
        var works = new SortedDictionary<string, Counts>(StringComparer.Ordinal);
        await foreach (var row in tables.All(MeterRows.Table, scope, KeyRange.All, MeterRows.Type, cancellation))
        {
            var name = Key.Parts(row.Key)[0];
            if (!works.TryGetValue(name, out var counts))
                works[name] = counts = new();
            counts.Add(new Counts(row.Value.Counts));
        }

        return works;
    }
}
