using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Organisation;

namespace Vade.Payments;

/// <summary>Money as it was reported to us, before it is booked.</summary>
/// <param name="Items">The open items it is for, in their order; null for the oldest due first.</param>
internal sealed record Received(
    string Ref, string Id, Money Amount, string Means, string? Form, string? Provider, string Reference, DateOnly On, bool Test, bool Posted,
    IReadOnlyList<string>? Items);

/// <summary>Books money received: payment row, ledger entry, the mark that a receipt is due, and the news.</summary>
internal sealed class Bookings(AccountStore accounts, Ledger ledger, PaymentIndex index, Settings settings, TimeProvider clock)
{
    /// <summary>Before the commit: the payment can be found by its id and in the list.</summary>
    public Task Announce(string account, Received received, CancellationToken cancellation) =>
        index.Put(received.Id, received.On, new(account, received.Ref), cancellation);

    /// <summary>Adds everything to the batch and returns what is left as an advance.</summary>
    public async Task<decimal> Book(AccountBatch batch, Received received, CancellationToken cancellation)
    {
        var billing = await settings.Get(BillingSettings.Section, cancellation);
        var payment = Draft(batch.Account, received, billing.ReceiptSeries);
        if (received.Posted)
        {
            var session = await ledger.Open(batch.Account, cancellation);
            payment = Post(session, payment, received.Items);
            await session.Write(batch, cancellation);
            batch.Insert(PaymentsRows.PendingReceipt(received.Ref), new PendingReceipt(received.Ref), PaymentsRows.PendingType);
            batch.Publish(new PaymentReceived(batch.Account, received.Ref), PaymentsJson.Default.PaymentReceived);
        }

        batch.Insert(received.Ref, payment, PaymentsRows.PaymentType);
        return payment.Advance;
    }

    /// <summary>The payment as it would be if it were booked now: what it settles, and what is left as an advance.</summary>
    public async Task<Payment> Preview(string account, Received received, CancellationToken cancellation) =>
        Post(await ledger.Open(account, cancellation), Draft(account, received, ""), received.Items);

    private Payment Draft(string account, Received received, string receiptSeries) => new(
        received.Ref, received.Id, AccountStore.CodeOf(account), PaymentState.Confirmed, received.Amount.Currency.Code,
        received.Amount.Amount, received.Means, received.Form, received.Provider, received.Reference, received.On, clock.GetUtcNow(),
        [], 0m, received.Test, received.Posted, receiptSeries,
        Chance.Hex(32),
        Payment.HashOf(received.Amount, received.Means, received.Reference));

    // In memory: the session is written, or it is not.
    private static Payment Post(LedgerSession session, Payment payment, IReadOnlyList<string>? items)
    {
        var allocations = session.Post(payment.Posting(session.Accounts, items));
        payment = payment with
        {
            Settled = [.. allocations.Select(allocation => new Settled(allocation.Item.Number, allocation.Amount))],
        };
        SmallDifferences.Close(session, payment.Credit(0m), allocations, payment.ReceivedOn);
        return payment with { Advance = session.Head.Credits.FirstOrDefault(credit => credit.Ref == payment.Ref)?.Left ?? 0m };
    }

    public async Task<Payment?> Find(string account, string reference, CancellationToken cancellation) =>
        (await accounts.Find(account, reference, PaymentsRows.PaymentType, cancellation))?.Value;
}
