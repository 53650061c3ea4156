using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Notifications;

/// <summary>What the mail with an invoice, and the one about its cancellation, say.</summary>
internal static class InvoiceLetter
{
    public static string Subject(Invoice invoice, Customer customer) => Letter.Texts.Format(
        customer.Reader, "invoice.subject", invoice.Number, invoice.Seller.Name,
        Formats.Money(invoice.TotalMoney, customer.Reader), Formats.Date(invoice.DueOn, customer.Reader));

    public static string CancelledSubject(Invoice invoice, Customer customer) =>
        Letter.Texts.Format(customer.Reader, "cancellation.subject", invoice.Number, invoice.Seller.Name);

    /// <param name="remaining">What the ledger says is owed for it now.</param>
    /// <param name="link">The page to see and pay it.</param>
    public static Letter Write(Invoice invoice, Customer customer, decimal remaining, string link, OrganisationSettings organisation)
    {
        var (language, texts) = (customer.Reader, Letter.Texts);
        var due = Formats.Date(invoice.DueOn, language);
        var left = new Money(remaining, invoice.TotalMoney.Currency);
        var isPaid = remaining == 0m;
        var isPartlyPaid = !isPaid && remaining < invoice.Total;
        return new(
            language,
            Subject(invoice, customer),
            texts.Format(language, "invoice.opening", customer.Title),
            texts.Format(language, "invoice.title", invoice.Number),
            Formats.Money(isPartlyPaid ? left : invoice.TotalMoney, language),
            isPaid ? texts[language, "invoice.leadPaid"]
                : isPartlyPaid ? texts.Format(language, "invoice.leadPartly", Formats.Money(left, language), due)
                : texts.Format(language, "invoice.lead", due),
            (texts[language, isPaid ? "invoice.see" : "invoice.pay"], link),
            [
                .. What(invoice, language),
                new(texts[language, "fact.dueOn"], due),
                new(texts[language, "fact.payerNumber"], customer.PayerNumber),
                .. Amounts(invoice, language),
                .. isPartlyPaid ? [new Fact(texts[language, "fact.remaining"], Formats.Money(left, language), IsStrong: true)] : Array.Empty<Fact>(),
            ],
            !isPaid && organisation.Iban is { Length: > 0 } iban ? [texts.Format(language, "invoice.bank", Iban.TryParse(iban, out var parsed) ? parsed.Grouped : iban, invoice.Number)] : [],
            invoice.Description is { } service
                ? texts.Format(language, "invoice.because", invoice.Seller.Name, service, Formats.Date(invoice.IssuedOn, language), customer.PayerNumber)
                : texts.Format(language, "invoice.becauseManual", invoice.Seller.Name, Formats.Date(invoice.IssuedOn, language), customer.PayerNumber),
            invoice.Seller,
            organisation.Accent);
    }

    public static Letter WriteCancelled(Invoice invoice, Customer customer, string link, OrganisationSettings organisation)
    {
        var (language, texts) = (customer.Reader, Letter.Texts);
        var cancelledOn = Formats.Date(organisation.Zone.DateIn(invoice.CancelledAt ?? invoice.IssuedAt), language);
        return new(
            language,
            CancelledSubject(invoice, customer),
            texts.Format(language, "cancellation.opening", customer.Title),
            texts.Format(language, "cancellation.title", invoice.Number),
            Formats.Money(invoice.TotalMoney, language),
            texts[language, "cancellation.lead"],
            (texts[language, "invoice.see"], link),
            [
                .. What(invoice, language),
                new(texts[language, "fact.cancelledOn"], cancelledOn),
                new(texts[language, "fact.payerNumber"], customer.PayerNumber),
            ],
            [],
            texts.Format(language, "cancellation.because", invoice.Seller.Name, cancelledOn, customer.PayerNumber),
            invoice.Seller,
            organisation.Accent);
    }

    private static IEnumerable<Fact> What(Invoice invoice, Language language)
    {
        if (invoice.Description is { } service)
            yield return new(Letter.Texts[language, "fact.service"], service);
        if (invoice.Through is { } through)
            yield return new(Letter.Texts[language, "fact.period"], $"{Formats.Date(invoice.On, language)} – {Formats.Date(through, language)}");
        yield return new(Letter.Texts[language, "fact.issuedOn"], Formats.Date(invoice.IssuedOn, language));
    }

    private static IEnumerable<Fact> Amounts(Invoice invoice, Language language)
    {
        var currency = invoice.TotalMoney.Currency;
        if (invoice.Tax != 0m)
        {
            yield return new(Letter.Texts[language, "fact.net"], Formats.Money(new(invoice.Net, currency), language));
            yield return new(Letter.Texts[language, "fact.tax"], Formats.Money(new(invoice.Tax, currency), language));
        }

        yield return new(Letter.Texts[language, "fact.total"], Formats.Money(invoice.TotalMoney, language), IsStrong: true);
    }
}
