using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Organisation;

namespace Vade.Billing;

internal enum CancelOutcome
{
    Cancelled,
    AlreadyCancelled,

    /// <summary>Money has settled it, in full or in part: it takes a refund or a credit note.</summary>
    Paid,
}

/// <summary>Cancels an invoice: a reversing entry, the mark on its row, the news; all or nothing.</summary>
internal sealed class CancelInvoices(AccountStore accounts, Ledger ledger, LedgerReader reader, Settings settings, TimeProvider clock)
{
    public Task<CancelOutcome> Cancel(string account, string reference, string reason, CancellationToken cancellation) =>
        accounts.ChangeFromHttp(
            account,
            async stop =>
            {
                var stored = await accounts.Find(account, reference, BillingRows.InvoiceType, stop)
                    ?? throw new InvalidOperationException($"The invoice {reference} is missing.");
                var invoice = stored.Value;
                if (invoice.State == InvoiceState.Cancelled)
                    return new Decision<CancelOutcome>(CancelOutcome.AlreadyCancelled, null);

                var session = await ledger.Open(account, stop);
                // Of a merged customer it is open in the survivor's account: there the reversal settles it.
                var isMoved = session.Head.MovedTo is not null;
                var head = isMoved ? await reader.Standing(account, stop) : session.Head;
                if (invoice.Total != (head.ItemOf(reference)?.Remaining ?? 0m))
                    return new(CancelOutcome.Paid, null);

                var today = (await settings.Get(OrganisationSettings.Section, stop)).Today(clock);
                session.Post(invoice.Reversal(session.Accounts, today, isMoved));
                var batch = accounts.Batch(account)
                    .Replace(stored, invoice with { State = InvoiceState.Cancelled, CancelReason = reason, CancelledAt = clock.GetUtcNow() }, BillingRows.InvoiceType)
                    .Publish(new InvoiceCancelled(account, reference), BillingJson.Default.InvoiceCancelled);
                await session.Write(batch, stop);
                return new(CancelOutcome.Cancelled, batch);
            },
            cancellation);
}
