using Vade.Kernel;

namespace Vade.Tests.Kernel;

public class IbanTests
{
    [Theory]
    [InlineData("TR330006100519786457841326", "TR33 0006 1005 1978 6457 8413 26")]
    [InlineData("TR250006400000000000000001", "TR25 0006 4000 0000 0000 0000 01")]
    [InlineData("TR690006209999999999999999", "TR69 0006 2099 9999 9999 9999 99")]
    [InlineData("AZ21NABZ00000000137010001944", "AZ21 NABZ 0000 0000 1370 1000 1944")]
    [InlineData("GB29NWBK60161331926819", "GB29 NWBK 6016 1331 9268 19")]
    public void An_account_is_read_in_any_form_and_shown_in_fours(string text, string grouped)
    {
        foreach (var form in new[] { text, grouped, grouped.Replace(' ', '-'), $" {text.ToLowerInvariant()} " })
        {
            Assert.True(Iban.TryParse(form, out var iban));
            Assert.Equal((text, grouped, text[..2]), (iban.Text, iban.Grouped, iban.Country));
        }
    }

    [Theory]
    [InlineData("TR330006100519786457841320")]
    [InlineData("TR33000610051978645784132")]
    [InlineData("TR3300061005197864578413266")]
    [InlineData("TR33000610051978645784132İ")]
    [InlineData("AZ21NABZ0000000013701000194")]
    [InlineData("GB29NWBK6016133192681٩")]
    [InlineData("330006100519786457841326TR")]
    [InlineData("")]
    [InlineData(null)]
    public void An_account_with_a_wrong_digit_or_length_is_not_taken(string? text) => Assert.False(Iban.TryParse(text, out _));

    [Fact]
    public void Every_single_wrong_digit_and_every_exchange_of_neighbours_is_noticed()
    {
        const string right = "TR330006100519786457841326";
        for (var place = 2; place < right.Length; place++)
        {
            for (var digit = '0'; digit <= '9'; digit++)
                if (digit != right[place]) Assert.False(Iban.TryParse($"{right[..place]}{digit}{right[(place + 1)..]}", out _));
            if (place + 1 < right.Length && right[place] != right[place + 1])
                Assert.False(Iban.TryParse($"{right[..place]}{right[place + 1]}{right[place]}{right[(place + 2)..]}", out _));
        }
    }
}
