using System.Security.Cryptography;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>
/// Issues a numbered draft into a batch: snapshot, PDF, look-ups, ledger entry and news. What it writes at once (the
/// PDF, the link, the number) is keyed by what it points at, so that doing it again writes the same.
/// </summary>
internal sealed class InvoiceFinisher(IBlobs blobs, InvoiceIndex index, InvoiceRows rows, PayLinks links, TimeProvider clock)
{
    public async Task Issue(
        AccountBatch batch, Stored<Invoice>? pending, LedgerSession session, Invoice draft, DateOnly issuedOn, Customer customer,
        OrganisationSettings organisation, CancellationToken cancellation)
    {
        var currency = Currency.Of(draft.Currency);
        var invoice = draft.Issued(issuedOn, session.Head.Balance(currency), clock.GetUtcNow());
        var link = PayLinks.ToInvoice(customer, invoice.Ref);
        var pdf = InvoicePaper.Render(invoice, links.Url(link), organisation);
        invoice = invoice with { PdfHash = Convert.ToHexStringLower(SHA256.HashData(pdf)) };

        await Task.WhenAll(
            blobs.Put(BillingRows.PdfBlob(invoice.PdfHash), pdf, cancellation),
            links.Register(link, cancellation),
            index.Put(invoice.Number, new(batch.Account, invoice.Ref), cancellation),
            rows.Announce(batch.Account, invoice, cancellation));

        session.Post(invoice.Posting(session.Accounts, session.FirstOpen(issuedOn)));
        batch.Write(invoice.Ref, pending, invoice, BillingRows.InvoiceType);
        batch.Publish(new InvoiceIssued(batch.Account, invoice.Ref), BillingJson.Default.InvoiceIssued);
    }
}
