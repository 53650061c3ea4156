using System.Text;
using System.Text.RegularExpressions;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Notifications;
using Vade.Organisation;

namespace Vade.Tests.Notifications;

[Trait("Feature", "B7")]
public sealed partial class InvoiceMailTests
{
    [Fact]
    public async Task An_issued_invoice_reaches_each_address_once_with_its_PDF_and_a_link_that_works()
    {
        await using var office = await Office.Open(["ahmet@bakkal.example", "muhasebe@bakkal.example", "AHMET@bakkal.example"]);
        await office.Issue();
        await office.Host.Drain();

        var mails = await office.Mails();
        Assert.Equal(["ahmet@bakkal.example", "muhasebe@bakkal.example"], mails.Select(mail => mail.To).Order());
        foreach (var mail in mails)
        {
            Assert.Equal($"Invoice {Office.Number} from X Ltd, ₺1,190.00, due 30 Nov 2026", mail.Subject);
            var file = Assert.Single(mail.Attachments);
            Assert.Equal(($"Invoice-{Office.Number}.pdf", "application/pdf"), (file.Name, file.Type));
            var pdf = await office.Host.Get<Mailbox>().File(mail, 0, default);
            Assert.Equal(file.Size, pdf!.Length);
            Assert.Equal("%PDF", Encoding.ASCII.GetString(pdf, 0, 4));
            var link = Assert.Single(mail.Links);
            Assert.Contains(link, mail.Text, StringComparison.Ordinal);
            Assert.Contains($"href=\"{link}\"", mail.Html, StringComparison.Ordinal);
            var (target, _) = Assert.NotNull(await office.Host.Get<PayLinks>().Resolve(link[(link.LastIndexOf('/') + 1)..], default));
            Assert.Equal(office.Reference, target.Id);
        }

        Assert.All(await office.Deliveries(), delivery => Assert.Equal(
            (DeliveryState.Sent, 1, mails[0].Subject), (delivery.State, delivery.HandOvers, delivery.Subject)));
        Assert.Empty(await office.Host.PoisonRows());
    }

    [Fact]
    public async Task The_mail_says_number_amount_due_date_payer_number_bank_data_who_asks_and_why()
    {
        await using var office = await Office.Open();
        await office.Issue();
        await office.Host.Drain();

        var mail = Assert.Single(await office.Mails());
        foreach (var body in new[] { mail.Text, System.Net.WebUtility.HtmlDecode(mail.Html) })
        {
            foreach (var said in new[]
            {
                Office.Number, "₺1,190.00", "₺991.67", "₺198.33", "30 Nov 2026", "100000017", "TR33 0006 1005 1978 6457 8413 26", "X Ltd", "accounts@x.example",
                "You get this e-mail because X Ltd invoiced the service “Web hosting” on 1 Nov 2026.",
            })
                Assert.Contains(said, body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task News_that_comes_five_times_is_one_mail()
    {
        await using var office = await Office.Open();
        await office.Issue();
        for (var i = 0; i < 5; i++)
            await office.Announce();
        await office.Host.Drain();
        await office.Announce();
        await office.Host.Advance(TimeSpan.FromHours(1));

        Assert.Single(await office.Mails());
        Assert.Equal(1, Assert.Single(await office.Deliveries()).HandOvers);
    }

    [Fact]
    public async Task Twenty_addresses_are_twenty_mails()
    {
        var addresses = Enumerable.Range(1, 20).Select(i => $"person{i}@bakkal.example").ToArray();
        await using var office = await Office.Open(addresses);
        await office.Issue();
        await office.Host.Drain();
        Assert.Equal(addresses.Order(), (await office.Mails()).Select(mail => mail.To).Order());
        Assert.Equal(20, (await office.Mails()).Select(mail => mail.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_customer_without_an_address_is_skipped_with_a_reason_not_forgotten()
    {
        await using var office = await Office.Open([]);
        await office.Issue();
        await office.Host.Drain();
        var delivery = Assert.Single(await office.Deliveries());
        Assert.Equal((DeliveryState.Skipped, Reasons.NoAddress), (delivery.State, delivery.Reason));
        Assert.Empty(await office.Mails());
    }

    [Theory]
    [InlineData("a@b.example\r\nBcc: victim@c.example")]
    [InlineData("a@b.example, victim@c.example")]
    [InlineData("no address")]
    [InlineData("a@\u0000b.example")]
    public async Task What_could_forge_a_header_is_no_address(string address)
    {
        await using var office = await Office.Open([address, "good@b.example"]);
        await office.Issue();
        await office.Host.Drain();
        Assert.Equal("good@b.example", Assert.Single(await office.Mails()).To);
        Assert.Contains(await office.Deliveries(), delivery => (delivery.State, delivery.Reason) == (DeliveryState.Skipped, Reasons.BadAddress));
    }

    [Fact]
    public async Task A_service_that_is_told_by_another_channel_is_not_mailed_and_the_log_says_so()
    {
        await using var office = await Office.Open(channels: ["pigeon"]);
        await office.Issue();
        await office.Host.Drain();
        var delivery = Assert.Single(await office.Deliveries());
        Assert.Equal(("pigeon", DeliveryState.Skipped, Reasons.NoChannel), (delivery.Channel, delivery.State, delivery.Reason));
        Assert.Empty(await office.Mails());
    }

    [Fact]
    public async Task An_invoice_cancelled_before_its_mail_left_is_not_mailed_nor_is_its_cancellation()
    {
        await using var office = await Office.Open();
        await office.Issue();
        await office.Cancel();
        await office.Host.Advance(TimeSpan.FromHours(1));

        Assert.Empty(await office.Mails());
        var invoice = Assert.Single(await office.Deliveries("invoice"));
        Assert.Equal((DeliveryState.Skipped, Reasons.Cancelled, 0), (invoice.State, invoice.Reason, invoice.HandOvers));
        var cancellation = Assert.Single(await office.Deliveries("cancellation"));
        Assert.Equal((DeliveryState.Skipped, Reasons.NeverSent), (cancellation.State, cancellation.Reason));
    }

    [Fact]
    public async Task Whoever_got_an_invoice_learns_that_it_was_cancelled()
    {
        await using var office = await Office.Open();
        await office.Issue();
        await office.Host.Drain();
        office.Host.Clock.Advance(TimeSpan.FromDays(1));
        await office.Cancel();
        await office.Host.Drain();

        var mails = await office.Mails();
        Assert.Equal([$"Invoice {Office.Number} from X Ltd is cancelled, nothing to pay", $"Invoice {Office.Number} from X Ltd, ₺1,190.00, due 30 Nov 2026"], mails.Select(mail => mail.Subject));
        Assert.Contains("You do not need to pay this amount.", mails[0].Text, StringComparison.Ordinal);
        Assert.Empty(mails[0].Attachments);
    }

    [Fact]
    public async Task A_mail_that_is_written_after_the_money_came_says_that_nothing_is_to_be_paid()
    {
        await using var office = await Office.Open();
        await office.Issue();
        await Pay(office, 190m);
        await office.Host.Drain();
        var partly = Assert.Single(await office.Mails());
        Assert.Contains("Part of it is paid. Please pay the remaining ₺1,000.00 by 30 Nov 2026.", partly.Text, StringComparison.Ordinal);

        await using var other = await Office.Open();
        await other.Issue();
        await Pay(other, 1190m);
        await other.Host.Drain();
        var paid = Assert.Single(await other.Mails());
        Assert.Contains("It is already paid. There is nothing you need to do.", paid.Text, StringComparison.Ordinal);
        Assert.Contains("See the invoice: http", paid.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("See and pay", paid.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("TR33", paid.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_that_were_revoked_since_the_invoice_was_issued_are_made_anew()
    {
        await using var office = await Office.Open();
        await office.Issue();
        var accounts = office.Host.Get<AccountStore>();
        var stored = (await accounts.Find(office.Account, AccountsRows.Customer, AccountsRows.CustomerType, default))!;
        await office.Host.Tables.Replace(AccountStore.Table, office.Account, stored, stored.Value with { LinkGeneration = 2 }, AccountsRows.CustomerType, default);
        await office.Host.Drain();
        var link = Assert.Single(Assert.Single(await office.Mails()).Links);
        Assert.NotNull(await office.Host.Get<PayLinks>().Resolve(link[(link.LastIndexOf('/') + 1)..], default));
    }

    [Theory]
    [InlineData("tr", "Hizmet alanı: Işık & Çağ Ş.", "Son ödeme tarihi: 30.11.2026", "1.190,00\u00A0₺", "X Ltd – VAD2026000000001 numaralı fatura, 1.190,00 ₺, son ödeme 30.11.2026")]
    [InlineData("en", "Web hosting", "Please pay by 30 Nov 2026.", "₺1,190.00", "Invoice VAD2026000000001 from X Ltd, ₺1,190.00, due 30 Nov 2026")]
    [InlineData("es", "Alojamiento", "Pague a más tardar el 30-11-2026.", "1.190,00\u00A0₺", "Factura VAD2026000000001 de X Ltd, 1.190,00 ₺, vence el 30-11-2026")]
    [InlineData("az", "Veb xidməti", "Son ödəniş tarixi: 30.11.2026", "1.190,00\u00A0₺", "X Ltd – VAD2026000000001 nömrəli hesab-faktura, 1.190,00 ₺, son ödəniş 30.11.2026")]
    [InlineData("ru", "Хостинг «Ёлка»", "Оплатите, пожалуйста, до 30.11.2026.", "1\u00A0190,00\u00A0₺", "Счёт VAD2026000000001 от X Ltd, 1 190,00 ₺, оплатить до 30.11.2026")]
    public async Task The_customer_reads_it_in_their_own_language(string language, string service, string lead, string amount, string subject)
    {
        await using var office = await Office.Open(language: language, description: service);
        await office.Issue();
        await office.Host.Drain();
        var mail = Assert.Single(await office.Mails());
        Assert.Equal(subject, mail.Subject);
        Assert.Equal(subject, Assert.Single(await office.Deliveries()).Subject);
        Assert.Contains(lead, mail.Text, StringComparison.Ordinal);
        Assert.Contains(amount, mail.Text, StringComparison.Ordinal);
        Assert.Contains(service, mail.Text, StringComparison.Ordinal);
        Assert.Contains($"<html lang=\"{Languages.Find(language)!.Value.Tag()}\"", mail.Html, StringComparison.Ordinal);
        var decoded = System.Net.WebUtility.HtmlDecode(mail.Html);
        Assert.Contains(lead, decoded, StringComparison.Ordinal);
        Assert.Contains(service, decoded, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_an_outsider_gave_forge_neither_header_nor_HTML()
    {
        const string Evil = "Evil\r\nBcc: all@x.example <script>alert(1)</script>\u2028\u202e\" onload=\"x";
        await using var office = await Office.Open(title: Evil, seller: Evil, description: Evil);
        await office.Issue();
        await office.Host.Drain();
        var mail = Assert.Single(await office.Mails());
        Assert.DoesNotContain(mail.Subject, c => char.IsControl(c) || c is '\u2028' or '\u202e');
        Assert.DoesNotContain("<script", mail.Html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("onload=\"", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotMatch(LineOfTheirs(), mail.Text);
    }

    [Fact]
    public void A_text_for_a_header_is_one_line_cut_at_a_whole_character()
    {
        Assert.Equal("a b c", Mail.HeaderText("\r\n a\r\n\tb\u0000\u2029 c \u200b\r\n", 100));
        Assert.Equal("ab", Mail.HeaderText("ab😀", 3));
        Assert.Equal("ab😀", Mail.HeaderText("ab😀cd", 4));
        Assert.Equal("", Mail.HeaderText("\r\n\r\n", 10));
        Assert.Equal("x y", Mail.HeaderText("x\ud800y", 10));
    }

    [Fact]
    public async Task The_HTML_stays_small_whatever_the_names_are()
    {
        var longest = new string('Ж', 200);
        await using var office = await Office.Open(language: "ru", title: longest, seller: longest, description: longest);
        await office.Issue();
        await office.Host.Drain();
        var mail = Assert.Single(await office.Mails());
        Assert.InRange(Encoding.UTF8.GetByteCount(mail.Html), 1, 80 * 1024);
        Assert.InRange(mail.Subject.Length, 1, 200);
    }

    [Fact]
    public async Task The_HTML_loads_nothing_runs_nothing_and_links_only_to_our_page()
    {
        await using var office = await Office.Open();
        await office.Issue();
        await office.Host.Drain();
        var mail = Assert.Single(await office.Mails());
        foreach (var forbidden in new[] { "<img", "<script", "<link", "url(", "@import", "<form", "<iframe", "javascript:" })
            Assert.DoesNotContain(forbidden, mail.Html, StringComparison.OrdinalIgnoreCase);
        Assert.All(Href().Matches(mail.Html), match => Assert.Equal(mail.Links[0], match.Groups[1].Value));
        Assert.All(Table().Matches(mail.Html), match => Assert.Contains("role=\"presentation\"", match.Value, StringComparison.Ordinal));
    }

    private static Task<bool> Pay(Office office, decimal amount)
    {
        var accounts = office.Host.Get<AccountStore>();
        return accounts.Change(
            office.Account,
            async stop =>
            {
                var session = await office.Host.Get<Ledger>().Open(office.Account, stop);
                session.Post(new Posting(
                    "payment!1", PostingKind.Payment, Currency.TRY, Office.On, "P1",
                    [new(session.Accounts.Of("cash"), amount), new(session.Accounts.Receivable, -amount)],
                    new Effect.Settles(new Credit("p1", "P1", "TRY", Office.On, amount), null), "snapshot"));
                var batch = accounts.Batch(office.Account);
                await session.Write(batch, stop);
                return new Decision<bool>(true, batch);
            },
            default);
    }

    [GeneratedRegex("^Bcc:", RegexOptions.Multiline)]
    private static partial Regex LineOfTheirs();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Href();

    [GeneratedRegex("<table[^>]*>")]
    private static partial Regex Table();
}
