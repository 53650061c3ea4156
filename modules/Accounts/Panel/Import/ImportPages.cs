using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Documents.Sheets;
using Vade.Kernel.Storage;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>What became of a file, by the rows that were not taken.</summary>
/// <param name="Rejected">Row as a person counts it, column, and what to do.</param>
/// <param name="More">So many more rows were not taken than are shown.</param>
public sealed record ImportReportView(string Kind, int Rows, int Accepted, IReadOnlyList<(int? Row, string? Column, string Text)> Rejected, int More);

/// <summary>Files of customers, services, documents and opening balances, brought by hand.</summary>
internal static class ImportPages
{
    public const string Write = "imports.write";
    public const string Path = "/panel/customers/@import";
    private const int ShownMax = 1_000;
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    // In the order in which an organisation brings them: what a row speaks of has to be there before it.
    private static readonly string[] Order = ["customers", "services", "documents", "openingBalances"];

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/customers/@import", (PanelRequest panel) => Show(panel, panel.Query("kind") ?? Order[0], null)).Needs(Write);
        panel.MapPost("/customers/@import", Take).Needs(Write);
        panel.MapGet("/customers/@import/{kind}.xlsx", Template).Needs(Write);
        panel.MapGet("/customers/@import/reports/{id}", Report).Needs(Write);
    }

    private static IResult Show(PanelRequest panel, string kind, string? error) => panel.Page<ImportPage>(
        error is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
        (nameof(ImportPage.Kinds), Kinds(panel)), (nameof(ImportPage.Kind), kind), (nameof(ImportPage.Error), error));

    private static async Task<IResult> Take(PanelRequest panel, Importer importer, IBlobs blobs)
    {
        var kind = panel.Field("kind");
        if (importer.Find(kind) is not { } import)
            return panel.NotFound();
        if (panel.Form.Files["file"] is not { Length: > 0 } file)
            return Show(panel, kind, AccountsWords.Texts[panel.Language, "import.noFile"]);
        await using var content = file.OpenReadStream();
        switch (await importer.Take(import, content, null, panel.Cancellation))
        {
            case FileTaken.Unreadable { Problem: var problem }:
                return Show(panel, kind, FormErrors.Say(problem.Code, problem.Message, panel.Language));
            case FileTaken.WrongHeaders { Problems: var wrong }:
                return Show(panel, kind, string.Join(" ", wrong.Select(problem => $"{problem.Column}: {FormErrors.Say(problem.Code, problem.Message, panel.Language)}")));
            case FileTaken.Taken { Report: var report }:
                return await Keep(panel, blobs, kind, report);
            default:
                throw new InvalidOperationException("A file is read or refused.");
        }
    }

    // Kept under the form's own name: whoever opens the page again sees what became of this file.
    private static async Task<IResult> Keep(PanelRequest panel, IBlobs blobs, string kind, ImportReport report)
    {
        var kept = report with { Rejected = [.. report.Rejected.Take(ShownMax)] };
        await blobs.Put(BlobOf(panel.Nonce), JsonSerializer.SerializeToUtf8Bytes(new KeptReport(kind, kept, report.Rejected.Count - kept.Rejected.Count), AccountsApiJson.Default.KeptReport), panel.Cancellation);
        panel.Audit("import " + kind, $"{report.Accepted} of {report.Rows} rows");
        return panel.Done(Path + "/reports/" + panel.Nonce);
    }

    private static async Task<IResult> Report(string id, PanelRequest panel, IBlobs blobs)
    {
        if (!id.All(char.IsAsciiHexDigitLower) || id.Length is 0 or > 64 || await blobs.Find(BlobOf(id), panel.Cancellation) is not { } bytes)
            return panel.NotFound();
        var kept = JsonSerializer.Deserialize(bytes, AccountsApiJson.Default.KeptReport)!;
        return panel.Page<ImportReportPage>((nameof(ImportReportPage.Report), new ImportReportView(
            kept.Kind, kept.Report.Rows, kept.Report.Accepted,
            [.. kept.Report.Rejected.Select(problem => (problem.Row, problem.Column, FormErrors.Say(problem.Code, problem.Message, panel.Language)))],
            kept.More)));
    }

    private static IResult Template(string kind, PanelRequest panel, Importer importer)
    {
        if (importer.Find(kind) is not { } import)
            return panel.NotFound();
        using var file = new MemoryStream();
        XlsxWriter.Write(file, panel.Language, new SheetDocument(
            kind, [.. import.Columns.Select(column => SheetColumn.Text(column))], [[.. import.Columns.Select(column => (SheetCell)Examples.Of(kind, column))]]));
        return TypedResults.File(file.ToArray(), Xlsx, $"{kind}.xlsx");
    }

    private static string[] Kinds(PanelRequest panel)
    {
        var importer = panel.Get<Importer>();
        return [.. Order.Where(kind => importer.Find(kind) is not null)];
    }

    private static string BlobOf(string nonce) => "imports/" + nonce;

    /// <summary>A row that shows how each column is written.</summary>
    private static class Examples
    {
        private static readonly Dictionary<string, string> Cells = new(StringComparer.Ordinal)
        {
            ["customers/code"] = "C1", ["customers/title"] = "Örnek Ticaret A.Ş.", ["customers/country"] = "TR", ["customers/language"] = "tr",
            ["customers/emails"] = "muhasebe@ornek.example;finans@ornek.example", ["customers/phone"] = "0532 000 00 00", ["customers/whatsApp"] = "true",
            ["customers/address.line"] = "Atatürk Cad. 1", ["customers/address.city"] = "İstanbul", ["customers/dueDays"] = "14",
            ["services/customer"] = "C1", ["services/service"] = "S1", ["services/description"] = "Hosting", ["services/lines"] = "Hosting|1|1000.00|20",
            ["services/every.months"] = "1", ["services/startsOn"] = "2026-11-01", ["services/channels"] = "email",
            ["documents/customer"] = "C1", ["documents/number"] = "ABC2026000000001", ["documents/direction"] = "sale", ["documents/kind"] = "invoice",
            ["documents/date"] = "2026-11-01", ["documents/dueOn"] = "2026-11-15", ["documents/currency"] = "TRY", ["documents/net"] = "1000.00",
            ["documents/tax"] = "200.00", ["documents/total"] = "1200.00",
            ["openingBalances/customer"] = "C1", ["openingBalances/number"] = "2025-118", ["openingBalances/issuedOn"] = "2025-12-01",
            ["openingBalances/dueOn"] = "2025-12-15", ["openingBalances/currency"] = "TRY", ["openingBalances/amount"] = "1200.00", ["openingBalances/asOf"] = "2025-12-31",
        };

        public static string? Of(string kind, string column) => Cells.GetValueOrDefault($"{kind}/{column}");
    }
}

/// <summary>A report as it is kept for the page that shows it.</summary>
internal sealed record KeptReport(string Kind, ImportReport Report, int More);
