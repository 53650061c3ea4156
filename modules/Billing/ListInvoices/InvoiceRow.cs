using System.Text.Json.Serialization;
using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Billing;

/// <summary>
/// An invoice as lists and reports show it, without opening its account. Amounts are in its currency. Written before the
/// invoice, as it will be, and made anew from invoice and ledger after every posting that touches it.
/// </summary>
/// <param name="Customer">The customer's code, and <paramref name="Title"/> its name as it stands on the invoice.</param>
/// <param name="Period">The month it is for, yyyy-MM.</param>
/// <param name="Status">open, partlyPaid, paid or cancelled.</param>
/// <param name="Sequence">Of the ledger that it was made from; 0 before the invoice was committed: ask the account.</param>
public sealed record InvoiceRow(
    [property: JsonPropertyName("a")] string Account,
    [property: JsonPropertyName("f")] string Ref,
    [property: JsonPropertyName("n")] string Number,
    [property: JsonPropertyName("c")] string Customer,
    [property: JsonPropertyName("h")] string Title,
    [property: JsonPropertyName("s")] string? Service,
    [property: JsonPropertyName("p")] string Period,
    [property: JsonPropertyName("o")] DateOnly IssuedOn,
    [property: JsonPropertyName("d")] DateOnly DueOn,
    [property: JsonPropertyName("k")] string Currency,
    [property: JsonPropertyName("e")] decimal Net,
    [property: JsonPropertyName("x")] decimal Tax,
    [property: JsonPropertyName("t")] decimal Total,
    [property: JsonPropertyName("r")] decimal Remaining,
    [property: JsonPropertyName("u")] string Status,
    [property: JsonPropertyName("q")] long Sequence)
{
    [JsonIgnore] public bool IsOpen => Status is "open" or "partlyPaid";

    /// <summary>Where it stands in the list: by the day of issue, then by number.</summary>
    [JsonIgnore] public string Place => BillingRows.Listed(IssuedOn, Number);

    internal static InvoiceRow Of(string account, Invoice invoice, LedgerHead head)
    {
        var (status, remaining) = InvoiceReader.Status(invoice, head);
        return Of(account, invoice) with { Remaining = status == "cancelled" ? 0m : remaining, Status = status, Sequence = head.Sequence };
    }

    /// <summary>Before its commit: all of it is going to be owed.</summary>
    internal static InvoiceRow Of(string account, Invoice invoice) => new(
        account, invoice.Ref, invoice.Number, invoice.Customer, invoice.Buyer.Name, invoice.Service, invoice.Period, invoice.IssuedOn,
        invoice.DueOn, invoice.Currency, invoice.Net, invoice.Tax, invoice.Total, invoice.Total, invoice.Total > 0m ? "open" : "paid", 0);
}

/// <summary>
/// The rows of the list: every invoice under <c>issued!</c>, those that are owed under <c>open!</c> as well, so that
/// neither a year of paid ones nor a few open ones among them have to be searched. The first guards the second: both
/// change in one commit.
/// </summary>
internal sealed class InvoiceRows(ITables tables, AccountStore accounts) : IProjection
{
    public const string Issued = "issued!";
    public const string Open = "open!";
    private const int RowsPerCommitMax = TableLimits.ChangesMax / 2;
    private readonly SpreadIndex<InvoiceRow> _index = new(tables, BillingRows.Table, "list", BillingRows.RowType);

    /// <summary>Before the commit: an invoice is in the list from its first moment. What is there already stays.</summary>
    public Task Announce(string account, Invoice invoice, CancellationToken cancellation)
    {
        var row = InvoiceRow.Of(account, invoice);
        return _index.Write(account, Changes(null, row), cancellation);
    }

    /// <summary>The next rows behind a place, in order (see <see cref="SpreadIndex{T}.Next"/>).</summary>
    public Task<(IReadOnlyList<Stored<InvoiceRow>> Rows, bool More)> Next(KeyRange range, int perPartition, CancellationToken cancellation) =>
        _index.Next(range, perPartition, cancellation);

    public async IAsyncEnumerable<string> Facts(
        string account, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var invoice in accounts.Tables.All(
            AccountStore.Table, account, KeyRange.Prefix(BillingRows.InvoicePrefix), BillingRows.InvoiceType, cancellation))
            yield return invoice.Key;
    }

    public async Task<Projected> Project(AccountState state, IReadOnlyCollection<string> facts, CancellationToken cancellation)
    {
        foreach (var some in facts.Where(fact => fact.StartsWith(BillingRows.InvoicePrefix, StringComparison.Ordinal)).Chunk(RowsPerCommitMax))
        {
            if (await ProjectSome(state, some, cancellation) is { Done: false } lost)
                return lost;
        }

        return Projected.Written;
    }

    private async Task<Projected> ProjectSome(AccountState state, IEnumerable<string> facts, CancellationToken cancellation)
    {
        var invoices = await Task.WhenAll(facts.Select(fact => accounts.Find(state.Account, fact, BillingRows.InvoiceType, cancellation)));
        var rows = invoices.Where(invoice => invoice?.Value.State is InvoiceState.Issued or InvoiceState.Cancelled)
            .Select(invoice => InvoiceRow.Of(state.Account, invoice!.Value, state.Standing)).ToArray();
        var before = await Task.WhenAll(rows.Select(row => _index.Find(state.Account, Issued + row.Place, cancellation)));
        if (before.Max(row => row?.Value.Sequence) is { } latest && state.StandsBefore(latest))
            return new(false, latest);
        var changes = rows.Zip(before).Where(pair => pair.First != pair.Second?.Value).SelectMany(pair => Changes(pair.Second, pair.First)).ToArray();
        return changes.Length == 0 || await _index.Write(state.Account, changes, cancellation) ? Projected.Written : Projected.Lost;
    }

    private static IEnumerable<IndexChange<InvoiceRow>> Changes(Stored<InvoiceRow>? before, InvoiceRow row)
    {
        yield return new IndexChange<InvoiceRow>.Next(Issued + row.Place, before, row);
        if (row.IsOpen)
            yield return new IndexChange<InvoiceRow>.Put(Open + row.Place, row);
        else if (before?.Value.IsOpen == true)
            yield return new IndexChange<InvoiceRow>.Gone(Open + row.Place);
    }
}
