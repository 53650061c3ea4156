using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Documents.Sheets;
using Vade.Kernel.Web;

namespace Vade.Portal;

/// <summary>What the list page shows, with every value written for its reader.</summary>
/// <param name="NextUrl">Null on the last page.</param>
/// <param name="FirstUrl">Null on the first page.</param>
/// <param name="IsFiltered">Whether any filter is set.</param>
/// <param name="Names">What stands for each row when it is ticked; null where nothing can be done with several.</param>
internal sealed record ListView(
    string Path, IReadOnlyList<PanelFilter> Filters, IReadOnlyDictionary<string, string> Values, IReadOnlyList<(string Label, bool IsNumber)> Heads,
    IReadOnlyList<IReadOnlyList<PanelCell>> Rows, string? NextUrl, string? FirstUrl, string ExportQuery, string Empty, bool IsFiltered,
    IReadOnlyList<string>? Names, IReadOnlyList<PanelLink> Bulk);

/// <summary>Answers the address of a list, and of its exports.</summary>
public static class PanelLists
{
    private const int PageItems = 50;
    private const int ExportPageItems = 200;
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>What an export holds at most; who needs more narrows the filters, or asks the API page by page.</summary>
    public const int ExportRowsMax = 100_000;

    /// <summary>Maps the page of a list, and <c>.xlsx</c> and <c>.csv</c> beside it.</summary>
    /// <param name="panel">The group of <c>MapPanel</c>.</param>
    /// <param name="path">Within it, such as <c>/customers</c>.</param>
    /// <param name="permission">Who may see it, and take it along.</param>
    /// <param name="list">Tells the list for a request.</param>
    public static void MapList<T>(this RouteGroupBuilder panel, string path, string permission, Func<PanelRequest, PanelList<T>> list)
    {
        panel.MapGet(path, (PanelRequest request) => Show(request, "/panel" + path, list(request))).Needs(permission);
        panel.MapGet(path + ".xlsx", (PanelRequest request) => Export(request, path, list(request), asCsv: false)).Needs(permission);
        panel.MapGet(path + ".csv", (PanelRequest request) => Export(request, path, list(request), asCsv: true)).Needs(permission);
    }

    private static async Task<IResult> Show<T>(PanelRequest panel, string path, PanelList<T> list)
    {
        var page = await list.Load(panel.Query("after"), PageItems, panel.Cancellation);
        var values = list.Filters.ToDictionary(filter => filter.Name, filter => panel.Query(filter.Name) ?? "", StringComparer.Ordinal);
        var query = string.Join('&', values.Where(pair => pair.Value.Length > 0).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        var view = new ListView(
            path,
            list.Filters,
            values,
            [.. list.Columns.Select(column => (column.Label, column.IsNumber))],
            [.. page.Items.Select(item => (IReadOnlyList<PanelCell>)[.. list.Columns.Select(column => column.Cell(panel, item))])],
            page.Next is { } next ? Address(path, query, $"after={Uri.EscapeDataString(next)}") : null,
            panel.Query("after") is null ? null : Address(path, query),
            query.Length > 0 ? "?" + query : "",
            list.Empty,
            query.Length > 0,
            list.Bulk is { Actions.Count: > 0 } bulk ? [.. page.Items.Select(bulk.Name)] : null,
            list.Bulk?.Actions ?? []);
        return panel.Page<ListPage>(
            (nameof(ListPage.Title), list.Title), (nameof(ListPage.Subtitle), list.Subtitle), (nameof(ListPage.View), new ListViewBox(view)),
            (nameof(ListPage.Actions), list.Actions), (nameof(ListPage.Above), list.Above));
    }

    private static async Task<IResult> Export<T>(PanelRequest panel, string path, PanelList<T> list, bool asCsv)
    {
        // The writers walk rows without waiting, so all are there before the first is written.
        var rows = new List<IReadOnlyList<SheetCell>>();
        string? after = null;
        do
        {
            var page = await list.Load(after, ExportPageItems, panel.Cancellation);
            rows.AddRange(page.Items.Select(item => (IReadOnlyList<SheetCell>)[.. list.Columns.SelectMany(column => column.Export(panel, item))]));
            after = page.Next;
        }
        while (after is not null && rows.Count < ExportRowsMax);

        var sheet = new SheetDocument(list.Title, [.. list.Columns.SelectMany(column => column.Sheet)], rows.Take(ExportRowsMax)) { Headings = [list.Title, panel.Organisation.Name] };
        using var file = new MemoryStream();
        if (asCsv)
            CsvWriter.Write(file, sheet, panel.Language);
        else
            XlsxWriter.Write(file, panel.Language, sheet);
        var name = $"{path.Trim('/').Replace('/', '-')}-{panel.Today:yyyy-MM-dd}";
        return TypedResults.File(file.ToArray(), asCsv ? "text/csv; charset=utf-8" : Xlsx, name + (asCsv ? ".csv" : ".xlsx"));
    }

    private static string Address(string path, params ReadOnlySpan<string> queries)
    {
        var query = string.Join('&', queries.ToArray().Where(part => part.Length > 0));
        return query.Length > 0 ? $"{path}?{query}" : path;
    }
}

/// <summary>Carries the view to the component, whose parameters must be public.</summary>
public sealed class ListViewBox
{
    internal ListViewBox(ListView view) => View = view;

    internal ListView View { get; }
}
