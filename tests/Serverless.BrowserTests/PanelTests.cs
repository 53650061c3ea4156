using Microsoft.Playwright;
using Vade.Tests.Hosting;

namespace Vade.BrowserTests;

/// <summary>An app of its own for the panel, whose first admin has signed in, and what a browser keeps of that.</summary>
public sealed class PanelShop(Shop shop) : IAsyncLifetime
{
    private AppProcess _app = null!;

    /// <summary>Before anybody was there.</summary>
    internal AppProcess Fresh { get; private set; } = null!;

    internal Uri Address => _app.Address;

    internal string WelcomeLink { get; private set; } = "";

    internal string Session { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Fresh = await AppProcess.Start(environment: ("Vade__Sandbox", "false"));
        WelcomeLink = await LinkOf(Fresh);
        _app = await AppProcess.Start();
        var office = new Vade.Tests.EndToEnd.Office(_app);
        for (var i = 1; i <= 60; i++)
            await office.PutCustomer($"M{i:00}", i == 1 ? "ÖZGÜR & Ş. İÇ TİC. A.Ş. Sanayi ve Dış Ticaret Limited Şirketi Merkez Şubesi" : $"Müşteri {i:00} Ticaret A.Ş.");
        await office.Post("/api/v1/invoices", new { customer = "M01", reference = "r", currency = "TRY", lines = new[] { new { description = "x", unitPrice = "1234567.89", taxRate = "20" } } });
        await using var window = await shop.Open();
        await window.Page.GotoAsync(await LinkOf(_app));
        await Fill(window.Page);
        await window.Page.ClickAsync("#welcome button.btn-primary");
        await window.Page.ClickAsync("#later button");
        Session = (await window.Page.Context.CookiesAsync()).Single(cookie => cookie.Name == "vade-staff").Value;
    }

    /// <summary>A window of somebody who is signed in.</summary>
    internal async Task<Window> Open(Screen screen, bool javaScript = true)
    {
        var window = await shop.Open(screen, javaScript);
        await window.Page.Context.AddCookiesAsync([new() { Name = "vade-staff", Value = Session, Url = Address.ToString() }]);
        return window;
    }

    internal Task<Window> OpenStranger(Screen screen) => shop.Open(screen);

    internal static async Task Fill(IPage page)
    {
        await page.FillAsync("[name=name]", "Ayşe Yılmaz");
        await page.FillAsync("[name=email]", "ayse@ornek.example");
        await page.FillAsync("[name=password]", "correct horse battery");
    }

    public async ValueTask DisposeAsync()
    {
        await Fresh.DisposeAsync();
        await _app.DisposeAsync();
    }

    private static async Task<string> LinkOf(AppProcess app)
    {
        for (var wait = 0; wait < 50; wait++)
        {
            if (app.Output.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Contains("/panel/welcome/", StringComparison.Ordinal)) is { } line)
                return line[line.IndexOf("http", StringComparison.Ordinal)..];
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        throw new InvalidOperationException("The app printed no link for its first admin.");
    }
}

/// <summary>The staff panel as it is seen: sound by axe, within its screen, light and dark, in every language.</summary>
public sealed class PanelTests(PanelShop shop) : IClassFixture<PanelShop>
{
    private static readonly string[] Paths =
    [
        "/panel", "/panel/customers", "/panel/customers/M01", "/panel/customers?query=zzz", "/panel/staff", "/panel/staff/invite", "/panel/sessions", "/panel/keys",
        "/panel/audit", "/panel/settings", "/panel/settings/organisation", "/panel/settings/payments", "/panel/second-factor", "/panel/no-such-page",
    ];

    public static TheoryData<string, bool> Looks => [.. from screen in new[] { "phone", "desktop" } from dark in new[] { false, true } select (screen, dark)];

    [Theory]
    [MemberData(nameof(Looks))]
    [Trait("Feature", "A19")]
    public async Task Every_page_is_sound(string screen, bool dark)
    {
        await using var window = await shop.Open(On(screen, dark));
        foreach (var path in Paths)
        {
            await window.Page.GotoAsync(new Uri(shop.Address, path).ToString());
            Assert.Equal(dark ? "dark" : "light", await window.Page.Locator("html").GetAttributeAsync("data-bs-theme"));
            await window.IsAccessible();
            await window.DoesNotScrollSideways();
            await window.Picture($"panel{path.Replace('/', '-').Split('?')[0][6..]}{(path.Contains('?', StringComparison.Ordinal) ? "-none" : "")}-{screen}-{(dark ? "dark" : "light")}");
            if (path != "/panel/no-such-page")
                window.HadNoErrors();
        }
    }

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task So_is_every_page_before_signing_in(string screen, bool dark)
    {
        await using var window = await shop.OpenStranger(On(screen, dark));
        foreach (var (name, address) in new[] { ("welcome", shop.WelcomeLink), ("sign-in", new Uri(shop.Address, "/panel/sign-in").ToString()) })
        {
            await window.Page.GotoAsync(address);
            await window.IsAccessible();
            await window.DoesNotScrollSideways();
            await window.Picture($"panel-{name}-{screen}-{(dark ? "dark" : "light")}");
        }

        await window.Page.FillAsync("[name=email]", "nobody@ornek.example");
        await window.Page.FillAsync("[name=password]", "guess " + screen + dark);
        window.HadNoErrors();
        await window.Page.ClickAsync("#sign-in button");
        await window.IsAccessible();
    }

    [Theory]
    [InlineData("tr")]
    [InlineData("en")]
    [InlineData("es")]
    [InlineData("az")]
    [InlineData("ru")]
    public async Task Nothing_scrolls_sideways_on_the_narrowest_screen_in_any_language(string language)
    {
        await using var window = await shop.Open(Screen.Narrow);
        foreach (var path in Paths)
        {
            await window.Page.GotoAsync(new Uri(shop.Address, path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "lang=" + language).ToString());
            Assert.StartsWith(language, await window.Page.Locator("html").GetAttributeAsync("lang"), StringComparison.Ordinal);
            await window.DoesNotScrollSideways();
        }
    }

    [Fact]
    public async Task The_list_is_filtered_as_one_types_and_pages_on()
    {
        await using var window = await shop.Open(Screen.Desktop);
        await window.Page.GotoAsync(new Uri(shop.Address, "/panel/customers").ToString());
        await window.Page.ClickAsync("a[rel=next]");
        Assert.Equal(10, await window.Page.Locator("#list tbody tr").CountAsync());
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Başa dön" }).ClickAsync();
        await window.Page.FillAsync("[name=query]", "özgür");
        await Assertions.Expect(window.Page.Locator("#list tbody tr")).ToHaveCountAsync(1);
        Assert.Contains("query=", window.Page.Url, StringComparison.Ordinal);
        window.HadNoErrors();
    }

    [Fact]
    public async Task Without_javascript_everything_works_as_well()
    {
        await using var window = await shop.Open(Screen.Phone, javaScript: false);
        await window.Page.GotoAsync(new Uri(shop.Address, "/panel/customers").ToString());
        await window.Page.FillAsync("[name=query]", "özgür");
        await window.Page.ClickAsync(".panel-filters button");
        Assert.Equal(1, await window.Page.Locator("#list tbody tr").CountAsync());
        await window.Page.ClickAsync(".panel-menu > summary");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Genel bakış" }).ClickAsync();
        Assert.EndsWith("/panel", window.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_keyboard_reaches_the_content_first_and_light_or_dark_is_kept()
    {
        await using var window = await shop.Open(Screen.Desktop);
        await window.Page.GotoAsync(new Uri(shop.Address, "/panel").ToString());
        await window.Page.Keyboard.PressAsync("Tab");
        await window.Page.Keyboard.PressAsync("Enter");
        Assert.EndsWith("#main", window.Page.Url, StringComparison.Ordinal);
        await window.Page.ClickAsync(".panel-side .panel-who > summary");
        await window.Page.ClickAsync(".panel-side button[value=dark]");
        Assert.Equal("dark", await window.Page.Locator("html").GetAttributeAsync("data-bs-theme"));
        await window.IsAccessible();
        window.HadNoErrors();
    }

    private static Screen On(string screen, bool dark) => (screen == "phone" ? Screen.Phone : Screen.Desktop) with { Dark = dark };
}
