using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Notifications;
using Vade.Tests.EndToEnd;
using Vade.Tests.Hosting;
using Vade.Tests.Billing;
using Vade.Tests.Payments;

namespace Vade.Tests.My;

public sealed class MyPagesTests
{
    private static readonly string[] Pages = ["/my", "/my/invoices", "/my/payments", "/my/ledger", "/my/notices", "/my/contact", "/my/documents"];

    [Fact]
    [Trait("Feature", "A8")]
    [Trait("Feature", "A11")]
    [Trait("Feature", "A12")]
    [Trait("Feature", "B9")]
    [Trait("Feature", "B19")]
    [Trait("Feature", "C10")]
    [Trait("Feature", "B25")]
    public async Task A_customer_sees_what_is_owed_pays_it_and_finds_receipt_ledger_and_notices()
    {
        await using var app = await SignInTests.Shop("C1");
        var first = await Invoice(app, "C1", "R1", "1000.00");
        var second = await Invoice(app, "C1", "R2", "500.00");
        using var guest = await Guest.SignedIn(app, "C1");
        var my = await guest.Get("/my");
        Assert.Contains("1.800,00", my.Words, StringComparison.Ordinal);
        Assert.Equal(2, Guest.Ticked(my.Page, "id=\"pay\"").Count);

        // Without a tick nothing is begun.
        Assert.Contains("en az bir fatura", (await guest.Submit(my.Page.Form("id=\"pay\""))).Words, StringComparison.Ordinal);
        var bank = await guest.Submit(my.Page.Form("id=\"pay\""), [.. Guest.Ticked(my.Page, "id=\"pay\"")]);
        Assert.StartsWith("/simulator/", bank.Path, StringComparison.Ordinal);
        // The back button and another tab come to the same.
        Assert.Equal(bank.Path, (await guest.Submit(my.Page.Form("id=\"pay\""), [.. Guest.Ticked(my.Page, "id=\"pay\"")])).Path);
        Assert.Contains("1.800,00", (await guest.Get("/my")).Words, StringComparison.Ordinal);
        var result = await guest.Submit(bank.Page.Form("name=\"outcome\""), ("outcome", "approve"));
        Assert.Contains("Ödemeniz alındı", result.Words, StringComparison.Ordinal);
        Assert.Equal("/my", result.Page.Link("/my"));
        Assert.Contains("Borcunuz yok", (await guest.Get("/my")).Words, StringComparison.Ordinal);
        Assert.Contains("Seçtiğiniz faturalar", (await guest.Get(result.Path.Replace("/result", "", StringComparison.Ordinal))).Words, StringComparison.Ordinal);

        var payments = await guest.Get("/my/payments");
        Assert.Contains(first, payments.Words, StringComparison.Ordinal);
        var receipt = await guest.Get(payments.Page.Link("receipt.pdf")!);
        Assert.Equal(("application/pdf", null), (receipt.Type, receipt.Disposition));
        Assert.StartsWith("attachment; filename=MKB", (await guest.Get(payments.Page.Link("receipt.pdf") + "?save")).Disposition, StringComparison.Ordinal);

        var ledger = await guest.Get("/my/ledger");
        Assert.Contains(first, ledger.Words, StringComparison.Ordinal);
        Assert.Contains("16.11.2026", ledger.Words, StringComparison.Ordinal);
        var onlyPayments = await guest.Get("/my/ledger?kind=Payment&from=2026-11-01&to=2026-11-30&currency=TRY");
        Assert.DoesNotContain(first, onlyPayments.Words, StringComparison.Ordinal);
        Assert.Equal("%PDF-", Encoding.ASCII.GetString((await guest.Get(ledger.Page.Link("statement.pdf")!)).Bytes, 0, 5));
        Assert.Equal("PK", Encoding.ASCII.GetString((await guest.Get(ledger.Page.Link("statement.xlsx")!)).Bytes, 0, 2));

        await SignInTests.Move(app, TimeSpan.FromSeconds(5));
        var notices = await guest.Get("/my/notices");
        Assert.Equal(3, notices.Words.Split(">Yeni<").Length - 1);
        var read = await guest.Submit(notices.Page.Form("id=\"notices\""), ("read", System.Text.RegularExpressions.Regex.Match(notices.Text, "name=\"read\" value=\"([^\"]+)\"").Groups[1].Value));
        Assert.Equal(2, read.Words.Split(">Yeni<").Length - 1);
        Assert.Contains(">2</span>", (await guest.Get("/my")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(">Yeni<", (await guest.Submit(read.Page.Form("id=\"notices\""), ("all", "1"))).Text, StringComparison.Ordinal);

        // Looked at twice within minutes is once; loaded ahead is never.
        for (var look = 0; look < 3; look++)
            Assert.Equal("application/pdf", (await guest.Get($"/my/invoices/{first}/pdf", ("User-Agent", "Mozilla/5.0 Chrome/140.0 Safari/537.36"))).Type);
        await guest.Get($"/my/invoices/{first}/pdf?save", ("Sec-Purpose", "prefetch;prerender"));
        await guest.Get($"/my/invoices/{second}/pdf?save", ("Purpose", "prefetch"));
        var timeline = (await app.Send(HttpMethod.Get, $"/api/v1/invoices/{first}/timeline")).Body.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(["created", "issued", "paid", "sent", "sent", "viewed"], timeline.Select(item => item.Text("kind")).Order(StringComparer.Ordinal));
        Assert.Equal("created", timeline[0].Text("kind"));
        Assert.Equal(("Chrome", "by the customer, signed in"), (timeline[^1].Text("detail"), timeline[^1].Text("because")));
        Assert.DoesNotContain("viewed", (await app.Send(HttpMethod.Get, $"/api/v1/invoices/{second}/timeline")).Body.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Feature", "A8")]
    public async Task Nobody_sees_anything_of_another_customer_whatever_stands_in_the_address()
    {
        await using var app = await SignInTests.Shop("C1", "C2");
        var other = await Invoice(app, "C2", "R2", "700.00");
        await app.Put("/api/v1/customers/C2/documents/ERP-1", """{"direction":"sale","date":"2026-10-01","total":"120.00"}""");
        await Put(app, "/api/v1/customers/C2/documents/ERP-1/pdf", "%PDF-1.7 x"u8.ToArray());
        var paid = await app.Post("/api/v1/customers/C2/payments", """{"amount":"1.00","currency":"TRY","means":"cash","reference":"P2"}""");
        await SignInTests.Move(app, TimeSpan.FromSeconds(5));
        using var guest = await Guest.SignedIn(app, "C1");
        using var owner = await Guest.SignedIn(app, "C2");
        string[] paths =
        [
            $"/my/invoices/{other}/pdf", $"/my/invoices/{other}/pdf?save", $"/my/payments/{paid.Text("id")}/receipt.pdf", "/my/documents/sale/ERP-1/pdf",
        ];
        foreach (var path in paths)
        {
            Assert.Equal((path, 200, "application/pdf"), (path, (await owner.Get(path)).Status, (await owner.Get(path)).Type));
            Assert.Equal((path, 404), (path, (await guest.Get(path)).Status));
        }

        foreach (var path in new[]
        {
            "/my/x", "/my/invoices/%01/pdf", $"/my/invoices/{new string('x', 2000)}/pdf", "/my/invoices/~zz!/pdf", "/my/documents/sale/%01/pdf", "/my/documents/x/ERP-1/pdf",
            "/my/documents/purchase/ERP-1/pdf", "/my/documents/sale/ERP-1/ubl", "/my/payments/x/receipt.pdf",
        })
            Assert.Equal((path, 404), (path, (await guest.Get(path)).Status));
        foreach (var page in Pages)
        {
            var shown = await guest.Get($"{page}?after=%00x&page=999999999999&year=x&kind=5&from=0001-01-01&to=9999-12-31&currency=%FF&show=%00&customer=C2&lang=xx");
            Assert.Equal((page, 200), (page, shown.Status));
            Assert.DoesNotContain(other, shown.Words, StringComparison.Ordinal);
            Assert.DoesNotContain("ERP-1", shown.Words, StringComparison.Ordinal);
        }

        // Another's item in the form is nothing that is owed here.
        var refs = (await app.Services.GetRequiredService<LedgerReader>().Head(AccountStore.Of("C2"), default)).Open;
        var proof = (await guest.Get("/my")).Page.Form("sign-out").Fields;
        var stolen = await guest.Post("/my/pay", [.. proof, ("currency", "TRY"), .. refs.Select(item => ("invoice", $"{item.Ref}|{item.Remaining.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture)}"))]);
        Assert.Contains("hiçbir ödeme alınmadı", stolen.Words, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Feature", "B19")]
    [Trait("Feature", "C11")]
    public async Task Two_tabs_with_different_choices_never_charge_an_invoice_twice_and_odd_forms_charge_nothing()
    {
        await using var app = await SignInTests.Shop("C1");
        foreach (var i in Enumerable.Range(1, 3))
            await Invoice(app, "C1", $"R{i}", $"{i}00.00");
        using var guest = await Guest.SignedIn(app, "C1");
        var my = (await guest.Get("/my")).Page;
        var (form, boxes) = (my.Form("id=\"pay\""), Guest.Ticked(my, "id=\"pay\""));
        var two = await guest.Submit(form, boxes[0], boxes[1]);
        Assert.StartsWith("/simulator/", two.Path, StringComparison.Ordinal);
        var overlapping = await guest.Submit(form, boxes[1], boxes[2]);
        Assert.Equal("/my/pay", overlapping.Path);
        Assert.Contains("href=\"http", overlapping.Text, StringComparison.Ordinal);
        var third = await guest.Submit(form, boxes[2]);
        Assert.NotEqual(two.Path, third.Path);
        await guest.Submit(two.Page.Form("name=\"outcome\""), ("outcome", "approve-twice"));
        await guest.Submit(third.Page.Form("name=\"outcome\""), ("outcome", "approve"));
        await SignInTests.Move(app, TimeSpan.FromMinutes(11));

        var items = (await app.Send(HttpMethod.Get, "/api/v1/payments?customer=C1")).Body.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(["360.00", "360.00"], items.Select(item => item.Text("amount")));
        foreach (var odd in new (string, string)[][]
        {
            [("invoice", "x")], [("invoice", "x|1")], [("invoice", "|")], [("invoice", "x|-5")], [("invoice", "x|99999999999999999999999999999")],
            [("invoice", "\0|1.00")], [("invoice", new string('y', 9000) + "|1.00")], [("all", "1")], [("all", "1"), ("due", "1e5")], [boxes[0]],
        })
            Assert.Equal("/my/pay", (await guest.Submit(form, odd)).Path);
        Assert.Equal("/my/pay", (await guest.Submit(form with { Fields = [.. form.Fields.Where(field => field.Name != "currency")] })).Path);
    }

    [Fact]
    [Trait("Feature", "A7")]
    public async Task A_form_without_its_proof_changes_nothing_and_lets_one_try_again()
    {
        await using var app = await SignInTests.Shop("C1");
        using var guest = await Guest.SignedIn(app, "C1");
        foreach (var path in new[] { "/my/sign-out", "/my/sign-out/everywhere", "/my/pay", "/my/contact", "/my/contact/emails", "/my/contact/emails/remove", "/my/notices" })
        {
            foreach (var proof in new[] { "", "x", new string('A', 28) })
            {
                var answer = await guest.Post(path, [("proof", proof), ("email", Guest.Mail("C1")), ("all", "1")]);
                Assert.Equal((path, 400), (path, answer.Status));
                Assert.Contains("bir kez daha deneyin", answer.Words, StringComparison.Ordinal);
            }
        }

        Assert.Equal("/my", (await guest.Get("/my")).Path);
        using var stranger = new Guest(app);
        foreach (var page in Pages)
            Assert.Equal("/", (await stranger.Get(page)).Path);
        Assert.Equal("/", (await stranger.Post("/my/pay", [("currency", "TRY")])).Path);
    }

    [Fact]
    [Trait("Feature", "A8")]
    public async Task Every_page_stays_light_in_every_language_however_much_stands_on_it()
    {
        await using var app = await SignInTests.Shop("C1");
        for (var i = 0; i < 18; i++)
            await Invoice(app, "C1", $"R{i}", "987654321.99", i % 8 == 0 ? "USD" : "TRY", "Очень длинное название услуги сопровождения и консультаций, ноябрь 2026");
        for (var i = 0; i < 22; i++)
        {
            await app.Put($"/api/v1/customers/C1/documents/ERP{i:D13}{new string('Ş', 20)}", """{"direction":"sale","date":"2026-10-01","total":"120.00"}""");
            await app.Post("/api/v1/customers/C1/payments", $$"""{"amount":"1.00","currency":"TRY","means":"transfer","reference":"P{{i}}"}""");
        }

        await SignInTests.Move(app, TimeSpan.FromSeconds(30));
        using var guest = await Guest.SignedIn(app, "C1");
        foreach (var language in Languages.All)
        {
            foreach (var page in Pages)
            {
                // Guest holds every page to 14 KiB.
                for (var next = $"{page}?lang={language.Code()}"; next is not null;)
                {
                    var shown = await guest.Get(next);
                    Assert.Equal((next, 200), (next, shown.Status));
                    next = language == Language.Ru ? NextOf(shown) : null;
                }
            }
        }

        // Everything is payable, also what is on another page.
        var bank = await guest.Submit((await guest.Get("/my")).Page.Form("id=\"pay-all\""));
        Assert.StartsWith("/simulator/", bank.Path, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Feature", "A26")]
    public async Task A_new_address_counts_once_it_is_confirmed_and_what_the_customer_changed_outlives_the_erp_repeating_itself()
    {
        await using var app = await SignInTests.Shop("C1");
        using var guest = await Guest.SignedIn(app, "C1");
        const string New = "yeni@musteri.example";
        var contact = await guest.Get("/my/contact");
        var asked = await guest.Submit(contact.Page.Form("id=\"add-email\""), ("email", New));
        Assert.Contains("Onay bekliyor", asked.Words, StringComparison.Ordinal);
        await SignInTests.Move(app, TimeSpan.FromSeconds(5));
        var link = Assert.Single(await guest.Links(New, "/my/confirm/"));
        Assert.DoesNotContain(New, (await Customer(app)).ToString(), StringComparison.Ordinal);

        using var elsewhere = new Guest(app);
        var confirm = await elsewhere.Get(link);
        Assert.Contains(New, confirm.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(New, (await Customer(app)).ToString(), StringComparison.Ordinal);
        Assert.Contains("Adres onaylandı", (await elsewhere.Submit(confirm.Page.Form("id=\"confirm\""))).Words, StringComparison.Ordinal);
        Assert.Contains("artık geçerli değil", (await elsewhere.Submit(confirm.Page.Form("id=\"confirm\""))).Words, StringComparison.Ordinal);
        Assert.Equal([Guest.Mail("C1"), New], Emails(await Customer(app)));

        contact = await guest.Get("/my/contact");
        var saved = await guest.Submit(
            contact.Page.Form("id=\"contact\""), ("phone", "0532 765 43 21"), ("language", "en"), ("whatsApp", "yes"), ("mail", "invoice"));
        Assert.Contains("Saved.", saved.Words, StringComparison.Ordinal);
        Assert.Contains("You agreed on 2 Nov 2026", saved.Words, StringComparison.Ordinal);
        var choices = await app.Services.GetRequiredService<ChangeContact>().Choices(AccountStore.Of("C1"), default);
        Assert.Equal((true, "my", "+905327654321"), (choices.WhatsApp!.Given, choices.WhatsApp.Source, choices.WhatsApp.Phone));

        // The same again is no news; something new is newer than the customer's.
        await app.Put("/api/v1/customers/C1", $$"""{"title":"Güneş C1","emails":["{{Guest.Mail("C1")}}"],"phone":"+905321234567"}""");
        var customer = await Customer(app);
        Assert.Equal([Guest.Mail("C1"), New], Emails(customer));
        Assert.Equal(("+905327654321", "en", true), (customer.Text("phone"), customer.Text("language"), customer.GetProperty("whatsApp").GetBoolean()));
        await app.Put("/api/v1/customers/C1", $$"""{"title":"Güneş C1","emails":["erp@musteri.example"],"phone":"+905321112233"}""");
        Assert.Equal(["erp@musteri.example"], Emails(await Customer(app)));
        Assert.Equal("+905321112233", (await Customer(app)).Text("phone"));

        // Staff were told of each change, and receipts are not wanted by mail.
        await app.Post("/api/v1/customers/C1/payments", """{"amount":"1.00","currency":"TRY","means":"cash","reference":"P1"}""");
        await SignInTests.Move(app, TimeSpan.FromSeconds(5));
        var notices = await app.Services.GetRequiredService<Notices>().Page(null, 10, default);
        Assert.Equal(["emailAdded", "phone,language,whatsApp,mail"], notices.Select(row => row.Value.Reason).Order(StringComparer.Ordinal));
        var receipt = Assert.Single((await app.Send(HttpMethod.Get, "/api/v1/deliveries?customer=C1&kind=receipt")).Body.GetProperty("items").EnumerateArray());
        Assert.Equal(("skipped", "optedOut"), (receipt.Text("status"), receipt.Text("reason")));
    }

    [Fact]
    public async Task What_cannot_be_taken_as_contact_is_shown_with_its_problem_and_the_last_address_stays()
    {
        await using var app = await SignInTests.Shop("C1");
        using var guest = await Guest.SignedIn(app, "C1");
        var page = (await guest.Get("/my/contact")).Page;
        foreach (var typed in new[] { "", "x", "a\u0001@b.example", new string('a', 3000), Guest.Mail("C1").ToUpperInvariant() })
            Assert.Contains("id=\"wrong-email\"", (await guest.Submit(page.Form("id=\"add-email\""), ("email", typed))).Text, StringComparison.Ordinal);
        foreach (var (phone, whatsApp) in new[] { ("abc", false), (new string('1', 900), false), ("", true), ("+90 212 555 01 23", true) })
        {
            var fields = new List<(string, string)> { ("phone", phone), ("language", "xx") };
            if (whatsApp)
                fields.Add(("whatsApp", "yes"));
            var answer = await guest.Submit(page.Form("id=\"contact\""), [.. fields]);
            Assert.True(answer.Text.Contains("id=\"wrong-phone\"", StringComparison.Ordinal), $"{phone} {answer.Status} {answer.Path} {answer.Words}");
        }

        await guest.Submit(page.Form("id=\"emails\""), ("email", Guest.Mail("C1")));
        Assert.Equal([Guest.Mail("C1")], Emails(await Customer(app)));
        for (var i = 0; i < 7; i++)
            await guest.Submit(page.Form("id=\"add-email\""), ("email", $"a{i}@musteri.example"));
        Assert.Equal(5, (await guest.Get("/my/contact")).Words.Split("Onay bekliyor").Length - 1);
    }

    [Fact]
    public async Task A_process_that_dies_while_an_address_is_confirmed_leaves_it_waiting_or_confirmed_and_found()
    {
        const string New = "yeni@musteri.example";
        for (var call = 1; call <= 18; call++)
        {
            await using var host = SliceHost.Start("2026-11-02T09:00:00Z");
            var customer = await Given.Customer(host, "C1");
            Assert.True(await host.Get<ChangeContact>().Wish(customer, New, default));
            var wish = Assert.Single(await host.Get<ChangeContact>().Wishes(AccountStore.Of("C1"), default));
            host.CrashAt(call, afterwards: call % 2 == 0);
            try
            {
                await host.Get<ChangeContact>().Confirm(customer, wish, default);
            }
            catch (CrashException)
            {
            }

            await host.Restart();
            await host.Advance(TimeSpan.FromMinutes(11));
            var waits = await host.Get<ChangeContact>().FindWish(AccountStore.Of("C1"), wish.Id, default) is not null;
            Assert.NotEqual(waits, (await host.Get<CustomerReader>().Find(AccountStore.Of("C1"), default))!.Emails.Contains(New));
            Assert.Equal(waits ? 0 : 1, (await host.Get<AddressBook>().Find(AddressBook.Hash(New), default)).Count);
            Assert.Equal(waits, await host.Get<ChangeContact>().Confirm(customer, wish, default));
        }
    }

    [Fact]
    [Trait("Feature", "A13")]
    public async Task The_documents_of_the_books_are_there_with_their_originals()
    {
        await using var app = await SignInTests.Shop("C1");
        await app.Put("/api/v1/customers/C1/documents/~QS8x", """{"direction":"sale","date":"2026-10-01","total":"120.00"}""");
        await Put(app, "/api/v1/customers/C1/documents/~QS8x/ubl", "<?xml version=\"1.0\"?><Invoice/>"u8.ToArray());
        using var guest = await Guest.SignedIn(app, "C1");
        var documents = await guest.Get((await guest.Get("/my/invoices")).Page.Link("/my/documents")!);
        var ubl = await guest.Get(documents.Page.Link("/ubl")!);
        Assert.Equal(("application/xml", "attachment; filename=A-1.xml"), (ubl.Type, ubl.Disposition?.Split("; filename*")[0]));
        Assert.Contains("A/1", (await guest.Get("/my")).Words, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Feature", "A9")]
    [Trait("Feature", "A14")]
    public void Whatever_range_is_asked_for_on_whatever_day_it_begins_before_it_ends()
    {
        for (var today = new DateOnly(2024, 1, 1); today <= new DateOnly(2027, 3, 1); today = today.AddDays(1))
        {
            var usual = MyLedger.Range.Of(null, null, Currency.TRY, today);
            Assert.Equal((1, today), (usual.From.Day, usual.To));
            Assert.InRange(today.DayNumber - usual.From.DayNumber, 58, 92);
            foreach (var (from, to) in new (DateOnly?, DateOnly?)[] { (today, null), (null, today), (today.AddYears(-30), today), (today, today.AddDays(-40)), (today.AddDays(90), null), (null, today.AddMonths(-14)) })
            {
                var range = MyLedger.Range.Of(from, to, Currency.TRY, today);
                Assert.True(range.From <= range.To);
                Assert.True(range.To.AddYears(-10) <= range.From);
            }
        }

        Assert.Equal((new DateOnly(2026, 2, 1), new DateOnly(2026, 2, 28)), Of(MyLedger.Range.Of(null, new(2026, 2, 28), Currency.TRY, new(2026, 11, 2))));
        static (DateOnly, DateOnly) Of(MyLedger.Range range) => (range.From, range.To);
    }

    [Fact]
    [Trait("Feature", "C10")]
    public void Looks_of_one_reader_within_minutes_are_one_and_the_first_of_thousands_is_kept()
    {
        var at = new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);
        PaperView Look(int minute, bool saved = false, Viewer by = Viewer.My) => new(by, null, saved, "Chrome", at.AddMinutes(minute), at.AddMinutes(minute));
        var list = new[] { Look(3), Look(5, by: Viewer.Link), Look(12), Look(13, saved: true), Look(30) }.Aggregate(new PaperViewList([Look(0)]), PaperViews.With);
        Assert.Equal([(0, 12), (5, 5), (13, 13), (30, 30)], list.Items.Select(item => ((item.At - at).Minutes, (item.Until - at).Minutes)));

        for (var i = 1; i <= 1000; i++)
            list = PaperViews.With(list, Look(i * 60));
        Assert.Equal((PaperViews.KeptMax, at), (list.Items.Count, list.Items[0].At));
        Assert.Equal(at.AddMinutes(60_000), list.Items[^1].At);
    }

    private static async Task<string> Invoice(VadeInProcess app, string customer, string reference, string price, string currency = "TRY", string description = "Danışmanlık") =>
        (await app.Post("/api/v1/invoices", $$"""{"customer":"{{customer}}","reference":"{{customer}}-{{reference}}","currency":"{{currency}}","lines":[{"description":"{{description}}","quantity":"1","unitPrice":"{{price}}","taxRate":"20"}]}""")).Text("number");

    private static async Task<System.Text.Json.JsonElement> Customer(VadeInProcess app) => (await app.Send(HttpMethod.Get, "/api/v1/customers/C1")).Body;

    private static string[] Emails(System.Text.Json.JsonElement customer) => [.. customer.GetProperty("emails").EnumerateArray().Select(email => email.GetString()!)];

    private static async Task Put(VadeInProcess app, string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        using var answer = await app.Client.PutAsync(new Uri(path, UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static string? NextOf(Answer page) =>
        System.Text.RegularExpressions.Regex.Match(page.Text, "<a href=\"([^\"]*)\" rel=\"next\"") is { Success: true } next ? WebUtility.HtmlDecode(next.Groups[1].Value) : null;
}
