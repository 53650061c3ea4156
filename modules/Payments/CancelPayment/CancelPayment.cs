using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Organisation;

namespace Vade.Payments;

internal enum CancelPaymentOutcome
{
    Cancelled,
    AlreadyCancelled,

    /// <summary>A provider took the money: it has to be paid back there.</summary>
    OfProvider,
}

/// <summary>Takes back a payment that was recorded by hand: a reversing entry, and what it settled is open again.</summary>
internal sealed class CancelPayment(AccountStore accounts, Ledger ledger, LedgerReader reader, Settings settings, TimeProvider clock)
{
    public Task<CancelPaymentOutcome> Cancel(string account, string reference, string reason, CancellationToken cancellation) =>
        accounts.ChangeFromHttp(
            account,
            async stop =>
            {
                var stored = await accounts.Find(account, reference, PaymentsRows.PaymentType, stop)
                    ?? throw new InvalidOperationException($"The payment {reference} is missing.");
                var payment = stored.Value;
                if (payment.State == PaymentState.Cancelled)
                    return new Decision<CancelPaymentOutcome>(CancelPaymentOutcome.AlreadyCancelled, null);
                if (payment.Provider is not null)
                    return new(CancelPaymentOutcome.OfProvider, null);
                var today = (await settings.Get(OrganisationSettings.Section, stop)).Today(clock);
                // The head first: allocations that change after it make the commit fail.
                var session = await ledger.Open(account, stop);
                var history = await reader.History(account, stop);
                var reopened = payment.Posted ? SmallDifferences.Reopen(session, payment.Credit(0m), history, today) : [];
                session.Post(payment.Reversal(session.Accounts, today, LedgerReader.AllocationsBy(reference, [.. history, .. reopened])));
                var batch = accounts.Batch(account)
                    .Replace(stored, payment with { State = PaymentState.Cancelled, CancelReason = reason, CancelledAt = clock.GetUtcNow() }, PaymentsRows.PaymentType)
                    .Publish(new PaymentCancelled(account, reference), PaymentsJson.Default.PaymentCancelled);
                await session.Write(batch, stop);
                return new(CancelPaymentOutcome.Cancelled, batch);
            },
            cancellation);
}
