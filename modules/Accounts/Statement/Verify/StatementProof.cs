using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vade.Accounts;

/// <summary>
/// A statement that its reader can verify alone (docs/verify.md): every entry of the account as it is hashed, the path
/// from its head to a daily root, and that root with its signature. Needs neither Vade nor the organisation.
/// </summary>
/// <param name="Vade">What the file is, and the version of its form: <see cref="Form"/>.</param>
/// <param name="Account">The partition of the account: the chain starts from its name.</param>
/// <param name="From">First and last day, both included, by value date.</param>
/// <param name="Opening">What was owed when the first day began, in <see cref="Currency"/>; negative for an advance.</param>
/// <param name="Entries">All of them in the order of posting, in every currency: a chain with a gap proves nothing.</param>
/// <param name="Proof">Null where no daily root knows the account yet.</param>
internal sealed record StatementProof(
    string Vade, string Organisation, string Customer, string Account, string Currency, DateOnly From, DateOnly To,
    string Opening, string Closing, IReadOnlyList<ProvenEntry> Entries, LedgerProof? Proof, SignedRoot? Root)
{
    public const string Form = "statement 1";

    public static StatementProof Of(CustomerStatement asked, string account, IReadOnlyList<Entry> entries, LedgerProof? proof, SignedRoot? root) => new(
        Form, asked.Organisation.Name, asked.Customer.Title, account, asked.Statement.Currency.Code, asked.Statement.From, asked.Statement.To,
        ProvenEntry.Plain(asked.Statement.Opening), ProvenEntry.Plain(asked.Statement.Closing), [.. entries.Select(ProvenEntry.Of)], proof, root);
}

/// <summary>An entry with its members written as they are hashed (<see cref="Bookkeeping.HashOf"/>).</summary>
/// <param name="Kind">The name of the <see cref="PostingKind"/>.</param>
/// <param name="PostedAt">UTC to 100 ns: <c>2026-11-01T06:00:00.0000000Z</c>.</param>
/// <param name="Own">What it moves on the customer's own account; two decimals, as all amounts here.</param>
internal sealed record ProvenEntry(
    long Sequence, string Id, string Kind, string Currency, DateOnly ValueOn, string PostedAt, string Document,
    IReadOnlyList<ProvenLine> Lines, string Snapshot, string Own, string Previous, string Hash)
{
    private const string Instant = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    public static ProvenEntry Of(Entry entry) => new(
        entry.Sequence, entry.Id, entry.Kind.ToString(), entry.Currency, entry.ValueOn, entry.PostedAt.UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture),
        entry.Document, [.. entry.Lines.Select(line => new ProvenLine(line.Account, Plain(line.Amount)))], entry.Snapshot, Plain(entry.Own), entry.Previous, entry.Hash);

    /// <summary>The entry that these members say.</summary>
    /// <exception cref="FormatException">A member is not written as it must be.</exception>
    public Entry ToEntry() => new(
        Sequence, Id, Enum.TryParse<PostingKind>(Kind, out var kind) && kind.ToString() == Kind ? kind : throw new FormatException($"The kind {Kind} is not known."), Currency, ValueOn,
        new(DateTime.ParseExact(PostedAt, Instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal), TimeSpan.Zero),
        Document, [.. Lines.Select(line => new JournalLine(line.Account, Amount(line.Amount)))], Snapshot, Previous, Hash, Amount(Own));

    public static string Plain(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    /// <exception cref="FormatException">It is not written with two decimals.</exception>
    public static decimal Amount(string text)
    {
        var amount = decimal.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return Plain(amount) == text ? amount : throw new FormatException($"{text} is not written with two decimals.");
    }
}

/// <summary>A journal line; debit positive.</summary>
internal sealed record ProvenLine(string Account, string Amount);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StatementProof))]
internal sealed partial class ProofJson : JsonSerializerContext;
