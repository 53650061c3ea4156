using System.Text;
using Vade.Tests.EndToEnd;

namespace Vade.BrowserTests;

/// <summary>The page behind a pay link: how it looks, reads and weighs, in every language and on every screen.</summary>
public sealed class PayPageTests(Shop shop)
{
    private const int HtmlBytesMax = 14 * 1024;
    private static readonly string[] Languages = ["tr", "en", "es", "az", "ru"];

    public static TheoryData<string, string, bool> Looks => [.. from language in Languages from screen in new[] { "phone", "desktop" } from dark in new[] { false, true } select (language, screen, dark)];

    public static TheoryData<string> EveryLanguage => [.. Languages];

    [Theory]
    [MemberData(nameof(Looks))]
    [Trait("Feature", "B11")]
    public async Task The_page_is_sound_in_every_language_and_light(string language, string screen, bool dark)
    {
        var invoice = await shop.Invoice(language);
        await using var window = await shop.Open((screen == "phone" ? Screen.Phone : Screen.Desktop) with { Dark = dark });
        await window.Page.GotoAsync(invoice.Text("payUrl"));

        Assert.StartsWith(language, await window.Page.Locator("html").GetAttributeAsync("lang"), StringComparison.Ordinal);
        Assert.True(await window.Page.Locator("form#pay button").IsVisibleAsync());
        await window.IsAccessible();
        await window.DoesNotScrollSideways();
        await window.Picture($"pay-{language}-{screen}-{(dark ? "dark" : "light")}");
        window.HadNoErrors();
    }

    [Theory]
    [MemberData(nameof(EveryLanguage))]
    public async Task Nothing_scrolls_sideways_on_the_narrowest_screen(string language)
    {
        var customer = await shop.Customer(language);
        var invoice = await shop.Invoice(customer: customer, unitPrice: "987654321.99");
        await using var window = await shop.Open(Screen.Narrow);
        foreach (var url in new[] { invoice.Text("payUrl"), await DebtOf(customer) })
        {
            await window.Page.GotoAsync(url);
            foreach (var summary in await window.Page.Locator("summary").AllAsync())
                await summary.ClickAsync();
            await window.DoesNotScrollSideways();
        }

        window.HadNoErrors();
    }

    [Theory]
    [MemberData(nameof(EveryLanguage))]
    public async Task The_html_is_light_even_for_a_long_debt(string language)
    {
        var customer = await shop.Customer(language);
        for (var i = 0; i < 22; i++)
            await shop.Invoice(customer: customer, lines: 30);
        await using var window = await shop.Open();
        foreach (var url in new[] { (await shop.Invoice(customer: customer, lines: 60)).Text("payUrl"), await DebtOf(customer) })
        {
            var html = await (await window.Page.GotoAsync(url))!.TextAsync();
            Assert.InRange(Encoding.UTF8.GetByteCount(html), 1, HtmlBytesMax);
            await window.IsAccessible();
        }
    }

    [Fact]
    [Trait("Feature", "B11")]
    public async Task A_link_can_be_looked_at_without_consequences()
    {
        var invoice = await shop.Invoice();
        await using var window = await shop.Open();
        for (var looks = 0; looks < 3; looks++)
            await window.Page.GotoAsync(invoice.Text("payUrl"));
        Assert.Empty(await window.Page.Context.CookiesAsync());
        Assert.Equal("open", await shop.StatusOf(invoice));
    }

    [Fact]
    public async Task A_link_that_leads_nowhere_says_so_kindly()
    {
        await using var window = await shop.Open();
        var response = await window.Page.GotoAsync("/p/nothing-at-all");
        Assert.Equal(404, response!.Status);
        await window.IsAccessible();
        await window.Picture("link-gone");
    }

    [Fact]
    public async Task A_cancelled_invoice_cannot_be_paid()
    {
        var invoice = await shop.Invoice();
        await shop.Office.Post($"/api/v1/invoices/{invoice.Text("number")}/cancel", new { reason = "Hatalı" });
        await using var window = await shop.Open();
        await window.Page.GotoAsync(invoice.Text("payUrl"));
        Assert.Equal(0, await window.Page.Locator("form#pay").CountAsync());
        await window.IsAccessible();
        await window.Picture("pay-cancelled");
    }

    [Fact]
    public async Task What_is_put_into_a_name_is_shown_and_not_run()
    {
        const string Title = "<img src=x onerror=alert(1)> & \"Ş\" 'Ltd'";
        var code = await shop.Customer();
        await shop.Office.PutCustomer(code, Title);
        var invoice = await shop.Invoice(customer: code);
        await using var window = await shop.Open();
        await window.Page.GotoAsync(invoice.Text("payUrl"));
        Assert.Contains(Title, await window.Page.Locator("body").InnerTextAsync(), StringComparison.Ordinal);
        window.HadNoErrors();
    }

    private async Task<string> DebtOf(string customer) => (await shop.Office.Get($"/api/v1/customers/{customer}")).Text("portalUrl");
}
