using System.Text;
using CsCheck;
using Vade.Documents.Sheets;
using Vade.Kernel;

namespace Vade.Tests.Documents.Sheets;

public sealed class XlsxReaderTests
{
    private const string Header = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>b</t></is></c></row>";

    [Theory]
    [InlineData("2e+05", "200000")]
    [InlineData("1.0000000000000001E-2", "0.01")]
    [InlineData("0.30000000000000004", "0.3")]
    [InlineData("650.35000000000002", "650.35")]
    [InlineData("650.34999999999991", "650.35")]
    [InlineData("0.3333333333333333", "0.3333333333333333")]
    [InlineData("1234567890123.45", "1234567890123.45")]
    [InlineData("123456789012345.67", "123456789012345.67")]
    [InlineData("12345678901234567", "12345678901234567")]
    [InlineData("-0.50", "-0.5")]
    [InlineData("1E-20", "0.00000000000000000001")]
    [InlineData("1e300", "1e300")]
    [InlineData("11111111110", "11111111110")]
    public void Numbers_are_plain_decimals_without_the_noise_of_binary(string written, string read)
    {
        var row = Assert.Single(Samples.ReadTable(Samples.Foreign(Header + $"<row r=\"2\"><c r=\"A2\"><v>{written}</v></c></row>")).Rows);

        Assert.Equal(read, row["a"]);
        Assert.True(row.IsNumber("a"));
    }

    [Theory]
    [InlineData("46348", "14", "", "2026-11-22")]
    [InlineData("46348.572916666664", "22", "", "2026-11-22T13:45:00")]
    [InlineData("0.572916666666667", "20", "", "13:45:00")]
    [InlineData("0.2", "9", "", "20%")]
    [InlineData("0.18", "170", "0.0%", "18%")]
    [InlineData("46348", "170", "dd\\.mm\\.yyyy;@", "2026-11-22")]
    [InlineData("46348", "170", "[$-41F]d mmmm yyyy", "2026-11-22")]
    [InlineData("46348", "170", "mmm", "2026-11-22")]
    [InlineData("46348.5", "170", "yyyy\\-mm\\-dd hh:mm", "2026-11-22T12:00:00")]
    [InlineData("46348", "170", "[Red]#,##0.00\" dy\"", "46348")]
    [InlineData("46348", "170", "[h]:mm", "46348")]
    [InlineData("46348", "170", "\"unclosed", "46348")]
    [InlineData("46348", "170", "[unclosed", "46348")]
    [InlineData("1", "14", "", "1900-01-01")]
    [InlineData("59", "14", "", "1900-02-28")]
    [InlineData("60", "14", "", "60")]
    [InlineData("61", "14", "", "1900-03-01")]
    [InlineData("2958465", "14", "", "9999-12-31")]
    [InlineData("2958466", "14", "", "2958466")]
    [InlineData("2958465.9999999", "22", "", "2958465.9999999")]
    [InlineData("79228162514264337593543950335", "9", "", "79228162514264337593543950335")]
    [InlineData("-1", "14", "", "-1")]
    [InlineData("46348.9999999", "22", "", "2026-11-23T00:00:00")]
    public void A_number_is_read_as_its_format_shows_it(string value, string formatId, string code, string read)
    {
        var styles = $"<numFmts><numFmt numFmtId=\"170\" formatCode=\"{code.Replace("\"", "&quot;", StringComparison.Ordinal)}\"/></numFmts><cellStyleXfs><xf numFmtId=\"9\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"{formatId}\"/></cellXfs>";

        var table = Samples.ReadTable(Samples.Foreign(Header + $"<row r=\"2\"><c r=\"A2\" s=\"1\"><v>{value}</v></c></row>", styles: styles));

        Assert.Equal(read, table.Rows[0]["a"]);
    }

    [Fact]
    public void Days_of_a_Macintosh_workbook_count_from_1904() =>
        Assert.Equal("2026-11-22", Samples.ReadTable(Samples.Foreign(Header + "<row r=\"2\"><c r=\"A2\" s=\"0\"><v>44886</v></c></row>", styles: "<cellXfs><xf numFmtId=\"14\"/></cellXfs>", workbookPr: "<workbookPr date1904=\"1\"/>")).Rows[0]["a"]);

    [Fact]
    public void Shared_rich_and_inline_texts_are_read_without_reading_aids()
    {
        const string shared = "<si><t xml:space=\"preserve\"> Ş. İÇ </t></si><si><r><t>ÖZ</t></r><r><rPr><b/></rPr><t>GÜR</t></r><rPh><t>no</t></rPh></si><si/><si><t>a_x000D_\nb</t></si>";

        var table = Samples.ReadTable(Samples.Foreign(Header +
            "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row>" +
            "<row><c t=\"s\"><v>2</v></c><c t=\"s\"><v>3</v></c></row>" +
            "<row><c t=\"b\"><v>1</v></c><c t=\"str\"><f>A1</f><v>&amp;x</v></c></row>" +
            "<row><c t=\"d\"><v>2026-11-22T00:00:00</v></c><c/></row>", shared));

        Assert.Equal([("Ş. İÇ", "ÖZGÜR"), (null, "a\nb"), ("true", "&x"), ("2026-11-22", null)], table.Rows.Select(r => (r["a"], r["b"])));
    }

    [Fact]
    public void Rows_keep_the_numbers_of_the_sheet_and_empty_formatted_cells_do_not_count()
    {
        var table = Samples.ReadTable(Samples.Foreign(
            "<row r=\"3\"><c r=\"B3\" t=\"str\"><v> Code </v></c><c r=\"XFD3\" s=\"4\"/></row>" +
            "<row r=\"4\"/><row r=\"7\"><c r=\"B7\"><v>1</v></c><c r=\"ZZ7\"><v></v></c></row><row r=\"1048576\"><c s=\"1\"/></row>"));

        Assert.Equal(["Code"], table.Headers);
        Assert.Equal((7, "1"), (Assert.Single(table.Rows).Number, table.Rows[0]["code"]));
    }

    [Fact]
    public void An_error_or_a_formula_without_a_value_rejects_its_row_by_name()
    {
        var table = Samples.ReadTable(Samples.Foreign(Header +
            "<row r=\"2\"><c r=\"A2\" t=\"e\"><v>#REF!</v></c></row><row r=\"3\"><c r=\"B3\"><f>A1</f><v></v></c></row><row r=\"4\"><c r=\"C4\"><v>1</v></c></row><row r=\"5\"><c><v>5</v></c></row>"));

        Assert.Equal([("cellError", 2, "a"), ("formulaWithoutValue", 3, "b"), ("cellWithoutHeader", 4, "C")], table.Rejected.Select(p => (p.Code, p.Row!.Value, p.Column!)));
        Assert.Equal(5, Assert.Single(table.Rows).Number);
    }

    public static TheoryData<string, string, byte[]> Unreadable() => new()
    {
        { "an old or encrypted workbook", "unsupportedFormat", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1] },
        { "an archive", "unsupportedFormat", Samples.Zip(("a.txt", "a")) },
        { "an OpenDocument sheet", "unsupportedFormat", Samples.Zip(("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "<a/>")) },
        { "an empty archive", "unsupportedFormat", Samples.Zip() },
        { "no workbook within", "damaged", Samples.Zip(("[Content_Types].xml", "<Types/>")) },
        { "a magic number alone", "damaged", "PK\x03\x04"u8.ToArray() },
        { "a document type", "damaged", Samples.Foreign(Header, prolog: "<!DOCTYPE x [<!ENTITY a \"aaaa\">]>") },
        { "XML that does not close", "damaged", Samples.Foreign(Header + "<row>") },
        { "rows out of order", "damaged", Samples.Foreign(Header + "<row r=\"1\"><c><v>1</v></c></row>") },
        { "a row beyond every sheet", "damaged", Samples.Foreign(Header + "<row r=\"99999999999\"><c><v>1</v></c></row>") },
        { "a cell beyond every sheet", "damaged", Samples.Foreign(Header + "<row r=\"2\"><c r=\"ZZZZZZ2\"><v>1</v></c></row>") },
        { "a text that is not there", "damaged", Samples.Foreign(Header + "<row r=\"2\"><c t=\"s\"><v>7</v></c></row>") },
        { "no header", "empty", Samples.Foreign("") },
        { "a header twice", "duplicateHeader", Samples.Foreign("<row><c t=\"str\"><v>a</v></c><c t=\"str\"><v>A</v></c></row>") },
        { "a value beyond the last column", "tooManyColumns", Samples.Foreign("<row><c r=\"GS1\"><v>1</v></c></row>") },
    };

    [Theory, MemberData(nameof(Unreadable))]
    public void What_is_no_readable_workbook_is_refused_by_name(string what, string code, byte[] file)
    {
        Assert.NotEmpty(what);
        Assert.Equal(code, Samples.Refusal(file).Code);
    }

    // Names of parts were once put together and taken apart again for each step up: gigabytes for a file of a page.
    private static byte[] PartsFarAway()
    {
        var (down, up) = (string.Concat(Enumerable.Repeat("a/", 20_000)), string.Concat(Enumerable.Repeat("../", 20_000)));
        return Samples.Zip(
            ("[Content_Types].xml", ""),
            ("_rels/.rels", $"<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"/{down}book.xml\"/></Relationships>"),
            ($"{down}book.xml", "<workbook xmlns:r=\"r\"><sheets><sheet r:id=\"c\"/></sheets></workbook>"),
            ($"{down}_rels/book.xml.rels", $"<Relationships><Relationship Id=\"c\" Type=\"x/worksheet\" Target=\"{up}\"/></Relationships>"));
    }

    public static TheoryData<string, byte[]> Bombs() => new()
    {
        { "parts far away", PartsFarAway() },
        { "blanks", Samples.Foreign(Header + new string(' ', 60_000_000)) },
        { "rows", Samples.Foreign(Header + string.Concat(Enumerable.Repeat("<row/>", 6_000_000))) },
        { "depth", Samples.Foreign(Header + string.Concat(Enumerable.Repeat("<a>", 3_000_000))) },
        { "names", Samples.Foreign(Header + string.Concat(Enumerable.Range(0, 2_000_000).Select(i => $"<a{i}/>"))) },
        { "attributes", Samples.Foreign(Header + "<row" + string.Concat(Enumerable.Range(0, 2_000_000).Select(i => " a=\">\""))) },
        { "one attribute", Samples.Foreign(Header + "<row a=\"" + new string('x', 9_000_000)) },
        { "one text", Samples.Foreign(Header + "<row><c><v>" + new string('1', 9_000_000) + "</v></c></row>") },
        { "one CDATA", Samples.Foreign(Header + "<row><c><v><![CDATA[" + new string('<', 9_000_000) + "]]></v></c></row>") },
        { "shared texts", Samples.Foreign(Header, sharedStrings: string.Concat(Enumerable.Repeat("<si/>", 6_000_000))) },
        { "one text shared by all", Samples.Foreign(Header + string.Concat(Enumerable.Repeat("<row><c t=\"s\"><v>0</v></c></row>", 300_000)), sharedStrings: $"<si><t>{new string('x', 30_000)}</t></si>") },
    };

    [Theory, MemberData(nameof(Bombs))]
    public void A_bomb_is_refused_before_it_fills_the_memory(string what, byte[] file)
    {
        Assert.NotEmpty(what);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var result = Samples.Read(file, TableLimits.Default with { MaxExpandedBytes = 20_000_000, MaxCells = 1_000_000 });

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000_000);
        if (result is TableReadResult.Read read)
            Assert.Equal(("one CDATA", "cellTooLong"), (what, read.Table.Rejected[0].Code));
    }

    [Fact]
    public void A_workbook_that_inflates_too_far_for_its_size_is_refused()
    {
        var bomb = Samples.Foreign(Header + string.Concat(Enumerable.Repeat("<x/>", 9_000_000)));

        Assert.InRange(bomb.Length, 0, 180_000);
        Assert.Equal("expandsTooFar", Samples.Refusal(bomb).Code);
        Assert.Equal("expandsTooFar", Samples.Refusal(bomb, TableLimits.Default with { MaxExpansion = 1_000, MaxExpandedBytes = 20_000_000 }).Code);
    }

    [Fact]
    public void Random_bytes_never_escape_as_an_exception() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[0, Starts.Length - 1])
            .Sample((bytes, start) => Assert.NotNull(Samples.Read([.. Starts[start], .. bytes])), iter: 5_000);

    private static readonly byte[][] Starts =
        [[], [.. "PK\x03\x04"u8], [.. "PK\x05\x06"u8], [0xFF, 0xFE], [0xEF, 0xBB, 0xBF], [.. "a;b\n\""u8]];

    [Fact]
    public void A_workbook_cut_anywhere_is_a_problem_and_never_an_exception()
    {
        var whole = Samples.Workbook(Language.Tr, Samples.Statement());

        // Up to the third byte nothing says that this is an archive.
        for (var length = 4; length < whole.Length; length++)
            Assert.IsType<TableReadResult.Refused>(Samples.Read(whole[..length]));
    }

    [Fact]
    public void A_workbook_with_changed_bytes_is_read_or_refused_within_bounds()
    {
        var whole = Samples.Workbook(Language.Tr, Samples.Statement());
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 8].Sample(
            changes =>
            {
                var file = whole.ToArray();
                foreach (var (at, value) in changes)
                    file[at] = value;
                var before = GC.GetAllocatedBytesForCurrentThread();

                Assert.NotNull(Samples.Read(file));

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000);
            },
            iter: 5_000);
    }

    [Fact]
    public void Changed_XML_inside_an_intact_archive_is_read_or_refused()
    {
        const string data = Header + "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>46348.5</v></c><c r=\"B2\" t=\"s\"><v>0</v></c></row><row r=\"3\"><c r=\"A3\" t=\"str\"><f>1+1</f><v>x</v></c></row>";
        Gen.Select(Gen.Int[0, data.Length - 1], Gen.Char["<>/&;\"' 0129aArst=\0\uffff"]).Array[1, 6].Sample(
            changes =>
            {
                var text = new StringBuilder(data);
                foreach (var (at, value) in changes)
                    text[at] = value;
                Assert.NotNull(Samples.Read(Samples.Foreign(text.ToString(), "<si><t>x</t></si>", "<cellXfs><xf/><xf numFmtId=\"22\"/></cellXfs>")));
            },
            iter: 2_000);
    }
}
