using System.Net;
using System.Text;
using Vade.Accounts;
using Vade.Organisation;
using Vade.Tests.EndToEnd;
using Vade.Tests.Portal;
using Api = Vade.Tests.EndToEnd.Office;

namespace Vade.Tests.Accounts.Panel;

/// <summary>Customers in the staff panel, over HTTP and without JavaScript.</summary>
public sealed class CustomerPagesTests
{
    private const string Hostile = "ÖZGÜR & Ş. <script>alert(1)</script>";

    [Fact]
    [Trait("Feature", "B27")]
    public async Task A_wrong_form_keeps_everything_that_was_typed_and_a_right_one_makes_the_customer()
    {
        await using var office = await PanelOffice.Start();
        var accountant = await office.Somebody(Role.Accountant);
        var form = await accountant.Open("/panel/customers/@new");
        (string, string)[] typed =
        [
            ("code", "A#7/1"), ("title", Hostile), ("taxId", "1234567891"), ("country", "TR"), ("language", "tr"), ("emails", "muhasebe@ornek.example\nbu adres değil"),
            ("phone", "0532 123 45 67"), ("whatsApp", "true"), ("address.city", "İstanbul"), ("dueDays", "yirmi"),
        ];
        var wrong = await accountant.Send(form, "id=\"customer\"", typed);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        var text = WebUtility.HtmlDecode(wrong.Html);
        Assert.All(["A#7/1", Hostile, "1234567891", "bu adres değil", "0532 123 45 67", "İstanbul", "yirmi"], value => Assert.Contains(value, text, StringComparison.Ordinal));
        Assert.Contains("kontrol hanesi", text, StringComparison.Ordinal);
        Assert.Contains("0 ile 365", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", wrong.Html, StringComparison.Ordinal);

        var saved = await accountant.Send(wrong, "id=\"customer\"",
            [.. typed.Where(field => field.Item1 is not ("taxId" or "emails" or "dueDays")), ("taxId", "1234567890"), ("emails", "muhasebe@ornek.example"), ("dueDays", "20")]);
        Assert.Equal(HttpStatusCode.OK, saved.Status);
        Assert.Equal("/panel/customers/~QSM3LzE", saved.PathOnly);
        Assert.DoesNotContain("<script>alert", saved.Html, StringComparison.Ordinal);
        var customer = await new Api(office.Api).Get("/api/v1/customers/~QSM3LzE");
        Assert.Equal(Hostile, customer.Text("title"));
        Assert.Equal(20, customer.GetProperty("dueDays").GetInt32());
        Assert.Equal("+905321234567", customer.Text("phone"));

        var again = await accountant.Send(await accountant.Open("/panel/customers/@new"), "id=\"customer\"", ("code", "A#7/1"), ("title", "Başkası"), ("country", "TR"), ("language", "tr"));
        Assert.Contains("başka bir müşterinin", WebUtility.HtmlDecode(again.Html), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Feature", "B27")]
    public async Task Who_changes_a_customer_that_somebody_else_has_changed_meanwhile_is_told_first()
    {
        await using var office = await PanelOffice.Start();
        var api = new Api(office.Api);
        await api.PutCustomer("C1", "Eski Ad");
        var accountant = await office.Somebody(Role.Accountant);
        var form = await accountant.Open("/panel/customers/C1/edit");
        await api.PutCustomer("C1", "Arada Değişen Ad");
        (string, string)[] typed = [("title", "Benim Adım"), ("country", "TR"), ("language", "tr")];
        var told = await accountant.Send(form, "id=\"customer\"", typed);
        Assert.Contains("başka biri tarafından", WebUtility.HtmlDecode(told.Html), StringComparison.Ordinal);
        Assert.Equal("Arada Değişen Ad", (await api.Get("/api/v1/customers/C1")).Text("title"));
        await accountant.Send(told, "id=\"customer\"", typed);
        Assert.Equal("Benim Adım", (await api.Get("/api/v1/customers/C1")).Text("title"));
    }

    [Fact]
    [Trait("Feature", "B27")]
    public async Task The_list_keeps_its_filters_in_the_address_and_leaves_as_a_file()
    {
        await using var office = await PanelOffice.Start();
        var api = new Api(office.Api);
        await api.PutCustomer("C1", "Işık Elektrik");
        await api.PutCustomer("C2", Hostile);
        await api.Put("/api/v1/customers/C3", new { title = "Postasız Ltd" });
        var viewer = await office.Somebody(Role.Viewer);

        var found = await viewer.Open("/panel/customers?query=isik");
        Assert.Contains("Işık Elektrik", WebUtility.HtmlDecode(found.Html), StringComparison.Ordinal);
        Assert.DoesNotContain("Postasız", WebUtility.HtmlDecode(found.Html), StringComparison.Ordinal);
        Assert.Contains("/panel/customers.xlsx?query=isik", found.Html, StringComparison.Ordinal);
        var without = WebUtility.HtmlDecode((await viewer.Open("/panel/customers?hasEmail=false")).Html);
        Assert.Contains("Postasız", without, StringComparison.Ordinal);
        Assert.DoesNotContain("Işık", without, StringComparison.Ordinal);
        Assert.DoesNotContain("@new", without, StringComparison.Ordinal);

        using var csv = await viewer.Call(HttpMethod.Get, "/panel/customers.csv?query=script", null);
        var lines = await csv.Content.ReadAsStringAsync();
        Assert.Contains("Ş. <script>", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("Postasız", lines, StringComparison.Ordinal);
        using var xlsx = await viewer.Call(HttpMethod.Get, "/panel/customers.xlsx", null);
        Assert.Equal(HttpStatusCode.OK, xlsx.StatusCode);
    }

    [Fact]
    [Trait("Feature", "A12")]
    public async Task An_opening_balance_is_shown_before_it_is_booked_and_booked_once_however_often_it_is_sent()
    {
        await using var office = await PanelOffice.Start();
        var api = new Api(office.Api);
        await api.PutCustomer("C1", Hostile);
        var accountant = await office.Somebody(Role.Accountant);

        var asked = await accountant.Open("/panel/customers/C1/opening/confirm?side=owed&amount=1.200%2C50&currency=TRY&number=2025-118&asOf=2025-12-31&dueOn=2026-01-10");
        Assert.Contains("1.200,50\u00A0₺", WebUtility.HtmlDecode(asked.Html), StringComparison.Ordinal);
        Assert.Equal("0.00", (await api.Get("/api/v1/customers/C1")).GetProperty("balance").Text("amount"));

        var form = asked.Document.Form("action=\"/panel/customers/C1/opening\"");
        var done = await accountant.Post(form.Action, [.. form.Fields]);
        await accountant.Post(form.Action, [.. form.Fields]);
        Assert.Equal("/panel/customers/C1/operations", done.PathOnly);
        Assert.Equal("1200.50", (await api.Get("/api/v1/customers/C1")).GetProperty("balance").Text("amount"));
        var page = WebUtility.HtmlDecode((await accountant.Open("/panel/customers/C1")).Html);
        Assert.Contains("2025-118", page, StringComparison.Ordinal);
        Assert.Contains("gün gecikti", page, StringComparison.Ordinal);

        // The list follows the ledger by messages.
        for (var wait = 0; !WebUtility.HtmlDecode((await accountant.Open("/panel/customers?overdue=true")).Html).Contains("1.200,50\u00A0₺", StringComparison.Ordinal); wait++)
        {
            Assert.InRange(wait, 0, 100);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    [Fact]
    [Trait("Feature", "A11")]
    public async Task What_is_written_off_can_be_taken_back_and_every_entry_opens()
    {
        await using var office = await PanelOffice.Start();
        var api = new Api(office.Api);
        await api.PutCustomer("C1", "Işık Elektrik");
        await api.Post("/api/v1/customers/C1/opening-balances", new { reference = "O1", asOf = "2026-01-01", items = new[] { new { amount = "100.00", number = "N1" }, new { amount = "50.00", number = "N2" } } });
        var accountant = await office.Somebody(Role.Accountant);

        var unchosen = await accountant.Open("/panel/customers/C1/write-off/confirm?currency=TRY&reason=Kapand%C4%B1");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unchosen.Status);
        Assert.Contains("Kapandı", WebUtility.HtmlDecode(unchosen.Html), StringComparison.Ordinal);
        var asked = await accountant.Open("/panel/customers/C1/write-off/confirm?currency=TRY&item=N1&reason=Kapand%C4%B1");
        Assert.Contains("150,00\u00A0₺ → 50,00\u00A0₺", WebUtility.HtmlDecode(asked.Html), StringComparison.Ordinal);
        var list = await accountant.Send(asked, "action=\"/panel/customers/C1/write-off\"");
        Assert.Equal("50.00", (await api.Get("/api/v1/customers/C1")).GetProperty("balance").Text("amount"));

        var back = await accountant.Open(list.Document.Link("/operations/")!);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await accountant.Send(back, "id=\"take-back\"", ("reason", " "))).Status);
        await accountant.Send(back, "id=\"take-back\"", ("reason", "Ödeyecek"));
        Assert.Equal("150.00", (await api.Get("/api/v1/customers/C1")).GetProperty("balance").Text("amount"));

        var ledger = await accountant.Open("/panel/customers/C1/ledger?from=2026-01-01&currency=TRY");
        Assert.Contains("Alacaktan vazgeçme", WebUtility.HtmlDecode(ledger.Html), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await accountant.Open(ledger.Document.Link("/entries/")!)).Status);
        Assert.Equal(HttpStatusCode.OK, (await accountant.Open("/panel/customers/C1/why/TRY")).Status);
        foreach (var file in new[] { "statement.pdf", "statement.xlsx", "statement.proof.json" })
        {
            using var answer = await accountant.Call(HttpMethod.Get, "/panel/customers/C1/" + file + "?from=2026-01-01&to=2026-12-31&currency=TRY", null);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task No_more_is_written_off_than_was_shown_whatever_comes_in_meanwhile()
    {
        await using var office = await PanelOffice.Start();
        var api = new Api(office.Api);
        await api.PutCustomer("C1", "Işık Elektrik");
        await api.Post("/api/v1/customers/C1/opening-balances", new { reference = "O1", asOf = "2026-01-01", items = new[] { new { amount = "100.00", number = "N1" } } });
        var accountant = await office.Somebody(Role.Accountant);
        var asked = await accountant.Open("/panel/customers/C1/write-off/confirm?currency=TRY&all=true&reason=Kapand%C4%B1");
        await api.Post("/api/v1/customers/C1/opening-balances", new { reference = "O2", asOf = "2026-02-01", items = new[] { new { amount = "40.00", number = "N2" } } });
        await accountant.Send(asked, "action=\"/panel/customers/C1/write-off\"");
        Assert.Equal("40.00", (await api.Get("/api/v1/customers/C1")).GetProperty("balance").Text("amount"));

        // What was shown is not all there any more: nothing is done, and the form says why.
        asked = await accountant.Open("/panel/customers/C1/write-off/confirm?currency=TRY&item=N2&reason=Kapand%C4%B1");
        await api.Post("/api/v1/customers/C1/opening-balances", new { reference = "O3", asOf = "2026-02-01", advance = "15.00" });
        var refused = await accountant.Send(asked, "action=\"/panel/customers/C1/write-off\"");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal("25.00", (await api.Get("/api/v1/customers/C1")).GetProperty("balance").Text("amount"));
    }

    [Fact]
    public async Task An_advance_is_paid_out_while_something_is_open_only_when_that_is_said()
    {
        await using var office = await PanelOffice.Start();
        var api = new Api(office.Api);
        await api.PutCustomer("C1", "Işık Elektrik");
        await api.Post("/api/v1/customers/C1/opening-balances", new { reference = "O1", asOf = "2026-01-01", advance = "80.00" });
        var accountant = await office.Somebody(Role.Accountant);
        var tooMuch = await accountant.Open("/panel/customers/C1/pay-out/confirm?amount=90&currency=TRY&means=transfer&reason=Fazla");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tooMuch.Status);
        var asked = await accountant.Open("/panel/customers/C1/pay-out/confirm?amount=30&currency=TRY&means=transfer&reason=Fazla&paidOn=2026-11-01");
        Assert.Contains("80,00\u00A0₺ → 50,00\u00A0₺", WebUtility.HtmlDecode(asked.Html), StringComparison.Ordinal);
        await accountant.Send(asked, "action=\"/panel/customers/C1/pay-out\"");
        Assert.Equal("-50.00", (await api.Get("/api/v1/customers/C1")).GetProperty("balance").Text("amount"));
    }

    [Fact]
    public async Task Two_records_of_a_customer_become_one_after_a_page_that_says_what_moves()
    {
        await using var office = await PanelOffice.Start();
        var api = new Api(office.Api);
        await api.PutCustomer("C1", "Işık Elektrik");
        await api.PutCustomer("C2", Hostile);
        await api.Post("/api/v1/customers/C1/opening-balances", new { reference = "O1", asOf = "2026-01-01", items = new[] { new { amount = "100.00", number = "N1" } } });
        await api.Post("/api/v1/customers/C2/opening-balances", new { reference = "O2", asOf = "2026-01-01", items = new[] { new { amount = "40.00", number = "N2" } } });
        var accountant = await office.Somebody(Role.Accountant);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await accountant.Open("/panel/customers/C1/merge?into=C1")).Status);
        var asked = await accountant.Open("/panel/customers/C1/merge?into=C2");
        Assert.Contains("140,00\u00A0₺", WebUtility.HtmlDecode(asked.Html), StringComparison.Ordinal);
        var form = asked.Document.Form("action=\"/panel/customers/C1/merge\"");
        var merged = await accountant.Post(form.Action, [.. form.Fields]);
        await accountant.Post(form.Action, [.. form.Fields]);
        Assert.Equal("/panel/customers/C2", merged.PathOnly);
        Assert.Equal("140.00", (await api.Get("/api/v1/customers/C2")).GetProperty("balance").Text("amount"));
        Assert.Contains("C2", (await accountant.Open("/panel/customers/C1")).Html, StringComparison.Ordinal);
        foreach (var path in new[] { "edit", "opening", "write-off/confirm?all=true", "services/@new", "merge" })
            Assert.Equal(HttpStatusCode.Conflict, (await accountant.Open("/panel/customers/C1/" + path)).Status);
    }

    [Fact]
    [Trait("Feature", "C12")]
    public async Task A_note_is_kept_with_who_wrote_it_and_one_stands_on_top_of_every_page()
    {
        await using var office = await PanelOffice.Start();
        await new Api(office.Api).PutCustomer("C1", "Işık Elektrik");
        var cashier = await office.Somebody(Role.Cashier);
        var page = await cashier.Open("/panel/customers/C1/notes");
        var form = page.Document.Form("id=\"note\"");
        (string, string)[] fields = [.. form.Fields, ("text", "Cuma öder.\n" + Hostile)];
        page = await cashier.Post(form.Action, fields);
        await cashier.Post(form.Action, fields);
        page = await cashier.Send(page, "/notes/pin");
        Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
        var overview = WebUtility.HtmlDecode((await cashier.Open("/panel/customers/C1")).Html);
        Assert.Equal(2, overview.Split("Cuma öder.").Length);
        var news = WebUtility.HtmlDecode((await cashier.Open("/panel/customers/C1/news")).Html);
        Assert.Equal(3, news.Split("Cuma öder.").Length);
        Assert.Contains("Deniz", news, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_sees_and_changes_nothing()
    {
        await using var office = await PanelOffice.Start();
        await new Api(office.Api).PutCustomer("C1", "Işık Elektrik");
        var viewer = await office.Somebody(Role.Viewer);
        foreach (var path in new[] { "", "/ledger", "/operations", "/notes", "/news", "/services" })
            Assert.Equal(HttpStatusCode.OK, (await viewer.Open("/panel/customers/C1" + path)).Status);
        foreach (var path in new[] { "/@new", "/@import", "/C1/edit", "/C1/opening", "/C1/write-off/confirm", "/C1/pay-out", "/C1/services/@new" })
            Assert.Equal(HttpStatusCode.Forbidden, (await viewer.Open("/panel/customers" + path)).Status);
        var notes = await viewer.Open("/panel/customers/C1/notes");
        Assert.False(notes.Document.HasForm("id=\"note\""));
    }

    [Fact]
    [Trait("Feature", "A29")]
    public async Task A_file_is_taken_and_its_wrong_rows_are_named_and_the_same_file_changes_nothing()
    {
        await using var office = await PanelOffice.Start();
        var accountant = await office.Somebody(Role.Accountant);
        const string Csv = "code;title;taxId\nC1;Işık Elektrik;\nC2;;\nC3;Yanlış Vergi;1234567891\n";
        for (var time = 0; time < 2; time++)
        {
            var report = WebUtility.HtmlDecode(await Upload(accountant, "customers", Csv));
            Assert.Contains("3 satırdan 1 tanesi", report, StringComparison.Ordinal);
            Assert.Contains("taxId", report, StringComparison.Ordinal);
            Assert.Contains("kontrol hanesi", report, StringComparison.Ordinal);
        }

        Assert.Contains("bu sütun bilinmiyor", WebUtility.HtmlDecode(await Upload(accountant, "customers", "code;title;renk\nC9;A;mavi\n")), StringComparison.Ordinal);
        foreach (var kind in new[] { "customers", "services", "documents", "openingBalances" })
        {
            using var template = await accountant.Call(HttpMethod.Get, $"/panel/customers/@import/{kind}.xlsx", null);
            Assert.Equal(HttpStatusCode.OK, template.StatusCode);
        }

        async Task<string> Upload(PanelClient browser, string kind, string csv)
        {
            var form = (await browser.Open("/panel/customers/@import")).Document.Form("id=\"import\"");
            using var content = new MultipartFormDataContent();
            foreach (var (name, value) in form.Fields.Append(("kind", kind)))
                content.Add(new StringContent(value), name);
            content.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(csv)), "file", "file.csv");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(office.Api.BaseAddress!, form.Action)) { Content = content };
            request.Headers.Add("Cookie", string.Join("; ", browser.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
            using var answer = await http.SendAsync(request);
            return answer.StatusCode == HttpStatusCode.SeeOther
                ? (await browser.Open(answer.Headers.Location!.ToString())).Html
                : await answer.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task The_next_code_is_the_one_behind_those_given_in_a_row()
    {
        foreach (var taken in Enumerable.Range(0, 200).Append(99_999))
        {
            var asked = 0;
            Assert.Equal(taken + 1, await NextCode.FirstFree(number => Task.FromResult(++asked > 0 && number > taken)));
            Assert.InRange(asked, 1, 40);
        }

        Assert.Equal("C0017", NextCode.Way.Of(["A", "C0003"]).Write(17));
        Assert.Equal("17", NextCode.Way.Of([]).Write(17));
        Assert.Equal("120.01.17", NextCode.Way.Of(["120.01.5"]).Write(17));
    }
}
