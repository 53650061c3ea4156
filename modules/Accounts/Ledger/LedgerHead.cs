using System.Text.Json.Serialization;
using Vade.Kernel;

namespace Vade.Accounts;

/// <summary>What the ledger's control accounts say in one currency. Positive: the customer owes.</summary>
public sealed record CurrencyBalance(
    [property: JsonPropertyName("c")] string Currency,
    [property: JsonPropertyName("r")] decimal Receivable,
    [property: JsonPropertyName("p")] decimal Payable);

/// <summary>
/// The head of an account's ledger: where its chain stands, its balances, its open items and its advances. Every
/// posting replaces this row under its ETag, so two writers of one account never both win (design §2). One row,
/// packed over several properties by the engine; see <see cref="LedgerLimits"/>.
/// </summary>
/// <param name="Open">In the order they were opened.</param>
/// <param name="Credits">Advances, oldest first.</param>
/// <param name="HasWriteOffs">Something was written off once: only then need anybody look for what.</param>
/// <param name="MovedTo">The account of the survivor that this one was merged into: whatever is posted here goes on to it in the same commit.</param>
public sealed record LedgerHead(
    long Sequence,
    string Hash,
    IReadOnlyList<CurrencyBalance> Balances,
    IReadOnlyList<OpenItem> Open,
    IReadOnlyList<Credit> Credits,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool HasWriteOffs = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? MovedTo = null)
{
    /// <summary>Receivable minus payable: what the customer owes in this currency, negative for an advance.</summary>
    public Money Balance(Currency currency) =>
        Balances.FirstOrDefault(balance => balance.Currency == currency.Code) is { } found
            ? new(found.Receivable + found.Payable, currency)
            : Money.Zero(currency);

    /// <summary>The open item of an invoice or document; null once it is settled or cancelled.</summary>
    public OpenItem? ItemOf(string reference) => Open.FirstOrDefault(item => item.Ref == reference);

    /// <summary>What is open in a currency, the oldest due first: the order in which money settles it.</summary>
    public IEnumerable<OpenItem> Due(Currency currency) =>
        Open.Where(item => item.Currency == currency.Code)
            .OrderBy(item => item.DueOn)
            .ThenBy(item => item.On)
            .ThenBy(item => item.Number, StringComparer.Ordinal);
}

/// <summary>The stated limits of one account, tested.</summary>
public static class LedgerLimits
{
    /// <summary>Invoices of one customer that may be open at a time.</summary>
    public const int OpenItemsMax = 5_000;

    /// <summary>Advances of one customer that may wait at a time.</summary>
    public const int CreditsMax = 1_000;
}
