using System.Globalization;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Portal;

namespace Vade.Billing;

/// <summary>Where every figure of an invoice comes from: schedule, line, rate, rounding, ledger entry and payment.</summary>
public sealed class ExplainInvoice(ExplainAccount accounts, LedgerReader ledger)
{
    private static readonly Texts Texts = Texts.Of(typeof(ExplainInvoice).Assembly);

    /// <summary>What remains of it, down to each line; then the facts that it was made from.</summary>
    public async Task<IReadOnlyList<Explanation>> Of(string account, Invoice invoice, Language language, CancellationToken cancellation)
    {
        var (_, left) = InvoiceReader.Status(invoice, await ledger.Standing(account, cancellation));
        var remaining = await accounts.Remaining(account, invoice.Ref, new(left, invoice.TotalMoney.Currency), Total(invoice, language), language, cancellation);
        return [remaining, .. Facts(invoice, language), .. await Entries(account, invoice, language, cancellation)];
    }

    /// <summary>The total down to its lines. Pure, so that every rounding can be shown to add up.</summary>
    internal static Explanation Total(Invoice invoice, Language language)
    {
        var currency = invoice.TotalMoney.Currency;
        var net = Explanation.Sum(Texts[language, "why.net"], new(invoice.Net, currency), Lines(invoice, language));
        var taxes = invoice.Taxes.Select(rate => Explanation.Sum(
            Texts.Format(language, "why.tax.rate", Formats.Quantity(rate.Rate, language)),
            new(rate.Tax, currency),
            [.. invoice.Lines.Where(line => line.TaxRate == rate.Rate).Select(line => TaxOf(line, currency, language))]));
        return Explanation.Sum(
            Texts.Format(language, "why.total", invoice.Number), invoice.TotalMoney,
            [net, Explanation.Sum(Texts[language, "why.tax"], new(invoice.Tax, currency), [.. taxes])]);
    }

    private static Explanation[] Lines(Invoice invoice, Language language)
    {
        var currency = invoice.TotalMoney.Currency;
        var wholes = invoice.Lines.Select(line => Money.Rounded(line.Quantity * line.UnitPrice, currency)).ToArray();
        return [.. invoice.Lines.Select((line, i) => Explanation.Fact(line.Description, Says(line, wholes[i], i == invoice.Lines.Count - 1), new(line.Net, currency)))];

        string Says(InvoiceLine line, Money whole, bool isLast)
        {
            var exact = line.Quantity * line.UnitPrice;
            var product = Texts.Format(
                language, exact == whole.Amount ? "why.line" : "why.line.rounded",
                Formats.Quantity(line.Quantity, language), Exact(line.UnitPrice, language), Exact(exact, language), Formats.Money(whole, language));
            return invoice.Part is not { } part ? product
                : isLast && invoice.Lines.Count > 1
                    ? product + " " + Texts.Format(
                        language, "why.line.rest", part.Days, part.Of, Formats.Money(part.Take(wholes.Aggregate(Money.Add)), language), Formats.Money(new(line.Net, currency), language))
                    : product + " " + Texts.Format(language, "why.line.part", part.Days, part.Of, Formats.Money(new(line.Net, currency), language));
        }
    }

    private static Explanation TaxOf(InvoiceLine line, Currency currency, Language language)
    {
        var exact = line.Net * line.TaxRate / 100m;
        return Explanation.Fact(
            line.Description,
            Texts.Format(
                language, exact == line.Tax ? "why.tax.line" : "why.tax.line.rounded",
                Formats.Money(new(line.Net, currency), language), Formats.Quantity(line.TaxRate, language), Exact(exact, language), Formats.Money(new(line.Tax, currency), language)),
            new(line.Tax, currency));
    }

    private static IEnumerable<Explanation> Facts(Invoice invoice, Language language)
    {
        if (invoice is { Service: { } service, Through: { } through })
        {
            yield return Explanation.Fact(
                Texts[language, "why.schedule"],
                Texts.Format(
                    language, "why.schedule.says", invoice.Description ?? service, service,
                    Formats.Date(invoice.On, language), Formats.Date(through, language)));
        }
        else
        {
            yield return Explanation.Fact(Texts[language, "why.schedule"], Texts[language, "why.byHand"]);
        }

        yield return Explanation.Fact(
            Texts[language, "why.due"],
            Texts.Format(
                language, "why.due.says", Formats.Date(invoice.IssuedOn, language), invoice.DueOn.DayNumber - invoice.IssuedOn.DayNumber,
                Formats.Date(invoice.DueOn, language)));
    }

    private async Task<IReadOnlyList<Explanation>> Entries(string account, Invoice invoice, Language language, CancellationToken cancellation) =>
    [
        .. new[]
        {
            await accounts.Entry(account, Invoice.IssuePosting(invoice.Ref), language, cancellation),
            await accounts.Entry(account, Invoice.CancelPosting(invoice.Ref), language, cancellation),
        }.OfType<Explanation>(),
    ];

    // With every digit that it has; the division takes the zeros at its end away.
    private static string Exact(decimal value, Language language) =>
        Formats.Number(value, Math.Max(2, (int)(value / 1.0000000000000000000000000000m).Scale), language);
}
