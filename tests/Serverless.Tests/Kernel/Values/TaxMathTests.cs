using System.Globalization;
using CsCheck;
using Vade.Kernel;

namespace Vade.Tests.Kernel;

public class TaxMathTests
{
    [Theory]
    [InlineData("1×0.05 1×0.05 1×0.05 1×0.05 1×0.05 1×0.05 1×0.05 1×0.05 1×0.05 1×0.05", 20, "0.50", "0.10")]
    [InlineData("7×14.2857", 10, "100.00", "10.00")]
    [InlineData("1×10.05 1×10.05 1×10.05", 1, "30.15", "0.30")]
    [InlineData("1×1.005", 20, "1.01", "0.20")]
    [InlineData("3×0.335 7×1.115", 20, "8.82", "1.76")]
    [InlineData("1×0.03 1×0.03 1×0.03", 20, "0.09", "0.03")] // 20 % of the total would be 0.02
    [InlineData("1×0.02 1×0.02 1×0.02 1×0.02", 20, "0.08", "0.00")] // and here too
    public void The_tax_of_a_rate_is_the_sum_of_its_lines_taxes(string lines, int rate, string net, string tax)
    {
        var total = TaxMath.Total(
            lines.Split(' ').Select(line => line.Split('×').Select(Number).ToArray())
                .Select(line => ((decimal)rate, TaxMath.Line(line[0], line[1], rate, Currency.TRY))),
            Currency.TRY);
        Assert.Equal((Lira(net), Lira(tax)), (total.Net, total.Tax));
        Assert.Equal(new RateTotal(rate, Lira(net), Lira(tax)), Assert.Single(total.ByRate));
        Assert.Equal(Lira(net) + Lira(tax), total.Gross);
    }

    [Theory]
    [InlineData("2.345", "2.35")]
    [InlineData("1.005", "1.01")]
    [InlineData("10.045", "10.05")]
    [InlineData("0.005", "0.01")]
    [InlineData("0.125", "0.13")]
    [InlineData("-2.345", "-2.35")]
    public void Halves_are_rounded_away_from_zero(string price, string net) =>
        Assert.Equal(Lira(net), TaxMath.Line(1, Number(price), 20, Currency.TRY).Net);

    [Theory]
    [InlineData("100.00", 20, "TRY", "83.33", "16.67")]
    [InlineData("100.00", 10, "TRY", "90.91", "9.09")]
    [InlineData("17.88", 18, "AZN", "15.15", "2.73")]
    [InlineData("1000", 19, "CLP", "840", "160")]
    [InlineData("1000", 0, "CLP", "1000", "0")]
    public void A_price_with_tax_is_taken_apart_without_remainder(string gross, int rate, string currency, string net, string tax)
    {
        var amounts = TaxMath.OfGross(new Money(Number(gross), Currency.Of(currency)), rate);
        Assert.Equal((Number(net), Number(tax)), (amounts.Net.Amount, amounts.Tax.Amount));
    }

    [Fact]
    public void Whatever_the_price_net_and_tax_within_it_make_it_up_and_the_tax_is_right_to_the_minor_unit() =>
        Gen.Select(Gen.Long[-10_000_000_000, 10_000_000_000], Gen.Int[0, 100]).Sample((minor, rate) =>
        {
            var gross = new Money(minor / 100m, Currency.TRY);
            var amounts = TaxMath.OfGross(gross, rate);
            return amounts.Gross == gross && (TaxMath.OfNet(amounts.Net, rate).Tax - amounts.Tax).Abs() <= Lira("0.01");
        }, iter: 20_000);

    [Fact]
    public void Rates_are_shown_apart_in_ascending_order_and_their_sums_are_the_document_s() =>
        Gen.Select(Gen.Int[1, 1_000_000], Gen.Decimal[0.0001m, 1000m], Gen.Int[0, 3].Select(rate => new[] { 0m, 1m, 10m, 20m }[rate])).Array[0, 30].Sample(lines =>
        {
            var amounts = lines.Select(line => (line.Item3, TaxMath.Line(line.Item1, line.Item2, line.Item3, Currency.TRY))).ToList();
            var total = TaxMath.Total(amounts, Currency.TRY);
            return total.Net.Amount == amounts.Sum(a => a.Item2.Net.Amount)
                && total.Tax.Amount == amounts.Sum(a => a.Item2.Tax.Amount)
                && total.Tax.Amount == total.ByRate.Sum(r => r.Tax.Amount)
                && total.Net.Amount == total.ByRate.Sum(r => r.Net.Amount)
                && total.ByRate.Select(r => r.RatePercent).SequenceEqual(lines.Select(l => l.Item3).Distinct().Order());
        }, iter: 5_000);

    [Fact]
    public void A_rate_is_a_percentage() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TaxMath.Line(1, 1, 120, Currency.TRY));

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
    private static Money Lira(string text) => new(Number(text), Currency.TRY);
}
