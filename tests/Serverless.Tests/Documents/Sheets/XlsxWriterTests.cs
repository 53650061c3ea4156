using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using Vade.Documents.Sheets;
using Vade.Kernel;

namespace Vade.Tests.Documents.Sheets;

public sealed class XlsxWriterTests
{
    private static readonly XNamespace Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    [Fact, Trait("Feature", "A14")]
    public void An_exported_statement_has_numbers_that_are_numbers_days_that_are_days_and_text_that_is_never_a_formula()
    {
        var cells = Cells(Written(Samples.Statement()));

        // Two headings and a blank line stand above the header in row 4.
        Assert.Equal(("inlineStr", "Tarih"), cells["A4"]);
        Assert.Equal(("n", "46348"), cells["A5"]);
        Assert.Equal(new DateTime(2026, 11, 22), DateTime.FromOADate(46348));
        Assert.Equal(("inlineStr", "=HYPERLINK(\"http://evil\")"), cells["B5"]);
        Assert.Equal(("n", "1234567.50"), cells["C5"]);
        Assert.Equal(("n", "0.2"), cells["F5"]);
        Assert.Equal(("n", "46348.5729166667"), cells["G5"]);
        Assert.Equal(("inlineStr", "ÖZGÜR & Ş. İÇ TİC. A.Ş."), cells["B6"]);
        Assert.False(cells.ContainsKey("C6"));
        Assert.Equal(("inlineStr", "Toplam"), cells["A7"]);
        Assert.Equal(("SUM(C5:C6)", "1234567.50"), cells["C7"]);
    }

    [Fact, Trait("Feature", "A14")]
    public void What_is_exported_reads_back_as_the_same_values()
    {
        var table = Samples.ReadTable(Written(Samples.Statement() with { Headings = [], TotalLabel = null, Columns = [.. Samples.Statement().Columns.Select(c => c with { Total = false })] }));

        Assert.Equal(["Tarih", "Açıklama", "Borç", "Adet", "Miktar", "KDV", "An"], table.Headers);
        var row = table.Rows[0];
        Assert.Equal(2, row.Number);
        Assert.Equal("2026-11-22", row["tarih"]);
        Assert.Equal("=HYPERLINK(\"http://evil\")", row["Açıklama"]);
        Assert.Equal("1234567.5", row["Borç"]);
        Assert.Equal("3", row["Adet"]);
        Assert.Equal("2.125", row["Miktar"]);
        Assert.Equal("20%", row["KDV"]);
        Assert.Equal("2026-11-22T13:45:00", row["An"]);
        Assert.Null(table.Rows[1]["Borç"]);
        Assert.True(row.TryDecimal("KDV", DecimalSign.Comma, out var rate));
        Assert.Equal(20m, rate);
    }

    [Theory]
    [InlineData(Language.Tr), InlineData(Language.En), InlineData(Language.Es)]
    public void A_workbook_keeps_to_the_schema_of_the_format(Language language)
    {
        using var stream = new MemoryStream(Written(language, Samples.Statement(), Samples.Statement() with { Rows = [] }));
        using var workbook = SpreadsheetDocument.Open(stream, isEditable: false);

        Assert.Empty(new OpenXmlValidator(DocumentFormat.OpenXml.FileFormatVersions.Office2019)
            .Validate(workbook).Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}"));
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes() =>
        Assert.Equal(Written(Samples.Statement()), Written(Samples.Statement()));

    [Fact]
    public void Money_without_minor_digits_is_shown_without_them_and_days_as_the_language_writes_them()
    {
        var sheet = new SheetDocument("CLP", [SheetColumn.Money("Monto", minorDigits: 0), SheetColumn.Date("Fecha")], [[1000m, new DateOnly(2026, 1, 2)]]);

        var styles = Part(Written(Language.Es, sheet), "xl/styles.xml");

        Assert.Equal(["#,##0", @"dd\-mm\-yyyy"], styles.Descendants(Main + "numFmt").Select(f => (string)f.Attribute("formatCode")!));
    }

    [Fact]
    public void Names_of_sheets_keep_to_what_Excel_accepts()
    {
        var names = SheetText.Names(["Hesap: A/B [2026]*?", "x".PadRight(40, 'x'), "X".PadRight(50, 'x'), "'", "", "history", "Ö", "ö"]);

        Assert.All(names, n => Assert.InRange(n.Length, 1, 31));
        Assert.All(names, n => Assert.DoesNotContain(n, c => "[]:*?/\\".Contains(c, StringComparison.Ordinal)));
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal("Hesap  A B  2026", names[0]);
        Assert.Equal("Sheet4", names[3]);
        Assert.Equal("ö (2)", names[7]);
    }

    [Fact]
    public void Characters_that_XML_cannot_carry_are_dropped_and_a_cell_is_cut_at_the_limit()
    {
        var sheet = new SheetDocument("T", [SheetColumn.Text("a\0b"), SheetColumn.Text("c")],
            [["x\0\u0001\ud800y\uffffz", new string('ş', 40_000)], ["one\r\ntwo", "_x0041_x0042_ and 😀"]]);

        var table = Samples.ReadTable(Written(sheet));

        Assert.Equal(["ab", "c"], table.Headers);
        Assert.Equal("xyz", table.Rows[0]["ab"]);
        Assert.Equal(new string('ş', 32_767), table.Rows[0]["c"]);
        Assert.Equal("one\ntwo", table.Rows[1]["ab"]);
        Assert.Equal("_x0041_x0042_ and 😀", table.Rows[1]["c"]);
    }

    [Fact]
    public void A_row_with_another_number_of_cells_than_columns_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => Written(new SheetDocument("T", [SheetColumn.Text("a")], [["1", "2"]])));

    [Fact]
    public async Task LibreOffice_opens_a_workbook_and_shows_its_values()
    {
        var office = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "soffice")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(office is null, "LibreOffice is not installed.");
        var folder = Directory.CreateTempSubdirectory("vade-sheets").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "s.xlsx"), Written(Samples.Statement()), TestContext.Current.CancellationToken);
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(office!,
                [$"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,true,false", "--outdir", folder, Path.Combine(folder, "s.xlsx")])
            { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            var lines = await File.ReadAllLinesAsync(Path.Combine(folder, "s.csv"), TestContext.Current.CancellationToken);

            Assert.Equal("22.11.2026;\"=HYPERLINK(\"\"http://evil\"\")\";1,234,567.50;3;2.125;20.00%;22.11.2026 13:45", lines[4]);
            Assert.StartsWith("Toplam;;1,234,567.50;", lines[6], StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Written(params SheetDocument[] sheets) => Written(Language.Tr, sheets);

    private static byte[] Written(Language language, params SheetDocument[] sheets) => Samples.Workbook(language, sheets);

    private static XDocument Part(byte[] workbook, string name)
    {
        using var zip = new ZipArchive(new MemoryStream(workbook));
        using var part = zip.GetEntry(name)!.Open();
        return XDocument.Load(part);
    }

    // Type (or formula) and value of every cell of the first sheet.
    private static Dictionary<string, (string, string)> Cells(byte[] workbook) =>
        Part(workbook, "xl/worksheets/sheet1.xml").Descendants(Main + "c")
            .ToDictionary(
                c => (string)c.Attribute("r")!,
                c => (c.Element(Main + "f")?.Value ?? (string?)c.Attribute("t") ?? "n", c.Element(Main + "v")?.Value ?? c.Element(Main + "is")?.Value ?? ""),
                StringComparer.Ordinal);
}
