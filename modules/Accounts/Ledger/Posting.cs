using System.Text.Json.Serialization;
using Vade.Kernel;

namespace Vade.Accounts;

/// <summary>What a ledger entry came from. The names stand in statements and exports and are never renamed.</summary>
public enum PostingKind
{
    Invoice,
    InvoiceCancelled,
    Payment,
    PaymentCancelled,
    Refund,
    Document,
    DocumentChanged,
    DocumentSettled,

    /// <summary>What was owed, or paid in advance, when the organisation came to us.</summary>
    OpeningBalance,

    /// <summary>What will not be paid any more is closed.</summary>
    WriteOff,
    WriteOffCancelled,

    /// <summary>A payment left so little that nobody asks for it, or so little too much that nobody sends it back.</summary>
    SmallDifference,
    SmallDifferenceCancelled,

    /// <summary>A payment settles other items than it did. It moves no money; the allocations of its sequence say what changed.</summary>
    Reallocation,

    /// <summary>An advance was paid out to the customer.</summary>
    Payout,
    PayoutCancelled,

    /// <summary>Two records of a customer became one: what was open here stands in the survivor's account.</summary>
    Moved,
}

/// <summary>One line of an entry. Debit is positive, credit negative; the lines of an entry sum to zero.</summary>
/// <param name="Account">A code of <see cref="LedgerAccounts"/>.</param>
public sealed record JournalLine(string Account, decimal Amount);

/// <summary>What a customer owes for: opened by an invoice or document, settled by allocations.</summary>
/// <param name="Ref">The identity of the fact behind it: the row key of the invoice or document.</param>
/// <param name="Number">The number a person knows it by.</param>
public sealed record OpenItem(
    [property: JsonPropertyName("r")] string Ref,
    [property: JsonPropertyName("n")] string Number,
    [property: JsonPropertyName("c")] string Currency,
    [property: JsonPropertyName("o")] DateOnly On,
    [property: JsonPropertyName("d")] DateOnly DueOn,
    [property: JsonPropertyName("t")] decimal Total,
    [property: JsonPropertyName("l")] decimal Remaining);

/// <summary>Money received that has settled nothing yet: an advance, which settles the next invoice by itself.</summary>
/// <param name="Ref">The row key of the payment (or credit document) it came from.</param>
/// <param name="At">When it was posted; the ledger fills it in.</param>
public sealed record Credit(
    [property: JsonPropertyName("r")] string Ref,
    [property: JsonPropertyName("n")] string Number,
    [property: JsonPropertyName("c")] string Currency,
    [property: JsonPropertyName("o")] DateOnly On,
    [property: JsonPropertyName("l")] decimal Left,
    [property: JsonPropertyName("a")] DateTimeOffset? At = null);

/// <summary>So much of a credit settles an item. Negative where an earlier allocation is undone.</summary>
/// <param name="CreditAt">When the credit was posted.</param>
public sealed record Allocation(
    [property: JsonPropertyName("c")] string Credit,
    [property: JsonPropertyName("i")] OpenItem Item,
    [property: JsonPropertyName("m")] decimal Amount,
    [property: JsonPropertyName("a")] DateTimeOffset? CreditAt = null);

/// <summary>So much of a credit is meant for this item.</summary>
public sealed record Portion(string Item, decimal Amount);

/// <summary>What a posting does to the customer's open items.</summary>
public abstract record Effect
{
    private Effect()
    {
    }

    /// <summary>The receivable debit is owed under this item; advances settle it at once, oldest first.</summary>
    public sealed record Opens(OpenItem Item) : Effect;

    /// <summary>
    /// The receivable credit settles these items in their order, as far as it reaches; <c>null</c> means the oldest
    /// due first. What is left is an advance. Items that are settled or cancelled meanwhile are passed over.
    /// </summary>
    public sealed record Settles(Credit Credit, IReadOnlyList<string>? Items) : Effect;

    /// <summary>The item is taken away again; it must not be settled, not even in part.</summary>
    public sealed record Withdraws(string Item) : Effect;

    /// <summary>
    /// A credit is taken back: what it settled is open again, what was left of it is gone. The allocations are those
    /// that were made from it (<see cref="LedgerReader.AllocationsOf"/>).
    /// </summary>
    public sealed record TakesBack(string Credit, IReadOnlyList<Allocation> Allocations) : Effect;

    /// <summary>The item's total changes by the posting's receivable lines: a new version of an ERP document.</summary>
    public sealed record Changes(OpenItem Item) : Effect;

    /// <summary>The receivable debit is owed under these items together; advances settle each at once, oldest first.</summary>
    public sealed record OpensAll(IReadOnlyList<OpenItem> Items) : Effect;

    /// <summary>
    /// An item goes, and what settled it is an advance again: the reverse of an item that advances have settled. The
    /// allocations are all that the item has (<see cref="LedgerReader.AllocationsTo"/>).
    /// </summary>
    public sealed record Undoes(string Item, IReadOnlyList<Allocation> Allocations) : Effect;

    /// <summary>
    /// Nothing is received or paid: what a credit settled by these allocations is open again, then it settles these
    /// portions as far as their items reach, and what is left of it is an advance.
    /// </summary>
    /// <param name="Credit">With all of it that may move as what is left.</param>
    public sealed record Reallocates(Credit Credit, IReadOnlyList<Allocation> Undone, IReadOnlyList<Portion> Portions) : Effect;

    /// <summary>Nothing about open items: a purchase, an adjustment between ledger accounts.</summary>
    public sealed record Nothing : Effect;
}

/// <summary>
/// A posting to be made: journal lines in one currency that sum to zero, under an identity that can be posted once.
/// </summary>
/// <param name="Id">The posting's identity, for example <c>invoice!S1!2026-11-01</c>: posted again it is refused.</param>
/// <param name="ValueOn">The date it counts from; the date of posting is the clock's.</param>
/// <param name="Document">The number that statements show.</param>
/// <param name="Snapshot">Salted hash of the row it stands for, so that erasing the row breaks no chain.</param>
public sealed record Posting(
    string Id,
    PostingKind Kind,
    Currency Currency,
    DateOnly ValueOn,
    string Document,
    IReadOnlyList<JournalLine> Lines,
    Effect Effect,
    string Snapshot);

/// <summary>An entry of the ledger as it stands for ever.</summary>
/// <param name="Sequence">From 1, without gap, per account.</param>
/// <param name="Previous">The hash of the entry before; the account's code hashed for the first.</param>
/// <param name="Own">
/// What it moves on the customer's own account, receivable and payable together, debit positive. Kept, because the
/// codes of these accounts may change in the settings and old entries must still mean the same.
/// </param>
public sealed record Entry(
    long Sequence,
    string Id,
    PostingKind Kind,
    string Currency,
    DateOnly ValueOn,
    DateTimeOffset PostedAt,
    string Document,
    IReadOnlyList<JournalLine> Lines,
    string Snapshot,
    string Previous,
    string Hash,
    decimal Own = 0m);

/// <summary>
/// Account codes that postings use. Settings; the defaults are those of the Turkish uniform chart (tekdüzen hesap planı):
/// an opening balance stands against the capital (500), a receivable that is given up is an extraordinary loss (689), and
/// small differences are ordinary losses (659) or extraordinary gains (679). What moves between two records of
/// a customer passes through 198, which sums to zero over the two.
/// </summary>
/// <param name="SmallBalance">By currency: the most that a payment may leave open, or too much, and it counts as settled. None by default.</param>
public sealed record LedgerAccounts(
    string Receivable = "120",
    string Sales = "600",
    string SalesReturns = "610",
    string Vat = "391",
    string Bank = "102",
    string Card = "108",
    string Cash = "100",
    string Payable = "320",
    string Purchases = "770",
    string VatPaid = "191",
    string Opening = "500",
    string WriteOff = "689",
    string DifferenceLoss = "659",
    string DifferenceGain = "679",
    string Moves = "198",
    IReadOnlyDictionary<string, decimal>? SmallBalance = null)
{
    /// <summary>The most that counts as a small difference in this currency; zero where there is no such rule.</summary>
    public decimal SmallestOwed(Currency currency) => SmallBalance?.GetValueOrDefault(currency.Code) ?? 0m;

    /// <summary>The account that money received by these means lies on.</summary>
    public string Of(string means) => means switch
    {
        "cash" => Cash,
        "card" => Card,
        _ => Bank,
    };
}
