using System.Text;
using CsCheck;
using Vade.Documents.Sheets;
using Vade.Kernel;

namespace Vade.Tests.Documents.Sheets;

public sealed class CsvTests
{
    private static readonly Encoding Turkish = CodePagesEncodingProvider.Instance.GetEncoding(1254)!;

    [Fact]
    public void A_file_of_ours_has_a_byte_order_mark_the_languages_separator_and_no_formulas()
    {
        Assert.Equal(
            "\uFEFFTarih;Açıklama;Borç;Adet;Miktar;KDV;An\r\n" +
            "2026-11-22;\"'=HYPERLINK(\"\"http://evil\"\")\";1234567,50;3;2,125;20;2026-11-22T13:45:00\r\n" +
            "2026-11-23;ÖZGÜR & Ş. İÇ TİC. A.Ş.;;0;1;8;2026-11-23T00:00:00\r\n",
            Written(Samples.Statement(), Language.Tr, CsvDates.Iso));
        Assert.Contains("\r\n22 Nov 2026,\"'=HYPERLINK(\"\"http://evil\"\")\",1234567.50,3,2.125,20,22 Nov 2026 13:45\r\n", Written(Samples.Statement(), Language.En, CsvDates.Language), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("=1+1"), InlineData("+1"), InlineData("-1"), InlineData("@SUM(A1)"), InlineData("\t=1"), InlineData("\r=1")]
    public void Text_that_a_spreadsheet_would_run_gets_an_apostrophe_and_a_negative_amount_does_not(string text)
    {
        var csv = Written(new SheetDocument("T", [SheetColumn.Text("a"), SheetColumn.Money("b")], [[text, -5m]]), Language.Tr, CsvDates.Iso);

        var line = csv.Split("\r\n")[1].TrimStart('"');
        Assert.StartsWith("'", line, StringComparison.Ordinal);
        Assert.EndsWith(";-5,00", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_table_that_is_written_reads_back() =>
        Gen.Select(Gen.String.Array[1, 4].Array[0, 6], Gen.Enum<Language>(), Gen.Bool).Sample((texts, language, asWorkbook) =>
        {
            var width = 4;
            var rows = texts.Select(r => (IReadOnlyList<SheetCell>)[.. Enumerable.Range(0, width).Select(i => (SheetCell)(i < r.Length ? r[i] : null))]).ToList();
            var sheet = new SheetDocument("T", [.. Enumerable.Range(0, width).Select(i => SheetColumn.Text("h" + i))], rows);

            var table = Samples.ReadTable(asWorkbook ? Samples.Workbook(language, sheet) : Bytes(sheet, language, CsvDates.Iso));

            var expected = texts.Select(r => Enumerable.Range(0, width).Select(i => i < r.Length ? Shown(r[i]) : null).ToArray()).Where(r => r.Any(c => c is not null)).ToList();
            Assert.Equal(expected, table.Rows.Select(r => table.Headers.Select(h => r[h]).ToArray()));
            // Words that begin with an apostrophe before a sign lose it in CSV: it is how CSV says "these are words".
            string? Shown(string text)
            {
                var clean = SheetText.Clean(text).Trim();
                return clean is ['\'', '=' or '+' or '-' or '@', ..] && !asWorkbook ? clean[1..] : clean.Length == 0 ? null : clean;
            }
        });

    [Theory]
    [InlineData(";"), InlineData(","), InlineData("\t")]
    public void The_separator_is_the_one_the_header_uses(string separator)
    {
        var table = Samples.ReadTable(string.Join('\n',
            string.Join(separator, "code", "\"title; or, name\"", "emails"),
            string.Join(separator, "C1", "\"ÖZGÜR & Ş. İÇ TİC. A.Ş.\"", "\"a@x.tr;b@y.tr,c@z.tr\t\"")));

        Assert.Equal(["code", "title; or, name", "emails"], table.Headers);
        Assert.Equal("ÖZGÜR & Ş. İÇ TİC. A.Ş.", table.Rows[0]["TITLE; OR, NAME"]);
        Assert.Equal("a@x.tr;b@y.tr,c@z.tr", table.Rows[0]["Emails"]);
        Assert.Null(table.Rows[0]["nothing"]);
    }

    public static TheoryData<string, byte[]> Encodings()
    {
        const string text = "code;title\r\n1;Çağrı ÖZGÜR & Ş. İÇ TİC. A.Ş. ığüşöç\r\n";
        return new()
        {
            { "UTF-8", Encoding.UTF8.GetBytes(text) },
            { "UTF-8 with mark", [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)] },
            { "UTF-8 with two marks", [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)] },
            { "UTF-16", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)] },
            { "UTF-16 big endian", [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(text)] },
            { "UTF-16 without mark", Encoding.Unicode.GetBytes(text) },
            { "windows-1254", Turkish.GetBytes(text) },
            { "UTF-8 with NULs", [.. Encoding.UTF8.GetBytes(text), 0, 0, 0x1A] },
        };
    }

    [Theory, MemberData(nameof(Encodings))]
    public void Turkish_letters_survive_every_encoding(string name, byte[] file)
    {
        var table = Samples.ReadTable(file);

        Assert.NotEmpty(name);
        Assert.Equal(["code", "title"], table.Headers);
        Assert.Equal("Çağrı ÖZGÜR & Ş. İÇ TİC. A.Ş. ığüşöç", Assert.Single(table.Rows)["title"]);
    }

    [Fact]
    public void A_claimed_charset_counts_only_where_the_bytes_are_not_Unicode()
    {
        var cyrillic = CodePagesEncodingProvider.Instance.GetEncoding(1251)!;

        Assert.Equal("Иванов", Rows(cyrillic.GetBytes("title\nИванов"), "text/csv; charset=windows-1251")[0]["title"]);
        Assert.Equal("Иванов", Rows(Encoding.UTF8.GetBytes("title\nИванов"), "text/csv; charset=windows-1251")[0]["title"]);
        Assert.Equal("Ş", Rows(Turkish.GetBytes("title\nŞ"), "text/csv; charset=nonsense")[0]["title"]);
        Assert.Equal("Ş", Rows(Turkish.GetBytes("title\nŞ"), "not a type at all;;")[0]["title"]);

        static IReadOnlyList<TableRow> Rows(byte[] file, string contentType) =>
            Assert.IsType<TableReadResult.Read>(Samples.Read(file, contentType: contentType)).Table.Rows;
    }

    [Fact]
    public void Rows_keep_the_numbers_a_person_sees_with_quoted_line_breaks_and_blank_lines_between()
    {
        var table = Samples.ReadTable("code;address\r\n1;\"Line \"\"one\"\"\r\nLine two\"\r\n\r\n;\r\n2;x\n3;y\r4");

        Assert.Equal([2, 5, 6, 7], table.Rows.Select(r => r.Number));
        Assert.Equal("Line \"one\"\nLine two", table.Rows[0]["address"]);
        Assert.Null(table.Rows[3]["address"]);
    }

    [Fact]
    public void The_hint_that_Excel_hides_names_the_separator_and_is_no_row()
    {
        var table = Samples.ReadTable("sep=,\r\na;b,c\r\n1;2,3\r\n");

        Assert.Equal(["a;b", "c"], table.Headers);
        Assert.Equal(2, table.Rows[0].Number);
    }

    [Fact]
    public void A_value_without_a_header_rejects_its_row_and_trailing_separators_do_not()
    {
        var table = Samples.ReadTable("code,amount,,\r\nC1,1,,\r\nC2,1,5,\r\nC3,2,,,,\r\nC4,3,,,,9\r\n");

        Assert.Equal(["code", "amount"], table.Headers);
        Assert.Equal(["C1", "C3"], table.Rows.Select(r => r["code"]));
        Assert.Equal([("cellWithoutHeader", 3, "C"), ("cellWithoutHeader", 5, "F")], table.Rejected.Select(p => (p.Code, p.Row!.Value, p.Column!)));
    }

    [Theory]
    [InlineData("", "empty", null)]
    [InlineData("\r\n\r\n ; ;\r\n", "empty", null)]
    [InlineData("code;Title; CODE \r\n1;2;3", "duplicateHeader", 1)]
    [InlineData("\r\na;a", "duplicateHeader", 2)]
    [InlineData("a;b\r\n1;\"2\r\n3;4\r\n", "quoteNotClosed", 2)]
    [InlineData("<html><table>", "unsupportedFormat", null)]
    [InlineData("%PDF-1.7", "unsupportedFormat", null)]
    [InlineData("\u0001\u0002\u0003", "notATable", null)]
    public void What_is_wrong_with_a_file_is_named_with_its_place(string csv, string code, int? row)
    {
        var problem = Samples.Refusal(Encoding.UTF8.GetBytes(csv));

        Assert.Equal((code, row), (problem.Code, problem.Row));
        Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_limit_refuses_or_rejects_with_its_own_code()
    {
        var limits = new TableLimits { MaxBytes = 1000, MaxRows = 3, MaxColumns = 3, MaxCells = 8, MaxCellChars = 10, MaxChars = 30 };

        Assert.Equal("tooLarge", Refused(new string('x', 1001)));
        Assert.Equal("tooManyRows", Refused("a\n1\n2\n3\n4"));
        Assert.Equal("tooManyColumns", Refused("a;b;c;d"));
        Assert.Equal("tooManyCells", Refused("a;b;c\n1;;\n2;;\n3;;"));
        Assert.Equal("tooManyCells", Refused("a;b;c\n0123456789;0123456789;0123456789\n1"));
        Assert.Equal("cellTooLong", Refused("01234567890;b"));
        var table = Assert.IsType<TableReadResult.Read>(Samples.Read("a;b;c;;\n1;01234567890;3\n2"u8.ToArray(), limits)).Table;
        Assert.Equal(("cellTooLong", 2, "b"), (table.Rejected[0].Code, table.Rejected[0].Row, table.Rejected[0].Column));
        Assert.Equal(3, Assert.Single(table.Rows).Number);

        string Refused(string csv) => Samples.Refusal(Encoding.UTF8.GetBytes(csv), limits).Code;
    }

    [Fact]
    public async Task A_requests_body_is_read_asynchronously_and_no_further_than_the_limit()
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.IsType<TableReadResult.Read>(await TableReader.ReadAsync(new MemoryStream("a\n1"u8.ToArray()), null, TableLimits.Default, stop));

        var long_ = new MemoryStream(new byte[1_000_000]);
        var result = await TableReader.ReadAsync(long_, null, new TableLimits { MaxBytes = 1000 }, stop);

        Assert.Equal("tooLarge", Assert.IsType<TableReadResult.Refused>(result).Problem.Code);
        Assert.InRange(long_.Position, 0, 20_000);
    }

    private static string Written(SheetDocument sheet, Language language, CsvDates dates) => Encoding.UTF8.GetString(Bytes(sheet, language, dates));

    private static byte[] Bytes(SheetDocument sheet, Language language, CsvDates dates)
    {
        using var output = new MemoryStream();
        CsvWriter.Write(output, sheet, language, dates);
        return output.ToArray();
    }
}
