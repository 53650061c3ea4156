using Vade.Kernel;

namespace Vade.Tests.Kernel;

public class MonthTests
{
    [Fact]
    public void Every_month_of_the_calendar_is_read_back_from_its_text()
    {
        var month = new Month(1, 1);
        for (var i = 0; i < 9999 * 12; i++)
        {
            Assert.Equal(month, Month.Parse(month.ToString()));
            Assert.True(month.Contains(month.First) && month.Contains(month.Last));
            Assert.False(month.Last != DateOnly.MaxValue && month.Contains(month.Last.AddDays(1)));
            if (i == (9999 * 12) - 1) break;
            Assert.True(month < month.Next);
            Assert.Equal(month, month.Next.Previous);
            Assert.Equal(month.Last.AddDays(1), month.Next.First);
            month = month.Next;
        }

        Assert.Equal("9999-12", month.ToString());
    }

    [Fact]
    public void A_leap_February_ends_on_the_29th() => Assert.Equal(new DateOnly(2028, 2, 29), Month.Parse("2028-02").Last);

    [Theory]
    [InlineData("2026-13")]
    [InlineData("2026-00")]
    [InlineData("0000-01")]
    [InlineData("2026-1")]
    [InlineData("2026-001")]
    [InlineData("26-01")]
    [InlineData("2026/01")]
    [InlineData(" 2026-1")]
    [InlineData("+026-01")]
    [InlineData("٢٠٢٦-01")]
    [InlineData("2026-1\0")]
    [InlineData("202\0-01")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_not_written_as_year_and_month_is_not_a_month(string? text)
    {
        Assert.False(Month.TryParse(text, out _));
        if (text is not null) Assert.Throws<FormatException>(() => Month.Parse(text));
    }
}
