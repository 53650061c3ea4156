using Vade.Accounts;
using Vade.Documents;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Payments;

/// <summary>What a receipt says: a payment in, the printed page out.</summary>
internal static class ReceiptPaper
{
    public static byte[] Render(Payment payment, string number, Customer customer, OrganisationSettings organisation)
    {
        var language = customer.Reader;
        var money = payment.Money;
        return ReceiptPdf.Render(new ReceiptDocument
        {
            Language = language,
            Identity = $"receipt {number} {payment.Id}",
            IssuedAt = payment.At,
            Receiver = new(organisation.Name)
            {
                TaxOffice = organisation.TaxOffice,
                TaxIdLabel = Label(organisation.Country, organisation.TaxId),
                TaxId = organisation.TaxId,
                AddressLines = [.. organisation.Address ?? [], .. new[] { organisation.Email, organisation.Phone }.OfType<string>()],
            },
            Payer = new(customer.Title)
            {
                TaxIdLabel = Label(customer.Country, customer.TaxId),
                TaxId = customer.TaxId,
                AddressLines = customer.Address.Lines(),
            },
            Accent = Rgb.Find(organisation.Accent) ?? Rgb.DefaultAccent,
            Number = number,
            ReceivedOn = payment.ReceivedOn,
            Amount = money,
            AmountInWords = AmountInWords.Of(money, language),
            Means = payment.Form ?? Words.Texts[language, "means." + payment.Means],
            Reference = payment.Reference,
            Allocations = [.. payment.Settled.Select(settled => new ReceiptAllocation(settled.Number, new(settled.Amount, money.Currency)))],
            Advance = new Money(payment.Advance, money.Currency),
            Notes = payment.Test ? [Words.Texts[language, "receipt.test"]] : [],
        });
    }

    private static string? Label(string country, string? taxId) => taxId is null ? null : TaxId.Check(country, taxId).Id?.Label;
}
