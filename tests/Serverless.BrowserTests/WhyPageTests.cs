using Vade.Tests.EndToEnd;

namespace Vade.BrowserTests;

/// <summary>Where an amount comes from, as the customer opens it from the pay page.</summary>
public sealed class WhyPageTests(Shop shop)
{
    public static TheoryData<string, string, bool> Looks => [.. from look in new[] { ("tr", "phone", false), ("en", "desktop", true), ("ru", "phone", true), ("es", "desktop", false), ("az", "phone", false) } select look];

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Every_figure_of_an_invoice_opens_down_to_its_lines(string language, string screen, bool dark)
    {
        var invoice = await shop.Invoice(language, unitPrice: "33.335");
        await using var window = await shop.Open((screen == "phone" ? Screen.Phone : Screen.Desktop) with { Dark = dark }, javaScript: screen != "phone" || dark);
        await window.Page.GotoAsync(invoice.Text("payUrl"));
        await window.Page.Locator("a[href*='/why']").ClickAsync();
        foreach (var summary in await window.Page.Locator(".why summary").AllAsync())
        {
            if (!await summary.Locator("xpath=..").EvaluateAsync<bool>("details => details.open"))
                await summary.ClickAsync();
        }

        var text = await window.Page.Locator("main").InnerTextAsync();
        Assert.Contains(invoice.Text("number"), text, StringComparison.Ordinal);
        Assert.Contains(language is "en" ? "33.335" : "33,335", text, StringComparison.Ordinal);
        if (screen != "phone" || dark)
            await window.IsAccessible();
        await window.DoesNotScrollSideways();
        await window.Picture($"why-{language}-{screen}-{(dark ? "dark" : "light")}");
        window.HadNoErrors();
    }

    [Fact]
    public async Task A_whole_debt_opens_down_to_its_invoices()
    {
        var customer = await shop.Customer("tr");
        var first = await shop.Invoice(customer: customer);
        var second = await shop.Invoice(customer: customer, currency: "USD");
        await using var window = await shop.Open();
        await window.Page.GotoAsync((await shop.Office.Get($"/api/v1/customers/{customer}")).Text("portalUrl"));
        await window.Page.Locator("a[href*='/why']").ClickAsync();
        var text = await window.Page.Locator("main").InnerTextAsync();
        Assert.All([first, second], invoice => Assert.Contains(invoice.Text("number"), text, StringComparison.Ordinal));
        await window.IsAccessible();
        window.HadNoErrors();
    }
}
