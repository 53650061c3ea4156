using System.Runtime.CompilerServices;
using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Payments;

/// <summary>
/// A payment as lists and reports show it, without opening its account. Written before the payment, pointing only, and
/// made from the payment after every posting that touches it and when its receipt is there.
/// </summary>
/// <param name="Sequence">Of the ledger that it was made from; 0 before the payment was committed: ask the account.</param>
/// <param name="Status">As the API answers it; null, as all that follows, while it only points.</param>
/// <param name="Posted">False for a test payment that settles nothing.</param>
public sealed record PaymentRow(
    string Account,
    string Ref,
    long Sequence = 0,
    string? Id = null,
    string? ReceiptNumber = null,
    string? Customer = null,
    decimal Amount = 0m,
    string? Currency = null,
    string? Means = null,
    string? Form = null,
    string? Provider = null,
    string? Reference = null,
    string? Status = null,
    DateOnly ReceivedOn = default,
    bool Test = false,
    bool Posted = false)
{
    /// <summary>Where it stands in the list: by the day it was received, then by id.</summary>
    internal string Place => PaymentsRows.Listed(ReceivedOn) + Key.Separator + Id;

    internal static PaymentRow Of(string account, Payment payment, long sequence) => new(
        account, payment.Ref, sequence, payment.Id, payment.ReceiptNumber, payment.Customer, payment.Amount, payment.Currency, payment.Means,
        payment.Form, payment.Provider, payment.Reference, PaymentViews.StatusOf(payment), payment.ReceivedOn, payment.Test, payment.Posted);
}

/// <summary>Keeps the rows of payments: after every posting, and when the receipt of one is there.</summary>
internal sealed class PaymentRows(PaymentIndex index, AccountStore accounts, LedgerReader ledger) : IProjection, IHandle<ReceiptIssued>
{
    public Task Handle(ReceiptIssued message, CancellationToken cancellation) =>
        Projecting.Run(ledger, message.Account, state => Project(state, [message.PaymentRef], cancellation), cancellation);

    public async IAsyncEnumerable<string> Facts(string account, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var payment in accounts.Tables.All(
            AccountStore.Table, account, KeyRange.Prefix(PaymentsRows.PaymentPrefix), PaymentsRows.PaymentType, cancellation))
            yield return payment.Key;
    }

    public async Task<Projected> Project(AccountState state, IReadOnlyCollection<string> facts, CancellationToken cancellation)
    {
        foreach (var fact in facts.Where(fact => fact.StartsWith(PaymentsRows.PaymentPrefix, StringComparison.Ordinal)))
        {
            if (await accounts.Find(state.Account, fact, PaymentsRows.PaymentType, cancellation) is { } payment
                && await index.Write(state, payment.Value, cancellation) is { Done: false } lost)
                return lost;
        }

        return Projected.Written;
    }
}
