using System.Collections.Concurrent;
using System.Globalization;
using Vade.Documents;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>An invoice as a document: the snapshot in the reader's language, on the organisation's paper.</summary>
internal static class InvoicePaper
{
    // Reading a PNG costs more than drawing an invoice; an organisation changes its logo once in years.
    private static readonly ConcurrentDictionary<string, Logo> Logos = new(StringComparer.Ordinal);

    /// <summary>The PDF's bytes: the same for the same snapshot, link and look.</summary>
    public static byte[] Render(Invoice invoice, string payUrl, OrganisationSettings organisation)
    {
        var language = invoice.Reader;
        var currency = Currency.Of(invoice.Currency);
        return InvoicePdf.Render(new()
        {
            Language = language,
            Identity = $"invoice|{invoice.Seller.TaxId}|{invoice.Number}|{invoice.Salt}",
            IssuedAt = invoice.IssuedAt,
            Seller = Printed(invoice.Seller) with { TaxOffice = invoice.Seller.TaxOffice, AddressLines = [.. invoice.Seller.Address, .. Contact(invoice.Seller)] },
            Buyer = Printed(invoice.Buyer),
            Logo = LogoOf(organisation),
            Accent = Rgb.Find(organisation.Accent) ?? Rgb.DefaultAccent,
            Number = invoice.Number,
            IssuedOn = invoice.IssuedOn,
            DueOn = invoice.DueOn,
            Period = Term(invoice, language),
            Lines = [.. invoice.Lines.Select(line => new Documents.InvoiceLine(
                line.Description, line.Quantity, null, line.UnitPrice, line.TaxRate, new Money(line.Net, currency)))],
            Taxes = [.. invoice.Taxes.Select(tax => new Documents.InvoiceTax(tax.Rate, new(tax.Net, currency), new(tax.Tax, currency)))],
            Net = new(invoice.Net, currency),
            Total = invoice.TotalMoney,
            AmountInWords = AmountInWords.Of(invoice.TotalMoney, language),
            PastBalance = new Money(invoice.PastBalance, currency),
            PayerNumber = PayerNumber.TryParse(invoice.PayerNumber, out var payer) ? payer.Grouped : invoice.PayerNumber,
            PayLink = new Uri(payUrl),
        });
    }

    /// <summary>The organisation's logo; null where there is none or it cannot be read.</summary>
    private static Logo? LogoOf(OrganisationSettings organisation)
    {
        if (organisation.LogoPng is not { Length: > 0 } png)
            return null;
        try
        {
            return Logos.GetOrAdd(png, text => Logo.Read(Convert.FromBase64String(text)));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? Term(Invoice invoice, Language language) => invoice.Through is { } through
        ? string.Create(CultureInfo.InvariantCulture, $"{Formats.Date(invoice.On, language)} – {Formats.Date(through, language)}")
        : null;

    private static Documents.Party Printed(Party party) => new(party.Name)
    {
        TaxIdLabel = party.TaxIdLabel,
        TaxId = party.TaxId,
        AddressLines = party.Address,
    };

    private static IEnumerable<string> Contact(Party party) => new[] { party.Phone, party.Email }.OfType<string>();
}
