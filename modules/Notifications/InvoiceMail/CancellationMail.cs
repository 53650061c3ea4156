using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Notifications;

/// <summary>An invoice was cancelled: whoever got it, or may have, learns that nothing is to be paid.</summary>
internal sealed class InvoiceCancelledHandler(InvoiceReader invoices, CustomerReader customers, CustomerNotices notices, Deliveries deliveries) : IHandle<InvoiceCancelled>
{
    public async Task Handle(InvoiceCancelled message, CancellationToken cancellation)
    {
        var (invoice, customer) = await InvoiceFacts.Find(invoices, customers, message.Account, message.Invoice, cancellation);
        await notices.Add(message.Account, invoice, cancellation);
        await deliveries.Plan(
            message.Account, customer, CancellationMail.KindName, invoice.Number, invoice.Ref, [invoice.Number],
            InvoiceLetter.CancelledSubject(invoice, customer), invoice.Channels, cancellation);
    }
}

/// <summary>
/// The mail about a cancellation. It leaves only where some mail with the invoice left or may have left: a customer
/// who never heard of an invoice need not hear that it is gone. An invoice's mail that is claimed but not settled is
/// waited for. One that is claimed later sees the cancellation, since that was committed before this came up.
/// </summary>
internal sealed class CancellationMail(AccountStore accounts, InvoiceReader invoices, PayLinks links, Settings settings) : IDeliveryKind
{
    public const string KindName = "cancellation";
    private const int DeliveriesMax = 200;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(20);

    public string Kind => KindName;

    public async Task<LastLook> Look(string account, Customer customer, Delivery delivery, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var invoice = await InvoiceFacts.Find(invoices, account, delivery.Of, cancellation);
        var link = await links.Working(PayLinks.ToInvoice(customer, invoice.Ref), cancellation);
        var mails = await accounts.Tables.Page(
            AccountStore.Table, account, KeyRange.Prefix(NotificationsRows.Deliveries(InvoiceMail.KindName, invoice.Number)), DeliveriesMax,
            NotificationsRows.DeliveryType, cancellation);
        if (mails.Any(mail => mail.Value.MayHaveArrived))
            return new LastLook.Send(InvoiceLetter.WriteCancelled(invoice, customer, link, organisation), []);
        return mails.Any(mail => mail.Value.State == DeliveryState.Sending)
            ? new LastLook.Wait(Reasons.InvoiceOnItsWay, AskAgainAfter)
            : new LastLook.Skip(Reasons.NeverSent);
    }
}
