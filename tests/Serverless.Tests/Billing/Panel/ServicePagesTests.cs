using System.Net;
using Vade.Billing;
using Vade.Kernel;
using Vade.Organisation;
using Vade.Tests.EndToEnd;
using Vade.Tests.Portal;

namespace Vade.Tests.Billing.Panel;

/// <summary>Services in the staff panel, over HTTP and without JavaScript.</summary>
public sealed class ServicePagesTests
{
    private static readonly (string, string)[] Hosting =
    [
        ("service", "S1"), ("description", "Hosting & <b>alan adı</b>"), ("currency", "TRY"), ("months", "1"), ("startsOn", "2027-12-31"), ("channel.email", "true"),
        ("line.0.description", "Hosting"), ("line.0.quantity", "1"), ("line.0.unitPrice", "1.000,00"), ("line.0.taxRate", "20"),
    ];

    [Fact]
    [Trait("Feature", "B24")]
    public async Task The_next_invoices_are_shown_before_a_service_is_saved()
    {
        await using var office = await PanelOffice.Start();
        var api = new Office(office.Api);
        await api.PutCustomer("C1", "Işık Elektrik");
        var accountant = await office.Somebody(Role.Accountant);

        var form = await accountant.Open("/panel/customers/C1/services/@new");
        var preview = await accountant.Send(form, "id=\"service\"", [.. Hosting, ("step", "preview")]);
        var text = WebUtility.HtmlDecode(preview.Html);
        Assert.Equal(HttpStatusCode.OK, preview.Status);
        Assert.All(["31.12.2027", "31.01.2028", "29.02.2028", "1.200,00\u00A0₺"], part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.DoesNotContain("<b>alan", preview.Html, StringComparison.Ordinal);
        Assert.Empty(await api.All("/api/v1/customers/C1/services"));

        var back = await accountant.Send(preview, "id=\"preview\"", ("step", "edit"));
        Assert.Contains("1.000,00", back.Html, StringComparison.Ordinal);
        preview = await accountant.Send(back, "id=\"service\"", [.. Hosting, ("step", "preview")]);
        var saved = await accountant.Send(preview, "id=\"preview\"", ("step", "save"));
        Assert.Equal("/panel/customers/C1/services/S1", saved.PathOnly);
        var service = Assert.Single(await api.All("/api/v1/customers/C1/services"));
        Assert.Equal("1000", service.GetProperty("lines")[0].Text("unitPrice").Split('.')[0]);
        Assert.Equal("2027-12-31", service.GetProperty("nextInvoices")[0].GetString());
    }

    [Fact]
    [Trait("Feature", "B24")]
    public async Task A_change_is_told_as_what_each_invoice_was_and_will_be()
    {
        await using var office = await PanelOffice.Start();
        var api = new Office(office.Api);
        await api.PutCustomer("C1", "Işık Elektrik");
        await api.PutService("C1", "S1", "2027-12-01", "1000.00");
        var accountant = await office.Somebody(Role.Accountant);
        var form = await accountant.Open("/panel/customers/C1/services/S1/edit");
        (string, string)[] typed =
        [
            ("description", "Hosting"), ("currency", "TRY"), ("months", "2"), ("startsOn", "2027-12-01"), ("channel.email", "true"),
            ("line.1.description", "Hosting"), ("line.1.unitPrice", "1200"), ("line.1.taxRate", "20"),
        ];
        var preview = await accountant.Send(form, "id=\"service\"", [.. typed, ("step", "preview")]);
        var text = WebUtility.HtmlDecode(preview.Html);
        Assert.Contains("01.12.2027 faturası 1.200,00\u00A0₺ iken 1.440,00\u00A0₺ olacak.", text, StringComparison.Ordinal);
        Assert.Contains("01.01.2028 faturası (1.200,00\u00A0₺) artık kesilmeyecek.", text, StringComparison.Ordinal);

        // Somebody else is faster: what is saved is what was looked at.
        await api.PutService("C1", "S1", "2027-12-01", "900.00");
        var stale = await accountant.Send(preview, "id=\"preview\"", ("step", "save"));
        Assert.Contains("1.080,00\u00A0₺ iken", WebUtility.HtmlDecode(stale.Html), StringComparison.Ordinal);
        await accountant.Send(stale, "id=\"preview\"", ("step", "save"));
        Assert.Equal(2, (await api.Get("/api/v1/customers/C1/services/S1")).GetProperty("every").GetProperty("months").GetInt32());
    }

    [Fact]
    [Trait("Feature", "B1")]
    public async Task Rows_are_added_without_JavaScript_and_a_wrong_price_stays_where_it_was_typed()
    {
        await using var office = await PanelOffice.Start();
        await new Office(office.Api).PutCustomer("C1", "Işık Elektrik");
        var accountant = await office.Somebody(Role.Accountant);
        var form = await accountant.Open("/panel/customers/C1/services/@new");
        Assert.DoesNotContain("line.3.", form.Html, StringComparison.Ordinal);
        var more = await accountant.Send(form, "id=\"service\"", [.. Hosting, ("step", "row")]);
        Assert.Contains("line.3.", more.Html, StringComparison.Ordinal);
        Assert.Contains("1.000,00", more.Html, StringComparison.Ordinal);
        var wrong = await accountant.Send(more, "id=\"service\"", [.. Hosting, ("line.4.description", "Bakım"), ("line.4.unitPrice", "çok"), ("line.4.taxRate", "200"), ("step", "preview")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("f-line-4-unitPrice-error", wrong.Html, StringComparison.Ordinal);
        Assert.Contains("f-line-4-taxRate-error", wrong.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"çok\"", WebUtility.HtmlDecode(wrong.Html), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Feature", "B4")]
    public async Task A_service_is_ended_on_a_day_and_found_among_those_that_end_soon()
    {
        await using var office = await PanelOffice.Start();
        var api = new Office(office.Api);
        await api.PutCustomer("C1", "Işık Elektrik");
        await api.PutService("C1", "S1", "2027-12-01", "1000.00");
        await api.PutService("C1", "S2", "2027-12-01", "2000.00");
        var accountant = await office.Somebody(Role.Accountant);
        var early = await accountant.Open("/panel/customers/C1/services/S1/end?on=2027-11-30");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, early.Status);
        var asked = await accountant.Open("/panel/customers/C1/services/S1/end?on=2027-12-15");
        Assert.Contains("01.01.2028", asked.Html, StringComparison.Ordinal);
        await accountant.Send(asked, "/services/S1/end\"");
        Assert.Equal("2027-12-15", (await api.Get("/api/v1/customers/C1/services/S1")).Text("endsOn"));

        var all = await accountant.Open("/panel/services");
        Assert.Contains("2.400,00\u00A0₺", WebUtility.HtmlDecode(all.Html), StringComparison.Ordinal);
        var searched = await accountant.Open("/panel/services?text=s2&customer=C1&state=active");
        Assert.Contains("/services/S2\"", searched.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("/services/S1\"", searched.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("/services/S2\"", (await accountant.Open("/panel/services?state=ended")).Html, StringComparison.Ordinal);
        using var csv = await accountant.Call(HttpMethod.Get, "/panel/services.csv?customer=C1", null);
        Assert.Contains("S1", await csv.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Feature", "B24")]
    public void A_preview_holds_every_invoice_of_both_plans_up_to_the_third_to_come()
    {
        foreach (var (old, next) in from old in new[] { 1, 2, 3, 12 } from next in new[] { 1, 2, 3, 12 } select (old, next))
        {
            var (before, after) = (Monthly(old, 100m), Monthly(next, 200m));
            var shown = ServicePreview.Of(before, after);
            Assert.Equal(after.Upcoming(3), shown.Where(invoice => invoice.After is not null).Select(invoice => invoice.On));
            Assert.Equal(
                before.Upcoming(24).Where(on => on <= after.Upcoming(3)[^1]),
                shown.Where(invoice => invoice.Before is not null).Select(invoice => invoice.On));
            Assert.All(shown, invoice => Assert.Equal(new Money(120m, Currency.TRY), invoice.Before ?? new Money(120m, Currency.TRY)));
        }

        static Service Monthly(int months, decimal price) => new(
            "S", "", "TRY", [new("Hosting", 1m, price, 20m)], months, new(2026, 1, 31), null, null, false, ["email"], default);
    }
}
