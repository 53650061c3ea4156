using System.Globalization;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Vade.Accounts;
using Vade.Billing;
using Vade.Documents.Sheets;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Payments;
using Vade.Tests.Documents.Sheets;
using Vade.Tests.Hosting;

namespace Vade.Tests.Fuzz;

/// <summary>What is large and built to be costly: the work may grow with its size, and no faster.</summary>
public sealed class HostileSizeTests
{
    private const int Small = 30_000;
    private static readonly Allowance Bodies = new(PerUnit: 80, Always: 1024 * 1024);
    private static readonly TableLimits Wide = TableLimits.Default with { MaxColumns = 60, MaxRows = 100_000 };

    private static readonly Dictionary<string, Action> Cases = new()
    {
        ["a list of empty objects"] = Json(SampleJson.Default.Sample, n => "{\"lines\":[" + Many("{}", n / 3) + "]}"),
        ["a list of what is no object"] = Json(SampleJson.Default.Sample, n => "{\"lines\":[" + Many("1", n / 2) + "]}"),
        ["a list of nulls"] = Json(SampleJson.Default.Sample, n => "{\"lines\":[" + Many("null", n / 5) + "]}"),
        ["a list of wrong numbers"] = Json(SampleJson.Default.Sample, n => "{\"lines\":[" + Many("{\"description\":\"\",\"quantity\":1}", n / 32) + "]}"),
        ["a list of too fine amounts"] = Json(BillingApiJson.Default.ServiceBody, n => "{\"lines\":[" + Many("{\"unitPrice\":\"1234567890123456789\"}", n / 38) + "]}"),
        ["a list of good texts"] = Json(AccountsApiJson.Default.CustomerBody, n => "{\"emails\":[" + Many("\"\"", n / 3) + "]}"),
        ["many unknown members"] = Json(SampleJson.Default.Sample, n => "{" + string.Join(',', Enumerable.Range(0, n / 10).Select(i => $"\"m{i}\":1")) + "}"),
        ["many members of a dictionary"] = Json(SampleJson.Default.Sample, n => "{\"forms\":{" + string.Join(',', Enumerable.Range(0, n / 12).Select(i => $"\"m{i}\":\"\"")) + "}}"),
        ["one member many times"] = Json(SampleJson.Default.Sample, n => "{" + Many("\"title\":\"A\"", n / 12) + "}"),
        ["a member with a long name"] = Json(SampleJson.Default.Sample, n => "{\"" + new string('m', n) + "\":1}"),
        ["a long text"] = Json(SampleJson.Default.Sample, n => "{\"title\":\"" + new string('t', n) + "\"}"),
        ["a long number"] = Json(SampleJson.Default.Sample, n => "{\"dueDays\":" + new string('9', n) + "}"),
        ["a long decimal"] = Json(SampleJson.Default.Sample, n => "{\"price\":{\"amount\":\"" + new string('9', n) + "\",\"currency\":\"TRY\"}}"),
        ["a long currency"] = Json(SampleJson.Default.Sample, n => "{\"price\":{\"amount\":\"1\",\"currency\":\"" + new string('T', n) + "\"}}"),
        ["lists in lists"] = Json(SampleJson.Default.Sample, n => new string('[', n)),
        ["providers with wrong members"] = Json(PaymentsSettings.Section.Json, n => "{\"providers\":[" + Many("{\"id\":1,\"kind\":[],\"x\":{}}", n / 27) + "]}"),

        ["a message of many objects"] = Text(WebTargets.Json, n => "{\"vade\":{\"handler\":\"x\",\"attempt\":1,\"body\":[" + Many("{}", n / 3) + "]}}", text => Envelope.Read(text)),
        ["a message nested deeply"] = Text(WebTargets.Json, n => new string('[', n), text => Envelope.Read(text)),

        ["a long search"] = Text(new(64), n => new string('İ', n), text => TurkishText.SearchKey(text)),
        ["a long number in a file"] = Text(new(128), n => Many("123", n / 4).Replace(',', '.'), text => _ = DecimalSigns.TryParse(text, DecimalSign.Comma, out _)),
        ["a long format of numbers"] = Text(new(64), n => string.Concat(Enumerable.Repeat("[h", n / 2)), text => XlsxNumbers.LookOf(text)),
        ["a long text of escapes"] = Text(new(128), n => string.Concat(Enumerable.Repeat("_x005F", n / 6)) + "_", text => SheetText.Unescape(SheetText.Escape(text))),

        ["a row of empty cells"] = Csv(n => "a;b\n" + new string(';', n)),
        ["many empty rows"] = Csv(n => "a;b\n" + new string('\n', n)),
        ["many rows of separators"] = Csv(n => "a;b\n" + string.Concat(Enumerable.Repeat(";\n", n / 2))),
        ["many rows that are refused"] = Csv(n => "a\n" + string.Concat(Enumerable.Repeat("1;2\n", n / 4))),
        ["a quote that never closes"] = Csv(n => "a;b\n\"" + new string('x', n)),
        ["nothing but quotes"] = Csv(n => new string('"', n)),
        ["one header for ever"] = Csv(n => new string('h', n)),
        ["a file without a header"] = Csv(n => new string('\n', n)),

        ["a workbook of rows that stand nowhere"] = Book(n => Part(sheet: string.Concat(Enumerable.Repeat("<row/>", n / 6)))),
        ["a workbook of far cells"] = Book(n => Part(sheet: string.Concat(Enumerable.Range(1, n / 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"<row r=\"{i}\"><c r=\"AZ{i}\"><v>1</v></c></row>"))))),
        ["a workbook of shared texts"] = Book(n => Part(strings: string.Concat(Enumerable.Repeat("<si/>", n / 5)))),
        ["a workbook of formats"] = Book(n => Part(styles: "<cellXfs>" + string.Concat(Enumerable.Repeat("<xf/>", n / 5)) + "</cellXfs>")),
        ["a workbook with one long attribute"] = Book(n => Part(sheet: "<row r=\"" + new string('1', n) + "\"/>")),
        ["a workbook of elements within elements"] = Book(n => Part(sheet: string.Concat(Enumerable.Repeat("<a>", n / 3)))),
        ["a workbook with a comment that never ends"] = Book(n => Part(sheet: "<!--" + new string('<', n))),
        ["a workbook with a text in pieces"] = Book(n => Part(strings: "<si>" + string.Concat(Enumerable.Repeat("<r><t>x</t></r>", n / 15)) + "</si>")),
        ["a workbook of sheets that are not there"] = Book(n => Related(
            sheets: string.Concat(Enumerable.Range(0, n / 20).Select(i => $"<sheet r:id=\"y{i}\"/>")),
            relations: string.Concat(Enumerable.Range(0, n / 50).Select(i => $"<Relationship Id=\"x{i}\" Type=\"x/worksheet\" Target=\"a\"/>")))),
        ["a workbook whose parts lie far up"] = Book(n => Related("xl/", "<sheet r:id=\"c\"/>", "<Relationship Id=\"c\" Type=\"x/worksheet\" Target=\"" + string.Concat(Enumerable.Repeat("../", n / 3)) + "\"/>")),
        ["a workbook whose parts lie deep down"] = Book(n => Related(
            string.Concat(Enumerable.Repeat("a/", n / 4)), "<sheet r:id=\"c\"/>",
            string.Concat(Enumerable.Range(0, 200).Select(_ => "<Relationship Id=\"c\" Type=\"x/worksheet\" Target=\"" + string.Concat(Enumerable.Repeat("../", n / 40)) + "\"/>")))),
        ["an archive of many parts"] = Book(n => Samples.Zip([("[Content_Types].xml", ""), .. Enumerable.Range(0, n / 120).Select(i => ($"p{i}", ""))])),

        ["an original nested deeply"] = Original(n => string.Concat(Enumerable.Repeat("<a>", n / 3))),
        ["an original of one long text"] = Original(n => "<a>" + new string('x', n) + "</a>"),
        ["an original of references"] = Original(n => "<a>" + string.Concat(Enumerable.Repeat("&amp;", n / 5)) + "</a>"),
        ["an original of names"] = Original(n => "<a>" + string.Concat(Enumerable.Range(0, n / 9).Select(i => $"<n{i}/>")) + "</a>"),
        ["an original of attributes"] = Original(n => "<a " + string.Concat(Enumerable.Range(0, n / 9).Select(i => $"n{i}=\"\" ")) + "/>"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_four_times_as_large_costs_about_four_times_as_much(string input) => Cases[input]();

    private static Action Json<T>(JsonTypeInfo<T> json, Func<int, string> ofSize)
        where T : class =>
        () => Fuzzer.GrowsInALine(json.Type.Name, Bodies, n => Encoding.UTF8.GetBytes(ofSize(n)), bytes => bytes.Length, body => WebTargets.Problem(body, json), 4 * Small);

    private static Action Text(Allowance allowance, Func<int, string> ofSize, Action<string> parse) =>
        () => Fuzzer.GrowsInALine("text", allowance, ofSize, text => text.Length, parse, Small);

    private static Action Csv(Func<int, string> ofSize) =>
        () => Fuzzer.GrowsInALine("CSV", FileTargets.Csv, n => Encoding.UTF8.GetBytes(ofSize(n)), file => file.Length, file => FileTargets.Read(file, null, Wide), Small);

    // What counts is what a workbook inflates to.
    private static Action Book(Func<int, byte[]> ofSize) => () => Fuzzer.GrowsInALine(
        "XLSX", new(PerUnit: 100, Always: 512 * 1024), n => (Size: n, File: ofSize(n)), book => book.Size + book.File.Length, book => FileTargets.Read(book.File, null, Wide), Small);

    private static Action Original(Func<int, string> ofSize) => () => Fuzzer.GrowsInALine(
        "original", new(PerUnit: 64), n => Encoding.UTF8.GetBytes(ofSize(n)), bytes => bytes.Length, bytes => OriginalForm.All.Single(form => form.Name == "ubl").Refusal(bytes), Small);

    private static byte[] Part(string sheet = "", string strings = "", string styles = "") => Samples.Foreign(sheet, strings, styles);

    private static byte[] Related(string folder, string sheets, string relations) => Samples.Zip(
        ("[Content_Types].xml", ""),
        ("_rels/.rels", $"<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"/{folder}book.xml\"/></Relationships>"),
        ($"{folder}book.xml", $"<workbook xmlns:r=\"r\"><sheets>{sheets}</sheets></workbook>"),
        ($"{folder}_rels/book.xml.rels", $"<Relationships>{relations}</Relationships>"));

    private static byte[] Related(string sheets, string relations) => Related("xl/", sheets, relations);

    private static string Many(string item, int count) => string.Join(',', Enumerable.Repeat(item, count));
}
