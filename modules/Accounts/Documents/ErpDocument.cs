using Vade.Kernel;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Accounts;

public enum DocumentDirection
{
    /// <summary>Issued to the customer.</summary>
    Sale,

    /// <summary>Received from the customer.</summary>
    Purchase,
}

public enum DocumentKind
{
    Invoice,

    /// <summary>Takes back goods or an amount: the other way round.</summary>
    Return,
}

/// <summary>A document as the ERP sends it. Amounts are in <paramref name="Currency"/>.</summary>
/// <param name="Kind">Default: invoice.</param>
/// <param name="DueOn">Default: the document's date.</param>
/// <param name="Currency">Default: the organisation's.</param>
/// <param name="Net">Default: the total without the tax.</param>
/// <param name="Total">What is to be paid; less than net and tax together where tax is withheld.</param>
/// <param name="Electronic">Whether it is an e-document, which the reportable part of a reconciliation leaves out.</param>
/// <param name="Remaining">What the ERP knew to be unpaid at <paramref name="AsOf"/>; null when it says nothing about payment.</param>
/// <param name="AsOf">The moment the ERP's data stood; default: now.</param>
public sealed record DocumentBody(
    DocumentDirection? Direction = null,
    DocumentKind? Kind = null,
    DateOnly? Date = null,
    DateOnly? DueOn = null,
    string? Currency = null,
    decimal? Net = null,
    decimal? Tax = null,
    decimal? Total = null,
    bool? Electronic = null,
    decimal? Remaining = null,
    DateTimeOffset? AsOf = null);

/// <summary>An attached original, kept under its hash.</summary>
public sealed record Original(string Sha256, int Bytes, DateTimeOffset At);

/// <summary>A credit that a document has made: an amount of it that settles open items or waits as an advance.</summary>
public sealed record DocumentCredit(string Ref, decimal Amount);

/// <summary>A document of the ERP as it is kept: its latest version, and what has been posted for it.</summary>
/// <param name="Version">From 1, raised when anything but <paramref name="AsOf"/> changes.</param>
/// <param name="Postings">How many postings it has caused: the next one's identity.</param>
/// <param name="Credits">Of a return: its own; of a sale: what the ERP says was paid elsewhere.</param>
/// <param name="SettledThere">What was posted as paid elsewhere.</param>
public sealed record ErpDocument(
    DocumentDirection Direction,
    DocumentKind Kind,
    string Number,
    DateOnly Date,
    DateOnly DueOn,
    string Currency,
    decimal Net,
    decimal Tax,
    decimal Total,
    bool Electronic,
    decimal? Remaining,
    DateTimeOffset AsOf,
    int Version = 1,
    int Postings = 0,
    IReadOnlyList<DocumentCredit>? Credits = null,
    decimal SettledThere = 0m,
    Original? Pdf = null,
    Original? Ubl = null)
{
    /// <summary>The row's key in the account, and the item's identity in the ledger.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Ref => AccountsRows.Document(Direction, Number);

    internal Currency MoneyCurrency => Kernel.Currency.Of(Currency);

    /// <summary>All that a caller decides, in the same moment of the ERP's data.</summary>
    internal bool SaysTheSame(ErpDocument other) => this with
    {
        AsOf = other.AsOf, Version = other.Version, Postings = other.Postings, Credits = other.Credits,
        SettledThere = other.SettledThere, Pdf = other.Pdf, Ubl = other.Ubl,
    } == other;
}

/// <summary>What the rules made of a <see cref="DocumentBody"/>.</summary>
/// <param name="Document">Null when there are problems.</param>
internal sealed record DocumentDraft(ErpDocument? Document, IReadOnlyList<Remark> Problems, IReadOnlyList<Remark> Warnings);

/// <summary>The rules of a document as one pure function.</summary>
internal static class DocumentRules
{
    private const int YearMin = 1990;
    private const int YearMax = 2100;

    public static DocumentDraft Read(
        string number, DocumentBody body, OrganisationSettings organisation, DateTimeOffset now)
    {
        var (problems, warnings) = (new List<Remark>(), new List<Remark>());
        if (CustomerRules.CodeProblem(number, "number") is { } wrongNumber)
            problems.Add(wrongNumber);
        if (body.Direction is null)
            problems.Add(new("direction", "direction.required", "Give sale or purchase."));
        if (body.Date is null)
            problems.Add(new("date", "date.required", "Give the document's date."));
        foreach (var (field, date) in new[] { ("date", body.Date), ("dueOn", body.DueOn) })
        {
            if (date?.Year is < YearMin or > YearMax)
                problems.Add(new(field, field + ".range", $"The year lies between {YearMin} and {YearMax}."));
        }

        if (body.Total is null)
            problems.Add(new("total", "total.required", "Give what is to be paid."));
        var currency = Currency.Find(body.Currency ?? organisation.Currency);
        if (currency is null)
            problems.Add(new("currency", "currency.unknown", $"Give one of {string.Join(", ", Currency.All)}."));

        foreach (var (field, amount) in new[] { ("net", body.Net), ("tax", body.Tax), ("total", body.Total), ("remaining", body.Remaining) })
        {
            if (amount < 0m)
                problems.Add(new(field, "amount.negative", "An amount is not negative; a return is a kind of its own."));
            else if (currency is { } known && known.Round(amount ?? 0m) != (amount ?? 0m))
                problems.Add(new(field, "money.minorDigits", $"An amount in {known} has {known.MinorDigits} digits behind the dot at most."));
        }

        if (body.Remaining > body.Total)
            problems.Add(new("remaining", "remaining.total", "No more can be unpaid than the total."));
        if (problems.Count > 0)
            return new(null, problems, warnings);

        var total = body.Total!.Value;
        var net = body.Net ?? Math.Max(0m, total - (body.Tax ?? 0m));
        var tax = body.Tax ?? Math.Max(0m, total - net);
        // Withholding and rounding make totals of their own; what was issued is taken as it is (facts: domain E).
        if (net + tax != total)
            warnings.Add(new("total", "total.sum", "Net and tax do not sum to the total; it is taken as it is."));
        return new(
            new(
                body.Direction!.Value, body.Kind ?? DocumentKind.Invoice, number, body.Date!.Value, body.DueOn ?? body.Date.Value,
                currency!.Value.Code, net, tax, total, body.Electronic ?? false, body.Remaining, body.AsOf ?? now),
            problems,
            warnings);
    }
}

/// <summary>What other modules may ask about the documents of an account.</summary>
public sealed class DocumentReader(Vade.Kernel.Messaging.AccountStore accounts)
{
    /// <summary>Every document of the account, sales and purchases, in the order of their numbers.</summary>
    public async IAsyncEnumerable<ErpDocument> All(
        string account, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in accounts.Tables.All(
            Vade.Kernel.Messaging.AccountStore.Table, account, KeyRange.Prefix(AccountsRows.DocumentPrefix), AccountsRows.DocumentType, cancellation))
            yield return row.Value;
    }

    internal Task<Stored<ErpDocument>?> Find(string account, DocumentDirection direction, string number, CancellationToken cancellation) =>
        accounts.Find(account, AccountsRows.Document(direction, number), AccountsRows.DocumentType, cancellation);
}
