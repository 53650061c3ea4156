using System.Net;
using Vade.Tests.Hosting;

namespace Vade.Tests.Payments;

public sealed class PaymentApiTests
{
    private const string Line = """{"description":"Hizmet","quantity":"1","unitPrice":"100.00","taxRate":"20"}""";

    [Fact]
    [Trait("Feature", "B20")]
    [Trait("Feature", "E11")]
    public async Task Money_recorded_by_hand_settles_the_oldest_or_the_chosen_invoice_once_for_each_reference()
    {
        await using var app = await VadeInProcess.Start(_ => { });
        await app.Put("/api/v1/customers/C1", """{"title":"Güneş"}""");
        var first = Number(await app.Post("/api/v1/invoices", $$"""{"customer":"C1","reference":"R1","lines":[{{Line}}]}"""));
        var second = Number(await app.Post("/api/v1/invoices", $$"""{"customer":"C1","reference":"R2","lines":[{{Line}}]}"""));
        const string path = "/api/v1/customers/C1/payments";

        var chosen = $$"""{"amount":"50.00","currency":"TRY","means":"cash","reference":"P1","invoices":["{{second}}"]}""";
        var (status, payment) = await app.Send(HttpMethod.Post, path, chosen);
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(second, payment.GetProperty("allocations")[0].GetProperty("invoice").GetString());
        Assert.Equal("50.00", payment.GetProperty("allocations")[0].GetProperty("amount").GetString());
        Assert.StartsWith("MKB", payment.GetProperty("receiptNumber").GetString(), StringComparison.Ordinal);

        var (again, same) = await app.Send(HttpMethod.Post, path, chosen);
        Assert.Equal(HttpStatusCode.OK, again);
        Assert.Equal(payment.GetProperty("id").GetString(), same.GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await app.Send(HttpMethod.Post, path, chosen.Replace("50.00", "51.00", StringComparison.Ordinal))).Status);

        var oldest = await app.Post(path, """{"amount":"200.00","means":"transfer","reference":"P2"}""");
        Assert.Equal(
            [(first, "120.00"), (second, "70.00")],
            oldest.GetProperty("allocations").EnumerateArray().Select(item => (item.GetProperty("invoice").GetString()!, item.GetProperty("amount").GetString()!)).OrderBy(item => item.Item1, StringComparer.Ordinal));
        Assert.Equal("10.00", oldest.GetProperty("advance").GetString());

        var list = (await app.Send(HttpMethod.Get, "/api/v1/payments?limit=1")).Body;
        Assert.Single(list.GetProperty("items").EnumerateArray());
        var rest = (await app.Send(HttpMethod.Get, $"/api/v1/payments?limit=1&after={Uri.EscapeDataString(list.GetProperty("next").GetString()!)}")).Body;
        Assert.Single(rest.GetProperty("items").EnumerateArray());
        Assert.Null(rest.GetProperty("next").GetString());
        Assert.Equal(2, (await app.Send(HttpMethod.Get, "/api/v1/payments?customer=C1&status=confirmed")).Body.GetProperty("items").GetArrayLength());
        Assert.Empty((await app.Send(HttpMethod.Get, "/api/v1/payments?to=2001-01-01")).Body.GetProperty("items").EnumerateArray());

        using var receipt = await app.Client.GetAsync(new Uri($"/api/v1/payments/{payment.GetProperty("id").GetString()}/receipt.pdf", UriKind.Relative));
        Assert.Equal("application/pdf", receipt.Content.Headers.ContentType!.MediaType);

        var cancel = $"/api/v1/payments/{payment.GetProperty("id").GetString()}/cancel";
        for (var i = 0; i < 2; i++)
        {
            var (code, cancelled) = await app.Send(HttpMethod.Post, cancel, """{"reason":"Yanlış müşteri"}""");
            Assert.Equal((HttpStatusCode.OK, "cancelled"), (code, cancelled.GetProperty("status").GetString()));
            Assert.Empty(cancelled.GetProperty("allocations").EnumerateArray());
        }

        var open = (await app.Send(HttpMethod.Get, $"/api/v1/invoices/{second}")).Body;
        Assert.Equal(("partlyPaid", "50.00"), (open.GetProperty("status").GetString(), open.GetProperty("remaining").GetString()));
    }

    [Theory]
    [InlineData("""{"amount":"0","means":"cash","reference":"P1"}""", "amount")]
    [InlineData("""{"amount":"1.005","means":"cash","reference":"P1"}""", "amount")]
    [InlineData("""{"amount":"1","means":"gold","reference":"P1"}""", "means")]
    [InlineData("""{"amount":"1","means":"cash","reference":"P1","currency":"XXX"}""", "currency")]
    [InlineData("""{"amount":"1","means":"cash","reference":""}""", "reference")]
    [InlineData("""{"amount":"1","means":"cash","reference":"P1","receivedOn":"2999-01-01"}""", "receivedOn")]
    [InlineData("""{"amount":"1","means":"cash","reference":"P1","invoices":["NONE"]}""", "invoices[0]")]
    public async Task A_report_that_breaks_a_rule_books_nothing_and_names_the_field(string body, string field)
    {
        await using var app = await VadeInProcess.Start(_ => { });
        await app.Put("/api/v1/customers/C1", """{"title":"Güneş"}""");
        var (status, problem) = await app.Send(HttpMethod.Post, "/api/v1/customers/C1/payments", body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(field, problem.GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Empty((await app.Send(HttpMethod.Get, "/api/v1/payments")).Body.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_providers_secret_is_kept_but_never_shown_and_unknown_kinds_are_refused()
    {
        await using var app = await VadeInProcess.Start(_ => { });
        const string path = "/api/v1/settings/payments";
        Assert.Contains("simulator", (await app.Send(HttpMethod.Get, path)).Body.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await app.Send(HttpMethod.Put, path, """{"providers":[{"id":"moneybags"}]}""")).Status);

        var saved = await app.Send(HttpMethod.Put, path, """{"providers":[{"id":"simulator","secretKey":"gizli-anahtar"}],"paymentForms":{"simulator":"DENEME"}}""");
        Assert.True((int)saved.Status < 300, saved.Body.ToString());
        var shown = (await app.Send(HttpMethod.Get, path)).Body.ToString();
        Assert.DoesNotContain("gizli", shown, StringComparison.Ordinal);
        Assert.Contains("********", shown, StringComparison.Ordinal);
        Assert.True((int)(await app.Send(HttpMethod.Put, path, shown)).Status < 300);
        Assert.Contains("********", (await app.Send(HttpMethod.Get, path)).Body.ToString(), StringComparison.Ordinal);
    }

    private static string Number(System.Text.Json.JsonElement invoice) => invoice.GetProperty("number").GetString()!;
}
