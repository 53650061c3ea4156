using Vade.Tests.EndToEnd;

namespace Vade.BrowserTests;

/// <summary>The customer's own pages in a browser: from the first page to a payment, in every look.</summary>
public sealed class MyTests(Shop shop)
{
    private static readonly string[] Pages = ["/my", "/my/invoices", "/my/payments", "/my/ledger", "/my/notices", "/my/contact"];

    public static TheoryData<string, bool> Looks => [.. from screen in new[] { "phone", "desktop" } from dark in new[] { false, true } select (screen, dark)];

    [Theory]
    [MemberData(nameof(Looks))]
    [Trait("Feature", "A7")]
    [Trait("Feature", "B19")]
    public async Task Every_page_of_a_customer_is_sound_on_every_screen_and_in_every_light(string screen, bool dark)
    {
        var customer = await Busy(screen == "phone" ? dark ? "ru" : "tr" : dark ? "es" : "tr");
        await using var window = await shop.Open((screen == "phone" ? Screen.Phone : Screen.Desktop) with { Dark = dark });
        var name = $"{screen}-{(dark ? "dark" : "light")}";
        await window.Page.GotoAsync("/");
        await Sound(window, $"home-{name}");
        await SignIn(window, customer, look: name);
        foreach (var page in Pages)
        {
            await window.Page.GotoAsync(page);
            Assert.EndsWith(page, new Uri(window.Page.Url).AbsolutePath, StringComparison.Ordinal);
            await Sound(window, $"my-{page["/my".Length..].Trim('/')}-{name}");
        }

        window.HadNoErrors();
    }

    [Fact]
    [Trait("Feature", "B19")]
    public async Task A_customer_without_javascript_signs_in_chooses_pays_and_signs_out()
    {
        var customer = await Busy("tr");
        await using var window = await shop.Open(Screen.Narrow, javaScript: false);
        await SignIn(window, customer, look: null);
        var page = window.Page;
        Assert.Equal(3, await page.Locator("form#pay input[name=invoice]:checked").CountAsync());
        await page.Locator("form#pay input[name=invoice]").First.UncheckAsync();
        await page.Locator("form#pay button").ClickAsync();
        await page.Locator("button[value=approve]").ClickAsync();
        await page.Locator("a[href^='/my']").First.ClickAsync();
        Assert.Equal(1, await page.Locator("form#pay input[name=invoice]").CountAsync());
        foreach (var path in Pages)
        {
            await page.GotoAsync(path);
            await window.DoesNotScrollSideways();
        }

        await page.Locator("footer button").First.ClickAsync();
        Assert.Equal("/", new Uri(page.Url).AbsolutePath);
        await page.GotoAsync("/my");
        Assert.Equal("/", new Uri(page.Url).AbsolutePath);
        window.HadNoErrors();
    }

    [Fact]
    public async Task A_used_link_and_an_empty_account_are_told_kindly()
    {
        var customer = await shop.Customer();
        await using var window = await shop.Open();
        var link = await SignIn(window, customer, look: null);
        foreach (var page in Pages)
        {
            await window.Page.GotoAsync(page);
            await Sound(window, $"my-empty-{page["/my".Length..].Trim('/')}");
        }

        await using var other = await shop.Open();
        await other.Page.GotoAsync(link);
        await Sound(other, "sign-in-over");
        await other.Page.FillAsync("input[name=email]", "kimse@yok.example");
        await other.Page.Locator("form#sign-in button").ClickAsync();
        await Sound(other, "sign-in-sent");
        window.HadNoErrors();
        other.HadNoErrors();
    }

    private static async Task Sound(Window window, string picture)
    {
        await window.IsAccessible();
        await window.DoesNotScrollSideways();
        await window.Picture(picture);
    }

    private async Task<string> Busy(string language)
    {
        var customer = await shop.Customer(language);
        for (var i = 0; i < 3; i++)
            await shop.Invoice(customer: customer, unitPrice: $"{i + 1}250.50");
        await shop.Office.Post($"/api/v1/customers/{customer}/payments", new { amount = "500.00", currency = "TRY", means = "transfer", reference = $"{customer}-P" });
        return customer;
    }

    private async Task<string> SignIn(Window window, string customer, string? look)
    {
        var address = $"{customer.ToLowerInvariant()}@customer.example";
        await window.Page.GotoAsync("/");
        await window.Page.FillAsync("input[name=email]", address);
        await window.Page.Locator("form#sign-in button").ClickAsync();
        for (var i = 0; i < 200; i++)
        {
            var link = (await shop.Office.Mailbox()).Where(item => item.Text("to") == address)
                .SelectMany(item => item.GetProperty("links").EnumerateArray().Select(one => one.GetString()!))
                .FirstOrDefault(one => one.Contains("/my/sign-in/", StringComparison.Ordinal));
            if (link is not null)
            {
                await window.Page.GotoAsync(link);
                if (look is not null)
                    await Sound(window, $"sign-in-{look}");
                await window.Page.Locator("form#sign-in button").ClickAsync();
                return link;
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException($"No link came to {address}.");
    }
}
