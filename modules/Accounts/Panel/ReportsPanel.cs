using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>A field of a report's filters, with what the address says.</summary>
/// <param name="Options">Value and text of each choice; null for a field to type into.</param>
public sealed record ReportField(string Name, string Label, string Value, string Type, IReadOnlyList<(string Value, string Text)>? Options = null);

/// <summary>A cell as it is shown.</summary>
public sealed record ReportCellShown(string Text, string? Class, string? Opens);

/// <summary>What the page of a report shows, written for its reader.</summary>
/// <param name="Heads">Null where the filters cannot be read.</param>
public sealed record ReportShown(
    string Title, IReadOnlyList<(string Name, string Title, bool IsThis)> All, IReadOnlyList<ReportField> Fields, Func<string, string> File,
    IReadOnlyList<(string Text, bool IsNumber)>? Heads, IReadOnlyList<IReadOnlyList<ReportCellShown>> Rows, IReadOnlyList<ReportCellShown>? Totals,
    int Count, string Facts, Currency Currency, IReadOnlyList<MoneyBar> Bars, IReadOnlyList<string> Series);

/// <summary>Every report that a module registered: filters, chart, table, totals and files. Its figures open up into lists.</summary>
internal static class ReportsPanel
{
    public const string See = "reports.see";
    public const string Path = "/panel/reports";
    public const int RowsShown = 200;
    private const int DaysDrawnMax = 40;

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(See, Role.Accountant, Role.Viewer);
        services.AddPanelItem(new(50, language => AccountsWords.Texts[language, "reports"], Path, See, "chart"));
    }

    public static void Map(RouteGroupBuilder panel)
    {
        IReport[] reports = [.. ((IEndpointRouteBuilder)panel).ServiceProvider.GetServices<IReport>()];
        panel.MapGet("/reports", (PanelRequest panel, HttpRequest request) => Show(panel, request, reports, reports[0])).Needs(See);
        foreach (var report in reports)
        {
            panel.MapGet("/reports/" + report.Name, (PanelRequest panel, HttpRequest request) => Show(panel, request, reports, report)).Needs(See);
            foreach (var form in new[] { "xlsx", "csv", "pdf" })
                panel.MapGet($"/reports/{report.Name}.{form}", (PanelRequest panel, HttpRequest request) => File(panel, request, report, form)).Needs(See);
        }
    }

    private static ReportQuery? Read(PanelRequest panel, HttpRequest request, IReport report) =>
        ReportEndpoints.Read(report, request.Query, panel.Organisation, panel.Today).Query is { } query ? query with { Language = panel.Language } : null;

    private static async Task<IResult> Show(PanelRequest panel, HttpRequest request, IReadOnlyList<IReport> all, IReport report)
    {
        var query = Read(panel, request, report);
        var table = query is null ? null : await report.Make(query, panel.Cancellation);
        var bars = table?.Chart is null ? [] : Bars(table, panel.Language);
        return panel.Page<ReportPage>(query is null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK, (nameof(ReportPage.Shown), new ReportShown(
            report.Title(panel.Language),
            [.. all.Select(one => (one.Name, one.Title(panel.Language), one == report))],
            Fields(panel, report, query),
            form => $"{Path}/{report.Name}.{form}{request.QueryString}",
            table?.Columns.Select(column => (column.Header, IsNumber(column))).ToArray(),
            table is null ? [] : [.. table.Rows.Take(RowsShown).Select(row => Cells(table, row, query!))],
            table is null || table.Rows.Count == 0 ? null : Totals(table, query!),
            table?.Rows.Count ?? 0,
            query is null ? "" : string.Join(" · ", ReportFiles.FactsOf(query, table!).Where(fact => fact.Value is not null).Select(fact => $"{fact.Label}: {fact.Value}")),
            query?.Currency ?? panel.Organisation.MoneyCurrency,
            bars,
            table?.Chart is { By: not null } chart ? [.. chart.Columns.Select(name => table.Columns.First(column => column.Name == name).Header)] : [])));
    }

    private static async Task<IResult> File(PanelRequest panel, HttpRequest request, IReport report, string form)
    {
        if (Read(panel, request, report) is not { } query)
            return panel.Message(StatusCodes.Status422UnprocessableEntity, report.Title(panel.Language), AccountsWords.Texts[panel.Language, "reports.wrong"], $"{Path}/{report.Name}", report.Title(panel.Language));
        var table = await report.Make(query, panel.Cancellation);
        var name = ReportEndpoints.Name(report, query, form);
        return form switch
        {
            "xlsx" => TypedResults.File(ReportFiles.Workbook(query, table), ReportEndpoints.Xlsx, name),
            "csv" => TypedResults.File(ReportFiles.Csv(query, table), "text/csv; charset=utf-8", name),
            _ when table.Rows.Count > ReportFiles.PrintedRowsMax => panel.Message(
                StatusCodes.Status422UnprocessableEntity, report.Title(panel.Language), AccountsWords.Texts[panel.Language, "reports.long"], $"{Path}/{report.Name}{request.QueryString}", report.Title(panel.Language)),
            _ => TypedResults.File(ReportFiles.Pdf(query, table, panel.Get<TimeProvider>().GetUtcNow()), "application/pdf", name),
        };
    }

    /// <summary>
    /// The bars of a report's chart: each column's total, or the sums of rows that say the same. Very many days are drawn
    /// as months.
    /// </summary>
    internal static IReadOnlyList<MoneyBar> Bars(ReportTable table, Language language)
    {
        int At(string name) => table.Columns.Select(column => column.Name).ToList().IndexOf(name);
        var (by, columns) = (table.Chart!.By, table.Chart.Columns.Select(At).ToArray());
        if (by is null)
            return [.. columns.Select(column => new MoneyBar(table.Columns[column].Header, table.TotalOf(column) as decimal? ?? 0m))];
        var of = At(by);
        var manyDays = table.Rows.Select(row => row[of]).OfType<DateOnly>().Distinct().Count() > DaysDrawnMax;
        return
        [
            .. table.Rows.GroupBy(row => row[of] is DateOnly day && manyDays ? new DateOnly(day.Year, day.Month, 1) : row[of])
                .OrderBy(group => group.Key as DateOnly?)
                .Select(group => new MoneyBar(
                    group.Key is DateOnly day ? manyDays ? Month.Of(day).ToString() : Formats.Date(day, language) : Convert.ToString(group.Key, CultureInfo.InvariantCulture) ?? "",
                    [.. columns.Select(column => group.Sum(row => row[column] as decimal? ?? 0m))])),
        ];
    }

    private static bool IsNumber(ReportColumn column) => column.Kind is ReportColumnKind.Whole or ReportColumnKind.Amount;

    // A name may take several lines; codes and days may not.
    private static string ClassOf(ReportColumn column) => IsNumber(column) ? "panel-number" : column.Kind == ReportColumnKind.Text ? "panel-name" : "panel-word";

    private static ReportCellShown[] Cells(ReportTable table, object?[] row, ReportQuery query) =>
        [.. table.Columns.Select((column, i) => new ReportCellShown(ReportFiles.Written(row[i], query), ClassOf(column), row[i] is null or 0m ? null : column.Opens?.Invoke(row)))];

    private static ReportCellShown[]? Totals(ReportTable table, ReportQuery query)
    {
        var totals = table.Columns.Select((_, i) => table.TotalOf(i)).ToArray();
        return totals.All(total => total is null) ? null :
        [
            .. totals.Select((total, i) => new ReportCellShown(
                i == 0 && total is null ? AccountsWords.Texts[query.Language, "total"] : ReportFiles.Written(total, query), ClassOf(table.Columns[i]), null)),
        ];
    }

    private static ReportField[] Fields(PanelRequest panel, IReport report, ReportQuery? query)
    {
        var language = panel.Language;
        string Given(string name) => panel.Query(name) ?? "";
        ReportField Day(string name) => new(name, AccountsWords.Texts[language, "reports." + name], Given(name), "date");
        return
        [
            .. report.HasRange ? new[] { Day("from"), Day("to") } : [],
            .. report.Parameters.Select(parameter => new ReportField(
                parameter.Name, parameter.Label?.Invoke(language) ?? parameter.Name, Given(parameter.Name), parameter.Kind == ParameterKind.Day ? "date" : "text",
                parameter.Choices is { } choices
                    ? [("", AccountsWords.Texts[language, "reports.any"]), .. choices.Select(choice => (choice, parameter.ChoiceLabel?.Invoke(choice, language) ?? choice))]
                    : null)),
            new("currency", AccountsWords.Texts[language, "report.currency"], query?.Currency.Code ?? Given("currency"), "text", [.. Currency.All.Select(currency => (currency.Code, currency.Code))]),
        ];
    }
}
