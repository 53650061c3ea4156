using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CsCheck;
using Vade.Kernel.Web;
using Vade.Tests.Documents.Sheets;
using Vade.Tests.EndToEnd;
using Vade.Tests.Hosting;

namespace Vade.Tests.Fuzz;

/// <summary>Requests against the whole app: nothing that a client writes makes it fail, and every refusal says why.</summary>
public sealed class HttpFuzzTests
{
    public const int ApiCalls = 12_000;
    public const int PageCalls = 6_000;

    private const string Customer = """{"title":"Işık Ltd.","taxId":"4540536920","country":"TR","language":"tr","emails":["a@b.example"],"phone":"+905321234567","address":{"line":"x","city":"z"},"dueDays":14}""";
    private const string Service = """{"description":"x","currency":"TRY","lines":[{"description":"x","quantity":"1","unitPrice":"1000.00","taxRate":"20"}],"every":{"months":120},"startsOn":"2098-11-30","dueDays":7}""";
    private const string Document = """{"direction":"sale","kind":"invoice","date":"2026-10-01","dueOn":"2026-10-31","currency":"TRY","net":"100.00","tax":"20.00","total":"120.00","remaining":"120.00","asOf":"2026-11-01T00:00:00Z"}""";
    private const string Invoice = """{"customer":"C1","reference":"R1","currency":"TRY","lines":[{"description":"x","quantity":"2","unitPrice":"10.5","taxRate":"20"}],"dueDays":3}""";
    private const string Payment = """{"amount":"1.00","currency":"TRY","means":"cash","reference":"P1","receivedOn":"2026-10-01","invoices":[]}""";
    private const string Organisation = """{"name":"Örnek","taxId":"1234567890","timeZone":"Europe/Istanbul","country":"TR","currency":"TRY","language":"tr","address":["x"],"accent":"#0f5c8c","closedThrough":"2026-01-31"}""";

    /// <summary>A request before it is made: {} in the path stands for a name, {=a} for a value of a query.</summary>
    private sealed record Call(HttpMethod Method, string Path, string Type, params byte[][] Bodies)
    {
        public static Call Get(string path) => new(HttpMethod.Get, path, "");

        public static Call Json(HttpMethod method, string path, params string[] bodies) => new(method, path, "application/json", Array.ConvertAll(bodies, Encoding.UTF8.GetBytes));

        public static Call Form(string path, params string[] bodies) => new(HttpMethod.Post, path, "application/x-www-form-urlencoded", Array.ConvertAll(bodies, Encoding.UTF8.GetBytes));
    }

    private sealed record Sent(HttpMethod Method, string Path, string Type, byte[] Body)
    {
        public override string ToString() => $"{Method} {Path} {Type} {Fuzzer.Shown(Body)}";
    }

    private static readonly Call[] Api =
    [
        Call.Json(HttpMethod.Put, "/api/v1/customers/{}", Customer),
        Call.Json(HttpMethod.Put, "/api/v1/customers/{}/services/{}", Service),
        Call.Json(HttpMethod.Put, "/api/v1/customers/{}/documents/{}", Document),
        Call.Json(HttpMethod.Post, "/api/v1/invoices", Invoice),
        Call.Json(HttpMethod.Post, "/api/v1/customers/{}/payments", Payment),
        Call.Json(HttpMethod.Post, "/api/v1/invoices/{}/cancel", """{"reason":"x"}"""),
        Call.Json(HttpMethod.Post, "/api/v1/payments/{}/cancel", """{"reason":"x"}"""),
        Call.Json(HttpMethod.Post, "/api/v1/work/poison/{}/retry", ""),
        Call.Json(HttpMethod.Put, "/api/v1/settings/organisation", Organisation),
        Call.Json(HttpMethod.Put, "/api/v1/settings/payments", """{"providers":[{"id":"simulator","mode":"test"}],"rules":[{"currency":"TRY","provider":"simulator"}]}"""),
        Call.Json(HttpMethod.Put, "/api/v1/settings/email", """{"sender":"mailbox","fromAddress":"a@b.example","fromName":"x","replyTo":"c@d.example","baseUrl":"https://api.sendgrid.com"}"""),
        Call.Get("/api/v1/settings/{}"),
        Call.Get("/api/v1/customers/{}"),
        Call.Get("/api/v1/customers?query={=Işık}&hasEmail={=true}&overdue={=false}&limit={=5}&after={=C1}"),
        Call.Get("/api/v1/customers/{}/services/{}"),
        Call.Get("/api/v1/customers/{}/services?limit={=5}&after={=S1}"),
        Call.Get("/api/v1/customers/{}/documents/{}?direction={=sale}"),
        Call.Get("/api/v1/customers/{}/documents?direction={=sale}&kind={=invoice}&from={=2026-01-01}&to={=2026-12-31}&limit={=5}&after={=~ZA}"),
        Call.Get("/api/v1/customers/{}/documents/{}/pdf"),
        new(HttpMethod.Put, "/api/v1/customers/{}/documents/{}/pdf", "application/pdf", "%PDF-1.7"u8.ToArray()),
        new(HttpMethod.Put, "/api/v1/customers/{}/documents/{}/ubl", "application/xml", "<?xml version=\"1.0\"?><Invoice><ID>1</ID></Invoice>"u8.ToArray()),
        Call.Get("/api/v1/customers/{}/statement?from={=2026-01-01}&to={=2026-12-31}&currency={=TRY}"),
        Call.Get("/api/v1/customers/{}/statement.xlsx?from={=2026-01-01}&to={=2026-12-31}"),
        Call.Get("/api/v1/invoices?customer={=C1}&service={=S1}&status={=open}&from={=2026-01-01}&to={=2026-12-31}&period={=2026-11}&limit={=5}&after={=VAD2026000000001}"),
        Call.Get("/api/v1/invoices/{}"),
        Call.Get("/api/v1/invoices/{}/pdf"),
        Call.Get("/api/v1/invoices/{}/timeline"),
        Call.Get("/api/v1/payments?customer={=C1}&status={=confirmed}&from={=2026-01-01}&to={=2026-12-31}&limit={=5}&after={=x}"),
        Call.Get("/api/v1/payments/{}"),
        Call.Get("/api/v1/payments/{}/receipt.pdf"),
        Call.Get("/api/v1/deliveries?customer={=C1}&kind={=invoice}&about={=VAD2026000000001}&from={=2026-01-01}&to={=2026-12-31}&limit={=5}&after={=x}"),
        Call.Get("/api/v1/work/poison?limit={=5}&after={=x}"),
        Call.Get("/api/v1/{}/{}"),
        new(HttpMethod.Post, "/api/v1/imports/customers", "text/csv", "code;title;taxId;emails;address\nC7;Işık;4540536920;a@b.example;x, y, z\nC8;B;;;\n"u8.ToArray()),
        new(HttpMethod.Post, "/api/v1/imports/services", "text/csv; charset=windows-1254", "customer;service;lines;startsOn;every.months\nC1;S2;\"Hosting|1|1.000,00|20;x|2|3|0\";2098-11-30;12\n"u8.ToArray()),
        new(HttpMethod.Post, "/api/v1/imports/documents", "", "customer,number,direction,date,net,tax,total,remaining,asOf\nC1,D7,sale,30.11.2026,\"1,000.50\",200.10,\"1,200.60\",0,2026-11-30T08:00:00Z\nC1,D8,purchase,2026-11-30,79228162514264337593543950335,79228162514264337593543950335,5,,\n"u8.ToArray()),
        new(HttpMethod.Post, "/api/v1/imports/{}", "application/octet-stream", Samples.Foreign("<row><c t=\"inlineStr\"><is><t>code</t></is></c><c t=\"inlineStr\"><is><t>title</t></is></c></row><row><c t=\"inlineStr\"><is><t>C9</t></is></c><c t=\"inlineStr\"><is><t>x</t></is></c></row>")),
    ];

    private static Call[] Pages(string link) =>
    [
        Call.Get($"{link}?lang={{=en}}"),
        Call.Form($"{link}?lang={{=tr}}", "currency=TRY&due=25.20", "currency=TRY&due=25.20&amount=1%2C50", "currency=TRY&due=25.20&amount=1.50"),
        Call.Get($"{link}/result?lang={{=tr}}"),
        Call.Get($"{link}/invoices/{{}}/pdf"),
        Call.Get("/my/sign-in/{}"),
        Call.Form("/my/sign-in", "email=a%40b.example"),
        Call.Form("/my/sign-in/{}", "customer=C1"),
        Call.Form("/my/confirm/{}", "x=1"),
        Call.Get("/my/invoices/{}/pdf?save={=x}"),
        Call.Form("/my/pay", "proof=x&currency=TRY&invoice=x%7C1.00"),
        Call.Get("/p/{}"),
        Call.Get("/p/{}/{}"),
        Call.Form("/p/{}", "currency=TRY&due=25.20"),
        Call.Get("/return/{}/{}/{}"),
        Call.Form("/return/simulator/{}/{}", "x=1"),
        Call.Json(HttpMethod.Post, "/webhooks/{}", """{"ref":"ABC"}"""),
        Call.Json(HttpMethod.Post, "/webhooks/simulator", """{"ref":"ABC"}"""),
        Call.Get("/simulator/bank/{}"),
        Call.Form("/simulator/bank/{}", "outcome=approve", "outcome=decline&x=y"),
        Call.Get("/simulator/mailbox/{}"),
        Call.Get("/simulator/mailbox/{}/{}"),
        Call.Get("/assets/{}?v={=x}"),
        Call.Get("/?lang={=ru}"),
        Call.Get("/{}/{}"),
        Call.Json(HttpMethod.Post, "/BillingWork", """{"Data":{"message":"\"{}\""}}"""),
    ];

    // The longest that are taken: two of them must still fit into one key.
    private static readonly string Longest = PathName.Encode(new string('ğ', 48));

    private static readonly Gen<string> Names = Gen.OneOf(
        Gen.OneOf(Gen.Const("C1"), Gen.Const("S1"), Gen.Const("D1"), Gen.Const("VAD2026000000001"), Gen.Const(Longest)),
        Mutations.Of("C1", "120/01", "~MTIwLzAx", PathName.Encode("ÖZGÜR"), "VAD2026000000001", new string('A', 64), new string('x', 28)),
        Mutations.Of("C1", "D1", new string('ğ', 64)).Where(name => name.Length > 0).Select(name => "~" + Convert.ToBase64String(Encoding.UTF8.GetBytes(name)).TrimEnd('=').Replace('+', '-').Replace('/', '_')));

    [Fact]
    public async Task No_request_makes_the_api_fail_and_every_refusal_is_a_problem_with_a_code()
    {
        await using var host = await Started();
        foreach (var sent in Fuzzer.Drawn(Requests(Api), ApiCalls))
        {
            using var answer = await Send(host.Client, sent);
            var status = (int)answer.StatusCode;
            var body = await answer.Content.ReadAsStringAsync();
            if (status < 400)
                continue;
            Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{sent}: {status} {answer.Content.Headers.ContentType}: {body}");
            var code = JsonSerializer.Deserialize<JsonElement>(body).GetProperty("code").GetString();
            Assert.True(code is { Length: > 0 } && (status < 500 || (status == 503 && code == "busy")), $"{sent}: {status}: {body}");
        }
    }

    [Fact]
    public async Task No_request_makes_a_page_fail()
    {
        await using var host = await Started();
        var office = new Office(host.Client);
        var invoice = await office.Post("/api/v1/invoices", JsonSerializer.Deserialize<JsonElement>(Invoice));
        host.Client.DefaultRequestHeaders.Authorization = null;
        foreach (var sent in Fuzzer.Drawn(Requests(Pages(Office.Path(invoice.Text("payUrl")))), PageCalls))
        {
            using var answer = await Send(host.Client, sent);
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True((int)answer.StatusCode < 500, $"{sent}: {(int)answer.StatusCode}: {body}");
            Assert.True(answer.StatusCode != HttpStatusCode.SeeOther || answer.Headers.Location is not null, $"{sent} leads nowhere.");
            if (answer.StatusCode == HttpStatusCode.OK && sent.Path.StartsWith("/p/", StringComparison.Ordinal))
                Assert.Contains(answer.Content.Headers.ContentType?.MediaType, (string[])["text/html", "application/pdf"]);
        }
    }

    private static async Task<VadeInProcess> Started()
    {
        var host = await VadeInProcess.Start(_ => { }, ("Vade:Clock:Start", "2026-11-01T06:00:00Z"));
        var office = new Office(host.Client);
        await office.Put("/api/v1/customers/C1", JsonSerializer.Deserialize<JsonElement>(Customer));
        await office.Put("/api/v1/customers/C1/services/S1", JsonSerializer.Deserialize<JsonElement>(Service));
        await office.Put("/api/v1/customers/C1/documents/D1", JsonSerializer.Deserialize<JsonElement>(Document));
        await office.Put($"/api/v1/customers/{Longest}", JsonSerializer.Deserialize<JsonElement>(Customer));
        return host;
    }

    private static Gen<Sent> Requests(Call[] calls) => Gen.OneOf(Array.ConvertAll(calls, Request));

    // A path and its values are good, or the body is, half of the time: what is wrong everywhere is refused at the door.
    private static Gen<Sent> Request(Call call)
    {
        var parts = call.Path.Split('{', '}');
        var bodies = call.Bodies.Length == 0 ? Gen.Const(Array.Empty<byte>()) : Gen.OneOf(Gen.OneOf(Array.ConvertAll(call.Bodies, Gen.Const)), Mutations.Of(call.Bodies), Mutations.Of(call.Bodies));
        var path = Gen.Const("");
        for (var i = 0; i < parts.Length; i++)
        {
            var literal = parts[i];
            path = i % 2 == 0
                ? path.Select(before => before + literal)
                : Gen.Select(path, literal.Length == 0 ? Names : Gen.OneOf(Gen.Const(literal[1..]), Mutations.Of(literal[1..])), (before, value) => before + Escaped(value));
        }

        return Gen.Select(path, bodies, (at, body) => new Sent(call.Method, at, call.Type, body));
    }

    // A NUL is refused by the server before anybody of us sees it; a dot alone would be taken away by the client.
    private static string Escaped(string value) => Uri.EscapeDataString(value.Replace('\0', '\u0001') is var text && text.All(c => c == '.') ? "-" + text : text);

    private static async Task<HttpResponseMessage> Send(HttpClient client, Sent sent)
    {
        using var request = new HttpRequestMessage(sent.Method, sent.Path);
        if (sent.Method != HttpMethod.Get)
        {
            request.Content = new ByteArrayContent(sent.Body);
            if (sent.Type.Length > 0)
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(sent.Type);
        }

        return await client.SendAsync(request);
    }
}
