using System.Globalization;
using System.Security.Cryptography;
using Vade.Kernel;

namespace Vade.Accounts;

/// <summary>
/// Posts what a document means, or the difference to what was posted for its version before. Nothing is ever posted
/// twice or rewritten: every call adds what is missing.
/// </summary>
/// <param name="history">The account's allocations, when the document may have been paid here; else empty.</param>
/// <param name="settledAtSurvivor">What has been settled, in the account of the survivor, of that part of the item that moved there.</param>
/// <param name="today">Stands in for a date whose period is closed.</param>
internal sealed class DocumentBooking(
    LedgerSession session, ErpDocument? before, ErpDocument after, IReadOnlyList<AllocationRow> history, decimal settledAtSurvivor, DateOnly asOfDate, DateOnly today)
{
    /// <summary>Credits of payments made here; those that documents make begin otherwise.</summary>
    private const string DocumentCredits = AccountsRows.DocumentPrefix;

    // Which version the entry stands for. A document holds no personal data, so its hash needs no salt.
    private readonly string _snapshot = Convert.ToHexStringLower(SHA256.HashData(AccountsRows.DocumentType.Write(after).Span));
    private readonly List<Allocation> _allocations = [];
    private List<DocumentCredit> _credits = [.. before?.Credits ?? []];
    private int _postings = before?.Postings ?? 0;
    private decimal _settledThere = before?.SettledThere ?? 0m;

    private Currency Currency => after.MoneyCurrency;

    /// <summary>The document with what has been posted for it; the postings are in the session.</summary>
    public ErpDocument Book()
    {
        switch (after.Direction, after.Kind)
        {
            case (DocumentDirection.Sale, DocumentKind.Invoice):
                BookInvoice();
                break;
            case (DocumentDirection.Sale, DocumentKind.Return):
                BookReturn();
                break;
            default:
                BookPurchase();
                break;
        }

        return after with { Postings = _postings, Credits = _credits, SettledThere = _settledThere };
    }

    // What the ERP no longer calls paid is opened first and what it newly calls paid is settled last, so that in
    // between the item has room for a smaller or a larger total.
    private void BookInvoice()
    {
        if (TargetThere() is { } less && less < _settledThere)
            SettleThere(less);

        var item = new OpenItem(after.Ref, after.Number, after.Currency, after.Date, after.DueOn, after.Total, after.Total);
        var lines = Difference(session.Accounts.Receivable, session.Accounts.Sales, session.Accounts.Vat, 1);
        if (before is null)
            Post(PostingKind.Document, after.Date, lines, new Effect.Opens(item));
        else if (lines.Any(line => line.Amount != 0m) || session.Head.ItemOf(after.Ref) is { } open && (open.DueOn != item.DueOn || open.On != item.On))
            Post(PostingKind.DocumentChanged, after.Date, lines, new Effect.Changes(item));

        if (TargetThere() is { } target)
            SettleThere(target);
    }

    private void BookReturn()
    {
        var chart = session.Accounts;
        if (before is not null && before.Total == after.Total)
        {
            var lines = Difference(chart.Receivable, chart.SalesReturns, chart.Vat, -1);
            if (lines.Any(line => line.Amount != 0m))
                Post(PostingKind.DocumentChanged, after.Date, lines, new Effect.Nothing());
            return;
        }

        foreach (var credit in _credits)
            TakeBack(credit, PostingKind.DocumentChanged, [.. Lines(before!, chart.Receivable, chart.SalesReturns, chart.Vat, 1)]);
        _credits = [];
        if (after.Total > 0m)
            AddCredit(after.Total, before is null ? PostingKind.Document : PostingKind.DocumentChanged, after.Date, Lines(after, chart.Receivable, chart.SalesReturns, chart.Vat, -1), items: null);
    }

    private void BookPurchase()
    {
        var chart = session.Accounts;
        var sign = after.Kind == DocumentKind.Invoice ? -1 : 1;
        var lines = Difference(chart.Payable, chart.Purchases, chart.VatPaid, sign);
        if (before is null || lines.Any(line => line.Amount != 0m))
            Post(before is null ? PostingKind.Document : PostingKind.DocumentChanged, after.Date, lines, new Effect.Nothing());

        var paid = after.Remaining is { } remaining ? after.Total - remaining : _settledThere;
        if (paid == _settledThere)
            return;
        var difference = sign * (paid - _settledThere);
        Post(PostingKind.DocumentSettled, asOfDate, [new(chart.Payable, -difference), new(chart.Bank, difference)], new Effect.Nothing());
        _settledThere = paid;
    }

    // Paid elsewhere is what the ERP calls paid, without what was paid here and had been posted when its data stood.
    // A payment made here later is not undone: what is then paid twice becomes an advance.
    private decimal? TargetThere()
    {
        if (after.Remaining is not { } remaining)
            return null;
        var settledHere = history
            .SelectMany(row => row.Allocations, (row, allocation) => (row.At, Allocation: allocation))
            .Concat(_allocations.Select(allocation => (At: DateTimeOffset.MinValue, Allocation: allocation)))
            .Where(made => made.Allocation.Item.Ref == after.Ref
                && !made.Allocation.Credit.StartsWith(DocumentCredits, StringComparison.Ordinal)
                && !Refs.IsLeaving(made.Allocation.Credit)
                && made.Allocation.CreditAt <= after.AsOf
                && (made.Allocation.Amount > 0m || made.At <= after.AsOf))
            .Sum(made => made.Allocation.Amount);
        return Math.Max(0m, after.Total - remaining - settledHere - settledAtSurvivor);
    }

    private void SettleThere(decimal target)
    {
        var chart = session.Accounts;
        if (target < _settledThere)
        {
            foreach (var credit in _credits)
                TakeBack(credit, PostingKind.DocumentSettled, [new(chart.Receivable, credit.Amount), new(chart.Bank, -credit.Amount)]);
            (_credits, _settledThere) = ([], 0m);
        }

        var more = target - _settledThere;
        if (more > 0m)
            AddCredit(more, PostingKind.DocumentSettled, asOfDate, [new(chart.Bank, more), new(chart.Receivable, -more)], [after.Ref]);
        _settledThere = target;
    }

    private void AddCredit(decimal amount, PostingKind kind, DateOnly on, IReadOnlyList<JournalLine> lines, IReadOnlyList<string>? items)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{after.Ref}!{_postings + 1}");
        Post(kind, on, lines, new Effect.Settles(new Credit(name, after.Number, after.Currency, after.Date, amount), items));
        _credits.Add(new(name, amount));
    }

    private void TakeBack(DocumentCredit credit, PostingKind kind, IReadOnlyList<JournalLine> lines)
    {
        var made = LedgerReader.Net(history.SelectMany(row => row.Allocations).Concat(_allocations).Where(allocation => allocation.Credit == credit.Ref));
        Post(kind, kind == PostingKind.DocumentSettled ? asOfDate : after.Date, lines, new Effect.TakesBack(credit.Ref, [.. made]));
    }

    private JournalLine[] Difference(string own, string revenue, string vat, int sign)
    {
        var now = Lines(after, own, revenue, vat, sign);
        return before is null ? now : [.. now.Zip(Lines(before, own, revenue, vat, -sign), (a, b) => a with { Amount = a.Amount + b.Amount })];
    }

    // What withholding or rounding takes from the tax stands on the tax's account, so that the lines sum to zero.
    private static JournalLine[] Lines(ErpDocument document, string own, string revenue, string vat, int sign) =>
    [
        new(own, sign * document.Total),
        new(revenue, -sign * document.Net),
        new(vat, -sign * (document.Total - document.Net)),
    ];

    private void Post(PostingKind kind, DateOnly on, IReadOnlyList<JournalLine> lines, Effect effect)
    {
        _postings++;
        var id = string.Create(CultureInfo.InvariantCulture, $"document!{after.Direction}!{after.Number}!{_postings}");
        _allocations.AddRange(session.Post(new(
            id, kind, Currency, session.IsClosed(on) ? today : on, after.Number, lines, effect, _snapshot)));
    }
}
