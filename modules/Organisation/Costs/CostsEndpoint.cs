using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel.Metering;
using Vade.Kernel.Web;

namespace Vade.Organisation;

/// <summary>What one kind of work asked for, and what that costs.</summary>
/// <param name="Work">The name of a message or a timer, or the first part of a request's path.</param>
/// <param name="Usd">US dollars, six decimals.</param>
public sealed record CostView(
    string Work, long Executions, long TableReads, long TableWrites, long BlobReads, long BlobWrites, long Messages, long Emails, string Usd)
{
    public static CostView Of(string work, Counts counts, PriceList prices) => new(
        work, counts[Counted.Execution], counts[Counted.TableRead], counts[Counted.TableWrite], counts[Counted.BlobRead], counts[Counted.BlobWrite],
        counts[Counted.Message], counts[Counted.Email], prices.Of(counts).ToString("0.000000", CultureInfo.InvariantCulture));
}

/// <param name="Prices">As of when they are counted with.</param>
public sealed record CostsView(IReadOnlyList<CostView> Works, CostView Total, string Prices);

/// <summary>Reads what was counted, priced.</summary>
public sealed class Costs(MeterKeeper keeper, Settings settings)
{
    public const int DaysMax = 92;

    /// <summary>Of the days from the one to the other, UTC, inclusive.</summary>
    public async Task<CostsView> OfDays(DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        var works = new SortedDictionary<string, Counts>(StringComparer.Ordinal);
        for (var day = from; day <= to; day = day.AddDays(1))
            Add(works, await keeper.OfDay(day, cancellation));
        return await Priced(works, cancellation);
    }

    /// <summary>Of everything that a larger piece of work set off.</summary>
    public async Task<CostsView> OfScope(string scope, CancellationToken cancellation) => await Priced(await keeper.OfScope(scope, cancellation), cancellation);

    private async Task<CostsView> Priced(IEnumerable<KeyValuePair<string, Counts>> works, CancellationToken cancellation)
    {
        var prices = await settings.Get(PriceList.Section, cancellation);
        var total = new Counts();
        foreach (var (_, counts) in works)
            total.Add(counts);
        return new([.. works.Select(work => CostView.Of(work.Key, work.Value, prices))], CostView.Of("", total, prices), prices.AsOf);
    }

    private static void Add(SortedDictionary<string, Counts> works, IReadOnlyDictionary<string, Counts> more)
    {
        foreach (var (name, counts) in more)
        {
            if (!works.TryGetValue(name, out var sum))
                works[name] = sum = new();
            sum.Add(counts);
        }
    }
}

internal static class CostsEndpoint
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/costs", Get)
        .WithSummary("What each kind of work asked of the cloud, and what that costs: today's, or of the days from … to, in UTC")
        .Produces<CostsView>().ProducesProblem(400);

    private static async Task<IResult> Get(HttpRequest request, Costs costs, MeterKeeper keeper, CancellationToken cancellation)
    {
        var today = keeper.Today;
        if (!TryDay(request, "from", today, out var from) || !TryDay(request, "to", today, out var to) || to < from || to.DayNumber - from.DayNumber >= Costs.DaysMax)
            return ApiProblem.BadRequest("range", $"Give from and to as dates such as 2026-11-30, at most {Costs.DaysMax} days.", new ApiError("range", $"At most {Costs.DaysMax} days.", "from"));
        await keeper.Keep(cancellation, now: true);
        return TypedResults.Json(await costs.OfDays(from, to, cancellation), CostsJson.Default.CostsView);
    }

    private static bool TryDay(HttpRequest request, string name, DateOnly otherwise, out DateOnly day)
    {
        var text = request.Query[name].ToString();
        day = otherwise;
        return text.Length == 0 || DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CostsView))]
internal sealed partial class CostsJson : JsonSerializerContext;
