using System.Globalization;
using CsCheck;
using Vade.Kernel;

namespace Vade.Tests.Kernel;

public class DecimalTextTests
{
    [Theory]
    [InlineData("1.234,56", "1234.56")]
    [InlineData("1,234.56", "1234.56")]
    [InlineData("650.35", "650.35")]
    [InlineData("650,35", "650.35")]
    [InlineData("1 234,56", "1234.56")]
    [InlineData("1\u00A0234,56", "1234.56")]
    [InlineData("1\u202F234.5", "1234.5")]
    [InlineData("1'234.56", "1234.56")]
    [InlineData("1’234.56", "1234.56")]
    [InlineData("1 234,567", "1234.567")]
    [InlineData("1.234.567", "1234567")]
    [InlineData("1,234,567", "1234567")]
    [InlineData("1.234.567,8", "1234567.8")]
    [InlineData("1.234,567", "1234.567")]
    [InlineData("1234.567", "1234.567")]
    [InlineData("0.125", "0.125")]
    [InlineData("0,125", "0.125")]
    [InlineData("00,125", "0.125")]
    [InlineData("1,0000", "1")]
    [InlineData(",5", "0.5")]
    [InlineData(".125", "0.125")]
    [InlineData("  42 ", "42")]
    [InlineData("007", "7")]
    [InlineData("0", "0")]
    [InlineData("9999999999999999999999999999", "9999999999999999999999999999")]
    public void An_amount_is_read_with_dot_or_comma(string text, string value)
    {
        Assert.True(DecimalText.TryParse(text, out var read));
        Assert.Equal(decimal.Parse(value, CultureInfo.InvariantCulture), read);
    }

    [Theory]
    [InlineData("1.000")]
    [InlineData("1,000")]
    [InlineData("12.345")]
    [InlineData("999,999")]
    public void What_may_be_one_or_a_thousand_is_read_only_where_the_decimal_sign_is_known(string text)
    {
        Assert.False(DecimalText.TryParse(text, out _));
        var bare = decimal.Parse(text.Replace(',', '.'), CultureInfo.InvariantCulture);
        var sign = text.Contains('.', StringComparison.Ordinal) ? '.' : ',';
        Assert.True(DecimalText.TryParse(text, sign, out var asDecimal));
        Assert.Equal(bare, asDecimal);
        Assert.True(DecimalText.TryParse(text, sign == '.' ? ',' : '.', out var asThousands));
        Assert.Equal(bare * 1000, asThousands);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    [InlineData(".")]
    [InlineData(",")]
    [InlineData("5.")]
    [InlineData("1,23.45")]
    [InlineData("1.234,567.89")]
    [InlineData("1,234,56")]
    [InlineData("12 34")]
    [InlineData("1  234")]
    [InlineData("1 234.567,8")]
    [InlineData("1234 567")]
    [InlineData("0.123.456")]
    [InlineData("1.234 567,8")]
    [InlineData("1234.567,8")]
    [InlineData("1e5")]
    [InlineData("2e+05")]
    [InlineData("+5")]
    [InlineData("-5")]
    [InlineData("5-")]
    [InlineData("(5)")]
    [InlineData("5 TL")]
    [InlineData("₺5")]
    [InlineData("٥")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("99999999999999999999999999999")]
    [InlineData("0.00000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("1\n234,5")]
    public void What_is_no_plain_amount_is_not_taken(string? text)
    {
        Assert.False(DecimalText.TryParse(text, out var value));
        Assert.Equal(0m, value);
    }

    [Theory]
    [InlineData("-5", "-5")]
    [InlineData("−1.234,56", "-1234.56")]
    [InlineData("-0,00", "0.00")]
    public void A_minus_is_taken_where_it_is_allowed(string text, string value)
    {
        Assert.True(DecimalText.TryParse(text, out var read, allowNegative: true));
        Assert.Equal(decimal.Parse(value, CultureInfo.InvariantCulture), read);
        Assert.False(DecimalText.TryParse("--5", out _, allowNegative: true));
        Assert.False(DecimalText.TryParse("-", out _, allowNegative: true));
    }

    [Theory]
    [InlineData("650.35", ',')]
    [InlineData("1,234.56", ',')]
    [InlineData("650,35", '.')]
    [InlineData("1.2.3", '.')]
    public void Where_the_decimal_sign_is_known_the_other_can_only_group(string text, char sign) =>
        Assert.False(DecimalText.TryParse(text, sign, out _));

    [Fact]
    public void What_the_product_prints_in_any_language_it_reads_back() =>
        Gen.Select(Gen.Long[-100_000_000_000_000, 100_000_000_000_000], Gen.Int[0, 14], Gen.Int[0, 4]).Sample((number, shorter, digits) =>
        {
            var value = number / (long)Math.Pow(10, shorter) / (decimal)Math.Pow(10, digits);
            return Languages.All.All(language =>
            {
                var text = Formats.Number(value, digits, language);
                var known = DecimalText.TryParse(text, language == Language.En ? '.' : ',', out var read, allowNegative: true) && read == value;
                var seen = DecimalText.TryParse(text, out var guessed, allowNegative: true);
                return known && (!seen || guessed == value);
            });
        }, iter: 20_000);

    [Fact]
    public void Money_with_two_digits_is_never_in_doubt() =>
        Gen.Long[0, 100_000_000_000_000].Sample(number => Languages.All.All(language =>
            DecimalText.TryParse(Formats.Number(number / 100m, 2, language), out var read) && read == number / 100m), iter: 20_000);
}
