using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vade.Kernel;

namespace Vade.Accounts;

public enum OperationKind
{
    OpeningBalance,
    WriteOff,
    Payout,

    /// <summary>The record became one with another; its amount is none of its own.</summary>
    Merge,
}

/// <summary>
/// Something that the office did to a customer's account by hand, once for its reference. What it opened, closed or spent
/// is the ledger's to say: <see cref="Refs"/> has the names.
/// </summary>
/// <param name="Reference">The caller's own, unique among all operations of the organisation; the row's key.</param>
/// <param name="Id">20 of [A-Z2-7]: what the API and statements call it.</param>
/// <param name="Amount">In <paramref name="Currency"/>: what was written off or paid out; of an opening balance what is owed, negative for an advance.</param>
/// <param name="On">The day that it counts from.</param>
/// <param name="Means">Of a pay-out: how the money went.</param>
/// <param name="Salt">Makes the ledger's hash of this row say nothing once the row is erased.</param>
public sealed record Operation(
    string Reference,
    string Id,
    OperationKind Kind,
    string Currency,
    decimal Amount,
    DateOnly On,
    DateTimeOffset At,
    string? Reason,
    string? Means,
    string Salt,
    string? CancelReason = null,
    DateTimeOffset? CancelledAt = null)
{
    private const string IdLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int IdLength = 20;

    internal Currency MoneyCurrency => Kernel.Currency.Of(Currency);

    internal bool IsCancelled => CancelledAt is not null;

    /// <summary>The name in the ledger of the credit or the item that it made.</summary>
    internal string Ref => Kind == OperationKind.WriteOff ? Refs.WriteOff(Id) : Refs.Payout(Id);

    // Told from the reference, so that a repetition writes the same rows.
    internal static string IdOf(string reference)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes("operation|" + reference));
        return string.Concat(hash.Take(IdLength).Select(part => IdLetters[part % IdLetters.Length]));
    }

    /// <summary>What stands in the ledger for this row's content.</summary>
    internal string Snapshot() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{Salt}|{Kind}|{Reference}|{Amount}|{Currency}|{On:yyyy-MM-dd}|{Reason}|{Means}"))));
}
