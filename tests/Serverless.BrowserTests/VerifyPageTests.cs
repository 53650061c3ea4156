using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Vade.Tests.EndToEnd;

namespace Vade.BrowserTests;

/// <summary>The page on which a customer checks a statement alone.</summary>
public sealed class VerifyPageTests(Shop shop)
{
    public static TheoryData<string, bool> Looks => [.. from screen in new[] { "phone", "desktop" } from dark in new[] { false, true } select (screen, dark)];

    [Theory]
    [MemberData(nameof(Looks))]
    [Trait("Feature", "A9")]
    public async Task A_genuine_statement_is_said_to_be_genuine_on_the_reader_s_own_machine(string screen, bool dark)
    {
        var file = await Proof();
        await using var window = await shop.Open((screen == "phone" ? Screen.Phone : Screen.Desktop) with { Dark = dark });
        await window.Page.GotoAsync("/verify?lang=tr");
        await window.IsAccessible();
        await Check(window.Page, file);

        Assert.Contains("Döküm gerçek", await window.Page.Locator("#result").InnerTextAsync(), StringComparison.Ordinal);
        await window.IsAccessible();
        await window.DoesNotScrollSideways();
        await window.Picture($"verify-{screen}-{(dark ? "dark" : "light")}");
        window.HadNoErrors();
    }

    [Fact]
    public async Task A_forged_one_is_told_and_the_file_is_sent_nowhere()
    {
        var file = await Proof();
        file["entries"]![0]!["own"] = "0.01";
        await using var window = await shop.Open();
        await window.Page.GotoAsync("/verify?lang=en");
        var asked = 0;
        window.Page.Request += (_, _) => asked++;
        await Check(window.Page, file);
        Assert.Contains("Entry no. 1 was changed", await window.Page.Locator("#result").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, asked);
        window.HadNoErrors();
    }

    [Fact]
    public async Task Without_JavaScript_the_same_is_checked_by_the_server()
    {
        await using var window = await shop.Open(javaScript: false);
        await window.Page.GotoAsync("/verify?lang=en");
        await Check(window.Page, await Proof());
        Assert.Contains("The statement is genuine", await window.Page.Locator("#result").InnerTextAsync(), StringComparison.Ordinal);
        window.HadNoErrors();
    }

    [Fact]
    public async Task The_downloaded_page_needs_no_network()
    {
        var file = await Proof();
        await using var window = await shop.Open();
        await window.Page.GotoAsync("/verify?lang=es");
        var link = window.Page.GetByRole(AriaRole.Link, new() { Name = "Descargue esta página" });
        var download = await window.Page.Context.APIRequest.GetAsync((await link.GetAttributeAsync("href"))!);
        Assert.StartsWith("attachment; filename=vade-verify.html", download.Headers["content-disposition"], StringComparison.Ordinal);
        var name = Path.Combine(Path.GetTempPath(), $"vade-verify-{Environment.ProcessId}.html");
        await File.WriteAllBytesAsync(name, await download.BodyAsync());
        try
        {
            await window.Page.Context.SetOfflineAsync(true);
            await window.Page.GotoAsync(new Uri(name).AbsoluteUri);
            await Check(window.Page, file);
            Assert.Contains("auténtico", await window.Page.Locator("#result").InnerTextAsync(), StringComparison.Ordinal);
            window.HadNoErrors();
        }
        finally
        {
            File.Delete(name);
        }
    }

    private static async Task Check(IPage page, JsonNode file)
    {
        await page.SetInputFilesAsync("#file", new FilePayload { Name = "a.proof.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(file.ToJsonString()) });
        await page.Locator("#verify button").ClickAsync();
        await page.Locator("#result p").First.WaitForAsync();
    }

    private async Task<JsonNode> Proof()
    {
        var customer = await shop.Customer("tr");
        await shop.Invoice(customer: customer);
        return JsonNode.Parse((await shop.Office.Get($"/api/v1/customers/{customer}/statement.proof.json")).GetRawText())!;
    }
}
