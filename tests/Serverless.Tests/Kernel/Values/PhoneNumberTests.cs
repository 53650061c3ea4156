using Vade.Kernel;

namespace Vade.Tests.Kernel;

public class PhoneNumberTests
{
    [Theory]
    [InlineData("+90 (532) 123-45-67", "TR", "+905321234567", true)]
    [InlineData("905321234567", "TR", "+905321234567", true)]
    [InlineData("5321234567", "TR", "+905321234567", true)]
    [InlineData("0532.123.45.67", "TR", "+905321234567", true)]
    [InlineData("00905321234567", "TR", "+905321234567", true)]
    [InlineData("0532\u00A0123\u00A045\u00A067", "tr", "+905321234567", true)]
    [InlineData("0212 555 12 34", "TR", "+902125551234", false)]
    [InlineData("0850 222 12 34", "TR", "+908502221234", false)]
    [InlineData("+56 9 8765 4321", "CL", "+56987654321", true)]
    [InlineData("+56 9 8765 4321", "TR", "+56987654321", true)]
    [InlineData("2 2412 6666", "CL", "+56224126666", false)]
    [InlineData("050 123 45 67", "AZ", "+994501234567", true)]
    [InlineData("0124041234", "AZ", "+994124041234", false)]
    public void A_number_is_read_as_its_country_writes_it(string text, string country, string e164, bool mobile)
    {
        Assert.True(PhoneNumber.TryParse(text, country, out var number));
        Assert.Equal((e164, mobile, mobile), (number.E164, number.IsMobile, number.CanBeMessaged));
    }

    [Fact]
    public void A_country_in_the_number_wins_and_where_a_plan_does_not_tell_it_may_be_written_to()
    {
        Assert.True(PhoneNumber.TryParse("+1 202 555 0101", "TR", out var number));
        Assert.Equal(("+12025550101", false, true), (number.E164, number.IsMobile, number.CanBeMessaged));
    }

    [Theory]
    [InlineData("444 1 234", "TR")]
    [InlineData("+90 444 1 234", "TR")]
    [InlineData("0532 123 45 6", "TR")]
    [InlineData("(56) 024126666", "CL")]
    [InlineData("112", "TR")]
    [InlineData("0532 ABC 45 67", "TR")]
    [InlineData("5321234567", "ZZ")]
    [InlineData("+", "TR")]
    [InlineData("", "TR")]
    [InlineData(null, "TR")]
    [InlineData("0532 123 45 67                             ", "TR")]
    public void What_no_phone_abroad_could_dial_is_no_number(string? text, string country) => Assert.False(PhoneNumber.TryParse(text, country, out _));

    [Fact]
    public void The_mobile_prefixes_of_Azerbaijan_can_be_messaged()
    {
        foreach (var prefix in new[] { "50", "51", "55", "70", "77", "99", "10", "60" })
        {
            Assert.True(PhoneNumber.TryParse($"0{prefix} 234 56 78", "AZ", out var number), prefix);
            Assert.True(number.CanBeMessaged, prefix);
        }
    }

    [Fact]
    public void One_number_in_two_forms_is_one_number()
    {
        Assert.True(PhoneNumber.TryParse("0532 123 45 67", "TR", out var local));
        Assert.True(PhoneNumber.TryParse("+90 532 123 45 67", "CL", out var abroad));
        Assert.Equal(local, abroad);
    }
}
