using System.Net;
using System.Text.Json;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Organisation;
using Vade.Portal;
using Vade.Tests.EndToEnd;

namespace Vade.Tests.Portal;

/// <summary>Payments, reports and the first page of the staff panel.</summary>
public sealed class PaymentsPanelTests(MoneyOffice given) : IClassFixture<MoneyOffice>
{
    private const string Path = "/panel/payments";

    [Fact]
    public async Task Money_is_recorded_once_after_its_effect_was_shown_and_can_be_moved_and_taken_back()
    {
        var customer = await given.Customer();
        var (first, second) = (await given.Invoice(customer), await given.Invoice(customer, "2000.00"));
        var cashier = await given.Panel.Somebody(Role.Cashier);
        var form = await cashier.Open($"{Path}/new?customer={customer}&invoice={second}");
        Assert.Contains("value=\"2.400,00\"", form.Html, StringComparison.Ordinal);
        (string, string)[] typed = [("amount", "1500,50"), ("currency", "TRY"), ("means", "cash"), ("receivedOn", "2026-11-16"), ("invoice", second)];
        var preview = await cashier.Send(form, "id=\"payment\"", [.. typed, ("step", "preview")]);
        Assert.Contains($"{second} için 1.500,50 ₺", MoneyOffice.Text(preview), StringComparison.Ordinal);
        Assert.Empty(await given.Office.All($"/api/v1/payments?customer={customer}"));

        var record = preview.Document.Form("id=\"payment\"");
        var one = await cashier.Post(record.Action, [.. record.Fields, .. typed, ("step", "record")]);
        var two = await cashier.Post(record.Action, [.. record.Fields, .. typed, ("step", "record")]);
        Assert.Equal(one.PathOnly, two.PathOnly);
        var payment = Assert.Single(await given.Office.All($"/api/v1/payments?customer={customer}"));
        Assert.Equal($"{Path}/{payment.Text("id")}", one.PathOnly);
        Assert.Equal(["open", "partlyPaid"], await Task.WhenAll(given.StatusOf(first), given.StatusOf(second)));
        Assert.Contains(second, one.Html, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Forbidden, (await cashier.Open(one.PathOnly + "/cancel")).Status);
        var move = await given.Admin.Open(one.PathOnly + "/allocations");
        var fields = move.Document.Form("id=\"allocations\"").Fields;
        var numbers = fields.Where(field => field.Name == "number").Select(field => field.Value).ToArray();
        Assert.Equal([second, first], numbers);
        var tooMuch = await given.Admin.Send(move, "id=\"allocations\"", ("amount", "0"), ("amount", "1300"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tooMuch.Status);
        await given.Admin.Send(tooMuch, "id=\"allocations\"", ("amount", "300,50"), ("amount", "1200,00"));
        Assert.Equal(["paid", "partlyPaid"], await Task.WhenAll(given.StatusOf(first), given.StatusOf(second)));

        var cancelled = await given.Admin.Send(await given.Admin.Open(one.PathOnly + "/cancel"), "id=\"cancel\"", ("reason", "Yanlış müşteri"));
        Assert.Contains("Yanlış müşteri", MoneyOffice.Text(cancelled), StringComparison.Ordinal);
        Assert.Equal(["open", "open"], await Task.WhenAll(given.StatusOf(first), given.StatusOf(second)));
    }

    [Fact]
    [Trait("Feature", "C9")]
    public async Task The_list_of_payments_keeps_its_filters_and_one_that_a_provider_took_is_not_taken_back_here()
    {
        var customer = await given.Customer();
        var number = await given.Invoice(customer);
        await given.Office.Pay((await given.Office.Get($"/api/v1/invoices/{number}")).Text("payUrl"));
        await given.Pay(customer, "10.00", "2026-11-10");
        var all = await given.Office.All($"/api/v1/payments?customer={customer}");
        var (byCard, byHand) = (all.Single(one => one.Text("means") == "card").Text("id"), all.Single(one => one.Text("means") == "transfer").Text("id"));
        var page = await given.Admin.Open($"{Path}?customer={customer}&means=card");
        Assert.Contains(byCard, page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(byHand, page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(byCard, (await given.Admin.Open($"{Path}?customer={customer}&to=2026-11-10")).Html, StringComparison.Ordinal);
        var ask = await given.Admin.Open($"{Path}/{byCard}/cancel");
        Assert.Contains("burada geri alınamaz", MoneyOffice.Text(ask), StringComparison.Ordinal);
        Assert.False(ask.Document.HasForm("id=\"cancel\""));
    }

    [Fact]
    [Trait("Feature", "B21")]
    [Trait("Feature", "B26")]
    public async Task The_figures_of_the_first_page_are_those_of_the_reports_and_of_the_lists_behind_them()
    {
        var customer = await given.Customer();
        await given.Invoice(customer, "700.00", dueDays: 0);
        await given.Invoice(customer, "100.00", dueDays: 3);
        await given.Pay(customer, "33.33");
        var (collections, unpaid) = (default(JsonElement), default(JsonElement));
        // Lists and reports follow the ledger within moments.
        await MoneyOffice.Until(async () =>
        {
            (collections, unpaid) = (await given.Office.Get("/api/v1/reports/collections"), await given.Office.Get("/api/v1/reports/unpaid"));
            var dueThisWeek = unpaid.GetProperty("rows").EnumerateArray()
                .Where(row => string.CompareOrdinal(row.Text("dueOn"), "2026-11-16") >= 0 && string.CompareOrdinal(row.Text("dueOn"), "2026-11-22") <= 0)
                .Sum(row => row.Amount("remaining"));
            var home = MoneyOffice.Text(await given.Admin.Open("/panel"));
            return Total(collections, "amount") > 0m && dueThisWeek > 0m
                && home.Contains(Written(Total(collections, "amount")), StringComparison.Ordinal) && home.Contains(Written(dueThisWeek), StringComparison.Ordinal)
                && unpaid.GetProperty("rows").EnumerateArray().Count(row => row.Text("customer") == customer) == 2;
        });
        var list = await given.Admin.Open("/panel/invoices?status=owed&dueFrom=2026-11-16&dueTo=2026-11-22&customer=" + customer);
        Assert.Contains("806,67 ₺", MoneyOffice.Text(list), StringComparison.Ordinal);
        foreach (var name in new[] { "collections", "unpaid" })
        {
            var page = MoneyOffice.Text(await given.Admin.Open("/panel/reports/" + name));
            var total = name == "collections" ? Total(collections, "amount") : Total(unpaid, "remaining");
            Assert.Contains(Formats.Number(total, 2, Language.Tr), page, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Feature", "B17")]
    public async Task Every_report_is_a_page_with_its_files_and_wrong_filters_are_said()
    {
        foreach (var name in new[] { "collections", "delays", "unpaid", "cashflow", "missing-invoices" })
        {
            var page = await given.Admin.Open($"/panel/reports/{name}");
            Assert.Equal(HttpStatusCode.OK, page.Status);
            foreach (var form in new[] { "xlsx", "csv", "pdf" })
                Assert.Equal(HttpStatusCode.OK, (await given.Admin.Open($"/panel/reports/{name}.{form}?currency=TRY")).Status);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await given.Admin.Open($"/panel/reports/{name}?currency=XXX")).Status);
        }
    }

    [Fact]
    public void A_bar_is_as_high_as_its_amount_and_the_axis_reaches_the_highest()
    {
        foreach (var highest in new[] { 0m, 0.03m, 7m, 12m, 99.99m, 100m, 1234567.89m })
        {
            var chart = MoneyChart.Of([new("a", highest / 2m, highest / 2m), new("b", highest / 4m), new("c", -5m)], Language.Tr);
            Assert.True(chart.Top >= highest);
            Assert.InRange(chart.Lines.Count, 2, 6);
            Assert.All(chart.Boxes, box => Assert.Equal(Math.Round((MoneyChart.Floor - 10m) * box.Amount / chart.Top, 6), Math.Round(box.Height, 6)));
            Assert.All(chart.Boxes, box => Assert.InRange(box.X, MoneyChart.Left, MoneyChart.Right));
            Assert.DoesNotContain(chart.Boxes, box => box.Label == "c");
        }
    }

    [Fact]
    public void A_report_is_drawn_by_what_its_rows_say_and_many_days_as_months()
    {
        ReportTable Table(int days) => new(
            "", [new("date", "", ReportColumnKind.Day), new("amount", "", ReportColumnKind.Amount, Total: true)],
            [.. Enumerable.Range(0, days).SelectMany(day => new[] { 1m, 2m }.Select(amount => new object?[] { new DateOnly(2026, 1, 1).AddDays(day), amount }))],
            Chart: new("date", "amount"));
        var few = ReportsPanel.Bars(Table(3), Language.Tr);
        Assert.Equal([3m, 3m, 3m], few.Select(bar => bar.Amounts[0]));
        var many = ReportsPanel.Bars(Table(59), Language.Tr);
        Assert.Equal(["2026-01", "2026-02"], many.Select(bar => bar.Label));
        Assert.Equal([93m, 84m], many.Select(bar => bar.Amounts[0]));
    }

    private static decimal Total(JsonElement report, string member) => report.GetProperty("totals").Amount(member);

    private static string Written(decimal amount) => Formats.Money(new(amount, Currency.TRY), Language.Tr).Replace('\u00a0', ' ');
}
