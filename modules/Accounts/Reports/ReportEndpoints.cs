using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>A report as the API answers it: amounts are in its currency; what a row and the totals hold is the report's.</summary>
internal sealed record ReportView(
    string Currency, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows, IReadOnlyDictionary<string, JsonElement> Totals);

internal static class ReportEndpoints
{
    internal const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>Every report that a module registered, in four forms.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        foreach (var report in api.ServiceProvider.GetServices<IReport>())
        {
            var path = "/reports/" + report.Name;
            var asked = string.Concat(report.Parameters.Select(parameter => ", " + parameter.Name));
            api.MapGet(path, (HttpRequest request, Settings settings, TimeProvider clock, CancellationToken cancellation) =>
                    Answer(report, request, settings, clock, (query, table) => TypedResults.Bytes(ReportFiles.Json(query, table), "application/json"), cancellation))
                .WithSummary($"The report {report.Name}; filters from, to, currency, lang{asked}")
                .Produces<ReportView>().ProducesProblem(400).ProducesProblem(422);
            api.MapGet(path + ".csv", (HttpRequest request, Settings settings, TimeProvider clock, CancellationToken cancellation) =>
                    Answer(report, request, settings, clock, (query, table) => TypedResults.File(ReportFiles.Csv(query, table), "text/csv; charset=utf-8", Name(report, query, "csv")), cancellation))
                .WithSummary("The same as CSV").Produces<byte[]>(200, "text/csv");
            api.MapGet(path + ".xlsx", (HttpRequest request, Settings settings, TimeProvider clock, CancellationToken cancellation) =>
                    Answer(report, request, settings, clock, (query, table) => TypedResults.File(ReportFiles.Workbook(query, table), Xlsx, Name(report, query, "xlsx")), cancellation))
                .WithSummary("The same as a workbook").Produces<byte[]>(200, Xlsx);
            api.MapGet(path + ".pdf", (HttpRequest request, Settings settings, TimeProvider clock, CancellationToken cancellation) =>
                    Answer(report, request, settings, clock, (query, table) => table.Rows.Count > ReportFiles.PrintedRowsMax
                        ? ApiProblem.Rule("rows.tooMany", $"A paper holds {ReportFiles.PrintedRowsMax} rows, and these are {table.Rows.Count}; ask for fewer, or for the workbook.")
                        : TypedResults.File(ReportFiles.Pdf(query, table, clock.GetUtcNow()), "application/pdf", Name(report, query, "pdf")), cancellation))
                .WithSummary("The same as a paper").Produces<byte[]>(200, "application/pdf").ProducesProblem(422);
        }
    }

    private static async Task<IResult> Answer(
        IReport report, HttpRequest request, Settings settings, TimeProvider clock, Func<ReportQuery, ReportTable, IResult> form, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var (query, problem) = Read(report, request.Query, organisation, organisation.Today(clock));
        return query is null ? problem! : form(query, await report.Make(query, cancellation));
    }

    /// <summary>What a request asks for, with the defaults; or what is wrong with it.</summary>
    internal static (ReportQuery? Query, ApiProblem? Problem) Read(
        IReport report, IQueryCollection asked, OrganisationSettings organisation, DateOnly today)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in report.Parameters.Concat(Common))
        {
            var text = asked[parameter.Name].ToString();
            if (text.Length == 0)
                continue;
            if (parameter.Refusal(text) is { } refusal)
                return (null, ApiProblem.BadRequest(parameter.Name, $"{parameter.Name}: {refusal}", new ApiError("type", refusal, parameter.Name)));
            given[parameter.Name] = text;
        }

        if (Currency.Find(given.GetValueOrDefault("currency", organisation.Currency)) is not { } currency)
            return (null, ApiProblem.Rule("currency.unknown", $"Give one of {string.Join(", ", Currency.All)}.", new ApiError("currency.unknown", "The currency is not known.", "currency")));
        DateOnly? Day(string name) => given.TryGetValue(name, out var text) ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;
        var month = Month.Of(today);
        var from = Day("from") ?? (Day("to") < month.First ? Month.Of(Day("to")!.Value).First : month.First);
        var to = Day("to") ?? (from > month.Last ? Month.Of(from).Last : month.Last);
        if (from > to)
            return (null, ApiProblem.Rule("range", "from lies after to.", new ApiError("range", "from lies after to.", "from")));
        var language = Languages.Find(given.GetValueOrDefault("lang")) ?? organisation.Reader;
        return (new(organisation, language, today, currency, from, to, given.ContainsKey("from") || given.ContainsKey("to"), given), null);
    }

    private static readonly ReportParameter[] Common =
    [
        new("from", ParameterKind.Day), new("to", ParameterKind.Day), new("currency", ParameterKind.Text),
        new("lang", ParameterKind.Text, [.. Languages.All.Select(language => language.Code())]),
    ];

    internal static string Name(IReport report, ReportQuery query, string extension) =>
        string.Create(CultureInfo.InvariantCulture, $"{report.Name}-{query.Today:yyyy-MM-dd}-{query.Currency}.{extension}");
}
