using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel.Web;

namespace Vade.Accounts;

/// <summary><c>/exports</c>: the signed roots of the finished days, to be published or kept elsewhere.</summary>
internal static class ExportEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/exports", List)
            .WithSummary("The nightly exports with their signed roots, the newest first")
            .Produces<ApiPage<SignedRoot>>().ProducesProblem(400);
        api.MapGet("/exports/{day}", Get)
            .WithSummary("The signed root of a day")
            .Produces<SignedRoot>().ProducesProblem(404);
    }

    private static async Task<IResult> List(HttpRequest request, Exports exports, CancellationToken cancellation)
    {
        if (!ApiList.TryRead(request, out var list, out var problem))
            return problem;
        var after = DayOf(list.After);
        if (list.After is not null && after is null)
            return ApiProblem.BadRequest("after", $"after is {list.After}; give what an earlier page gave as next.", new ApiError("type", "A date such as 2026-11-30 is expected.", "after"));
        var page = list.Page(await exports.Before(after, list.Limit + 1, cancellation), root => ExportRows.Day(root.Day));
        return TypedResults.Json(page, ExportJson.Default.ApiPageSignedRoot);
    }

    private static async Task<IResult> Get(string day, Exports exports, CancellationToken cancellation) =>
        DayOf(day) is { } date && await exports.Find(date, cancellation) is { } root
            ? TypedResults.Json(root, ExportJson.Default.SignedRoot)
            : ApiProblem.NotFound($"No export of {day} was finished.");

    private static DateOnly? DayOf(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
