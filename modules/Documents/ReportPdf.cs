using Vade.Documents.Layout;
using Vade.Documents.Pdf;
using Vade.Documents.Templates;

namespace Vade.Documents;

/// <summary>A report as a PDF that can be archived (PDF/A-3b) and read aloud (PDF/UA-1): the header on each page, the totals at the end.</summary>
public static class ReportPdf
{
    /// <inheritdoc cref="InvoicePdf.Render"/>
    public static byte[] Render(ReportDocument report)
    {
        var labels = Labels.In(report.Language);
        var accent = report.Accent.ReadableOnWhite();
        using var sheet = new Sheet(
            Parts.Properties($"{report.Title}, {report.Organisation.Name}", report.Organisation, report.Language, report.IssuedAt, report.Identity),
            report.Title, labels.Page, landscape: true);

        var page = new Column();
        page.Head(report.Organisation, logo: null, report.Title, "", mark: null, accent);
        page.Facts(accent, [.. report.Facts]);
        if (report.Rows.Count == 0)
            page.Text(report.Empty).Size(1000);
        else
            page.Table(table => Fill(table, report, accent));
        return sheet.Finish(page);
    }

    private static void Fill(Table table, ReportDocument report, Rgb accent)
    {
        table.Accent(accent).Wide();
        foreach (var column in report.Columns)
        {
            var align = column.IsNumber ? Align.Right : Align.Left;
            _ = column.TakesRest ? table.Relative(1, column.Header, align) : table.Auto(column.Header, align);
        }

        foreach (var row in report.Rows)
            table.Row(row);
        var bold = new Style(Weight.Bold, 750, Rgb.Ink);
        if (report.Totals is { } totals)
            table.Row(bold, bold, totals);
    }
}
