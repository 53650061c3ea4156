using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Vade.Accounts;
using Vade.Kernel;

namespace Vade.Tests.Accounts;

/// <summary>The endpoints of customers, documents and statements over a socket.</summary>
public sealed class AccountsApiTests
{
    [Fact]
    public async Task A_customer_is_created_changed_and_read_by_the_contract()
    {
        await using var office = new Office();
        using var api = await office.Client();
        var (status, created) = await Send(api, "customers/~MTIwLzAx", """{"title":"Özgür A.Ş.","taxId":"4540536920","emails":["a@b.example"],"dueDays":14}""");
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("120/01", Text(created, "code"));
        Assert.Equal("{\"amount\":\"0.00\",\"currency\":\"TRY\"}", created.GetProperty("balance").GetRawText());
        Assert.Equal(9, Text(created, "payerNumber").Length);
        Assert.StartsWith("http://127.0.0.1:7071/p/", Text(created, "portalUrl"), StringComparison.Ordinal);

        var (again, _) = await Send(api, "customers/~MTIwLzAx", """{"title":"Özgür A.Ş.","taxId":"TR 454 053 6920","emails":["a@b.example"],"dueDays":14,"phone":null}""");
        Assert.Equal(HttpStatusCode.OK, again);
        var read = await api.GetFromJsonAsync<JsonElement>("customers/~MTIwLzAx");
        Assert.Equal(created.GetRawText(), read.GetRawText());
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync("customers/none")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.GetAsync("customers/~*")).StatusCode);
    }

    [Fact]
    public async Task An_unknown_member_is_a_400_and_a_broken_rule_a_422_and_both_name_the_field()
    {
        await using var office = new Office();
        using var api = await office.Client();
        var (unreadable, named) = await Send(api, "customers/C1", """{"title":"A","colour":"red"}""");
        Assert.Equal((HttpStatusCode.BadRequest, "colour"), (unreadable, Text(named.GetProperty("errors")[0], "field")));
        var (broken, rule) = await Send(api, "customers/C1", """{"title":"A","taxId":"4540536921"}""");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "taxId.checkDigit", "taxId"), (broken, Text(rule, "code"), Text(rule.GetProperty("errors")[0], "field")));
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync("customers/C1")).StatusCode);
    }

    [Fact]
    public async Task An_original_that_is_nested_without_end_is_refused()
    {
        await using var office = new Office();
        using var api = await office.Client();
        await Send(api, "customers/C1", """{"title":"A"}""");
        await Send(api, "customers/C1/documents/F1", """{"direction":"sale","date":"2026-10-01","total":"1"}""");
        foreach (var (depth, status) in new[] { (100, HttpStatusCode.NoContent), (100_000, HttpStatusCode.UnprocessableEntity) })
        {
            var xml = string.Concat(Enumerable.Repeat("<a>", depth)) + string.Concat(Enumerable.Repeat("</a>", depth));
            using var answer = await api.PutAsync("customers/C1/documents/F1/ubl", new StringContent(xml));
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_body_is_read_whatever_its_content_type_says()
    {
        await using var office = new Office();
        using var api = await office.Client();
        using var posted = await api.PutAsync("customers/C1", new StringContent("""{"title":"A"}""", Encoding.UTF8, "application/x-www-form-urlencoded"));
        Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
        using var bare = await api.PutAsync("customers/C2", new ByteArrayContent("""{"title":"A"}"""u8.ToArray()));
        Assert.Equal(HttpStatusCode.Created, bare.StatusCode);
    }

    [Fact]
    public async Task The_list_is_filtered_and_paged_without_missing_or_repeating_anybody()
    {
        await using var office = new Office();
        using var api = await office.Client();
        for (var i = 0; i < 23; i++)
            await Send(api, $"customers/C{i:00}", $$"""{"title":"{{(i % 2 == 0 ? "IŞIK" : "Çınar")}} {{i}}","emails":{{(i % 3 == 0 ? "[\"a@b.example\"]" : "[]")}}}""");
        await Send(api, "customers/C05/documents/F1", """{"direction":"sale","date":"2026-10-01","total":"10.00"}""");

        var codes = new List<string>();
        for (string? after = null; ;)
        {
            var page = await api.GetFromJsonAsync<JsonElement>($"customers?limit=5&after={after}");
            codes.AddRange(Codes(page));
            if ((after = page.GetProperty("next").GetString()) is null)
                break;
        }

        Assert.Equal(Enumerable.Range(0, 23).Select(i => $"C{i:00}"), codes);
        Assert.Equal(12, Codes(await api.GetFromJsonAsync<JsonElement>("customers?query=ışık")).Length);
        Assert.Equal(["C13"], Codes(await api.GetFromJsonAsync<JsonElement>("customers?query=CINAR 13")));
        Assert.Equal(8, Codes(await api.GetFromJsonAsync<JsonElement>("customers?hasEmail=true")).Length);
        await office.Handle();
        Assert.Equal(["C05"], Codes(await api.GetFromJsonAsync<JsonElement>("customers?overdue=true")));
        Assert.Equal(HttpStatusCode.BadRequest, (await api.GetAsync("customers?overdue=maybe")).StatusCode);
        var number = Text(await api.GetFromJsonAsync<JsonElement>("customers/C07"), "payerNumber");
        Assert.Equal(["C07"], Codes(await api.GetFromJsonAsync<JsonElement>($"customers?query={number[..3]} {number[3..6]} {number[6..]}")));
    }

    [Fact]
    public async Task A_document_is_posted_once_changed_by_its_difference_and_shown_in_the_statement()
    {
        await using var office = new Office();
        using var api = await office.Client();
        await Send(api, "customers/C1", """{"title":"A"}""");
        const string first = """{"direction":"sale","date":"2026-11-02","dueOn":"2026-11-30","net":"100.00","tax":"20.00","total":"120.00","electronic":true,"asOf":"2026-11-15T10:00:00Z"}""";
        Assert.Equal(HttpStatusCode.NotFound, (await Send(api, "customers/none/documents/F1", first)).Status);
        Assert.Equal(HttpStatusCode.Created, (await Send(api, "customers/C1/documents/F1", first)).Status);
        Assert.Equal(HttpStatusCode.OK, (await Send(api, "customers/C1/documents/F1", first)).Status);
        var (_, changed) = await Send(api, "customers/C1/documents/F1", first.Replace("100.00", "150.00", StringComparison.Ordinal).Replace("120.00", "170.00", StringComparison.Ordinal).Replace("10:00", "11:00", StringComparison.Ordinal));
        Assert.Equal((2, "170.00", "170.00"), (changed.GetProperty("version").GetInt32(), Text(changed, "total"), Text(changed, "remaining")));
        var (_, older) = await Send(api, "customers/C1/documents/F1", first);
        Assert.Equal("170.00", Text(older, "total"));
        Assert.Equal("170.00", Text((await api.GetFromJsonAsync<JsonElement>("customers/C1")).GetProperty("balance"), "amount"));

        var statement = await api.GetFromJsonAsync<JsonElement>("customers/C1/statement");
        Assert.Equal(
            """{"currency":"TRY","from":"2026-11-01","to":"2026-11-30","opening":"0.00","entries":[{"date":"2026-11-02","kind":"document","document":"F1","debit":"120.00","credit":"0.00","balance":"120.00"},{"date":"2026-11-02","kind":"documentChanged","document":"F1","debit":"50.00","credit":"0.00","balance":"170.00"}],"closing":"170.00","sequence":2,"hash":"*","root":null}""",
            statement.GetRawText().Replace(statement.GetProperty("hash").GetString()!, "*", StringComparison.Ordinal));
        Assert.Equal("170.00", Text(await api.GetFromJsonAsync<JsonElement>("customers/C1/statement?from=2026-12-01&to=2026-12-31"), "opening"));
        Assert.Equal(HttpStatusCode.BadRequest, (await api.GetAsync("customers/C1/statement?from=soon")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await api.GetAsync("customers/C1/statement?currency=XXX")).StatusCode);

        var (status, wrong) = await Send(api, "customers/C1/documents/F2", """{"total":"1.005"}""");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, 3), (status, wrong.GetProperty("errors").GetArrayLength()));
        Assert.Single(Items(await api.GetFromJsonAsync<JsonElement>("customers/C1/documents?direction=sale&from=2026-11-01")));
        Assert.Empty(Items(await api.GetFromJsonAsync<JsonElement>("customers/C1/documents?direction=purchase")));
    }

    [Fact]
    [Trait("Feature", "A14")]
    public async Task A_statement_is_a_real_workbook_and_a_paper()
    {
        await using var office = new Office();
        using var api = await office.Client();
        await Send(api, "customers/~MTIwLzAx", """{"title":"=1+1 Işık"}""");
        await Send(api, "customers/~MTIwLzAx/documents/=F1", """{"direction":"sale","date":"2026-11-02","total":"1234.56"}""");
        using var xlsx = await api.GetAsync("customers/~MTIwLzAx/statement.xlsx");
        Assert.Equal("statement-120-01-2026-11-01-2026-11-30-TRY.xlsx", xlsx.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        using var zip = new System.IO.Compression.ZipArchive(await xlsx.Content.ReadAsStreamAsync());
        using var sheet = new StreamReader(zip.GetEntry("xl/worksheets/sheet1.xml")!.Open());
        var xml = await sheet.ReadToEndAsync();
        Assert.Contains("<x:v>1234.56</x:v>", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("<x:f>=F1", xml, StringComparison.Ordinal);
        using var pdf = await api.GetAsync("customers/~MTIwLzAx/statement.pdf");
        using var paper = UglyToad.PdfPig.PdfDocument.Open(await pdf.Content.ReadAsByteArrayAsync());
        Assert.Contains("1.234,56", paper.GetPage(1).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_original_is_attached_when_it_is_what_it_says_and_comes_back_as_it_was()
    {
        await using var office = new Office();
        using var api = await office.Client();
        await Send(api, "customers/C1", """{"title":"A"}""");
        await Send(api, "customers/C1/documents/F1", """{"direction":"purchase","date":"2026-11-02","total":"10.00"}""");
        var pdf = Encoding.ASCII.GetBytes("%PDF-1.7 original");
        Assert.Equal(HttpStatusCode.NoContent, (await api.PutAsync("customers/C1/documents/F1/pdf", new ByteArrayContent(pdf))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await api.PutAsync("customers/C1/documents/F1/ubl", new StringContent("<Invoice/>"))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await api.PutAsync("customers/C1/documents/F1/pdf", new StringContent("<html>"))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await api.PutAsync("customers/C1/documents/F1/ubl", new StringContent("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await api.PutAsync("customers/C1/documents/F1/ubl", new ByteArrayContent(new byte[10 * 1024 * 1024 + 1]))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.PutAsync("customers/C1/documents/F9/pdf", new ByteArrayContent(pdf))).StatusCode);
        using var back = await api.GetAsync("customers/C1/documents/F1/pdf");
        Assert.Equal(pdf, await back.Content.ReadAsByteArrayAsync());
        Assert.Equal(("attachment", "nosniff"), (back.Content.Headers.ContentDisposition?.DispositionType, back.Headers.GetValues("X-Content-Type-Options").Single()));
    }

    [Fact]
    public void Every_kind_of_entry_has_its_words_in_every_language()
    {
        var texts = Texts.Of(typeof(LedgerReader).Assembly);
        foreach (var kind in Enum.GetNames<PostingKind>())
            Assert.All(Languages.All, language => Assert.NotEmpty(texts[language, $"kind.{char.ToLowerInvariant(kind[0])}{kind[1..]}"]));
    }

    internal static async Task<(HttpStatusCode Status, JsonElement Body)> Send(HttpClient api, string path, string json)
    {
        using var response = await api.PutAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    internal static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;

    private static JsonElement[] Items(JsonElement page) => [.. page.GetProperty("items").EnumerateArray()];

    private static string[] Codes(JsonElement page) => [.. Items(page).Select(item => Text(item, "code"))];
}
