using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using UglyToad.PdfPig;
using Vade.Documents;
using Vade.Documents.Layout;
using Vade.Documents.Pdf;
using Vade.Kernel;
using static Vade.Tests.Documents.PdfSamples;

namespace Vade.Tests.Documents;

public sealed class PdfTextTests
{
    public static TheoryData<Language> AllLanguages => [.. Languages.All];

    [Theory, MemberData(nameof(AllLanguages))]
    public async Task An_invoice_can_be_read_in_every_language(Language language)
    {
        var invoice = Invoice(language);
        var text = Joined(await PdfTools.Text(InvoicePdf.Render(invoice)));
        string[] expected =
        [
            invoice.Seller.Name, invoice.Buyer.Name, .. invoice.Seller.AddressLines, .. invoice.Buyer.AddressLines,
            invoice.Seller.TaxId!, invoice.Number, invoice.Period!, invoice.PayerNumber!, .. invoice.Notes, invoice.PayLink!.AbsoluteUri,
            Formats.Date(invoice.IssuedOn, language), Formats.Date(invoice.DueOn!.Value, language), invoice.AmountInWords!,
            Formats.Money(invoice.Net, language), Formats.Money(invoice.Taxes[0].Amount, language), Formats.Money(invoice.Total, language),
            Formats.Money(invoice.PastBalance!.Value, language),
            .. invoice.Lines.Select(line => line.Description), .. invoice.Lines.Select(line => Formats.Money(line.Net, language)),
        ];
        Assert.All(expected, part => Assert.Contains(Joined(part), text, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(AllLanguages))]
    [Trait("Feature", "D46")]
    public async Task A_receipt_can_be_read_in_every_language(Language language)
    {
        var receipt = Receipt(language);
        var text = Joined(await PdfTools.Text(ReceiptPdf.Render(receipt)));
        string[] expected =
        [
            receipt.Receiver.Name, receipt.Payer.Name, receipt.Number, receipt.Means, receipt.AmountInWords!, Formats.Money(receipt.Amount, language),
            Formats.Money(receipt.Advance!.Value, language), .. receipt.Allocations.Select(part => part.Invoice),
            .. receipt.Allocations.Select(part => Formats.Money(part.Amount, language)),
        ];
        Assert.All(expected, part => Assert.Contains(Joined(part), text, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(AllLanguages))]
    public async Task A_statement_can_be_read_in_every_language(Language language)
    {
        var statement = Statement(language, entries: 80);
        var text = Joined(await PdfTools.Text(StatementPdf.Render(statement)));
        string Number(Money money) => Formats.Number(money.Amount, money.Currency.MinorDigits, language);
        string[] expected =
        [
            statement.Customer.Name, statement.Account!, statement.Opening.Currency.Code, Number(statement.Opening), Formats.Money(statement.Closing, language),
            .. statement.Entries.Select(entry => entry.Document!), .. statement.Entries.Select(entry => Number(entry.Balance)),
            .. statement.Entries.Select(entry => Number(entry.Debit.IsZero ? entry.Credit : entry.Debit)),
        ];
        Assert.All(expected, part => Assert.Contains(Joined(part), text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_long_invoice_repeats_its_header_and_ends_with_the_totals()
    {
        var invoice = Invoice(lines: 60);
        var pages = (await PdfTools.Text(InvoicePdf.Render(invoice))).Split('\f', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, pages.Length);
        Assert.All(pages, page => Assert.Contains("Açıklama", page, StringComparison.Ordinal));
        Assert.All(pages[1..], page => Assert.Contains(invoice.Seller.Name, page, StringComparison.Ordinal));
        Assert.All(pages, page => Assert.Contains(invoice.Number, page, StringComparison.Ordinal));
        Assert.Contains("Sayfa 2 / 3", pages[1], StringComparison.Ordinal);
        Assert.Contains(Joined(Formats.Money(invoice.Total, Language.Tr)), Joined(pages[2]), StringComparison.Ordinal);
        Assert.DoesNotContain("Ara toplam", pages[0] + pages[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_heard_is_the_document_once_without_what_repeats_for_the_eye()
    {
        var invoice = Invoice(lines: 60) with { Cancelled = true };
        var spoken = await PdfTools.Spoken(InvoicePdf.Render(invoice));
        Assert.Equal(1, Count(spoken, "\"Birim fiyat\""));
        Assert.Equal(1, Count(spoken, "İPTAL"));
        Assert.DoesNotContain("Sayfa", spoken, StringComparison.Ordinal);
        string[] order = [invoice.Number, invoice.Buyer.Name, "Düzenleme tarihi", invoice.Lines[0].Description, invoice.Lines[59].Description, "Ara toplam", "Genel toplam", "Notlar"];
        var places = order.Select(part => spoken.IndexOf(part, StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public async Task Missing_parts_leave_no_trace_and_strange_ones_are_kept_visible()
    {
        var text = await PdfTools.Text(InvoicePdf.Render(OddInvoice(Language.Tr)));
        Assert.DoesNotContain("Dönem", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Notlar", text, StringComparison.Ordinal);
        Assert.DoesNotContain("İnternetten", text, StringComparison.Ordinal);
        Assert.Contains("Türkçe \uFFFD\uFFFD\uFFFD \uFFFD é İ", text, StringComparison.Ordinal);
        Assert.Contains("-12,50", text, StringComparison.Ordinal);
        Assert.Contains("0,0375", text, StringComparison.Ordinal);
        Assert.Equal(90, text.Count(c => c == 'W'));
        Assert.Equal(900, Count(text, "uzun"));
    }

    [Fact]
    public async Task A_statement_may_be_very_long()
    {
        // More structure elements than two bytes can count.
        var pdf = StatementPdf.Render(Statement(entries: 9_500));
        var pages = int.Parse(Regex.Match(await PdfTools.Info(pdf), @"(?<=Pages:\s+)\d+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value, CultureInfo.InvariantCulture);
        var last = await PdfTools.Text(pdf, firstPage: pages);
        Assert.Contains("VDE2026000009499", last, StringComparison.Ordinal);
        Assert.Contains($"Sayfa {pages} / {pages}", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pay_link_with_foreign_letters_leads_to_its_plain_form()
    {
        var pdf = InvoicePdf.Render(Invoice() with { PayLink = new Uri("https://ödeme.example/öde?no=1&x=ş") });
        Assert.Empty(await PdfStructure.Broken(pdf));
        Assert.Contains("https://xn--deme-4qa.example/%C3%B6de?no=1&x=%C5%9F", Joined(await PdfTools.Text(pdf)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pesos_have_no_decimals()
    {
        var text = await PdfTools.Text(InvoicePdf.Render(Invoice(Language.Es)));
        Assert.Matches(@"\$\d{3}\b(?!,)", text);
        Assert.DoesNotMatch(@"\$[\d.]+,\d", text);
    }

    [Fact]
    public void Every_character_of_the_font_is_read_back_by_another_reader()
    {
        var characters = Enumerable.Range(0x21, 0x2300).Select(code => (char)code)
            .Where(c => Fonts.Shipped.Find(c) != 0 && !char.IsWhiteSpace(c)).Append('\uFFFD').ToArray();
        var invoice = Invoice() with { Notes = [string.Join(' ', characters)] };
        using var pdf = PdfDocument.Open(InvoicePdf.Render(invoice));
        var read = pdf.GetPages().SelectMany(page => page.Letters).Select(letter => letter.Value).ToHashSet(StringComparer.Ordinal);
        Assert.True(characters.Length > 400);
        Assert.DoesNotContain(characters, c => !read.Contains(c.ToString()));
        Assert.True(pdf.TryGetXmpMetadata(out var xmp));
        Assert.Contains("pdfaid", xmp.GetXDocument().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_document_carries_the_small_font()
    {
        var turkish = InvoicePdf.Render(Invoice(Language.Tr));
        var polish = InvoicePdf.Render(Invoice(Language.Tr) with { Notes = ["Łódź"] });
        Assert.InRange(turkish.Length, 20_000, 36_000);
        Assert.InRange(polish.Length - turkish.Length, 10_000, 40_000);
    }

    [Fact]
    public void No_line_is_too_wide_and_no_letter_is_lost_however_a_text_is_broken() =>
        Gen.Select(Gen.Char["abğİ жщWi-/ \n\u00A0€"].Array[0, 200], Gen.Int[300, 30_000], Gen.Bool).Sample((letters, width, bold) =>
        {
            var style = new Style(bold ? Weight.Bold : Weight.Regular, 900, Rgb.Ink);
            var type = new Typesetter();
            var run = type.Encode(new string(letters));
            var lines = type.Break(run, style, width);
            var shown = 0;
            for (var i = 0; i < lines.Count; i++)
            {
                var line = type[lines, i];
                foreach (var glyph in type.Glyphs(line))
                    shown += glyph == Fonts.Shipped.Space ? 0 : 1;
                // A single letter may be wider than the narrowest column.
                if (line.Count > 1 && Typesetter.Scaled(line.Width, style) > width + 1)
                    return false;
            }
            return shown == letters.Count(c => c is not (' ' or '\n'));
        });

    [Fact]
    public void Every_label_is_there_in_every_language()
    {
        foreach (var language in Languages.All)
        {
            var labels = Vade.Documents.Templates.Labels.In(language);
            foreach (var property in typeof(Vade.Documents.Templates.Labels).GetProperties().Where(property => property.PropertyType == typeof(string)))
            {
                var label = (string)property.GetValue(labels)!;
                Assert.False(string.IsNullOrWhiteSpace(label), $"{language} {property.Name}");
                Assert.DoesNotContain(label, c => Fonts.Shipped.Find(c) == 0);
            }
        }
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    /// <summary>Without white space: where a column ends a line is not what these tests ask.</summary>
    private static string Joined(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
