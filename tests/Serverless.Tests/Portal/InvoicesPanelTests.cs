using System.Net;
using Vade.Organisation;
using Vade.Tests.EndToEnd;

namespace Vade.Tests.Portal;

/// <summary>Invoices in the staff panel.</summary>
public sealed class InvoicesPanelTests(MoneyOffice given) : IClassFixture<MoneyOffice>
{
    private const string Path = "/panel/invoices";

    [Fact]
    public async Task Filters_stand_in_the_address_and_the_files_hold_what_the_list_shows()
    {
        var customer = await given.Customer();
        var (paid, owed) = (await given.Invoice(customer), await given.Invoice(customer, "2500.00"));
        await given.Pay(customer, "1200.00");
        var all = await given.Admin.Open($"{Path}?customer={customer}");
        Assert.Contains(paid, all.Html, StringComparison.Ordinal);
        Assert.Contains(owed, all.Html, StringComparison.Ordinal);
        foreach (var (status, number, other) in new[] { ("paid", paid, owed), ("owed", owed, paid) })
        {
            var page = await given.Admin.Open($"{Path}?customer={customer}&status={status}");
            Assert.Contains($">{number}</a>", page.Html, StringComparison.Ordinal);
            Assert.DoesNotContain(other, page.Html, StringComparison.Ordinal);
            Assert.Contains($"{Path}.csv?status={status}&amp;customer={customer}", page.Html, StringComparison.Ordinal);
            var csv = await given.Admin.Open($"{Path}.csv?customer={customer}&status={status}");
            Assert.Contains(number, csv.Html, StringComparison.Ordinal);
            Assert.DoesNotContain(other, csv.Html, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await given.Admin.Open($"{Path}.xlsx?customer={customer}&status={status}")).Status);
        }

        Assert.DoesNotContain(owed, (await given.Admin.Open($"{Path}?customer={customer}&status=overdue")).Html, StringComparison.Ordinal);
        Assert.Contains(owed, (await given.Admin.Open($"{Path}?dueFrom=2026-11-30&dueTo=2026-11-30&query={owed}")).Html, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Feature", "B25")]
    public async Task An_invoice_tells_its_figures_what_happened_to_it_and_whether_it_was_seen()
    {
        var customer = await given.Customer();
        var number = await given.Invoice(customer, "33.335");
        await MoneyOffice.Until(async () => await given.Sent(number) == 1);
        var unseen = MoneyOffice.Text(await given.Admin.Open($"{Path}/{number}"));
        Assert.Contains("Henüz açmadı", unseen, StringComparison.Ordinal);
        Assert.Contains("33,335", unseen, StringComparison.Ordinal);
        Assert.Contains("Gönderildi", unseen, StringComparison.Ordinal);

        var link = Office.Path((await given.Office.Get($"/api/v1/invoices/{number}")).Text("payUrl"));
        using (var seen = await given.Office.Client.GetAsync(link + "/pdf"))
            Assert.True(seen.IsSuccessStatusCode);
        var page = MoneyOffice.Text(await given.Admin.Open($"{Path}/{number}"));
        Assert.DoesNotContain("Henüz açmadı", page, StringComparison.Ordinal);
        Assert.Contains("tarihinde açtı", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sending_again_says_how_many_messages_leave_and_they_leave_once_although_the_form_came_twice()
    {
        var customers = new[] { await given.Customer(), await given.Customer() };
        var numbers = new List<string>();
        foreach (var customer in customers)
        {
            numbers.Add(await given.Invoice(customer));
            numbers.Add(await given.Invoice(customer));
        }

        await given.Office.Post($"/api/v1/invoices/{numbers[3]}/cancel", new { reason = "yanlış" });
        await MoneyOffice.Until(async () => (await Task.WhenAll(numbers.Take(3).Select(given.Sent))).All(sent => sent == 1));
        var ask = await given.Admin.Open($"{Path}/send?{string.Join('&', numbers.Select(number => "of=" + number))}");
        Assert.Contains("2 müşteriye 3 ileti gönderecek (3 fatura)", MoneyOffice.Text(ask), StringComparison.Ordinal);
        Assert.Contains("1 fatura zaten iptal edilmiş", MoneyOffice.Text(ask), StringComparison.Ordinal);

        var form = ask.Document.Form("id=\"bulk\"");
        var first = await given.Admin.Post(form.Action, [.. form.Fields]);
        var second = await given.Admin.Post(form.Action, [.. form.Fields]);
        Assert.StartsWith($"{Path}/work/", first.PathOnly, StringComparison.Ordinal);
        Assert.Equal(first.PathOnly, second.PathOnly);
        await MoneyOffice.Until(async () => (await Task.WhenAll(numbers.Take(3).Select(given.Sent))).All(sent => sent >= 2));
        await MoneyOffice.Until(async () => MoneyOffice.Text(await given.Admin.Open(first.PathOnly)).Contains("Bitti: 3 fatura", StringComparison.Ordinal));
        Assert.All(await Task.WhenAll(numbers.Take(3).Select(given.Sent)), sent => Assert.Equal(2, sent));
        Assert.InRange(await given.Sent(numbers[3]), 0, 1);
    }

    [Fact]
    [Trait("Feature", "B22")]
    public async Task What_is_paid_is_not_cancelled_and_the_page_says_so_before_anything_is_done()
    {
        var customer = await given.Customer();
        var (paid, open, other) = (await given.Invoice(customer), await given.Invoice(customer, "2000.00"), await given.Invoice(await given.Customer(), "500.00"));
        await given.Pay(customer, "1200.00");
        var alone = await given.Admin.Open($"{Path}/cancel?of={paid}");
        Assert.Contains("İptal edilebilecek fatura yok", MoneyOffice.Text(alone), StringComparison.Ordinal);
        Assert.False(alone.Document.HasForm("id=\"bulk\""));

        var ask = await given.Admin.Open($"{Path}/cancel?of={paid}&of={open}&of={other}");
        Assert.Contains("toplam 3.000,00 ₺ tutarında 2 faturayı iptal eder", MoneyOffice.Text(ask), StringComparison.Ordinal);
        Assert.Contains("1 fatura tümüyle ya da kısmen ödendiği için iptal edilemez", MoneyOffice.Text(ask), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await given.Admin.Send(ask, "id=\"bulk\"", ("reason", " "))).Status);
        var work = await given.Admin.Send(ask, "id=\"bulk\"", ("reason", "Yanlış tutar"));
        await MoneyOffice.Until(async () => MoneyOffice.Text(await given.Admin.Open(work.PathOnly)).Contains("Bitti: 2 fatura iptal edildi", StringComparison.Ordinal));
        Assert.Equal(["paid", "cancelled", "cancelled"], await Task.WhenAll(new[] { paid, open, other }.Select(given.StatusOf)));
        Assert.Contains("Yanlış tutar", MoneyOffice.Text(await given.Admin.Open($"{Path}/{open}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invoice_by_hand_shows_its_amounts_before_it_is_issued_and_is_issued_once()
    {
        var customer = await given.Customer();
        var form = await given.Admin.Open($"{Path}/new?customer={customer}");
        (string, string)[] typed =
        [
            ("customer", customer), ("currency", "TRY"), ("dueDays", "10"), ("lines[0].description", "Logo"), ("lines[0].quantity", "2"),
            ("lines[0].unitPrice", "1.250,50"), ("lines[0].taxRate", "20"), ("lines[1].description", ""), ("lines[1].quantity", "1"), ("lines[1].unitPrice", ""), ("lines[1].taxRate", ""),
        ];
        var wrong = await given.Admin.Send(form, "id=\"invoice\"", [.. typed.Select(field => field.Item1 == "lines[0].unitPrice" ? (field.Item1, "çok") : field), ("step", "preview")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("Bir tutar yazın", wrong.Html, StringComparison.Ordinal);

        var preview = await given.Admin.Send(form, "id=\"invoice\"", [.. typed, ("step", "preview")]);
        Assert.Contains("3.001,20 ₺ tutarında fatura; son ödeme 26.11.2026", MoneyOffice.Text(preview), StringComparison.Ordinal);
        Assert.Empty(await given.Office.All($"/api/v1/invoices?customer={customer}"));

        var changed = await given.Admin.Send(preview, "id=\"invoice\"", [.. typed.Select(field => field.Item1 == "lines[0].quantity" ? (field.Item1, "3") : field), ("step", "issue")]);
        Assert.Contains("4.501,80 ₺ tutarında", MoneyOffice.Text(changed), StringComparison.Ordinal);
        var (issue, fields) = (changed.Document.Form("id=\"invoice\""), typed.Select(field => field.Item1 == "lines[0].quantity" ? (field.Item1, "3") : field));
        var one = await given.Admin.Post(issue.Action, [.. issue.Fields.Where(field => field.Name != "customer"), .. fields, ("step", "issue")]);
        var two = await given.Admin.Post(issue.Action, [.. issue.Fields.Where(field => field.Name != "customer"), .. fields, ("step", "issue")]);
        Assert.Equal(one.PathOnly, two.PathOnly);
        var invoice = Assert.Single(await given.Office.All($"/api/v1/invoices?customer={customer}"));
        Assert.Equal(("4501.80", "2026-11-26"), (invoice.Text("total"), invoice.Text("dueOn")));
        Assert.Equal($"{Path}/{invoice.Text("number")}", one.PathOnly);
    }

    [Fact]
    [Trait("Feature", "A19")]
    public async Task Who_may_only_look_changes_nothing()
    {
        var number = await given.Invoice(await given.Customer());
        var (viewer, cashier) = (await given.Panel.Somebody(Role.Viewer), await given.Panel.Somebody(Role.Cashier));
        foreach (var browser in new[] { viewer, cashier })
        {
            var page = await browser.Open($"{Path}/{number}");
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.DoesNotContain($"{Path}/cancel", page.Html, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Open($"{Path}/cancel?of={number}")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Open($"{Path}/send?of={number}")).Status);
            Assert.DoesNotContain("name=\"of\"", (await browser.Open(Path)).Html, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.Open("/panel/payments/new")).Status);
        Assert.Equal(HttpStatusCode.OK, (await cashier.Open("/panel/payments/new")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await cashier.Open("/panel/reports")).Status);
        var form = (await given.Admin.Open($"{Path}/cancel?of={number}")).Document.Form("id=\"bulk\"");
        await viewer.Post(form.Action, [.. form.Fields, ("reason", "x")]);
        Assert.Equal("open", await given.StatusOf(number));
    }
}
