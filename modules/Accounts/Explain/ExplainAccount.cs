using System.Globalization;
using Vade.Kernel;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>Where the figures of an account come from: its balance, what is open of an item, an entry of its ledger.</summary>
public sealed class ExplainAccount(LedgerReader ledger)
{
    // More than anybody reads; the rest stands in one sum, so that the figures still add up.
    private const int ItemsMax = 200;

    private static Texts Texts => AccountsWords.Texts;

    /// <summary>What the customer owes in a currency: open items less advances, and what is owed to the customer for purchases.</summary>
    public async Task<Explanation> Balance(string account, Currency currency, Language language, CancellationToken cancellation)
    {
        var head = await ledger.Head(account, cancellation);
        Money Amount(decimal amount) => new(amount, currency);
        var items = head.Due(currency).Select(item => Explanation.Fact(
            Texts.Format(language, "why.item", item.Number),
            Texts.Format(language, "why.item.says", Formats.Date(item.DueOn, language), Formats.Money(Amount(item.Total), language)),
            Amount(item.Remaining)));
        var advances = head.Credits.Where(credit => credit.Currency == currency.Code).Select(credit => Explanation.Fact(
            Texts.Format(language, "why.advance", credit.Number), Texts.Format(language, "why.advance.says", Formats.Date(credit.On, language)), Amount(-credit.Left)));
        var payable = head.Balances.Where(balance => balance.Currency == currency.Code && balance.Payable != 0m).Select(balance => Explanation.Fact(
            Texts[language, "why.payable"], Texts[language, "why.payable.says"], Amount(balance.Payable)));
        return Explanation.Sum(
            Texts[language, "why.balance"], head.Balance(currency), Few([.. items, .. advances, .. payable], currency, language),
            Texts.Format(language, "why.balance.says", head.Sequence.ToString(CultureInfo.InvariantCulture), head.Hash));
    }

    /// <summary>What remains of an item: its total, and what each entry has settled of it or opened again.</summary>
    /// <param name="total">How the item's total is made.</param>
    public async Task<Explanation> Remaining(string account, string item, Money remaining, Explanation total, Language language, CancellationToken cancellation)
    {
        List<Explanation> parts = [total, .. await Settled(account, allocation => allocation.Item.Ref == item && !Refs.IsLeaving(allocation.Credit), remaining.Currency, language, cancellation)];
        // Where the account was merged into another, what is left of the item is settled there.
        if ((await ledger.Head(account, cancellation)).MovedTo is { } survivor)
            parts.AddRange(await Settled(survivor, allocation => Refs.Origin(account, allocation.Item.Ref) == item, remaining.Currency, language, cancellation));
        var withdrawn = parts.Aggregate(-remaining, (sum, part) => sum + part.Amount!.Value);
        // Neither settled nor open: taken away again by the entry that withdrew or changed it.
        if (!withdrawn.IsZero)
            parts.Add(Explanation.Fact(Texts[language, "why.withdrawn"], Texts[language, "why.withdrawn.says"], -withdrawn));
        return Explanation.Sum(Texts[language, "why.remaining"], remaining, parts);
    }

    private async Task<IReadOnlyList<Explanation>> Settled(
        string account, Func<Allocation, bool> isMeant, Currency currency, Language language, CancellationToken cancellation)
    {
        var entries = (await ledger.Entries(account, cancellation)).ToDictionary(entry => entry.Sequence);
        return
        [
            .. (await ledger.AllocationHistory(account, cancellation))
                .SelectMany(row => row.Allocations.Where(isMeant).Select(allocation => (row.Sequence, allocation.Amount)))
                .Select(one => Of(entries[one.Sequence], language) with { Amount = new Money(-one.Amount, currency) }),
        ];
    }

    /// <summary>The entry that a posting made; null where it was never posted.</summary>
    public async Task<Explanation?> Entry(string account, string posting, Language language, CancellationToken cancellation) =>
        await ledger.EntryOf(account, posting, cancellation) is { } entry ? Of(entry, language) : null;

    /// <summary>A statement's closing balance: what was owed before, and every movement with its entry.</summary>
    public static Explanation Closing(Statement statement, Language language)
    {
        Money Amount(decimal amount) => new(amount, statement.Currency);
        var opening = Explanation.Fact(
            Texts[language, "opening"], Texts.Format(language, "why.opening.says", Formats.Date(statement.From, language)), Amount(statement.Opening));
        var movements = statement.Lines.Select(line => Of(line.Entry, language) with { Amount = Amount(line.Debit - line.Credit) });
        return Explanation.Sum(
            Texts[language, "why.closing"], Amount(statement.Closing), Few([opening, .. movements], statement.Currency, language),
            Texts.Format(language, "why.closing.says", Formats.Date(statement.To, language)));
    }

    private static Explanation Of(Entry entry, Language language)
    {
        var currency = Currency.Of(entry.Currency);
        var lines = entry.Lines.Select(line => Explanation.Fact(
            Texts.Format(language, line.Amount >= 0m ? "why.debit" : "why.credit", line.Account), "", new Money(Math.Abs(line.Amount), currency)) with { Says = null });
        return new(
            Texts.Format(language, "why.entry", entry.Sequence.ToString(CultureInfo.InvariantCulture), StatementPaper.Kind(entry.Kind, language), entry.Document),
            null,
            Texts.Format(
                language, "why.entry.says", Formats.Date(entry.ValueOn, language), entry.PostedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), entry.Hash),
            [.. lines]);
    }

    private static IReadOnlyList<Explanation> Few(IReadOnlyList<Explanation> parts, Currency currency, Language language)
    {
        if (parts.Count <= ItemsMax)
            return parts;
        var rest = parts.Skip(ItemsMax).Aggregate(Money.Zero(currency), (sum, part) => sum + part.Amount!.Value);
        return [.. parts.Take(ItemsMax), Explanation.Fact(Texts.Format(language, "why.rest", parts.Count - ItemsMax), Texts[language, "why.rest.says"], rest)];
    }
}
