using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Payments;
using Vade.Portal;
using Vade.Tests.Hosting;

namespace Vade.Tests.Payments;

/// <summary>The pages as a browser without JavaScript and without cookies sees them, through the whole app.</summary>
public sealed partial class PayPageTests
{
    private const int PageBytesMax = 14 * 1024;

    [Fact]
    [Trait("Feature", "B11")]
    [Trait("Feature", "B20")]
    [Trait("Feature", "C5")]
    public async Task The_link_shows_the_invoice_pays_it_and_gives_the_receipt_without_signing_in()
    {
        await using var app = await VadeInProcess.Start(_ => { });
        var (pay, _) = await Sample(app);

        var page = await Page(app, pay);
        Assert.Contains("<html lang=\"tr-TR\" dir=\"ltr\">", page, StringComparison.Ordinal);
        Assert.Contains("1.200,00", page, StringComparison.Ordinal);
        Assert.Single(StyleSheet().Matches(page));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
        Assert.Contains("Müşteri", page, StringComparison.Ordinal);

        var bank = await Post(app, pay, FormOf(page, "pay"));
        var back = await Post(app, bank, [new("outcome", "approve")]);
        using var answer = await app.Client.GetAsync(new Uri(back));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(new Uri(pay).AbsolutePath + "/result", answer.Headers.Location!.OriginalString);
        Assert.Contains("Ödemeniz alındı", await Page(app, pay + "/result"), StringComparison.Ordinal);
        Assert.Contains("Bu fatura ödendi", await Page(app, pay), StringComparison.Ordinal);

        using var receipt = await app.Client.GetAsync(new Uri(pay + "/receipt.pdf"));
        Assert.Matches("^MKB[0-9]{13}\\.pdf$", receipt.Content.Headers.ContentDisposition!.FileName);
        using var invoice = await app.Client.GetAsync(new Uri(pay + "/pdf"));
        Assert.EndsWith(".pdf", invoice.Content.Headers.ContentDisposition!.FileName, StringComparison.Ordinal);
        Assert.Equal("%PDF", Encoding.ASCII.GetString(await invoice.Content.ReadAsByteArrayAsync(), 0, 4));
    }

    [Fact]
    [Trait("Feature", "B11")]
    public async Task A_get_changes_nothing_and_sets_no_cookie()
    {
        await using var app = await VadeInProcess.Start(_ => { });
        var (pay, debt) = await Sample(app);
        await Post(app, pay, FormOf(await Page(app, pay), "pay"));
        var before = await Rows(app);

        foreach (var url in new[] { pay, debt, pay + "/result", pay + "/pdf", debt + "/result", pay + "?lang=ru", pay + "/receipt.pdf" })
        {
            using var answer = await app.Client.GetAsync(new Uri(url));
            Assert.False(answer.Headers.Contains("Set-Cookie"));
            Assert.True(answer.Headers.CacheControl!.NoStore);
        }

        Assert.Equal(before, await Rows(app));
    }

    [Fact]
    [Trait("Feature", "C11")]
    public async Task What_was_typed_is_kept_with_the_problem_beside_it_and_a_changed_amount_charges_nothing()
    {
        await using var app = await VadeInProcess.Start(_ => { });
        var (pay, _) = await Sample(app);
        var due = FormOf(await Page(app, pay), "pay");

        foreach (var typed in new[] { "abc", "1.000", "0", "-5", "1200,01", "10,001" })
        {
            var page = await Shown(app, pay, [.. due, new("amount", typed)]);
            Assert.Contains($"value=\"{typed}\"", page, StringComparison.Ordinal);
            Assert.Contains("aria-invalid=\"true\"", page, StringComparison.Ordinal);
        }

        var changed = await Shown(app, pay, [new("currency", "TRY"), new("due", "1199.99")]);
        Assert.Contains("hiçbir ödeme alınmadı", changed, StringComparison.Ordinal);
        Assert.Contains("/simulator/bank/", await Post(app, pay, [.. due, new("amount", "200,50")]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_is_unknown_or_revoked_is_a_friendly_404_in_the_same_look()
    {
        await using var app = await VadeInProcess.Start(_ => { });
        await Sample(app);
        foreach (var path in new[] { "/p/AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "/p/x", "/p/AAAAAAAAAAAAAAAAAAAAAAAAAAAA/result", "/return/simulator/AAAA/BBBB" })
        {
            using var answer = await app.Client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Contains("/assets/vade.css", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Five_thousand_open_invoices_with_long_names_fit_the_page_and_are_paid_in_one_go()
    {
        await using var app = await VadeInProcess.Start(_ => { });
        var (_, debt) = await Sample(app);
        await OpenMany(app, "C1", 4_999);

        foreach (var language in Languages.All)
        {
            var page = await Page(app, $"{debt}?lang={language.Code()}");
            Assert.InRange(Encoding.UTF8.GetByteCount(page), 1, PageBytesMax);
        }

        var form = FormOf(await Page(app, debt), "pay");
        Assert.Equal("6199.00", form.Single(field => field.Key == "due").Value);
        var back = await Post(app, await Post(app, debt, form), [new("outcome", "approve")]);
        using var answer = await app.Client.GetAsync(new Uri(back));
        Assert.Contains("Ödemeniz alındı", await Page(app, debt + "/result"), StringComparison.Ordinal);
        Assert.Contains("Borcunuz yok", await Page(app, debt), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#ffffff")]
    [InlineData("#000000")]
    [InlineData("#ffff00")]
    [InlineData("#0f5c8c")]
    [InlineData("#e30a17")]
    [InlineData("#7f7f7f")]
    public void Whatever_accent_is_chosen_text_on_it_and_in_it_can_be_read(string accent)
    {
        var colours = Colour().Matches(Accents.Rules(accent)).Select(match => match.Value).ToArray();
        Assert.Equal(4, colours.Length);
        Assert.True(Accents.Contrast(colours[0], Accents.LightPage) >= 4.5);
        Assert.True(Accents.Contrast(colours[0], colours[1]) >= 4.5);
        Assert.True(Accents.Contrast(colours[2], Accents.DarkCard) >= 4.5);
        Assert.True(Accents.Contrast(colours[2], colours[3]) >= 4.5);
    }

    private static async Task<(string Pay, string Debt)> Sample(VadeInProcess app)
    {
        var customer = await app.Put("/api/v1/customers/C1", """{"title":"Güneş Kırtasiye Ltd. Şti."}""");
        var invoice = await app.Post("/api/v1/invoices", """{"customer":"C1","reference":"R1","lines":[{"description":"Danışmanlık","quantity":"1","unitPrice":"1000.00","taxRate":"20"}]}""");
        return (invoice.GetProperty("payUrl").GetString()!, customer.GetProperty("portalUrl").GetString()!);
    }

    // Written straight into the ledger: issuing five thousand invoices is billing's business.
    private static async Task OpenMany(VadeInProcess app, string code, int count)
    {
        var accounts = app.Services.GetRequiredService<AccountStore>();
        var account = AccountStore.Of(code);
        static string NumberOf(int i) => i < 40 ? $"{i}{new string('Ş', 60)}" : $"ERP{i:D13}";
        for (var batch = 0; batch * 25 < count; batch++)
        {
            await accounts.Change(
                account,
                async stop =>
                {
                    var session = await app.Services.GetRequiredService<Ledger>().Open(account, stop);
                    for (var i = batch * 25; i < Math.Min(count, (batch + 1) * 25); i++)
                    {
                        var on = new DateOnly(2020, 1, 1).AddDays(i % 2000);
                        session.Post(new(
                            $"many!{i}", PostingKind.Document, Currency.TRY, on, NumberOf(i),
                            [new(session.Accounts.Receivable, 1m), new(session.Accounts.Sales, -1m)],
                            new Effect.Opens(new($"document-{i}", NumberOf(i), "TRY", on, on, 1m, 1m)), ""));
                    }

                    var rows = accounts.Batch(account);
                    await session.Write(rows, stop);
                    return new Decision<bool>(true, rows);
                },
                default);
        }
    }

    private static async Task<string> Page(VadeInProcess app, string url)
    {
        using var answer = await app.Client.GetAsync(new Uri(url));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.InRange(Encoding.UTF8.GetByteCount(page), 1, PageBytesMax);
        return page;
    }

    private static async Task<string> Post(VadeInProcess app, string url, IEnumerable<KeyValuePair<string, string>> fields)
    {
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await app.Client.PostAsync(new Uri(url), form);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    private static async Task<string> Shown(VadeInProcess app, string url, IEnumerable<KeyValuePair<string, string>> fields)
    {
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await app.Client.PostAsync(new Uri(url), form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static IReadOnlyList<KeyValuePair<string, string>> FormOf(string page, string id)
    {
        var form = Regex.Match(page, $"<form id=\"{id}\".*?</form>", RegexOptions.Singleline, TimeSpan.FromSeconds(5)).Value;
        Assert.NotEmpty(form);
        return [.. HiddenField().Matches(form).Select(match => KeyValuePair.Create(match.Groups[1].Value, match.Groups[2].Value))];
    }

    private static async Task<string> Rows(VadeInProcess app)
    {
        var tables = app.Services.GetRequiredService<ITables>();
        var dump = new StringBuilder();
        foreach (var row in await tables.Range(AccountStore.Table, AccountStore.Of("C1"), KeyRange.All, 1000, default))
            dump.Append(row.Key).Append(' ').AppendLine(row.ETag);
        foreach (var row in await tables.Range(PaymentsRows.Table, PaymentsRows.OpenAttempts, KeyRange.All, 1000, default))
            dump.Append(row.Key).Append(' ').AppendLine(row.ETag);
        return dump.ToString();
    }

    [GeneratedRegex("<link rel=\"stylesheet\"", RegexOptions.None, 5000)]
    private static partial Regex StyleSheet();

    [GeneratedRegex("<input type=\"hidden\" name=\"(.*?)\" value=\"(.*?)\"", RegexOptions.None, 5000)]
    private static partial Regex HiddenField();

    [GeneratedRegex("#[0-9a-f]{6}", RegexOptions.None, 5000)]
    private static partial Regex Colour();
}

internal static class ApiCalls
{
    public static async Task<System.Text.Json.JsonElement> Put(this VadeInProcess app, string path, string json) =>
        (await Send(app, HttpMethod.Put, path, json)).Body;

    public static async Task<System.Text.Json.JsonElement> Post(this VadeInProcess app, string path, string json) =>
        (await Send(app, HttpMethod.Post, path, json)).Body;

    public static async Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body)> Send(this VadeInProcess app, HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await app.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, System.Text.Json.JsonDocument.Parse(text.Length == 0 ? "{}" : text).RootElement.Clone());
    }
}
