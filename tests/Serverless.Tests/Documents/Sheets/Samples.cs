using System.IO.Compression;
using System.Text;
using Vade.Documents.Sheets;
using Vade.Kernel;

namespace Vade.Tests.Documents.Sheets;

internal static class Samples
{
    /// <summary>One column of every kind, headings and totals.</summary>
    public static SheetDocument Statement() => new(
        "Hesap ekstresi",
        [
            SheetColumn.Date("Tarih"), SheetColumn.Text("Açıklama", 40), SheetColumn.Money("Borç", total: true), SheetColumn.Integer("Adet", total: true),
            SheetColumn.Quantity("Miktar"), SheetColumn.Percent("KDV"), SheetColumn.DateTime("An"),
        ],
        [
            [new DateOnly(2026, 11, 22), "=HYPERLINK(\"http://evil\")", 1234567.50m, 3, 2.125m, 20m, new DateTime(2026, 11, 22, 13, 45, 0)],
            [new DateOnly(2026, 11, 23), "ÖZGÜR & Ş. İÇ TİC. A.Ş.", (decimal?)null, 0, 1m, 8m, new DateTime(2026, 11, 23, 0, 0, 0)],
        ])
    {
        Headings = ["ÖZGÜR & Ş.", "1–30 Kasım 2026"],
        TotalLabel = "Toplam",
    };

    public static byte[] Workbook(Language language, params SheetDocument[] sheets)
    {
        using var output = new MemoryStream();
        XlsxWriter.Write(output, language, sheets);
        return output.ToArray();
    }

    public static TableReadResult Read(byte[] file, TableLimits? limits = null, string? contentType = null) =>
        TableReader.Read(new MemoryStream(file), contentType, limits ?? TableLimits.Default);

    public static Table ReadTable(byte[] file) => Read(file) switch
    {
        TableReadResult.Read read => read.Table,
        TableReadResult.Refused refused => throw new InvalidOperationException(refused.Problem.ToString()),
        _ => throw new InvalidOperationException(),
    };

    public static Table ReadTable(string csv) => ReadTable(Encoding.UTF8.GetBytes(csv));

    public static TableProblem Refusal(byte[] file, TableLimits? limits = null) =>
        Assert.IsType<TableReadResult.Refused>(Read(file, limits)).Problem;

    /// <summary>A workbook as another program writes it: one sheet with this data, and what else is given.</summary>
    public static byte[] Foreign(string sheetData, string sharedStrings = "", string styles = "", string workbookPr = "", string prolog = "")
    {
        const string ns = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
        return Zip(
            ("[Content_Types].xml", "<Types/>"),
            ("_rels/.rels", "<Relationships><Relationship Id=\"a\" Type=\"http://x/officeDocument\" Target=\"/xl/workbook.xml\"/></Relationships>"),
            ("xl/workbook.xml", $"<workbook {ns} xmlns:r=\"r\">{workbookPr}<sheets><sheet name=\"h\" state=\"hidden\" r:id=\"b\"/><sheet name=\"s\" r:id=\"c\"/></sheets></workbook>"),
            ("xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"c\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"d\" Type=\"x/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"e\" Type=\"x/styles\" Target=\"../xl/styles.xml\"/></Relationships>"),
            ("xl/sharedStrings.xml", $"<sst {ns}>{sharedStrings}</sst>"),
            ("xl/styles.xml", $"<styleSheet {ns}>{styles}</styleSheet>"),
            ("xl/worksheets/sheet1.xml", $"{prolog}<worksheet {ns}><sheetData>{sheetData}</sheetData></worksheet>"));
    }

    public static byte[] Zip(params (string Name, string Text)[] parts)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in parts)
            {
                using var part = zip.CreateEntry(name).Open();
                part.Write(Encoding.UTF8.GetBytes(text));
            }
        }
        return output.ToArray();
    }
}
