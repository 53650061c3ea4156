using System.Text.RegularExpressions;
using CsCheck;
using Vade.Kernel;

namespace Vade.Tests.Kernel;

public partial class InvoiceNumberTests
{
    [GeneratedRegex(@"\A[A-Z0-9]{3}20[0-9]{2}[0-9]{9}\z", RegexOptions.None, 1000)]
    private static partial Regex Form { get; }

    [Theory]
    [InlineData("ABC", 2026, 417, "ABC2026000000417")]
    [InlineData("ABC", 2027, 1, "ABC2027000000001")]
    [InlineData("A1B", 2099, 999_999_999, "A1B2099999999999")]
    public void A_number_is_the_series_the_year_and_nine_digits(string series, int year, long sequence, string number)
    {
        Assert.Equal(number, InvoiceNumber.Format(series, year, sequence));
        Assert.True(InvoiceNumber.IsValid(number));
    }

    [Theory]
    [InlineData("GIB20090000000001")]
    [InlineData("abc2026000000001")]
    [InlineData("AB2026000000001")]
    [InlineData("ABC202600000000")]
    [InlineData("ABC20260000000001")]
    [InlineData("ABC1999000000001")]
    [InlineData("ÇBC2026000000001")]
    [InlineData("ABC202600000000١")]
    [InlineData("ABC2026000000001\n")]
    [InlineData("")]
    [InlineData(null)]
    public void Any_other_text_is_no_number(string? number) => Assert.False(InvoiceNumber.IsValid(number));

    [Theory]
    [InlineData("AB", 2026, 1)]
    [InlineData("abc", 2026, 1)]
    [InlineData("ABC", 1999, 1)]
    [InlineData("ABC", 2100, 1)]
    [InlineData("ABC", 2026, 0)]
    [InlineData("ABC", 2026, 1_000_000_000)]
    public void A_number_that_would_not_fit_is_not_made(string series, int year, long sequence) =>
        Assert.ThrowsAny<ArgumentException>(() => InvoiceNumber.Format(series, year, sequence));

    [Fact]
    public void The_form_is_the_tax_office_s_for_every_text() =>
        Gen.Char["ABZ0129a\n"].Array[14, 18].Select(chars => new string(chars)).Select(Gen.Bool)
            .Select((text, dated) => dated && text.Length > 5 ? $"{text[..3]}20{text[5..]}" : text)
            .Sample(text => InvoiceNumber.IsValid(text) == Form.IsMatch(text), iter: 20_000);
}
