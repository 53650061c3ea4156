using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Organisation;
using Vade.Payments;

namespace Vade.Notifications;

/// <summary>A payment has its receipt: the customer gets it.</summary>
internal sealed class ReceiptIssuedHandler(
    PaymentReader payments, CustomerReader customers, Settings settings, CustomerNotices notices, Deliveries deliveries) : IHandle<ReceiptIssued>
{
    private static readonly string[] Channels = [Deliveries.Email];

    public async Task Handle(ReceiptIssued message, CancellationToken cancellation)
    {
        var payment = await ReceiptMail.Find(payments, message.Account, message.PaymentRef, cancellation);
        var customer = await customers.Find(message.Account, cancellation)
            ?? throw new InvalidOperationException($"The customer of {message.Account} is missing.");
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var number = payment.ReceiptNumber ?? throw new InvalidOperationException($"The payment {payment.Id} has no receipt.");
        await notices.Add(message.Account, payment, cancellation);
        // The log shows it under each invoice that it paid; an advance is about the receipt alone.
        await deliveries.Plan(
            message.Account, customer, ReceiptMail.KindName, number, payment.Ref,
            payment.Settled.Count > 0 ? [.. payment.Settled.Select(settled => settled.Number).Distinct(StringComparer.Ordinal)] : [number],
            ReceiptLetter.Subject(payment, customer, organisation), Channels, cancellation);
    }
}

/// <summary>The mail with a receipt. It does not leave for a payment that was taken back, nor for one that only tried the provider out.</summary>
internal sealed class ReceiptMail(PaymentReader payments, PayLinks links, Settings settings) : IDeliveryKind
{
    public const string KindName = "receipt";

    public string Kind => KindName;

    public async Task<LastLook> Look(string account, Customer customer, Delivery delivery, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var link = await links.Working(PayLinks.ToDebt(customer), cancellation);
        var pdf = await payments.Receipt(await Find(payments, account, delivery.Of, cancellation), cancellation)
            ?? throw new InvalidOperationException($"The receipt of {delivery.Of} is missing.");
        var payment = await Find(payments, account, delivery.Of, cancellation);
        if (payment.State != PaymentState.Confirmed)
            return new LastLook.Skip(Reasons.Cancelled);
        return payment.Posted
            ? new LastLook.Send(ReceiptLetter.Write(payment, customer, link, organisation), [Attachment.OfPdf("Receipt", payment.ReceiptNumber!, pdf)])
            : new LastLook.Skip(Reasons.Test);
    }

    /// <exception cref="InvalidOperationException">It is missing: its news is committed with it, so a row is lost.</exception>
    public static async Task<Payment> Find(PaymentReader payments, string account, string reference, CancellationToken cancellation) =>
        await payments.Find(account, reference, cancellation)
            ?? throw new InvalidOperationException($"The payment {reference} of {account} is missing.");
}

/// <summary>What the mail with a receipt says.</summary>
internal static class ReceiptLetter
{
    public static string Subject(Payment payment, Customer customer, OrganisationSettings organisation) => Letter.Texts.Format(
        customer.Reader, "receipt.subject", payment.ReceiptNumber, organisation.Name, Formats.Money(payment.Money, customer.Reader));

    /// <param name="link">The page of everything the customer owes.</param>
    public static Letter Write(Payment payment, Customer customer, string link, OrganisationSettings organisation)
    {
        var (language, texts) = (customer.Reader, Letter.Texts);
        var currency = payment.Money.Currency;
        var receivedOn = Formats.Date(payment.ReceivedOn, language);
        return new(
            language,
            Subject(payment, customer, organisation),
            texts.Format(language, "receipt.opening", customer.Title),
            texts.Format(language, "receipt.title", payment.ReceiptNumber),
            Formats.Money(payment.Money, language),
            texts[language, "receipt.lead"],
            (texts[language, "receipt.see"], link),
            [
                new(texts[language, "fact.receivedOn"], receivedOn),
                new(texts[language, "fact.payerNumber"], customer.PayerNumber),
                .. Settled(payment, currency, language),
                new(texts[language, "fact.total"], Formats.Money(payment.Money, language), IsStrong: true),
            ],
            payment.Test ? [texts[language, "receipt.test"]] : [],
            texts.Format(language, "receipt.because", organisation.Name, receivedOn, customer.PayerNumber),
            Letter.Of(organisation),
            organisation.Accent);
    }

    private static IEnumerable<Fact> Settled(Payment payment, Currency currency, Language language)
    {
        // A payment may settle thousands of invoices; the receipt in the attachment lists them all.
        const int ListedMax = 20;
        foreach (var settled in payment.Settled.Take(ListedMax))
            yield return new($"{Letter.Texts[language, "fact.invoice"]} {settled.Number}", Formats.Money(new(settled.Amount, currency), language));
        if (payment.Settled.Count > ListedMax)
            yield return new(Letter.Texts[language, "fact.otherInvoices"], Formats.Money(new(payment.Settled.Skip(ListedMax).Sum(settled => settled.Amount), currency), language));
        if (payment.Advance > 0m)
            yield return new(Letter.Texts[language, "fact.advance"], Formats.Money(new(payment.Advance, currency), language));
    }
}
