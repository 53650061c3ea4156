namespace Vade.Kernel;

/// <summary>What one line of a document comes to, or many.</summary>
public readonly record struct LineAmounts(Money Net, Money Tax)
{
    public Money Gross => Net + Tax;
}

/// <summary>The lines of one tax rate (percent: 20 is 20 %) together, as a document's foot shows them.</summary>
public readonly record struct RateTotal(decimal RatePercent, Money Net, Money Tax);

/// <summary>The foot of a document: the sums, and the same by rate in ascending order.</summary>
public sealed record DocumentAmounts(Money Net, Money Tax, IReadOnlyList<RateTotal> ByRate)
{
    public Money Gross => Net + Tax;
}

/// <summary>
/// One rule for tax everywhere: each line's net and then its tax are rounded half away from zero to the minor
/// unit, and a rate's tax is the sum of its lines' taxes, never a percentage of the total (facts: domain trap 10).
/// </summary>
public static class TaxMath
{
    /// <param name="quantity">Of any precision; negative on a return.</param>
    /// <param name="unitPrice">Before tax, in the currency's major unit, of any precision.</param>
    /// <param name="ratePercent">0 to 100.</param>
    /// <param name="currency">What both amounts are in.</param>
    public static LineAmounts Line(decimal quantity, decimal unitPrice, decimal ratePercent, Currency currency) =>
        OfNet(Money.Rounded(quantity * unitPrice, currency), ratePercent);

    /// <summary>The tax on top of a net amount.</summary>
    public static LineAmounts OfNet(Money net, decimal ratePercent) =>
        new(net, Money.Rounded(net.Amount * Checked(ratePercent) / 100m, net.Currency));

    /// <summary>The net and the tax within a price that includes it; together they are exactly that price.</summary>
    public static LineAmounts OfGross(Money gross, decimal ratePercent)
    {
        var net = Money.Rounded(gross.Amount * 100m / (100m + Checked(ratePercent)), gross.Currency);
        return new LineAmounts(net, gross - net);
    }

    /// <summary>A document's sums; all lines are in its currency.</summary>
    public static DocumentAmounts Total(IEnumerable<(decimal RatePercent, LineAmounts Amounts)> lines, Currency currency)
    {
        var byRate = lines.GroupBy(line => line.RatePercent).OrderBy(rate => rate.Key)
            .Select(rate => new RateTotal(rate.Key, Sum(rate.Select(l => l.Amounts.Net), currency), Sum(rate.Select(l => l.Amounts.Tax), currency)))
            .ToList();
        return new DocumentAmounts(Sum(byRate.Select(r => r.Net), currency), Sum(byRate.Select(r => r.Tax), currency), byRate);
    }

    private static Money Sum(IEnumerable<Money> amounts, Currency currency) => amounts.Aggregate(Money.Zero(currency), Money.Add);

    private static decimal Checked(decimal ratePercent) =>
        ratePercent is >= 0m and <= 100m ? ratePercent : throw new ArgumentOutOfRangeException(nameof(ratePercent));
}
