using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Organisation;

namespace Vade.Notifications;

/// <summary>An invoice was issued: everyone whom the customer named gets it.</summary>
internal sealed class InvoiceIssuedHandler(InvoiceReader invoices, CustomerReader customers, CustomerNotices notices, Deliveries deliveries) : IHandle<InvoiceIssued>
{
    public async Task Handle(InvoiceIssued message, CancellationToken cancellation)
    {
        var (invoice, customer) = await InvoiceFacts.Find(invoices, customers, message.Account, message.Invoice, cancellation);
        await notices.Add(message.Account, invoice, cancellation);
        await deliveries.Plan(
            message.Account, customer, InvoiceMail.KindName, invoice.Number, invoice.Ref, [invoice.Number],
            InvoiceLetter.Subject(invoice, customer), invoice.Channels, cancellation);
    }
}

/// <summary>Staff want it sent again: new deliveries of the same paper, whose key carries the wish, so that a repeat adds none.</summary>
internal sealed class InvoiceSendAskedHandler(InvoiceReader invoices, CustomerReader customers, Deliveries deliveries) : IHandle<InvoiceSendAsked>
{
    public async Task Handle(InvoiceSendAsked message, CancellationToken cancellation)
    {
        var (invoice, customer) = await InvoiceFacts.Find(invoices, customers, message.Account, message.Invoice, cancellation);
        await deliveries.Plan(
            message.Account, customer, InvoiceMail.KindName, $"{invoice.Number}.{message.Wish}", invoice.Ref, [invoice.Number],
            InvoiceLetter.Subject(invoice, customer), [Deliveries.Email], cancellation);
    }
}

/// <summary>The mail with an invoice. It leaves also when the invoice is paid by then, and says so; not when it is cancelled.</summary>
internal sealed class InvoiceMail(InvoiceReader invoices, LedgerReader ledger, PayLinks links, Settings settings) : IDeliveryKind
{
    public const string KindName = "invoice";

    public string Kind => KindName;

    public async Task<LastLook> Look(string account, Customer customer, Delivery delivery, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var invoice = await InvoiceFacts.Find(invoices, account, delivery.Of, cancellation);
        var pdf = await invoices.Pdf(invoice, cancellation);
        var link = await links.Working(PayLinks.ToInvoice(customer, invoice.Ref), cancellation);

        // From here on only what may stop it is read: what is owed, then whether it still stands.
        var head = await ledger.Standing(account, cancellation);
        invoice = await InvoiceFacts.Find(invoices, account, delivery.Of, cancellation);
        var (status, remaining) = InvoiceReader.Status(invoice, head);
        return status == "cancelled"
            ? new LastLook.Skip(Reasons.Cancelled)
            : new LastLook.Send(
                InvoiceLetter.Write(invoice, customer, remaining, link, organisation),
                [Attachment.OfPdf("Invoice", invoice.Number, pdf)]);
    }
}

internal static class InvoiceFacts
{
    /// <exception cref="InvalidOperationException">It is missing: its news is committed with it, so a row is lost.</exception>
    public static async Task<Invoice> Find(InvoiceReader invoices, string account, string reference, CancellationToken cancellation) =>
        await invoices.Find(account, reference, cancellation)
            ?? throw new InvalidOperationException($"The invoice {reference} of {account} is missing.");

    public static async Task<(Invoice Invoice, Customer Customer)> Find(
        InvoiceReader invoices, CustomerReader customers, string account, string reference, CancellationToken cancellation) => (
            await Find(invoices, account, reference, cancellation),
            await customers.Find(account, cancellation) ?? throw new InvalidOperationException($"The customer of {account} is missing."));

    /// <summary>The address of the page, certain to work: links that were revoked since the invoice was issued are made anew.</summary>
    public static async Task<string> Working(this PayLinks links, LinkTarget target, CancellationToken cancellation)
    {
        if (await links.Resolve(links.Token(target), cancellation) is null)
            await links.Register(target, cancellation);
        return links.Url(target);
    }
}
