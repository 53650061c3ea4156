using Vade.Documents.Layout;
using Vade.Documents.Pdf;
using Vade.Documents.Templates;
using Vade.Kernel;

namespace Vade.Documents;

/// <summary>An invoice as a PDF that can be archived (PDF/A-3b) and read aloud (PDF/UA-1).</summary>
public static class InvoicePdf
{
    private const int QrSize = 6800;

    /// <summary>A pure function: the same record gives the same bytes within one release, on any thread and in any culture.</summary>
    public static byte[] Render(InvoiceDocument invoice)
    {
        var language = invoice.Language;
        var labels = Labels.In(language);
        var accent = invoice.Accent.ReadableOnWhite();
        var title = string.IsNullOrWhiteSpace(invoice.Title) ? labels.Invoice : invoice.Title;
        using var sheet = new Sheet(
            Parts.Properties($"{title} {invoice.Number}", invoice.Seller, language, invoice.IssuedAt, invoice.Identity),
            $"{title} {invoice.Number}", labels.Page, invoice.Cancelled ? labels.Cancelled : null);

        var page = new Column();
        page.Head(invoice.Seller, invoice.Logo, title, invoice.Number, invoice.Cancelled ? labels.Cancelled : null, accent);
        page.Parties(labels, (labels.Seller, invoice.Seller), (labels.Buyer, invoice.Buyer));
        page.Facts(
            accent,
            (labels.IssuedOn, Formats.Date(invoice.IssuedOn, language)),
            (labels.DueOn, invoice.DueOn is { } due ? Formats.Date(due, language) : null),
            (labels.Period, invoice.Period),
            (labels.PayerNumber, invoice.PayerNumber));
        page.Table(table => Lines(table, invoice, labels, accent));
        page.Totals(accent, Sums(invoice, labels), (labels.Total, Formats.Money(invoice.Total, language)));
        if (!string.IsNullOrWhiteSpace(invoice.AmountInWords))
        {
            page.Gap(600);
            page.Text($"{labels.InWords}: {invoice.AmountInWords}").Size(850).Muted().Right();
        }
        if (PastBalance(invoice, labels) is { } past)
        {
            page.Gap(400);
            page.Text(past).Size(850).Muted().Right();
        }
        if (invoice.PayLink is { } link)
            Payment(page, link, invoice, labels, accent);
        page.Notes(labels, invoice.Notes);
        return sheet.Finish(page);
    }

    private static void Lines(Table table, InvoiceDocument invoice, Labels labels, Rgb accent)
    {
        var language = invoice.Language;
        table.Accent(accent).Relative(1, labels.Description)
            .Auto(labels.Quantity, Align.Right).Auto(labels.UnitPrice, Align.Right).Auto(labels.Tax, Align.Right).Auto(labels.Net, Align.Right);
        foreach (var line in invoice.Lines)
        {
            var quantity = Formats.Quantity(line.Quantity, language);
            table.Row(
                line.Description,
                string.IsNullOrWhiteSpace(line.Unit) ? quantity : $"{quantity} {line.Unit}",
                UnitPrice(line, language),
                line.TaxRate is { } rate ? Percent(rate, language) : "",
                Formats.Money(line.Net, language));
        }
    }

    /// <summary>At least the currency's decimals, and as many more as the price has: 12,50 and 0,0375.</summary>
    private static string UnitPrice(InvoiceLine line, Language language)
    {
        // Dividing by a one of full length drops the zeros at the end.
        var decimals = Math.Clamp((int)(line.UnitPrice / 1.000000000000000000000000000000m).Scale, line.Net.Currency.MinorDigits, 6);
        return Formats.Number(line.UnitPrice, decimals, language);
    }

    private static string Percent(decimal rate, Language language) => language switch
    {
        Language.Tr => $"%{Formats.Quantity(rate, language)}",
        Language.Ru => $"{Formats.Quantity(rate, language)}\u00A0%",
        _ => $"{Formats.Quantity(rate, language)}%",
    };

    private static IEnumerable<(string, string)> Sums(InvoiceDocument invoice, Labels labels)
    {
        var language = invoice.Language;
        yield return (labels.TotalNet, Formats.Money(invoice.Net, language));
        foreach (var tax in invoice.Taxes)
        {
            var name = labels.TaxAtRate(tax.Name ?? labels.Tax, Formats.Quantity(tax.Rate, language));
            // Which amounts bear which rate matters only where there are several.
            yield return (invoice.Taxes.Count > 1 ? $"{name} ({Formats.Money(tax.Base, language)})" : name, Formats.Money(tax.Amount, language));
        }
    }

    private static string? PastBalance(InvoiceDocument invoice, Labels labels) => invoice.PastBalance switch
    {
        { IsPositive: true } owed => $"{labels.PastBalance}: {Formats.Money(owed, invoice.Language)}",
        { IsNegative: true } credit => $"{labels.PastCredit}: {Formats.Money(credit.Abs(), invoice.Language)}",
        _ => null,
    };

    private static void Payment(Column page, Uri link, InvoiceDocument invoice, Labels labels, Rgb accent)
    {
        // A PDF's URI is ASCII: letters of other scripts go into the path's escapes and the host's punycode.
        var address = new UriBuilder(link) { Host = link.IdnHost }.Uri.AbsoluteUri;
        page.Gap(2200);
        page.Panel(ground: null, padding: 0, panel => panel.Row(gap: 1600, row =>
        {
            row.Fixed(QrSize, left => left.Picture(QrCode.Draw(address), $"{labels.QrCode}: {address}", QrSize, QrSize));
            row.Relative(1, right =>
            {
                right.Gap(300);
                right.Text(labels.PayOnline).Heading().Bold().Size(1100).Ink(accent);
                right.Gap(200);
                right.Text(string.IsNullOrWhiteSpace(invoice.PayText) ? labels.ScanToPay : invoice.PayText).Size(850);
                right.Gap(300);
                right.Text(address).LinkTo(address).Size(850).Ink(accent);
            });
        }));
    }
}
