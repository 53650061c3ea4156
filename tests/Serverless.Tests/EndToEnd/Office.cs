using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Vade.Tests.Hosting;

namespace Vade.Tests.EndToEnd;

/// <summary>
/// What an office does with the app from outside, in the public API's words only. Addresses are taken by their path, so
/// that a link outlives the process that made it.
/// </summary>
internal sealed class Office(HttpClient client)
{
    /// <summary>The queue's lease of a killed process ends within this.</summary>
    public static readonly (string, string) ShortLease = ("Vade__Host__LeaseSeconds", "1");

    public Office(AppProcess app)
        : this(app.Client)
    {
    }

    public HttpClient Client => client;

    public static (string, string) StartsAt(string instant) => ("Vade__Clock__Start", instant);

    public Task<JsonElement> Get(string path) => Call(HttpMethod.Get, path, null);

    public Task<JsonElement> Put(string path, object body) => Call(HttpMethod.Put, path, JsonContent.Create(body));

    public Task<JsonElement> Post(string path, object body) => Call(HttpMethod.Post, path, JsonContent.Create(body));

    public Task<JsonElement> Import(string kind, string csv) =>
        Call(HttpMethod.Post, $"/api/v1/imports/{kind}", new StringContent(csv, Encoding.UTF8, "text/csv"));

    public Task MoveClock(string instant) => Post("/api/v1/clock", new { now = instant });

    public Task<JsonElement> PutCustomer(string code, string title, string language = "tr", string? country = null) => Put(
        $"/api/v1/customers/{Name(code)}",
        new { title, language, country, emails = new[] { $"{code.ToLowerInvariant()}@customer.example" } });

    public Task<JsonElement> PutService(string customer, string service, string startsOn, string unitPrice, string? currency = null, int lines = 1) => Put(
        $"/api/v1/customers/{Name(customer)}/services/{service}",
        new
        {
            description = "Aylık danışmanlık",
            currency,
            lines = Enumerable.Range(1, lines).Select(n => new { description = $"Sosyal medya danışmanlığı {n}", unitPrice, taxRate = "20" }),
            startsOn,
        });

    /// <summary>Every item of a list, page after page.</summary>
    public async Task<IReadOnlyList<JsonElement>> All(string path)
    {
        var items = new List<JsonElement>();
        string? after = null;
        do
        {
            var query = $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=200{(after is null ? "" : "&after=" + Uri.EscapeDataString(after))}";
            var page = await Get(path + query);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);
        return items;
    }

    /// <summary>Everything that was sent, oldest or newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> Mailbox() => [.. (await Get("/simulator/mailbox.json")).GetProperty("items").EnumerateArray()];

    /// <summary>
    /// Pays what a link shows as a customer without JavaScript does: page, form, bank, its button, and back to the
    /// result page, whose HTML it returns.
    /// </summary>
    public async Task<string> Pay(string payUrl, string outcome = "approve", string? amount = null)
    {
        var page = await Page(payUrl);
        var form = page.Form(amount is null ? "id=\"pay\"" : "id=\"part-pay\"");
        var bank = await Submit(form, amount is null ? [] : [("amount", amount)]);
        Assert.StartsWith("/simulator/", bank.Path, StringComparison.Ordinal);
        return (await Submit(bank.Form("name=\"outcome\""), [("outcome", outcome)])).Html;
    }

    public async Task<HtmlPage> Submit(HtmlForm form, params IReadOnlyList<(string Name, string Value)> more)
    {
        using var content = new FormUrlEncodedContent(
            form.Fields.Concat(more).Select(field => KeyValuePair.Create<string, string>(field.Name, field.Value)));
        using var response = await client.PostAsync(Path(form.Action), content);
        return await Page(response);
    }

    /// <summary>The page at an address, through any redirects.</summary>
    public async Task<HtmlPage> Page(string url)
    {
        using var response = await client.GetAsync(Path(url));
        return await Page(response);
    }

    private async Task<HtmlPage> Page(HttpResponseMessage response)
    {
        var at = response.RequestMessage!.RequestUri!;
        if (response.StatusCode is HttpStatusCode.SeeOther or HttpStatusCode.Redirect)
            return await Page(new Uri(at, response.Headers.Location!).PathAndQuery);
        var html = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{at.PathAndQuery} answered {(int)response.StatusCode}: {html}");
        return new(at.PathAndQuery, html);
    }

    public async Task<byte[]> Pdf(string path)
    {
        using var response = await client.GetAsync(Path(path));
        Assert.Equal((HttpStatusCode.OK, "application/pdf"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal("%PDF-", Encoding.ASCII.GetString(bytes, 0, 5));
        return bytes;
    }

    /// <summary>A call that need not succeed.</summary>
    public async Task<(int Status, string? Type, JsonElement Body)> Ask(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text));
    }

    public static string Path(string url) => Uri.TryCreate(url, UriKind.Absolute, out var absolute) && absolute.Scheme.StartsWith("http", StringComparison.Ordinal)
        ? absolute.PathAndQuery
        : url;

    /// <summary>A code as it stands in a path.</summary>
    public static string Name(string code) => code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? code
        : "~" + Convert.ToBase64String(Encoding.UTF8.GetBytes(code)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private async Task<JsonElement> Call(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            throw new HttpRequestException(text);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path} answered {(int)response.StatusCode}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}

/// <summary>How the tests read what the API answers.</summary>
internal static class Answers
{
    public static string Text(this JsonElement element, string member) => element.GetProperty(member).GetString()!;

    public static decimal Amount(this JsonElement element, string member) =>
        decimal.Parse(element.Text(member), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
