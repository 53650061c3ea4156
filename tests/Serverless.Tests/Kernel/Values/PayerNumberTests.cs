using System.Globalization;
using CsCheck;
using Vade.Kernel;

namespace Vade.Tests.Kernel;

[Trait("Feature", "E9")]
public class PayerNumberTests
{
    private static readonly Gen<PayerNumber> AnyNumber =
        Gen.Int[PayerNumber.SmallestBody, PayerNumber.LargestBody].Select(PayerNumber.FromBody);

    [Theory]
    [InlineData(12_345_678, "123456788", "123 456 788")]
    [InlineData(10_000_000, "100000008", "100 000 008")]
    [InlineData(99_999_999, "999999995", "999 999 995")]
    public void A_number_is_eight_digits_and_a_check_digit(int body, string text, string grouped)
    {
        Assert.Equal(text, PayerNumber.FromBody(body).ToString());
        Assert.Equal(grouped, PayerNumber.FromBody(body).Grouped);
    }

    [Fact]
    public void A_number_is_read_back_however_a_person_groups_it() => AnyNumber.Sample(number =>
        Reads(number.ToString()) == number
        && Reads(number.Grouped) == number
        && Reads(number.Grouped.Replace(' ', '-')) == number
        && Reads($" {number.Grouped.Replace(' ', '\u00A0')} ") == number, iter: 20_000);

    [Fact]
    public void Every_single_wrong_digit_is_noticed() => AnyNumber.Sample(number =>
    {
        var digits = number.ToString().ToCharArray();
        for (var place = 0; place < digits.Length; place++)
        {
            var right = digits[place];
            for (var wrong = '0'; wrong <= '9'; wrong++)
            {
                digits[place] = wrong;
                if (wrong != right && Reads(new string(digits)) is not null) return false;
            }

            digits[place] = right;
        }

        return true;
    }, iter: 5_000);

    // The standard's promise, shown completely: the first eight digits can bring the sum to any of its ten states,
    // and two neighbours change places unseen only for one pair of each state. Bodies 10–99 in front reach them all.
    [Fact]
    public void Neighbours_that_change_places_are_noticed_forty_four_times_in_forty_five()
    {
        var missed = new Dictionary<string, List<(int A, int B)>>();
        for (var head = 10; head <= 99; head++)
        {
            var key = head.ToString(CultureInfo.InvariantCulture);
            missed[key] = [];
            for (var a = 0; a <= 9; a++)
                for (var b = a + 1; b <= 9; b++)
                {
                    var number = PayerNumber.FromBody((head * 1_000_000) + (a * 100_000) + (b * 10_000) + 4_711).ToString();
                    if (Reads($"{number[..2]}{number[3]}{number[2]}{number[4..]}") is not null) missed[key].Add((a, b));
                }
        }

        Assert.All(missed.Values, pairs => Assert.Single(pairs));
        Assert.All(missed.Values, pairs => Assert.True(pairs[0].B - pairs[0].A == 1 || pairs[0] == (0, 9)));
        Assert.Equal(10, missed.Values.Select(pairs => pairs[0]).Distinct().Count());
    }

    [Fact]
    public void A_generated_run_of_transpositions_is_noticed_at_that_rate()
    {
        var (tried, missed) = (0, 0);
        for (var body = PayerNumber.SmallestBody + 7; body <= PayerNumber.LargestBody; body += 7_919)
        {
            var digits = PayerNumber.FromBody(body).ToString().ToCharArray();
            for (var place = 0; place < 8; place++)
            {
                if (digits[place] == digits[place + 1] || (place == 0 && digits[1] == '0')) continue;
                (digits[place], digits[place + 1]) = (digits[place + 1], digits[place]);
                tried++;
                if (Reads(new string(digits)) is not null) missed++;
                (digits[place], digits[place + 1]) = (digits[place + 1], digits[place]);
            }
        }

        Assert.InRange(missed / (double)tried, 0.018, 0.027);
    }

    [Theory]
    [InlineData("123456789")]
    [InlineData("12345678")]
    [InlineData("1234567888")]
    [InlineData("012345678")]
    [InlineData("000000001")]
    [InlineData("١٢٣٤٥٦٧٨٨")]
    [InlineData("12345678O")]
    [InlineData("+123456788")]
    [InlineData("1 2 3 4 5 6 7 8 8                                ")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_number_is_not_taken(string? text) => Assert.Null(Reads(text));

    [Theory]
    [InlineData(9_999_999)]
    [InlineData(100_000_000)]
    [InlineData(-1)]
    public void A_body_has_eight_digits_and_no_leading_zero(int body) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PayerNumber.FromBody(body));

    private static PayerNumber? Reads(string? text) => PayerNumber.TryParse(text, out var number) ? number : null;
}
