using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Vade.Kernel;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Tests.Hosting;

internal enum Rhythm { EveryMonth, EveryYear }

internal sealed record SampleLine(string Description, decimal Quantity = 1m);

internal sealed record Sample(
    string Title,
    Money? Price,
    DateOnly? StartsOn,
    DateTimeOffset? At,
    Rhythm Rhythm,
    IReadOnlyList<SampleLine>? Lines,
    IReadOnlyDictionary<string, string>? Forms,
    bool Prorate,
    int DueDays = 14);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, UseStringEnumConverter = true,
    Converters = [typeof(MoneyJson), typeof(DecimalJson), typeof(InstantJson)])]
[JsonSerializable(typeof(Sample))]
[JsonSerializable(typeof(ApiPage<string>))]
internal sealed partial class SampleJson : JsonSerializerContext;

public sealed class ApiHabitTests
{
    private const string Required = "\"title\":\"A\",\"rhythm\":\"everyMonth\",\"prorate\":false";

    [Fact]
    public void A_body_is_read_whole()
    {
        var body = Read("""
            {"title":"A","price":{"amount":"650.35","currency":"TRY"},"startsOn":"2026-11-30","at":"2026-11-30T08:00:00+03:00",
             "rhythm":"everyYear","lines":[{"description":"x","quantity":"2.5"},{"description":"y"}],"forms":{"webpay":"TRANSBANK"},"prorate":true,"dueDays":7}
            """);
        Assert.True(body.Ok, body.Problem?.Detail);
        Assert.Equal(new Money(650.35m, Currency.TRY), body.Value.Price);
        Assert.Equal(TimeSpan.Zero, body.Value.At!.Value.Offset);
        Assert.Equal([2.5m, 1m], body.Value.Lines!.Select(line => line.Quantity));
        Assert.Equal((Rhythm.EveryYear, 7, "TRANSBANK"), (body.Value.Rhythm, body.Value.DueDays, body.Value.Forms!["webpay"]));
    }

    [Fact]
    public void A_member_that_is_null_takes_its_default()
    {
        var body = Read($$"""{{{Required}},"dueDays":null,"price":null,"lines":[{"description":"x","quantity":null}]}""");
        Assert.True(body.Ok, body.Problem?.Detail);
        Assert.Equal((14, null, 1m), (body.Value.DueDays, body.Value.Price, body.Value.Lines![0].Quantity));
    }

    [Theory]
    [InlineData("\"colour\":1", "colour", "unknown")]
    [InlineData("\"Title\":\"A\"", "Title", "unknown")]
    [InlineData("\"lines\":[{\"description\":\"x\"},{\"description\":\"y\",\"colour\":1}]", "lines[1].colour", "unknown")]
    [InlineData("\"dueDays\":1,\"dueDays\":2", "dueDays", "duplicate")]
    [InlineData("\"forms\":{\"a\":\"1\",\"a\":\"2\"}", "forms.a", "duplicate")]
    [InlineData("\"dueDays\":\"many\"", "dueDays", "type")]
    [InlineData("\"dueDays\":1.5", "dueDays", "type")]
    [InlineData("\"lines\":{}", "lines", "type")]
    [InlineData("\"lines\":[1]", "lines[0]", "type")]
    [InlineData("\"lines\":[null]", "lines[0]", "null")]
    [InlineData("\"lines\":[{\"description\":5}]", "lines[0].description", "type")]
    [InlineData("\"lines\":[{\"description\":\"x\",\"quantity\":2}]", "lines[0].quantity", "type")]
    [InlineData("\"lines\":[{\"description\":\"x\",\"quantity\":\"1e3\"}]", "lines[0].quantity", "type")]
    [InlineData("\"lines\":[{\"description\":\"x\",\"quantity\":\"1,5\"}]", "lines[0].quantity", "type")]
    [InlineData("\"price\":650.35", "price", "type")]
    [InlineData("\"price\":{\"amount\":650.35,\"currency\":\"TRY\"}", "price", "type")]
    [InlineData("\"price\":{\"amount\":\"1\",\"currency\":\"TRY\",\"tax\":\"1\"}", "price", "type")]
    [InlineData("\"price\":{\"amount\":\"1\"}", "price", "type")]
    [InlineData("\"startsOn\":\"30.11.2026\"", "startsOn", "type")]
    [InlineData("\"startsOn\":\"2026-02-30\"", "startsOn", "type")]
    [InlineData("\"at\":\"2026-11-30T08:00:00\"", "at", "type")]
    public void What_cannot_be_read_is_named_by_its_path(string member, string field, string code)
    {
        var body = Read($$"""{{{Required}},{{member}}}""");
        Assert.Equal(400, body.Problem?.Status);
        var error = Assert.Single(body.Problem!.Errors);
        Assert.Equal((field, code), (error.Field, error.Code));
    }

    [Theory]
    [InlineData("\"price\":{\"amount\":\"650.355\",\"currency\":\"TRY\"}", "price", "money.minorDigits")]
    [InlineData("\"price\":{\"amount\":\"650.5\",\"currency\":\"CLP\"}", "price", "money.minorDigits")]
    [InlineData("\"price\":{\"amount\":\"650\",\"currency\":\"XXX\"}", "price", "currency.unknown")]
    [InlineData("\"lines\":[{\"description\":\"x\",\"quantity\":\"1234567890123456789\"}]", "lines[0].quantity", "decimal.digits")]
    public void What_reads_well_but_breaks_a_rule_is_not_a_bad_request(string member, string field, string code)
    {
        var body = Read($$"""{{{Required}},{{member}}}""");
        Assert.Equal(422, body.Problem?.Status);
        Assert.Equal((field, code), (body.Problem!.Errors[0].Field, body.Problem.Errors[0].Code));
    }

    [Fact]
    public void A_missing_member_that_has_no_default_is_named()
    {
        var body = Read("""{"rhythm":"everyMonth","prorate":true,"lines":[{}]}""");
        Assert.Equal(422, body.Problem?.Status);
        Assert.Equal(["lines[0].description", "title"], body.Problem!.Errors.Select(error => error.Field).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{}", 422)]
    [InlineData("1", 400)]
    [InlineData("{\"description\":\"x\",\"colour\":1}", 400)]
    public void Of_very_much_that_is_wrong_the_beginning_is_said(string line, int status)
    {
        var problem = Read($$"""{{{Required}},"lines":[{{string.Join(',', Enumerable.Repeat(line, 20_000))}}]}""").Problem;
        Assert.Equal((status, 50), (problem?.Status, problem?.Errors.Count));
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var body = Read($$"""{{{Required}},"price":{"amount":"0.001","currency":"TRY"},"colour":1,"dueDays":"x"}""");
        Assert.Equal(["colour", "dueDays", "price"], body.Problem!.Errors.Select(error => error.Field));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"title\":\"\\ud800\"}")]
    [InlineData("{\"title\":\"A\",}")]
    public void What_is_no_json_object_is_a_bad_request(string text) => Assert.Equal(400, Read(text).Problem?.Status);

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused_before_it_is_read_whole()
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(new byte[ApiBody.BytesMax + 1]);
        Assert.Equal(413, (await ApiBody.Read(request, SampleJson.Default.Sample)).Problem?.Status);
    }

    [Fact]
    public void Any_money_comes_back_as_it_was_written() =>
        (from currency in Gen.Int[0, Currency.All.Count - 1].Select(i => Currency.All[i])
         from units in Gen.Long[-999_999_999_999_999, 999_999_999_999_999]
         select new Money(units * currency.Unit, currency))
        .Sample(money =>
        {
            var json = JsonSerializer.Serialize(new Sample("A", money, null, null, default, null, null, false), SampleJson.Default.Sample);
            Assert.Equal(money, Read(json).Value?.Price);
            Assert.Contains($"\"amount\":\"{money.ToPlain()}\"", json, StringComparison.Ordinal);
        });

    [Theory]
    [InlineData("120/01", "~MTIwLzAx")]
    [InlineData("A#7", "~QSM3")]
    [InlineData("C1", "C1")]
    [InlineData("..", "~Li4")]
    public void A_name_with_awkward_characters_travels_encoded(string name, string segment)
    {
        Assert.Equal(segment, PathName.Encode(name));
        Assert.Equal(name, PathName.Decode(segment));
    }

    [Fact]
    public void Any_name_survives_a_path() =>
        Gen.Int[1, 0x10FFFF].Where(Rune.IsValid).Select(code => new Rune(code).ToString()).Array[1, 40].Select(string.Concat)
            .Sample(name => Assert.Equal(name, PathName.Decode(PathName.Encode(name))));

    [Theory]
    [InlineData("~")]
    [InlineData("~!!")]
    [InlineData("~_w")]
    [InlineData("~\r\n")]
    [InlineData("~ ")]
    [InlineData("")]
    public void A_malformed_name_is_none(string segment) => Assert.Null(PathName.Decode(segment));

    [Theory]
    [InlineData("", 50, null)]
    [InlineData("?limit=200&after=x", 200, "x")]
    [InlineData("?limit=1&after=", 1, null)]
    public void A_page_is_asked_for_by_limit_and_after(string query, int limit, string? after)
    {
        Assert.True(ApiList.TryRead(Query(query), out var list, out _));
        Assert.Equal(new ApiList(limit, after), list);
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=201")]
    [InlineData("?limit=-1")]
    [InlineData("?limit=x")]
    [InlineData("?limit=1,2")]
    public void A_limit_out_of_bounds_is_refused(string query)
    {
        Assert.False(ApiList.TryRead(Query(query), out _, out var problem));
        Assert.Equal((400, "limit"), (problem.Status, problem.Errors[0].Field));
    }

    [Fact]
    public void A_page_says_where_the_next_begins_and_the_last_says_null()
    {
        var list = new ApiList(2, null);
        Assert.Equal("b", list.Page(["a", "b", "c"], item => item).Next);
        Assert.Equal("""{"items":["a","b"],"next":null}""", JsonSerializer.Serialize(list.Page(["a", "b"], item => item), SampleJson.Default.ApiPageString));
    }

    [Fact]
    public async Task Contention_is_a_503_with_retry_after_and_a_bug_a_500_without_details()
    {
        await using var busy = await VadeInProcess.Start("/api/v1/throw/{kind}", Throw);
        using var contention = await busy.Client.GetAsync("/api/v1/throw/busy");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (contention.StatusCode, contention.Headers.RetryAfter?.ToString()));
        using var bug = await busy.Client.GetAsync("/api/v1/throw/bug");
        Assert.Equal(HttpStatusCode.InternalServerError, bug.StatusCode);
        Assert.Equal("application/problem+json", bug.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("secret", await bug.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_api_asks_for_its_key_and_says_how()
    {
        await using var host = await VadeInProcess.Start(_ => { });
        host.Client.DefaultRequestHeaders.Authorization = null;
        using var without = await host.Client.GetAsync("/api/v1/work/poison");
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (without.StatusCode, without.Headers.WwwAuthenticate.ToString()));
        Assert.Equal("unauthorized", (await without.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        host.Client.DefaultRequestHeaders.Authorization = new("Bearer", AppProcess.Key + "x");
        using var wrong = await host.Client.GetAsync("/API/v1/work/poison");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    [Fact]
    public async Task An_unknown_address_of_the_api_is_a_problem_too()
    {
        await using var host = await VadeInProcess.Start(_ => { });
        using var nowhere = await host.Client.GetAsync("/api/v1/nowhere");
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (nowhere.StatusCode, nowhere.Content.Headers.ContentType?.MediaType));
        using var method = await host.Client.DeleteAsync("/api/v1/work/poison");
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "application/problem+json"), (method.StatusCode, method.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("GET", "customers/{0}")]
    [InlineData("GET", "customers/{0}/services")]
    [InlineData("GET", "customers/{0}/services/S1")]
    [InlineData("GET", "customers/{0}/documents/F1")]
    [InlineData("PUT", "customers/{0}/services/S1", """{"lines":[],"startsOn":"2026-11-30"}""")]
    [InlineData("POST", "customers/{0}/payments", """{"amount":"1","means":"cash","reference":"R"}""")]
    [InlineData("GET", "invoices/{0}")]
    [InlineData("GET", "payments/{0}")]
    [InlineData("POST", "work/poison/{0}/retry")]
    public async Task A_name_that_no_row_can_have_is_not_found(string method, string path, string body = "")
    {
        await using var host = await VadeInProcess.Start(_ => { });
        foreach (var name in new[] { new string('A', 600), PathName.Encode(new string('ğ', 200)), PathName.Encode("A/#?") })
        {
            using var request = new HttpRequestMessage(new(method), "/api/v1/" + string.Format(System.Globalization.CultureInfo.InvariantCulture, path, name)) { Content = new StringContent(body) };
            using var answer = await host.Client.SendAsync(request);
            Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        }
    }

    [Fact]
    public async Task A_filter_by_a_name_that_no_row_can_have_finds_nothing()
    {
        await using var host = await VadeInProcess.Start(_ => { });
        foreach (var list in new[] { "invoices?customer=", "payments?customer=", "deliveries?customer=", "deliveries?about=" })
            Assert.Equal("""{"items":[],"next":null}""", await host.Client.GetStringAsync("/api/v1/" + list + new string('A', 600)));
    }

    [Fact]
    public async Task Names_that_are_long_in_another_script_fit_into_every_key_or_are_refused()
    {
        await using var host = await VadeInProcess.Start(_ => { });
        foreach (var (length, status) in new[] { (48, HttpStatusCode.Created), (49, HttpStatusCode.UnprocessableEntity) })
        {
            var (good, name) = (PathName.Encode(new string('Я', 48)), PathName.Encode(new string('Я', length)));
            Assert.Equal(status, await Put($"customers/{name}", """{"title":"A"}"""));
            Assert.Equal(status, await Put($"customers/{good}/services/{name}", """{"lines":[{"description":"x","unitPrice":"1","taxRate":"20"}],"startsOn":"2098-11-30"}"""));
            Assert.Equal(status, await Put($"customers/{good}/documents/{name}", """{"direction":"sale","date":"2026-10-01","total":"1"}"""));
        }

        async Task<HttpStatusCode> Put(string path, string body)
        {
            using var answer = await host.Client.PutAsync("/api/v1/" + path, new StringContent(body));
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Every_answer_forbids_what_pages_do_not_need()
    {
        await using var host = await VadeInProcess.Start(_ => { });
        using var page = await host.Client.GetAsync("/");
        Assert.Equal(
            "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", page.Headers.GetValues("Referrer-Policy").Single());
        Assert.False(page.Headers.Contains("Strict-Transport-Security"));
    }

    private static ApiBody<Sample> Read(string json) => ApiBody.Parse(Encoding.UTF8.GetBytes(json), SampleJson.Default.Sample);

    private static HttpRequest Query(string query)
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(query);
        return request;
    }

    private static Task Throw(HttpContext context) => context.Request.Path.Value!.EndsWith("busy", StringComparison.Ordinal)
        ? throw new StoreBusyException("locked")
        : throw new InvalidOperationException("secret");
}
