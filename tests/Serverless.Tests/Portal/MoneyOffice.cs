using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vade.Tests.EndToEnd;

namespace Vade.Tests.Portal;

/// <summary>An office with customers and invoices, the panel's staff, and a day that the tests agree on.</summary>
public sealed partial class MoneyOffice : IAsyncLifetime
{
    private int _customers;

    internal PanelOffice Panel { get; private set; } = null!;
    internal Office Office { get; private set; } = null!;
    internal PanelClient Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Panel = await PanelOffice.Start(("Vade:Clock:Start", "2026-11-16T06:00:00Z"));
        Office = new(Panel.Api);
        Admin = await Panel.Admin();
        await Office.Put("/api/v1/settings/organisation", new { name = "Ajans Tasarım A.Ş.", country = "TR", currency = "TRY", timeZone = "Europe/Istanbul", language = "tr" });
    }

    internal async Task<string> Customer()
    {
        var code = $"P{Interlocked.Increment(ref _customers)}";
        await Office.PutCustomer(code, $"{code} ÖZGÜR & Ş. İÇ TİC. A.Ş.");
        return code;
    }

    internal async Task<string> Invoice(string customer, string unitPrice = "1000.00", int dueDays = 14) => (await Office.Post("/api/v1/invoices", new
    {
        customer,
        reference = $"{customer}-{Interlocked.Increment(ref _customers)}",
        dueDays,
        lines = new[] { new { description = "Danışmanlık", quantity = "1", unitPrice, taxRate = "20" } },
    })).Text("number");

    internal Task<JsonElement> Pay(string customer, string amount, string? receivedOn = null) => Office.Post(
        $"/api/v1/customers/{customer}/payments", new { amount, means = "transfer", reference = $"pay-{Interlocked.Increment(ref _customers)}", receivedOn });

    internal async Task<string> StatusOf(string number) => (await Office.Get($"/api/v1/invoices/{number}")).Text("status");

    /// <summary>How often the mail with an invoice was sent.</summary>
    internal async Task<int> Sent(string number) =>
        (await Office.All($"/api/v1/deliveries?about={number}")).Count(row => row.Text("kind") == "invoice" && row.Text("status") == "sent");

    internal static async Task Until(Func<Task<bool>> holds)
    {
        for (var tries = 0; !await holds(); tries++)
        {
            Assert.True(tries < 600, "It never came to that.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    /// <summary>What a page says, without its markup, with plain spaces.</summary>
    internal static string Text(PanelPage page) => Spaces().Replace(WebUtility.HtmlDecode(Tags().Replace(page.Html, " ")), " ");

    public ValueTask DisposeAsync() => Panel.DisposeAsync();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Tags();

    [GeneratedRegex("\\s+", RegexOptions.None, 1000)]
    private static partial Regex Spaces();
}
