using System.Text.Json;
using Vade.Tests.Hosting;

namespace Vade.Tests.EndToEnd;

/// <summary>An office with a little of everything, for tests that only look.</summary>
public sealed class OpenOffice : IAsyncLifetime
{
    private AppProcess _app = null!;

    internal Office Office { get; private set; } = null!;

    /// <summary>The number of an open invoice of C1.</summary>
    internal string Invoice { get; private set; } = "";

    /// <summary>The id of the payment that settled another invoice of C1.</summary>
    internal string Payment { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _app = await AppProcess.Start(environment: Office.StartsAt("2026-11-02T06:00:00Z"));
        Office = new Office(_app);
        await Office.PutCustomer("C1", "ÖZGÜR & Ş. İÇ TİC. A.Ş.");
        await Office.PutCustomer("120/01", "Muñoz Ltda.", "es", "CL");
        await Office.PutService("C1", "S1", "2026-11-02", "1000.00");
        await Office.PutService("C1", "S2", "2026-11-02", "250.00");
        await Office.MoveClock("2026-11-02T08:00:00Z");
        var invoices = await Office.All("/api/v1/invoices?customer=C1");
        Invoice = invoices[0].Text("number");
        var payment = await Office.Post("/api/v1/customers/C1/payments", Cash("first", invoices[1].Text("total"), invoices[1].Text("number")));
        Payment = payment.Text("id");
        await Office.MoveClock("2026-11-02T09:00:00Z");
    }

    internal static object Cash(string reference, string amount, params string[] invoices) =>
        new { amount, currency = "TRY", means = "cash", reference, receivedOn = "2026-11-02", invoices };

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>Every documented call answers in the documented shape, and what goes wrong is said in the documented way.</summary>
public sealed class ContractTests(OpenOffice given) : IClassFixture<OpenOffice>
{
    private const string Document = """{"direction":"sale","kind":"invoice","date":"2026-10-05","dueOn":"2026-10-20","currency":"TRY","net":"1000.00","tax":"200.00","total":"1200.00","electronic":true,"remaining":"1200.00","asOf":"2026-10-31T10:00:00Z"}""";

    private Office Office => given.Office;

    [Theory]
    [InlineData("/api/v1/customers", "items next")]
    [InlineData("/api/v1/customers?query=ozgur&hasEmail=true&overdue=false&limit=1", "items next")]
    [InlineData("/api/v1/customers/C1", "code title taxId country language emails reconciliationEmails phone whatsApp address dueDays payerNumber balance balances portalUrl")]
    [InlineData("/api/v1/customers/~QzE", "code title portalUrl")]
    [InlineData("/api/v1/customers/~MTIwLzAx", "code title portalUrl")]
    [InlineData("/api/v1/customers/C1/statement?from=2026-11-01&to=2026-11-30&currency=TRY", "currency opening entries closing")]
    [InlineData("/api/v1/invoices?customer=C1&service=S1&status=open&from=2026-11-01&to=2026-11-30&period=2026-11", "items next")]
    [InlineData("/api/v1/invoices/{invoice}", "number customer service period issuedOn dueOn currency net tax total remaining status payUrl")]
    [InlineData("/api/v1/payments?customer=C1&status=confirmed&from=2026-11-01&to=2026-11-30", "items next")]
    [InlineData("/api/v1/payments/{payment}", "id receiptNumber customer amount currency means form provider reference status receivedOn allocations advance test")]
    [InlineData("/api/v1/deliveries?customer=C1&kind=invoice&about={invoice}&from=2026-11-01&to=2026-11-30", "items next")]
    [InlineData("/api/v1/settings/organisation", "name timeZone country currency language")]
    [InlineData("/api/v1/settings/payments", "providers")]
    [InlineData("/api/v1/reports/missing-invoices", "currency rows totals")]
    [InlineData("/api/v1/work/poison", "items next")]
    [InlineData("/simulator/mailbox.json", "items")]
    [InlineData("/openapi/v1.json", "openapi paths")]
    [InlineData("/health", "status")]
    public async Task A_call_answers_in_its_shape(string path, string members)
    {
        var answer = await Office.Get(Filled(path));
        Assert.All(members.Split(' '), member => Assert.True(answer.TryGetProperty(member, out _), $"{path} has no {member}: {answer}"));
    }

    [Fact]
    public async Task The_items_of_lists_have_their_shapes()
    {
        Has(await Office.All("/api/v1/invoices"), "number customer service period issuedOn dueOn currency net tax total remaining status payUrl");
        Has(await Office.All("/api/v1/payments"), "id receiptNumber customer amount currency means form provider reference status receivedOn allocations advance test");
        Has(await Office.All("/api/v1/deliveries"), "id at channel to kind about subject status reason");
        Has(await Office.Mailbox(), "id at channel to subject text html links attachments");
        Has([.. (await Office.Get("/api/v1/customers/C1/statement?from=2026-11-01&to=2026-11-30")).GetProperty("entries").EnumerateArray()], "date kind document debit credit balance");

        static void Has(IReadOnlyList<JsonElement> items, string members)
        {
            Assert.NotEmpty(items);
            Assert.All(items, item => Assert.All(members.Split(' '), member => Assert.True(item.TryGetProperty(member, out _), $"no {member} in {item}")));
        }
    }

    [Fact]
    [Trait("Feature", "B1")]
    public async Task A_service_shows_its_next_three_dates()
    {
        var service = await Office.PutService("120/01", "S1", "2027-01-31", "10.00");
        Assert.Equal(
            ["2027-01-31", "2027-02-28", "2027-03-31"],
            service.GetProperty("nextInvoices").EnumerateArray().Take(3).Select(next => next.ValueKind == JsonValueKind.String ? next.GetString() : next.Text("on")));
    }

    [Fact]
    public async Task Money_is_an_object_and_plain_text_where_a_currency_stands_beside_it()
    {
        var customer = await Office.Get("/api/v1/customers/C1");
        Assert.Equal("TRY", customer.GetProperty("balance").Text("currency"));
        Assert.Matches(@"^-?\d+\.\d{2}$", customer.GetProperty("balance").Text("amount"));
        Assert.All(customer.GetProperty("balances").EnumerateArray(), balance => Assert.Equal(3, balance.Text("currency").Length));
        var invoice = await Office.Get(Filled("/api/v1/invoices/{invoice}"));
        Assert.Equal(("1000.00", "200.00", "1200.00", "1200.00"), (invoice.Text("net"), invoice.Text("tax"), invoice.Text("total"), invoice.Text("remaining")));
        Assert.Matches("^[A-Z]{3}2026[0-9]{9}$", invoice.Text("number"));
    }

    [Theory]
    [InlineData("/api/v1/invoices/{invoice}/pdf")]
    [InlineData("/api/v1/payments/{payment}/receipt.pdf")]
    [InlineData("/api/v1/customers/C1/statement.pdf?from=2026-11-01&to=2026-11-30")]
    public async Task Papers_are_pdfs(string path) => await Office.Pdf(Filled(path));

    [Fact]
    public async Task Money_that_moves_is_asked_for_once_for_each_reference()
    {
        await Office.PutCustomer("C2", "Peşin Öder Ltd. Şti.");
        var json = JsonSerializer.Serialize(OpenOffice.Cash("twice", "10.00"));
        var first = await Office.Ask(HttpMethod.Post, "/api/v1/customers/C2/payments", json);
        var again = await Office.Ask(HttpMethod.Post, "/api/v1/customers/C2/payments", json);
        var other = await Office.Ask(HttpMethod.Post, "/api/v1/customers/C2/payments", json.Replace("10.00", "11.00", StringComparison.Ordinal));
        Assert.Equal((201, 200, 409), (first.Status, again.Status, other.Status));
        Assert.Equal(first.Body.Text("id"), again.Body.Text("id"));
        Problem(other, 409);
    }

    [Fact]
    public async Task An_invoice_outside_any_schedule_is_asked_for_once_for_each_reference()
    {
        const string Json = """{"customer":"C1","reference":"R1","currency":"TRY","lines":[{"description":"Kurulum","quantity":"1","unitPrice":"100.00","taxRate":"20"}],"dueDays":5}""";
        var first = await Office.Ask(HttpMethod.Post, "/api/v1/invoices", Json);
        var again = await Office.Ask(HttpMethod.Post, "/api/v1/invoices", Json);
        var other = await Office.Ask(HttpMethod.Post, "/api/v1/invoices", Json.Replace("100.00", "101.00", StringComparison.Ordinal));
        Assert.Equal((201, 200, 409), (first.Status, again.Status, other.Status));
        Assert.Equal(first.Body.Text("number"), again.Body.Text("number"));

        var cancelled = await Office.Post($"/api/v1/invoices/{first.Body.Text("number")}/cancel", new { reason = "Yanlışlıkla kesildi" });
        Assert.Equal("cancelled", cancelled.Text("status"));
    }

    [Fact]
    [Trait("Feature", "B22")]
    public async Task A_paid_invoice_cannot_be_cancelled()
    {
        var paid = Assert.Single(await Office.All("/api/v1/invoices?customer=C1&service=S2"));
        Problem(await Office.Ask(HttpMethod.Post, $"/api/v1/invoices/{paid.Text("number")}/cancel", """{"reason":"x"}"""), 422);
    }

    [Fact]
    public async Task A_document_from_the_erp_is_kept_under_its_number_as_it_is()
    {
        var kept = await Office.Ask(HttpMethod.Put, "/api/v1/customers/C1/documents/~QS8xIMWe", Document);
        Assert.True(kept.Status is 200 or 201, kept.Body.ToString());
        Assert.Contains((await Office.Get("/api/v1/customers/C1/statement?from=2026-10-01&to=2026-10-31")).GetProperty("entries").EnumerateArray(), entry => entry.Text("document") == "A/1 Ş");
    }

    [Fact]
    public async Task A_file_says_which_rows_and_columns_are_wrong()
    {
        var report = await Office.Import("customers", "code,title,taxId\nI1,Birinci,4540536920\nI2,,\nI3,Üçüncü,4540536921\n");
        Assert.Equal((3, 1), (report.GetProperty("rows").GetInt32(), report.GetProperty("accepted").GetInt32()));
        Assert.Equal(
            [(3, "title"), (4, "taxId")],
            report.GetProperty("rejected").EnumerateArray().Select(row => (row.GetProperty("row").GetInt32(), row.Text("column"))));
    }

    [Theory]
    [InlineData("GET", "/api/v1/customers/nobody", null, 404)]
    [InlineData("GET", "/api/v1/invoices/VAD2026999999999", null, 404)]
    [InlineData("GET", "/api/v1/payments/none", null, 404)]
    [InlineData("GET", "/api/v1/nowhere", null, 404)]
    [InlineData("GET", "/api/v1/invoices?limit=201", null, 400)]
    [InlineData("PUT", "/api/v1/customers/C9", "{\"title\":\"A\",", 400)]
    [InlineData("PUT", "/api/v1/customers/C9", "{\"title\":\"A\",\"taxId\":\"4540536921\"}", 422)]
    [InlineData("PUT", "/api/v1/customers/C9", "{}", 422)]
    [InlineData("PUT", "/api/v1/customers/nobody/services/S1", "{\"lines\":[{\"description\":\"x\",\"unitPrice\":\"1\",\"taxRate\":\"20\"}],\"startsOn\":\"2026-11-01\"}", 404)]
    [InlineData("POST", "/api/v1/clock", "{\"now\":\"2020-01-01T00:00:00Z\"}", 422)]
    [InlineData("PUT", "/api/v1/settings/organisation", "{\"name\":\"\"}", 422)]
    public async Task What_goes_wrong_is_a_problem_with_a_code(string method, string path, string? json, int status) =>
        Problem(await Office.Ask(new HttpMethod(method), path, json), status);

    [Theory]
    [InlineData("PUT", "/api/v1/customers/C9", "{\"title\":\"A\",\"colour\":1}", "colour")]
    [InlineData("PUT", "/api/v1/customers/C1/services/S9", "{\"lines\":[],\"startsOn\":\"2026-11-01\",\"rhythm\":1}", "rhythm")]
    [InlineData("POST", "/api/v1/customers/C1/payments", "{\"amount\":\"1.00\",\"currency\":\"TRY\",\"means\":\"cash\",\"reference\":\"x\",\"tip\":\"1\"}", "tip")]
    [InlineData("POST", "/api/v1/invoices", "{\"customer\":\"C1\",\"reference\":\"x\",\"lines\":[],\"paid\":true}", "paid")]
    public async Task A_member_that_nobody_knows_is_named(string method, string path, string json, string member)
    {
        var answer = await Office.Ask(new HttpMethod(method), path, json);
        Problem(answer, 400);
        Assert.Contains(answer.Body.GetProperty("errors").EnumerateArray(), error => error.Text("field") == member);
    }

    [Theory]
    [InlineData("/api/v1/customers")]
    [InlineData("/api/v1/invoices")]
    [InlineData("/api/v1/payments")]
    [InlineData("/api/v1/deliveries")]
    [InlineData("/api/v1/settings/organisation")]
    [InlineData("/api/v1/reports/missing-invoices")]
    public async Task Nothing_is_told_without_the_key(string path)
    {
        using var stranger = new HttpClient { BaseAddress = Office.Client.BaseAddress };
        Problem(await new Office(stranger).Ask(HttpMethod.Get, path), 401);
    }

    [Fact]
    public async Task A_link_that_leads_nowhere_is_a_page_that_says_so()
    {
        using var response = await Office.Client.GetAsync("/p/nothing");
        Assert.Equal((404, "text/html"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    private string Filled(string path) => path
        .Replace("{invoice}", given.Invoice, StringComparison.Ordinal)
        .Replace("{payment}", Office.Name(given.Payment), StringComparison.Ordinal);

    private static void Problem((int Status, string? Type, JsonElement Body) answer, int status)
    {
        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.Type));
        Assert.NotEmpty(answer.Body.Text("code"));
        Assert.NotEmpty(answer.Body.Text("detail"));
    }
}
