using System.IO.Compression;
using System.Text;
using Vade.Accounts;
using Vade.Documents;
using Vade.Documents.Sheets;
using Vade.Kernel;
using Vade.Tests.Documents.Sheets;

namespace Vade.Tests.Fuzz;

/// <summary>The files that people upload: tables as CSV and XLSX, originals, logos.</summary>
internal static class FileTargets
{
    private const string Rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><r><t>x</t></r></is></c></row><row r=\"2\"><c r=\"A2\" s=\"1\"><v>46000.5</v></c><c r=\"B2\" t=\"b\"><v>1</v></c></row><row><c><f>1+1</f><v>1E-2</v></c></row>";
    private const string Strings = "<si><t xml:space=\"preserve\">title</t></si><si><r><t>a_x000D_b</t></r><rPh><t>z</t></rPh></si>";
    private const string Styles = "<numFmts><numFmt numFmtId=\"170\" formatCode=\"[$-41F]dd\\.mm\\.yyyy hh:mm\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"170\"/><xf numFmtId=\"9\"/></cellXfs>";
    private static readonly TableLimits Tight = new() { MaxBytes = 100_000, MaxExpandedBytes = 2_000_000, FreeExpandedBytes = 200_000, MaxRows = 200, MaxColumns = 30, MaxCells = 2_000, MaxChars = 100_000, MaxCellChars = 500 };

    // A workbook inflates, within its limits; a picture unpacks.
    public static readonly Allowance Workbook = new(PerUnit: 400, Always: 4_000_000);
    public static readonly Allowance Csv = new(PerUnit: 120, Always: 256 * 1024);
    private static readonly Allowance Picture = new(PerUnit: 64, Always: 40_000_000);
    private static readonly Allowance Original = new(PerUnit: 64, Always: 256 * 1024);

    public static IEnumerable<FuzzTarget> All =>
    [
        Fuzzer.Bytes("CSV files", 40_000, Csv,
            [
                .. new[]
                {
                    "code;title;taxId\r\nC1;\"Işık \"\"Ltd\"\"\r\nŞti\";4540536920\r\nC2;'=x;\r\n", "sep=,\na,b\n1,2\n", "a\tb\n1\t2\n\n3", "a,b,a\n", "\"a;b\nc",
                }.Select(Encoding.UTF8.GetBytes),
                Encoding.Unicode.GetBytes("\uFEFFa;b\r\n1;2"), Encoding.BigEndianUnicode.GetBytes("\uFEFFa;b\r\n1;2"), [.. "ad;b\n"u8, 0xFE, 0xFD, (byte)';', 0xD0],
            ],
            file => Read(file, "text/csv; charset=windows-1254")),
        Fuzzer.Bytes("workbooks", 12_000, Workbook, [Samples.Foreign(Rows, Strings, Styles), Samples.Workbook(Language.Tr, Samples.Statement())], file => Read(file, null)),
        Fuzzer.Text("sheets of workbooks", 10_000, Workbook, [Rows], rows => Read(Samples.Foreign(rows, Strings, Styles), null)),
        Fuzzer.Text("texts and styles of workbooks", 10_000, Workbook, [Strings, Styles], xml => Read(Samples.Foreign(Rows, xml, xml), null)),
        Fuzzer.Text("relations of workbooks", 6_000, Workbook, ["<Relationship Id=\"c\" Type=\"x/worksheet\" Target=\"../xl/./worksheets/sheet1.xml\"/>", "<Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"/xl/workbook.xml\"/>"], xml => Read(
            Samples.Zip(
                ("[Content_Types].xml", "<Types/>"), ("_rels/.rels", $"<Relationships>{xml}</Relationships>"), ("xl/workbook.xml", $"<workbook xmlns:r=\"r\"><sheets><sheet r:id=\"c\"/></sheets>{xml}</workbook>"),
                ("xl/_rels/workbook.xml.rels", $"<Relationships>{xml}</Relationships>"), ("xl/worksheets/sheet1.xml", "<worksheet><row><c><v>1</v></c></row></worksheet>")),
            null)),
        Fuzzer.Text("numbers of workbooks", 40_000, new(64), ["46000.5", "1.0000000000000001E-2", "-1", "2958465.99999", "59.9", "0.2"], text =>
        {
            foreach (var look in Enum.GetValues<NumberLook>())
            {
                Assert.NotNull(XlsxNumbers.Text(text, look, since1904: text.Length % 2 == 0));
            }
        }),
        Fuzzer.Text("formats of workbooks", 30_000, new(64), ["dd.mm.yyyy hh:mm", "[h]:mm", "#,##0.00 \"₺\";[Red]-0", "[$-41F]d mmmm yyyy;@", "0.0%", "\\d_)*x"], text => XlsxNumbers.LookOf(text)),
        Fuzzer.Text("texts of cells", 30_000, new(128), ["a\r\nb\tc", "_x000D__x005F_", "History", "x[y]:z*?/\\", "=1+1"], text =>
        {
            var clean = SheetText.Cell(text);
            Assert.Equal(clean, SheetText.Cell(clean));
            Assert.Equal(clean, SheetText.Unescape(SheetText.Escape(clean)));
            Assert.True(Assert.Single(SheetText.Names([text])).Length is >= 1 and <= 31);
        }),
        Fuzzer.Bytes("originals in XML", 25_000, Original,
            [.. new[] { "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Invoice xmlns=\"urn:a\" xmlns:c=\"urn:b\"><c:ID a=\"1\">SET2026000000001</c:ID><!-- c --><![CDATA[x]]>&amp;</Invoice>", "<?xml version=\"1.0\" encoding=\"windows-1254\"?><a/>" }.Select(Encoding.UTF8.GetBytes)],
            bytes => OriginalForm.All.Single(form => form.Name == "ubl").Refusal(bytes)),
        Fuzzer.Bytes("logos", 20_000, Picture, [Png(2, 2), Png(3, 1), [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 11, 8, 0, 2, 0, 2, 1, 1, 0x11, 0, 0xFF, 0xD9]], file =>
        {
            try
            {
                var logo = Logo.Read(file);
                Assert.True(logo.Width > 0 && logo.Height > 0 && (long)logo.Width * logo.Height <= Logo.MaxPixels);
            }
            catch (FormatException)
            {
            }
        }),
    ];

    public static void Read(byte[] file, string? contentType) => Read(file, contentType, Tight);

    public static void Read(byte[] file, string? contentType, TableLimits limits)
    {
        switch (Samples.Read(file, limits, contentType))
        {
            case TableReadResult.Refused { Problem: var problem }:
                Assert.True(problem is { Code.Length: > 0, Message.Length: > 0 and < 1_000 }, problem.Message);
                break;
            case TableReadResult.Read { Table: var table }:
                Assert.True(table.Rows.Count + table.Rejected.Count <= limits.MaxRows && table.Headers.Count <= limits.MaxColumns, "The table is larger than the limits.");
                Assert.All(table.Rows, row => Assert.All(table.Headers, header => Assert.True(row[header] is null or { Length: > 0 })));
                break;
        }
    }

    /// <summary>A small picture in colour; the reader asks for no checksums.</summary>
    private static byte[] Png(int width, int height)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
                zlib.Write([(byte)(y % 5), .. Enumerable.Repeat((byte)200, 3 * width)]);
        }

        return
        [
            0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A,
            .. Chunk("IHDR"u8, [0, 0, 0, (byte)width, 0, 0, 0, (byte)height, 8, 2, 0, 0, 0]), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, []),
        ];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data) => [0, 0, (byte)(data.Length >> 8), (byte)data.Length, .. type, .. data, 0, 0, 0, 0];
}
