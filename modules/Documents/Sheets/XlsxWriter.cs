using System.IO.Compression;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;
using Vade.Kernel;

namespace Vade.Documents.Sheets;

/// <summary>
/// Writes workbooks that Excel, LibreOffice and openpyxl open: numbers are numbers, days are days, text is
/// never a formula. Rows stream through, so memory does not grow with them; the same content gives the same bytes.
/// </summary>
public static class XlsxWriter
{
    /// <summary>The longest sheet that Excel opens.</summary>
    internal const int MaxSheetRows = 1_048_576;

    // The oldest time a ZIP can say: bytes must not depend on when they were written.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Writes one workbook with these sheets and leaves the stream open. It writes synchronously: hand it a
    /// memory or file stream, not a response body. The language decides how days look.
    /// </summary>
    /// <exception cref="ArgumentException">No sheet, a row with another number of cells than columns, or more rows than Excel opens.</exception>
    public static void Write(Stream output, Language language, params IReadOnlyList<SheetDocument> sheets)
    {
        if (sheets.Count == 0)
            throw new ArgumentException("A workbook has at least one sheet.", nameof(sheets));
        using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        Part(zip, "[Content_Types].xml", ContentTypes(sheets.Count));
        Part(zip, "_rels/.rels", Relationships([("officeDocument", "xl/workbook.xml")]));
        Part(zip, "xl/workbook.xml", Workbook(SheetText.Names(sheets.Select(s => s.Title))));
        Part(zip, "xl/_rels/workbook.xml.rels", Relationships(
            [.. sheets.Select((_, i) => ("worksheet", $"worksheets/sheet{i + 1}.xml")), ("styles", "styles.xml")]));
        var styles = new XlsxStyles(language);
        for (var i = 0; i < sheets.Count; i++)
        {
            using var part = Open(zip, $"xl/worksheets/sheet{i + 1}.xml");
            using var writer = OpenXmlWriter.Create(part);
            new XlsxSheet(writer, styles).Write(sheets[i], isFirst: i == 0);
        }
        Part(zip, "xl/styles.xml", styles.ToStylesheet());
    }

    private static Workbook Workbook(IReadOnlyList<string> names) => new(
        new BookViews(new WorkbookView { ActiveTab = 0 }),
        new DocumentFormat.OpenXml.Spreadsheet.Sheets(names.Select((name, i) => new Sheet { Name = name, SheetId = (uint)i + 1, Id = $"rId{i + 1}" })));

    private static string ContentTypes(int sheets)
    {
        const string main = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
        var parts = Enumerable.Range(1, sheets).Select(i => ($"/xl/worksheets/sheet{i}.xml", "worksheet"))
            .Prepend(("/xl/workbook.xml", "sheet.main")).Append(("/xl/styles.xml", "styles"))
            .Select(p => $"""<Override PartName="{p.Item1}" ContentType="{main}{p.Item2}+xml"/>""");
        return $"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{string.Concat(parts)}</Types>""";
    }

    private static string Relationships(IEnumerable<(string Type, string Target)> targets)
    {
        var all = targets.Select((t, i) => $"""<Relationship Id="rId{i + 1}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{t.Type}" Target="{t.Target}"/>""");
        return $"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{string.Concat(all)}</Relationships>""";
    }

    private static void Part(ZipArchive zip, string name, string xml)
    {
        using var part = Open(zip, name);
        part.Write(Encoding.UTF8.GetBytes(xml));
    }

    private static void Part(ZipArchive zip, string name, OpenXmlElement root)
    {
        using var part = Open(zip, name);
        using var writer = OpenXmlWriter.Create(part);
        writer.WriteStartDocument(standalone: true);
        writer.WriteElement(root);
    }

    private static Stream Open(ZipArchive zip, string name)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = Epoch;
        return entry.Open();
    }
}
