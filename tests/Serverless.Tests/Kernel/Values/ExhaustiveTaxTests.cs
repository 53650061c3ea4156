using Vade.Kernel;

namespace Vade.Tests.Kernel;

/// <summary>
/// Every amount from 0 to 100,000 at the currency's minor unit and every rate in use, against arithmetic on whole
/// minor units that knows no decimal point.
/// </summary>
public class ExhaustiveTaxTests
{
    // For what follows from the tax of every amount; no multiple of ten, so that each last digit meets each rate.
    private const int Sparse = 71;
    private static readonly int[] Rates = [0, 1, 8, 10, 18, 19, 20];

    [Fact]
    public void The_tax_on_top_of_any_amount_is_right_to_the_minor_unit() => Compare(1, (minor, rate, currency) =>
        // Half a unit more, cut off, rounds halves up.
        TaxMath.OfNet(Amount(minor, currency), rate).Tax.Amount == Exact(((minor * rate) + 50) / 100, currency));

    [Fact]
    public void The_tax_within_any_price_is_right_to_the_minor_unit() => Compare(Sparse, (minor, rate, currency) =>
    {
        // The net is the greatest whose double lies at most one step above the double of what is cut off.
        var net = ((2 * minor * 100) + 100 + rate) / (2 * (100 + rate));
        var amounts = TaxMath.OfGross(Amount(minor, currency), rate);
        return amounts.Net.Amount == Exact(net, currency) && amounts.Tax.Amount == Exact(minor - net, currency);
    });

    [Fact]
    public void What_is_taken_back_has_the_tax_it_was_sold_with() => Compare(Sparse, (minor, rate, currency) =>
        TaxMath.OfNet(Amount(-minor, currency), rate).Tax == -TaxMath.OfNet(Amount(minor, currency), rate).Tax);

    [Fact]
    public void Any_price_of_four_decimals_becomes_the_nearest_net() => Compare(Sparse, (tenThousandths, rate, currency) =>
    {
        var unit = currency.MinorDigits == 0 ? 10_000 : 100;
        var net = (tenThousandths + (unit / 2)) / unit;
        var line = TaxMath.Line(1m, new decimal((int)tenThousandths, 0, 0, false, 4), rate, currency);
        return line.Net.Amount == Exact(net, currency) && line.Tax.Amount == Exact(((net * rate) + 50) / 100, currency);
    });

    [Fact]
    public void Any_share_of_a_period_is_the_nearest_amount() => Compare(Sparse, (minor, rate, currency) =>
    {
        var days = rate + 1;
        return new Share(days, 31).Take(Amount(minor, currency)).Amount == Exact(((2 * minor * days) + 31) / 62, currency);
    });

    [Fact]
    public void Net_and_tax_of_many_lines_sum_to_the_document_s() => Compare(499 * Sparse, (minor, rate, currency) =>
    {
        var lines = Enumerable.Range(0, 20).Select(i => (Minor: (minor + (i * 7919)) % 1_000_000, Rate: Rates[(i + rate) % Rates.Length])).ToArray();
        var total = TaxMath.Total(lines.Select(line => ((decimal)line.Rate, TaxMath.OfNet(Amount(line.Minor, currency), line.Rate))), currency);
        return total.Net.Amount == Exact(lines.Sum(line => line.Minor), currency)
            && total.Tax.Amount == Exact(lines.Sum(line => ((line.Minor * line.Rate) + 50) / 100), currency)
            && total.ByRate.All(rate => rate.Tax.Amount == Exact(lines.Where(line => line.Rate == rate.RatePercent).Sum(line => ((line.Minor * line.Rate) + 50) / 100), currency));
    });

    /// <param name="step">1 takes every amount at every rate.</param>
    private static void Compare(int step, Func<long, int, Currency, bool> holds)
    {
        (Currency Currency, long Most)[] ranges = [(Currency.TRY, 10_000_000), (Currency.CLP, 100_000)];
        foreach (var (currency, most) in ranges)
        {
            var (wrong, first) = (0L, new long[Rates.Length]);
            Parallel.For(0, Rates.Length, rate =>
            {
                first[rate] = long.MaxValue;
                var mine = 0L;
                for (var minor = (long)rate % step; minor <= most; minor += step)
                {
                    if (holds(minor, Rates[rate], currency))
                        continue;
                    first[rate] = Math.Min(first[rate], minor);
                    mine++;
                }

                Interlocked.Add(ref wrong, mine);
            });
            Assert.True(wrong == 0, $"{wrong} amounts in {currency} are wrong; the first is {first.Min()} minor units at {Rates[Array.IndexOf(first, first.Min())]} %.");
        }
    }

    private static Money Amount(long minor, Currency currency) => new(Exact(minor, currency), currency);

    private static decimal Exact(long minor, Currency currency) =>
        new((int)Math.Abs(minor), 0, 0, minor < 0, (byte)currency.MinorDigits);
}
