using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vade.Accounts;
using Vade.Kernel;

namespace Vade.Payments;

public enum PaymentState
{
    Confirmed,
    Cancelled,
}

/// <summary>So much of a payment settled this invoice when it was received.</summary>
public sealed record Settled(string Number, decimal Amount);

/// <summary>
/// Money that was received. What it settles today is the ledger's to say; <see cref="Settled"/> is what its receipt says.
/// </summary>
/// <param name="Ref">Its identity and row key: provider + merchant reference, or the caller's reference.</param>
/// <param name="Id">20 of [A-Z0-9]: what the API and links call it.</param>
/// <param name="Means">cash, card, transfer, check or other.</param>
/// <param name="Form">The payment form that settings mapped the provider to when it was paid.</param>
/// <param name="Provider">The provider's id; null for money that was recorded by hand.</param>
/// <param name="Reference">The provider's reference, or the caller's.</param>
/// <param name="Test">The provider was in test mode.</param>
/// <param name="Posted">False for a test payment outside the sandbox, which settles nothing.</param>
/// <param name="ReceiptSeries">Fixed when the payment was committed.</param>
/// <param name="ReceiptNumber">Null until the receipt is complete.</param>
/// <param name="ReceiptHash">SHA-256 of the stored PDF.</param>
/// <param name="Salt">Makes the ledger's hash of this row say nothing once the row is erased.</param>
public sealed record Payment(
    string Ref,
    string Id,
    string Customer,
    PaymentState State,
    string Currency,
    decimal Amount,
    string Means,
    string? Form,
    string? Provider,
    string Reference,
    DateOnly ReceivedOn,
    DateTimeOffset At,
    IReadOnlyList<Settled> Settled,
    decimal Advance,
    bool Test,
    bool Posted,
    string ReceiptSeries,
    string Salt,
    string ContentHash,
    string? ReceiptNumber = null,
    string? ReceiptHash = null,
    string? CancelReason = null,
    DateTimeOffset? CancelledAt = null)
{
    public Money Money => new(Amount, Kernel.Currency.Of(Currency));

    /// <summary>What makes two reports of a payment the same: SHA-256 over what was received.</summary>
    internal static string HashOf(Money amount, string means, string reference) =>
        Hex(string.Create(CultureInfo.InvariantCulture, $"{amount}|{means}|{reference}"));

    /// <summary>What stands in the ledger for this row's content.</summary>
    internal string Snapshot() => Hex($"{Salt}|{Ref}|{ContentHash}|{ReceivedOn:yyyy-MM-dd}");

    internal string CreditRef => Ref;

    /// <summary>What it is in the ledger.</summary>
    /// <param name="left">In its currency.</param>
    internal Credit Credit(decimal left, DateTimeOffset? at = null) => new(Ref, Id, Currency, ReceivedOn, left, at);

    /// <summary>The posting that settles what the customer owes; <c>null</c> items mean the oldest due first.</summary>
    internal Posting Posting(LedgerAccounts chart, IReadOnlyList<string>? items) => new(
        "payment!" + Ref,
        PostingKind.Payment,
        Kernel.Currency.Of(Currency),
        ReceivedOn,
        Id,
        [new(chart.Of(Means), Amount), new(chart.Receivable, -Amount)],
        new Effect.Settles(Credit(Amount), items),
        Snapshot());

    /// <summary>The reversing posting: what it settled is open again.</summary>
    internal Posting Reversal(LedgerAccounts chart, DateOnly today, IReadOnlyList<Allocation> allocations) => new(
        "cancel!" + Ref,
        PostingKind.PaymentCancelled,
        Kernel.Currency.Of(Currency),
        today,
        Id,
        [new(chart.Of(Means), -Amount), new(chart.Receivable, Amount)],
        new Effect.TakesBack(Ref, allocations),
        Snapshot());

    private static string Hex(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>Money was received: the ledger holds it, and what it settled is settled.</summary>
/// <param name="Account">The partition of the customer.</param>
/// <param name="PaymentRef">The payment's <see cref="Payment.Ref"/>.</param>
public sealed record PaymentReceived(string Account, string PaymentRef);

/// <summary>A payment that was recorded by hand was taken back; what it settled is open again.</summary>
public sealed record PaymentCancelled(string Account, string PaymentRef);

/// <summary>The payment has its receipt: number and stored PDF.</summary>
public sealed record ReceiptIssued(string Account, string PaymentRef);

/// <summary>Staff should look: money came in that did not settle what it was meant for.</summary>
/// <param name="Reason"><c>otherAmount</c>: not what the customer was sent to pay; <c>itemsGone</c>: an invoice was paid or cancelled meanwhile.</param>
public sealed record PaymentNeedsAttention(string Account, string PaymentRef, string Reason);
