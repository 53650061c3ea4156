using System.Text.Json;
using Microsoft.Playwright;
using Vade.Tests.EndToEnd;
using Vade.Tests.Hosting;

[assembly: AssemblyFixture(typeof(Vade.BrowserTests.Shop))]

namespace Vade.BrowserTests;

/// <summary>The real executable with a Turkish agency in it, and one browser for all tests.</summary>
public sealed class Shop : IAsyncLifetime
{
    private static readonly string[] Chromiums = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private AppProcess _app = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private int _customers;

    internal Office Office { get; private set; } = null!;

    internal Uri Address => _app.Address;

    public async ValueTask InitializeAsync()
    {
        _app = await AppProcess.Start(environment: Office.StartsAt("2026-11-02T06:00:00Z"));
        Office = new Office(_app);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Array.Find(Chromiums, File.Exists)
                ?? throw new InvalidOperationException("The browser tests need Chromium: apt-get install chromium."),
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"],
        });
    }

    /// <summary>A browser window of its own that notes what goes wrong in it.</summary>
    internal async Task<Window> Open(Screen? on = null, bool javaScript = true)
    {
        var screen = on ?? Screen.Phone;
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = Address.GetLeftPart(UriPartial.Authority),
            ViewportSize = new() { Width = screen.Width, Height = screen.Height },
            ColorScheme = screen.Dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = javaScript,
            ReducedMotion = ReducedMotion.Reduce,
        });
        return new(context, await context.NewPageAsync());
    }

    /// <summary>A new customer who reads this language.</summary>
    internal async Task<string> Customer(string language = "tr")
    {
        var code = $"B{Interlocked.Increment(ref _customers)}";
        var (title, country) = language switch
        {
            "es" => ("Comercial Ñuñoa y Compañía SpA", "CL"),
            "az" => ("Şəfəq Çörək Evi MMC", "AZ"),
            "ru" => ("ООО «Северный ветер»", "RU"),
            "en" => ("Harbour & Sons Ltd", "GB"),
            _ => ("ÖZGÜR & Ş. İÇ TİC. A.Ş.", "TR"),
        };
        await Office.PutCustomer(code, title, language, country);
        return code;
    }

    /// <summary>An invoice issued now to a new customer, or to the given one.</summary>
    internal async Task<JsonElement> Invoice(string language = "tr", string? customer = null, string unitPrice = "8500.00", string currency = "TRY", int lines = 2)
    {
        customer ??= await Customer(language);
        var reference = $"{customer}-{Interlocked.Increment(ref _customers)}";
        return await Office.Post("/api/v1/invoices", new
        {
            customer,
            reference,
            currency,
            lines = Enumerable.Range(1, lines).Select(n => new { description = n == 1 ? "Sosyal medya danışmanlığı, Kasım 2026" : $"Google Ads reklam yönetimi {n}", quantity = "1", unitPrice, taxRate = "20" }),
        });
    }

    internal async Task<string> StatusOf(JsonElement invoice) => (await Office.Get($"/api/v1/invoices/{invoice.Text("number")}")).Text("status");

    /// <summary>The confirmed payments that settle an invoice.</summary>
    internal async Task<IReadOnlyList<JsonElement>> PaymentsFor(JsonElement invoice) =>
    [
        .. (await Office.All($"/api/v1/payments?customer={invoice.Text("customer")}"))
            .Where(payment => payment.GetProperty("allocations").EnumerateArray().Any(one => one.Text("invoice") == invoice.Text("number"))),
    ];

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>What a page is looked at on.</summary>
internal sealed record Screen(int Width, int Height, bool Dark = false)
{
    public static readonly Screen Phone = new(390, 844);
    public static readonly Screen Desktop = new(1280, 800);
    public static readonly Screen Narrow = new(320, 640);
}
