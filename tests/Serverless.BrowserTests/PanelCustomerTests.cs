using Vade.Tests.EndToEnd;
using Vade.Tests.Hosting;

namespace Vade.BrowserTests;

/// <summary>An app of its own with customers who owe, have paid in advance and have services, and what the first admin's browser keeps.</summary>
public sealed class CustomerShop(Shop shop) : IAsyncLifetime
{
    private AppProcess _app = null!;
    private string _session = "";

    public async ValueTask InitializeAsync()
    {
        _app = await AppProcess.Start(environment: Office.StartsAt("2026-11-16T07:00:00Z"));
        var office = new Office(_app);
        await office.Put("/api/v1/settings/organisation", new { name = "Ajans Tasarım A.Ş.", country = "TR", currency = "TRY", timeZone = "Europe/Istanbul", language = "tr" });
        for (var i = 1; i <= 12; i++)
        {
            await office.Put($"/api/v1/customers/M{i:00}", new
            {
                title = i == 1 ? "ÖZGÜR & Ş. İÇ TİC. A.Ş. Sanayi ve Dış Ticaret Limited Şirketi Merkez Şubesi" : $"Müşteri {i:00} Ticaret A.Ş.",
                emails = i % 3 == 0 ? [] : new[] { $"muhasebe-{i:00}@musteri.example", "finans@cok-uzun-bir-alan-adi-olan-musteri.example" },
                phone = "0532 000 00 00",
                address = new { line = "Atatürk Cad. No: 1", district = "Çankaya", city = "Ankara" },
            });
        }

        await office.Post("/api/v1/customers/M01/opening-balances", new
        {
            reference = "O1", asOf = "2026-06-30",
            items = new object[] { new { amount = "1234567.89", number = "2026-118", dueOn = "2026-06-30" }, new { amount = "850.00", number = "2026-119", dueOn = "2026-12-01" } },
        });
        await office.Post("/api/v1/customers/M01/opening-balances", new { reference = "O2", currency = "USD", asOf = "2026-06-30", advance = "75.00" });
        await office.Post("/api/v1/customers/M01/write-offs", new { reference = "W1", reason = "Küçük tutar", invoices = new[] { "2026-119" }, amount = "50.00" });
        await office.PutService("M01", "S1", "2026-12-01", "1000.00", lines: 2);
        await office.PutService("M02", "S1", "2026-12-31", "2500.00");
        var link = _app.Output.Split('\n').First(line => line.Contains("/panel/welcome/", StringComparison.Ordinal)).Trim();
        await using var window = await shop.Open();
        await window.Page.GotoAsync(link[link.IndexOf("http", StringComparison.Ordinal)..]);
        await window.Page.FillAsync("[name=name]", "Ayşe Yılmaz");
        await window.Page.FillAsync("[name=email]", "ayse@ornek.example");
        await window.Page.FillAsync("[name=password]", "correct horse battery");
        await window.Page.ClickAsync("#welcome button.btn-primary");
        await window.Page.ClickAsync("#later button");
        _session = (await window.Page.Context.CookiesAsync()).Single(cookie => cookie.Name == "vade-staff").Value;
        await window.Page.GotoAsync(Url("/panel/customers/M01/notes"));
        await window.Page.FillAsync("#note textarea", "Cuma günleri öder.\nÖnce Ayşe Hanım aranmalı.");
        await window.Page.ClickAsync("#note button");
        await window.Page.ClickAsync(".panel-news button");
    }

    internal async Task<Window> Open(Screen screen, bool javaScript = true)
    {
        var window = await shop.Open(screen, javaScript);
        await window.Page.Context.AddCookiesAsync([new() { Name = "vade-staff", Value = _session, Url = _app.Address.ToString() }]);
        return window;
    }

    internal string Url(string path) => new Uri(_app.Address, path).ToString();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>The pages about customers and services as they are seen: sound by axe, within their screen, light and dark.</summary>
public sealed class PanelCustomerTests(CustomerShop shop) : IClassFixture<CustomerShop>
{
    private static readonly (string Name, string Path)[] Pages =
    [
        ("customers", "/panel/customers"), ("customer", "/panel/customers/M01"), ("customer-new", "/panel/customers/@new"), ("customer-edit", "/panel/customers/M01/edit"),
        ("ledger", "/panel/customers/M01/ledger?from=2026-01-01"), ("why", "/panel/customers/M01/why/TRY"), ("operations", "/panel/customers/M01/operations"),
        ("opening", "/panel/customers/M01/opening"), ("write-off", "/panel/customers/M01/write-off"), ("pay-out", "/panel/customers/M01/pay-out?currency=USD"),
        ("confirm", "/panel/customers/M01/write-off/confirm?currency=TRY&item=2026-118&reason=Ödenmeyecek"), ("notes", "/panel/customers/M01/notes"),
        ("news", "/panel/customers/M01/news"), ("customer-services", "/panel/customers/M01/services"), ("services", "/panel/services"),
        ("service", "/panel/customers/M01/services/S1"), ("service-new", "/panel/customers/M01/services/@new"), ("service-edit", "/panel/customers/M01/services/S1/edit"),
        ("service-end", "/panel/customers/M01/services/S1/end"), ("merge", "/panel/customers/M01/merge"), ("merge-confirm", "/panel/customers/M01/merge?into=M02"), ("import", "/panel/customers/@import"),
    ];

    public static TheoryData<int, int, bool> Screens => [(390, 844, false), (1280, 800, false), (1280, 800, true)];

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task Every_page_about_a_customer_reads_well(int width, int height, bool dark)
    {
        await using var window = await shop.Open(new(width, height, dark));
        var wrong = new List<string>();
        foreach (var (name, path) in Pages)
        {
            await window.Page.GotoAsync(shop.Url(path));
            await window.Picture($"panel-{name}-{width}{(dark ? "-dark" : "")}");
            if (await Record.ExceptionAsync(window.IsAccessible) is { } unsound)
                wrong.Add($"{path}: {unsound.Message}");
            if (await Record.ExceptionAsync(window.DoesNotScrollSideways) is { } wide)
                wrong.Add(wide.Message);
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        window.HadNoErrors();
    }

    [Theory]
    [InlineData(390, false)]
    [InlineData(1280, true)]
    public async Task A_change_of_a_service_is_looked_at_and_saved(int width, bool javaScript)
    {
        await using var window = await shop.Open(new(width, 844), javaScript);
        await window.Page.GotoAsync(shop.Url("/panel/customers/M02/services/S1/edit"));
        await window.Page.FillAsync("[name='line.0.unitPrice']", "3.000,00");
        await window.Page.ClickAsync("button[value=row]");
        await window.Page.ClickAsync("button[value=preview]");
        Assert.Contains("iken 3.600,00", await window.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        if (javaScript)
            await window.IsAccessible();
        await window.Picture($"panel-service-preview-{width}");
        await window.Page.ClickAsync("button[value=edit]");
        await window.Page.FillAsync("[name='line.0.unitPrice']", "2.500,00");
        await window.Page.ClickAsync("button[value=preview]");
        await window.Page.ClickAsync("button[value=save]");
        Assert.EndsWith("/panel/customers/M02/services/S1", new Uri(window.Page.Url).AbsolutePath, StringComparison.Ordinal);
        window.HadNoErrors();
    }

    [Fact]
    public async Task A_wrong_form_says_so_to_everybody()
    {
        await using var window = await shop.Open(Screen.Phone);
        await window.Page.GotoAsync(shop.Url("/panel/customers/M01/write-off/confirm?currency=TRY"));
        await window.IsAccessible();
        await window.Picture("panel-write-off-wrong");
    }
}
