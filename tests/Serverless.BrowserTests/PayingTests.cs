using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using Vade.Tests.EndToEnd;

namespace Vade.BrowserTests;

/// <summary>Customers who pay, hesitate, click twice, go back and try again; money moves once.</summary>
public sealed class PayingTests(Shop shop)
{
    private const string PayButton = "form#pay button";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Feature", "B11")]
    [Trait("Feature", "B20")]
    [Trait("Feature", "C5")]
    public async Task From_the_link_to_the_receipt_with_and_without_javascript(bool javaScript)
    {
        var invoice = await shop.Invoice();
        await using var window = await shop.Open(Screen.Phone, javaScript);
        await window.Page.GotoAsync(invoice.Text("payUrl"));
        await window.Page.ClickAsync(PayButton);
        Assert.Contains("/simulator/", window.Page.Url, StringComparison.Ordinal);
        if (javaScript)
        {
            await window.IsAccessible();
            await window.Picture("bank");
        }

        await Press(window.Page, "approve");
        await Paid(window.Page);
        if (javaScript)
        {
            await window.IsAccessible();
            await window.Picture("paid");
        }

        await ReceiptIsPdf(window.Page);
        Assert.Equal("paid", await shop.StatusOf(invoice));
        Assert.Single(await shop.PaymentsFor(invoice));
        window.HadNoErrors();
    }

    [Fact]
    [Trait("Feature", "B11")]
    public async Task With_the_keyboard_alone()
    {
        var invoice = await shop.Invoice();
        await using var window = await shop.Open(Screen.Desktop);
        await window.Page.GotoAsync(invoice.Text("payUrl"));
        await TabTo(window.Page, PayButton);
        await window.Picture("pay-focus");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.WaitForURLAsync("**/simulator/**");
        await TabTo(window.Page, "button[name=outcome][value=approve]");
        await window.Page.Keyboard.PressAsync("Enter");
        await Paid(window.Page);
        Assert.Equal("paid", await shop.StatusOf(invoice));
        window.HadNoErrors();
    }

    [Theory]
    [InlineData("decline")]
    [InlineData("cancel")]
    [Trait("Feature", "C11")]
    public async Task What_the_bank_refuses_can_be_tried_again(string outcome)
    {
        var invoice = await shop.Invoice();
        await using var window = await shop.Open();
        await window.Page.GotoAsync(invoice.Text("payUrl"));
        await window.Page.ClickAsync(PayButton);
        await Press(window.Page, outcome);
        await window.Page.WaitForURLAsync("**/result*");
        await window.IsAccessible();
        await window.Picture("result-" + outcome);
        Assert.Equal("open", await shop.StatusOf(invoice));

        await window.Page.GotoAsync(invoice.Text("payUrl"));
        await window.Page.ClickAsync(PayButton);
        await Press(window.Page, "approve");
        await Paid(window.Page);
        Assert.Equal("paid", await shop.StatusOf(invoice));
        Assert.Single(await shop.PaymentsFor(invoice));
        window.HadNoErrors();
    }

    [Theory]
    [InlineData("approve-twice")]
    [InlineData("approve-silently")]
    [Trait("Feature", "C11")]
    public async Task However_the_bank_tells_it_the_invoice_is_settled_once(string outcome)
    {
        var invoice = await shop.Invoice();
        await using var window = await shop.Open();
        await window.Page.GotoAsync(invoice.Text("payUrl"));
        await window.Page.ClickAsync(PayButton);
        await Press(window.Page, outcome);
        await window.Page.GotoAsync(invoice.Text("payUrl"));
        await window.IsAccessible();
        await window.Picture("after-" + outcome);
        await UntilPaid(invoice);
        Assert.Single(await shop.PaymentsFor(invoice));
        window.HadNoErrors();
    }

    [Fact]
    [Trait("Feature", "C11")]
    public async Task A_double_click_pays_once()
    {
        var invoice = await shop.Invoice();
        await using var window = await shop.Open();
        await window.Page.GotoAsync(invoice.Text("payUrl"));
        await window.Page.DblClickAsync(PayButton);
        await window.Page.WaitForURLAsync("**/simulator/**");
        await window.Page.DblClickAsync("button[name=outcome][value=approve]");
        await Paid(window.Page);
        Assert.Single(await shop.PaymentsFor(invoice));
    }

    [Fact]
    [Trait("Feature", "C11")]
    public async Task Two_tabs_pay_once()
    {
        var invoice = await shop.Invoice();
        await using var window = await shop.Open();
        var other = await window.Tab();
        await window.Page.GotoAsync(invoice.Text("payUrl"));
        await other.GotoAsync(invoice.Text("payUrl"));
        await window.Page.ClickAsync(PayButton);
        await other.ClickAsync(PayButton);
        await Press(window.Page, "approve");
        await Paid(window.Page);

        // The other tab may have been led to the same payment or told that one is under way; it cannot pay again.
        if (await other.Locator("button[name=outcome][value=approve]").CountAsync() > 0)
            await Press(other, "approve");
        await other.GotoAsync(invoice.Text("payUrl"));
        Assert.Equal(0, await other.Locator(PayButton).CountAsync());
        Assert.Equal("paid", await shop.StatusOf(invoice));
        Assert.Single(await shop.PaymentsFor(invoice));
        window.HadNoErrors();
    }

    [Fact]
    [Trait("Feature", "C11")]
    public async Task Going_back_after_paying_does_not_pay_again()
    {
        var invoice = await shop.Invoice();
        await using var window = await shop.Open();
        await window.Page.GotoAsync(invoice.Text("payUrl"));
        await window.Page.ClickAsync(PayButton);
        await Press(window.Page, "approve");
        await Paid(window.Page);
        await window.Page.GoBackAsync();
        await window.Page.GoBackAsync();
        if (await window.Page.Locator(PayButton).CountAsync() > 0)
        {
            await window.Page.ClickAsync(PayButton);
            Assert.DoesNotContain("/simulator/", window.Page.Url, StringComparison.Ordinal);
        }

        Assert.Single(await shop.PaymentsFor(invoice));
        await window.IsAccessible();
    }

    [Theory]
    [InlineData("1.000,50")]
    [InlineData("1000.50")]
    [InlineData("1,000.50")]
    [Trait("Feature", "B20")]
    public async Task A_part_can_be_paid_however_its_amount_is_typed(string typed)
    {
        var invoice = await shop.Invoice();
        await using var window = await shop.Open();
        await window.Page.GotoAsync(invoice.Text("payUrl"));
        await PayPart(window.Page, typed);
        await Press(window.Page, "approve");
        await Paid(window.Page);
        var now = await shop.Office.Get($"/api/v1/invoices/{invoice.Text("number")}");
        Assert.Equal(("partlyPaid", 20_400m - 1_000.50m), (now.Text("status"), now.Amount("remaining")));
        await window.Page.GotoAsync(invoice.Text("payUrl"));
        await window.IsAccessible();
        window.HadNoErrors();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("20400.01")]
    [InlineData("on lira")]
    [InlineData("1,005")]
    public async Task An_amount_that_cannot_be_taken_is_kept_and_explained(string typed)
    {
        var invoice = await shop.Invoice();
        await using var window = await shop.Open();
        await window.Page.GotoAsync(invoice.Text("payUrl"));
        await PayPart(window.Page, typed);
        var input = window.Page.Locator("input[name=amount]");
        if (typed == "1,005" && window.Page.Url.Contains("/simulator/", StringComparison.Ordinal))
            return; // A comma may be read as the thousands' sign, then this is an amount like any other.
        Assert.Equal(typed, await input.InputValueAsync());
        Assert.Equal("true", await input.GetAttributeAsync("aria-invalid"));
        await window.IsAccessible();
        await window.Picture("pay-wrong-amount");
        window.HadNoErrors();
    }

    [Fact]
    [Trait("Feature", "B20")]
    public async Task The_whole_debt_is_paid_at_once()
    {
        var customer = await shop.Customer();
        JsonElement[] invoices = [await shop.Invoice(customer: customer), await shop.Invoice(customer: customer), await shop.Invoice(customer: customer)];
        await using var window = await shop.Open();
        await window.Page.GotoAsync((await shop.Office.Get($"/api/v1/customers/{customer}")).Text("portalUrl"));
        await window.IsAccessible();
        await window.Picture("debt");
        await window.Page.ClickAsync(PayButton);
        await Press(window.Page, "approve");
        await Paid(window.Page);
        foreach (var invoice in invoices)
            Assert.Equal("paid", await shop.StatusOf(invoice));
        Assert.Single(await shop.Office.All($"/api/v1/payments?customer={customer}"));
        window.HadNoErrors();
    }

    [Fact]
    public async Task The_mailbox_shows_the_letter_with_its_link()
    {
        var invoice = await shop.Invoice();
        await UntilMailed(invoice);
        await using var window = await shop.Open(Screen.Desktop);
        await window.Page.GotoAsync("/simulator/mailbox");
        await window.IsAccessible();
        window.HadNoErrors();
    }

    private static Task Press(IPage page, string outcome) => page.ClickAsync($"button[name=outcome][value={outcome}]");

    private static async Task PayPart(IPage page, string typed)
    {
        var input = page.Locator("input[name=amount]");
        if (!await input.IsVisibleAsync())
            await page.Locator("details", new() { Has = input }).Locator("summary").ClickAsync();
        await input.FillAsync(typed);
        await page.Locator("form", new() { Has = input }).Locator("button").ClickAsync();
        // The bank's page, or ours again with a complaint: the address alone would not tell.
        await page.Locator("button[name=outcome], input[aria-invalid=true]").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    /// <summary>The result page, once it says that the money is here and offers the receipt.</summary>
    private static async Task Paid(IPage page)
    {
        await page.WaitForURLAsync("**/result*");
        await page.Locator("a[href$='receipt.pdf']").WaitForAsync(new() { Timeout = 30_000 });
    }

    private static async Task ReceiptIsPdf(IPage page)
    {
        var receipt = await page.Context.APIRequest.GetAsync((await page.Locator("a[href$='receipt.pdf']").GetAttributeAsync("href"))!);
        Assert.Equal((200, "application/pdf"), (receipt.Status, receipt.Headers["content-type"]));
        Assert.Equal("%PDF-", Encoding.ASCII.GetString(await receipt.BodyAsync(), 0, 5));
        Assert.Contains(".pdf", receipt.Headers["content-disposition"], StringComparison.Ordinal);
    }

    private static async Task TabTo(IPage page, string target)
    {
        for (var tabs = 0; tabs < 30; tabs++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.Locator(target).EvaluateAsync<bool>("element => element === document.activeElement"))
                return;
        }

        Assert.Fail($"The keyboard does not reach {target} on {page.Url}.");
    }

    private async Task UntilPaid(JsonElement invoice)
    {
        for (var tries = 0; tries < 60 && await shop.StatusOf(invoice) != "paid"; tries++)
        {
            // What the bank did not tell is asked for after some minutes.
            if (tries == 10)
                await shop.Office.MoveClock("2026-11-02T12:00:00Z");
            await Task.Delay(250);
        }

        Assert.Equal("paid", await shop.StatusOf(invoice));
    }

    private async Task UntilMailed(JsonElement invoice)
    {
        for (var tries = 0; tries < 60; tries++)
        {
            if ((await shop.Office.All($"/api/v1/deliveries?about={invoice.Text("number")}")).Any(delivery => delivery.Text("status") == "sent"))
                return;
            await Task.Delay(250);
        }

        Assert.Fail("The invoice was not mailed.");
    }
}
