using CsCheck;
using Vade.Documents.Sheets;
using Vade.Kernel;

namespace Vade.Tests.Documents.Sheets;

public sealed class DecimalSignTests
{
    [Theory]
    [InlineData(DecimalSign.Unknown)]
    [InlineData(DecimalSign.Unknown, "12", "1.234", "1,234", "", null, "words, and.more", "12.05.2026 13:00")]
    [InlineData(DecimalSign.Comma, "1.234", "12,5")]
    [InlineData(DecimalSign.Comma, "1.234,50")]
    [InlineData(DecimalSign.Comma, "1.234.567")]
    [InlineData(DecimalSign.Comma, "0,125")]
    [InlineData(DecimalSign.Comma, "-1234,567")]
    [InlineData(DecimalSign.Dot, "1,234", "12.5")]
    [InlineData(DecimalSign.Dot, "1,234,567.5")]
    [InlineData(DecimalSign.Dot, "18.5%")]
    [InlineData(DecimalSign.Mixed, "12.5", "12,5")]
    public void The_sign_is_what_the_cells_prove_together(DecimalSign sign, params string?[]? cells) =>
        Assert.Equal(sign, DecimalSigns.Detect(cells ?? []));

    [Theory]
    [InlineData("1.234", DecimalSign.Comma, "1234")]
    [InlineData("1.234", DecimalSign.Dot, "1.234")]
    [InlineData("1.234", DecimalSign.Unknown, null)]
    [InlineData("1.234", DecimalSign.Mixed, null)]
    [InlineData("1.234,5", DecimalSign.Mixed, "1234.5")]
    [InlineData("1234", DecimalSign.Unknown, "1234")]
    [InlineData("1 234 567,89", DecimalSign.Comma, "1234567.89")]
    [InlineData("1'234.50", DecimalSign.Dot, "1234.50")]
    [InlineData("-12,5", DecimalSign.Comma, "-12.5")]
    [InlineData("%20", DecimalSign.Dot, null)]
    [InlineData("20 %", DecimalSign.Dot, "20")]
    [InlineData("12.5", DecimalSign.Comma, null)]
    [InlineData("1.2345,6", DecimalSign.Comma, null)]
    [InlineData("1,2,3", DecimalSign.Comma, null)]
    [InlineData("", DecimalSign.Comma, null)]
    [InlineData(null, DecimalSign.Comma, null)]
    [InlineData("12 TL", DecimalSign.Comma, null)]
    [InlineData("1e5", DecimalSign.Dot, null)]
    [InlineData("99999999999999999999999999999999", DecimalSign.Dot, null)]
    public void A_number_is_read_under_its_files_sign_or_not_at_all(string? text, DecimalSign sign, string? expected)
    {
        var isNumber = DecimalSigns.TryParse(text, sign, out var value);

        Assert.Equal(expected, isNumber ? value.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    [Fact]
    public void Amounts_as_each_language_prints_them_are_read_back() =>
        Gen.Select(Gen.Long[-1_000_000_000_000, 1_000_000_000_000].Select(n => n / 100m), Gen.Enum<Language>()).Sample((amount, language) =>
        {
            Assert.True(DecimalSigns.TryParse(Formats.Number(amount, 2, language), DecimalSign.Unknown, out var read));
            Assert.Equal(amount, read);
        });
}
