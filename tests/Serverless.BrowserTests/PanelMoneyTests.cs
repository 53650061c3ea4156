using Vade.Tests.EndToEnd;
using Vade.Tests.Hosting;

namespace Vade.BrowserTests;

/// <summary>An app of its own with invoices in every state, payments and plans, and what the first admin's browser keeps.</summary>
public sealed class MoneyShop(Shop shop) : IAsyncLifetime
{
    private const string Welcome = "/panel/welcome/";
    private AppProcess _app = null!;
    private string _session = "";

    internal Office Office { get; private set; } = null!;
    internal string Invoice { get; private set; } = "";
    internal string Late { get; private set; } = "";
    internal string Payment { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _app = await AppProcess.Start(environment: Office.StartsAt("2026-10-02T06:00:00Z"));
        Office = new(_app);
        await Office.Put("/api/v1/settings/organisation", new { name = "Ajans Tasarım ve Danışmanlık A.Ş.", country = "TR", currency = "TRY", timeZone = "Europe/Istanbul", language = "tr" });
        for (var i = 1; i <= 12; i++)
        {
            await Office.PutCustomer($"M{i:00}", i == 1 ? "ÖZGÜR & Ş. İÇ TİC. A.Ş. Sanayi ve Dış Ticaret Limited Şirketi Merkez Şubesi" : $"Müşteri {i:00} Ticaret A.Ş.");
            await Make(i, 7, "1250.50");
        }

        Late = await Make(2, 3, "890000.00");
        await Office.PutService("M03", "retainer", "2026-12-01", "4500.00");
        await Office.MoveClock("2026-11-16T07:00:00Z");
        Invoice = await Make(1, 4, "33.335");
        for (var i = 1; i <= 7; i++)
        {
            await Make(i, i, $"{i * 700}.00");
            var payment = await Office.Post($"/api/v1/customers/M{i:00}/payments", new { amount = $"{i * 613}.45", means = i % 2 == 0 ? "cash" : "transfer", reference = $"p{i}", receivedOn = $"2026-11-{2 * i:00}" });
            Payment = payment.Text("id");
        }

        var link = _app.Output.Split('\n').First(line => line.Contains(Welcome, StringComparison.Ordinal)).Trim();
        await using var window = await shop.Open();
        await window.Page.GotoAsync(link[link.IndexOf("http", StringComparison.Ordinal)..]);
        await window.Page.FillAsync("[name=name]", "Ayşe Yılmaz");
        await window.Page.FillAsync("[name=email]", "ayse@ornek.example");
        await window.Page.FillAsync("[name=password]", "correct horse battery");
        await window.Page.ClickAsync("#welcome button.btn-primary");
        await window.Page.ClickAsync("#later button");
        _session = (await window.Page.Context.CookiesAsync()).Single(cookie => cookie.Name == "vade-staff").Value;
    }

    internal async Task<Window> Open(Screen screen, bool javaScript = true)
    {
        var window = await shop.Open(screen, javaScript);
        await window.Page.Context.AddCookiesAsync([new() { Name = "vade-staff", Value = _session, Url = _app.Address.ToString() }]);
        return window;
    }

    internal string Url(string path) => new Uri(_app.Address, path).ToString();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<string> Make(int customer, int dueDays, string unitPrice) => (await Office.Post("/api/v1/invoices", new
    {
        customer = $"M{customer:00}",
        reference = $"{customer}-{dueDays}-{unitPrice}",
        dueDays,
        lines = new[] { new { description = "Sosyal medya danışmanlığı", unitPrice, taxRate = "20" }, new { description = "Barındırma", unitPrice = "12.345", taxRate = "10" } },
    })).Text("number");
}

/// <summary>Invoices, payments, reports and the first page as they are seen: sound by axe, within their screen, light and dark.</summary>
public sealed class PanelMoneyTests(MoneyShop shop) : IClassFixture<MoneyShop>
{
    public static TheoryData<string, bool> Looks => [.. from screen in new[] { "phone", "desktop" } from dark in new[] { false, true } select (screen, dark)];

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Every_page_of_the_offices_money_is_sound(string screen, bool dark)
    {
        (string Path, string Name)[] pages =
        [
            ("/panel", "home"), ("/panel/invoices?status=owed", "invoices"), ($"/panel/invoices/{shop.Invoice}", "invoice"), ("/panel/invoices/new?customer=M01", "invoice-new"),
            ($"/panel/invoices/send?of={shop.Invoice}&of={shop.Late}", "invoice-send"), ($"/panel/invoices/cancel?of={shop.Invoice}&of={shop.Late}", "invoice-cancel"),
            ("/panel/payments", "payments"), ($"/panel/payments/{shop.Payment}", "payment"), ($"/panel/payments/{shop.Payment}/allocations", "payment-allocations"),
            ($"/panel/payments/{shop.Payment}/cancel", "payment-cancel"), ($"/panel/payments/new?customer=M02&invoice={shop.Late}", "payment-new"),
            ("/panel/reports/collections", "report-collections"), ("/panel/reports/delays", "report-delays"), ("/panel/reports/unpaid", "report-unpaid"),
            ("/panel/reports/cashflow", "report-cashflow"), ("/panel/notices", "notices"),
        ];
        await using var window = await shop.Open((screen == "phone" ? Screen.Phone : Screen.Desktop) with { Dark = dark });
        var wrong = new List<string>();
        foreach (var (path, name) in pages)
        {
            await window.Page.GotoAsync(shop.Url(path));
            foreach (var fold in await window.Page.Locator("main details.panel-filters-more > summary").AllAsync())
                await fold.ClickAsync();
            await window.Picture($"money-{name}-{screen}-{(dark ? "dark" : "light")}");
            try
            {
                await window.IsAccessible();
                await window.DoesNotScrollSideways();
            }
            catch (Xunit.Sdk.XunitException problem)
            {
                wrong.Add($"{path}: {problem.Message}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        window.HadNoErrors();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chosen_invoices_are_counted_before_they_are_sent_with_and_without_javascript(bool javaScript)
    {
        await using var window = await shop.Open(Screen.Desktop, javaScript);
        await window.Page.GotoAsync(shop.Url("/panel/invoices?status=owed"));
        var boxes = window.Page.Locator("input[name=of]");
        await boxes.Nth(0).CheckAsync();
        await boxes.Nth(1).CheckAsync();
        await window.Page.Locator("#bulk button").First.ClickAsync();
        Assert.Contains("2 ileti gönderecek", await window.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        await window.Page.ClickAsync("#bulk .btn-primary");
        await window.Page.GetByText("Bitti: 2 fatura").WaitForAsync(new() { Timeout = 60_000 });
        window.HadNoErrors();
    }
}
