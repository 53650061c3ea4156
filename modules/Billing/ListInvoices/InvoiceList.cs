using System.Runtime.CompilerServices;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Billing;

/// <param name="Customer">Its code; null for all.</param>
/// <param name="Status">open, partlyPaid, paid or cancelled; owed for the first two together.</param>
/// <param name="Period">The month it is for.</param>
/// <param name="From">By issue date, inclusive; so is <paramref name="To"/>.</param>
/// <param name="Text">A part of number, customer's code or name, however it is written.</param>
/// <param name="DueFrom">By due date, inclusive; so is <paramref name="DueTo"/>.</param>
public sealed record InvoiceFilter(
    string? Customer = null, string? Service = null, string? Status = null, Month? Period = null, DateOnly? From = null, DateOnly? To = null,
    string? Text = null, DateOnly? DueFrom = null, DateOnly? DueTo = null)
{
    public const string Owed = "owed";
    private const int PlaceMax = 400;
    private readonly string? _text = string.IsNullOrWhiteSpace(Text) ? null : TurkishText.SearchKey(Text);
    private readonly string? _period = Period?.ToString();

    internal bool IsForOpen => Status is "open" or "partlyPaid" or Owed;

    internal bool Passes(InvoiceRow row) =>
        (Customer is null || row.Customer == Customer)
        && (Service is null || row.Service == Service)
        && (Status is null || row.Status == Status || (Status == Owed && row.IsOpen))
        && (_period is null || row.Period == _period)
        && (From is null || row.IssuedOn >= From)
        && (To is null || row.IssuedOn <= To)
        && (DueFrom is null || row.DueOn >= DueFrom)
        && (DueTo is null || row.DueOn <= DueTo)
        && (_text is null || TurkishText.SearchKey($"{row.Number}\n{row.Customer}\n{row.Title}").Contains(_text, StringComparison.Ordinal));

    // No invoice is issued before the period it is for begins.
    internal KeyRange Range(string? after)
    {
        var list = IsForOpen ? InvoiceRows.Open : InvoiceRows.Issued;
        var from = new[] { From, Period?.First }.Max();
        var first = list + (from is { } day ? BillingRows.Listed(day) : "");
        var range = new KeyRange(first, To is { } last ? list + BillingRows.Listed(last) + Key.Last : list + Key.Last);
        return after is { Length: <= PlaceMax } && string.CompareOrdinal(list + after, first) >= 0 ? range.After(list + after) : range;
    }
}

/// <summary>
/// The list of invoices as the panel and the API page through it, in the order of issue. A page costs at most
/// <see cref="RoundsMax"/> rounds of sixteen range reads of at most <see cref="RowsPerReadMax"/> rows, and at most two
/// reads for each row that it shows; a filter that few pass may answer fewer than asked for, and a next: the place up
/// to which was searched.
/// </summary>
public sealed class InvoiceList
{
    public const int RoundsMax = 4;
    public const int RowsPerReadMax = 250;

    private readonly InvoiceRows _rows;
    private readonly InvoiceReader _invoices;
    private readonly LedgerReader _ledger;
    private readonly AccountStore _accounts;

    internal InvoiceList(InvoiceRows rows, InvoiceReader invoices, LedgerReader ledger, AccountStore accounts) =>
        (_rows, _invoices, _ledger, _accounts) = (rows, invoices, ledger, accounts);

    /// <summary>The invoices behind this place that pass, each checked against its account.</summary>
    /// <param name="after">The <see cref="InvoiceRow.Place"/> of an invoice, or what an earlier page gave as next.</param>
    public async Task<ApiPage<InvoiceRow>> Page(InvoiceFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        var (found, next) = await Search(filter, after, limit, cancellation);
        var now = new List<InvoiceRow>(found.Count);
        foreach (var account in found.GroupBy(row => row.Account, StringComparer.Ordinal).Chunk(20))
            now.AddRange((await Task.WhenAll(account.Select(group => Checked(group.Key, [.. group], cancellation)))).SelectMany(rows => rows));
        return new([.. now.Where(filter.Passes).OrderBy(row => row.Place, StringComparer.Ordinal)], next);
    }

    /// <summary>Every invoice that passes, as the rows say, in order, for a file: some thousands are held at a time.</summary>
    public async IAsyncEnumerable<InvoiceRow> All(InvoiceFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var range = filter.Range(null);
        for (var more = true; more;)
        {
            (var rows, more) = await _rows.Next(range, RowsPerReadMax, cancellation);
            foreach (var row in rows.Where(row => filter.Passes(row.Value)))
            {
                if (row.Value.Sequence > 0)
                    yield return row.Value;
                else if (await Checked(row.Value.Account, [row.Value], cancellation) is [var committed])
                    yield return committed;
            }

            if (rows.Count > 0)
                range = range.After(rows[^1].Key);
        }
    }

    /// <summary>What passes by the rows, for who looks at the accounts anyway.</summary>
    internal async Task<(IReadOnlyList<InvoiceRow> Found, string? Next)> Search(
        InvoiceFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        if (filter.Customer is { } code)
            return await SearchOne(AccountStore.Of(code), filter, after, limit, cancellation);
        var range = filter.Range(after);
        var found = new List<InvoiceRow>();
        var place = "";
        for (var round = 0; round < RoundsMax; round++)
        {
            var (rows, more) = await _rows.Next(range, round == 0 ? limit / 8 + 4 : RowsPerReadMax, cancellation);
            foreach (var row in rows.Where(row => filter.Passes(row.Value)))
            {
                if (found.Count == limit)
                    return (found, found[^1].Place);
                found.Add(row.Value);
            }

            if (!more)
                return (found, null);
            range = range.After(rows[^1].Key);
            place = rows[^1].Value.Place;
        }

        return (found, place);
    }

    // The ledger's head tells what is open. Where a row says otherwise, or was written before its commit, the invoice decides.
    private async Task<IReadOnlyList<InvoiceRow>> Checked(string account, IReadOnlyList<InvoiceRow> rows, CancellationToken cancellation)
    {
        var head = await _ledger.Standing(account, cancellation);
        var now = new List<InvoiceRow>(rows.Count);
        foreach (var row in rows)
        {
            if (row.Sequence > 0 && row.Remaining == (head.ItemOf(row.Ref)?.Remaining ?? 0m))
                now.Add(row);
            else if (await _invoices.Find(account, row.Ref, cancellation) is { } invoice && invoice.Number == row.Number)
                now.Add(InvoiceRow.Of(account, invoice, head));
        }

        return now;
    }

    // One customer's invoices stand together: they are read where they are, and need no row.
    private async Task<(IReadOnlyList<InvoiceRow>, string?)> SearchOne(
        string account, InvoiceFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        var head = await _ledger.Standing(account, cancellation);
        var found = new List<InvoiceRow>();
        await foreach (var row in _accounts.Tables.All(
            AccountStore.Table, account, KeyRange.Prefix(BillingRows.InvoicePrefix), BillingRows.InvoiceType, cancellation))
        {
            if (row.Value.State != InvoiceState.Pending && InvoiceRow.Of(account, row.Value, head) is var invoice
                && filter.Passes(invoice) && string.CompareOrdinal(invoice.Place, after) > 0)
                found.Add(invoice);
        }

        InvoiceRow[] ordered = [.. found.OrderBy(invoice => invoice.Place, StringComparer.Ordinal)];
        return ordered.Length > limit ? ([.. ordered.Take(limit)], ordered[limit - 1].Place) : (ordered, null);
    }
}
