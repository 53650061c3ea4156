using Vade.Kernel;

namespace Vade.Tests.Kernel;

[Trait("Feature", "B5")]
public class ScheduleTests
{
    [Theory]
    [InlineData("2027-12-31", 1, "2027-12-31 2028-01-31 2028-02-29 2028-03-31")]
    [InlineData("2026-01-30", 1, "2026-01-30 2026-02-28 2026-03-30 2026-04-30")]
    [InlineData("2028-01-29", 1, "2028-01-29 2028-02-29 2028-03-29")]
    [InlineData("2025-11-30", 3, "2025-11-30 2026-02-28 2026-05-30 2026-08-30 2026-11-30")]
    [InlineData("2026-05-15", 1, "2026-05-15 2026-06-15 2026-07-15")]
    [InlineData("2024-02-29", 12, "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29")]
    public void Dates_are_counted_from_the_first_and_never_drift(string start, int everyMonths, string dates)
    {
        var schedule = new Schedule(Day(start), everyMonths);
        var expected = dates.Split(' ').Select(Day).ToList();
        Assert.Equal(expected, expected.Select((_, k) => schedule.At(k)));
        Assert.Equal(expected, schedule.Between(DateOnly.MinValue, expected[^1]));
    }

    // The oracle knows its own leap rule and steps month by month, with no arithmetic in common with the product.
    [Fact]
    public void Every_day_of_four_hundred_years_as_a_first_date_agrees_with_counting_by_hand()
    {
        // So many dates of each rhythm that every month of a year, and a leap year after eight, is met.
        foreach (var (everyMonths, dates) in new[] { (1, 14), (2, 8), (3, 6), (6, 4), (12, 9) })
        {
            for (var start = new DateOnly(1900, 3, 1); start < new DateOnly(2300, 3, 1); start = start.AddDays(1))
            {
                var schedule = new Schedule(start, everyMonths);
                var (year, month) = (start.Year, start.Month);
                var previous = start;
                for (var k = 0; k < dates; k++)
                {
                    var date = new DateOnly(year, month, Math.Min(start.Day, DaysByHand(year, month)));
                    if (schedule.At(k) != date || (k > 0 && schedule.NextAfter(previous) != date) || (k == 1 && schedule.IndexOf(date) != 1))
                        Assert.Fail($"Date {k} of {schedule} is {date:O} by hand.");

                    previous = date;
                    for (var step = 0; step < everyMonths; step++) (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1);
                }
            }
        }

        static int DaysByHand(int year, int month) => month switch
        {
            4 or 6 or 9 or 11 => 30,
            2 when year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) => 29,
            2 => 28,
            _ => 31,
        };
    }

    [Fact]
    public void Whatever_the_day_asked_the_next_date_is_the_first_one_after_it()
    {
        foreach (var everyMonths in new[] { 1, 2, 3, 5, 12, 120 })
        {
            foreach (var start in new[] { "2023-12-31", "2024-02-29", "2025-01-30", "2025-06-01" }.Select(Day))
            {
                var schedule = new Schedule(start, everyMonths, start.AddYears(25));
                var dates = Enumerable.Range(0, 301).Select(k => start.AddMonths(k * everyMonths)).Where(d => d <= start.AddYears(25)).ToList();
                var gone = 0;
                for (var day = start.AddDays(-40); day <= start.AddYears(26); day = day.AddDays(1))
                {
                    var isDate = gone < dates.Count && dates[gone] == day;
                    if (isDate) gone++;
                    DateOnly? expected = gone < dates.Count ? dates[gone] : null;
                    if (schedule.NextAfter(day) != expected || (schedule.IndexOf(day) is not null) != isDate)
                        Assert.Fail($"After {day:O} {schedule} goes on at {expected:O}.");
                }

                Assert.Equal(dates, schedule.Between(start.AddDays(-1), DateOnly.MaxValue));
            }
        }
    }

    [Fact]
    public void A_date_may_fall_on_the_last_day_but_not_after_it()
    {
        Assert.Equal(3, new Schedule(Day("2026-01-31"), 1, Day("2026-03-31")).Between(DateOnly.MinValue, DateOnly.MaxValue).Count());
        Assert.Equal(2, new Schedule(Day("2026-01-31"), 1, Day("2026-03-30")).Between(DateOnly.MinValue, DateOnly.MaxValue).Count());
        Assert.Empty(new Schedule(Day("2026-01-31"), 1, Day("2026-01-30")).Between(DateOnly.MinValue, DateOnly.MaxValue));
        Assert.Null(new Schedule(Day("2026-01-31"), 1, Day("2026-03-30")).NextAfter(Day("2026-02-28")));
    }

    [Fact]
    public void The_days_between_two_runs_are_billed_once()
    {
        var schedule = new Schedule(Day("2026-01-31"), 1);
        Assert.Equal([Day("2026-02-28")], schedule.Between(Day("2026-01-31"), Day("2026-02-28")));
        Assert.Empty(schedule.Between(Day("2026-02-28"), Day("2026-02-28")));
        Assert.Equal([Day("2026-03-31")], schedule.Between(Day("2026-02-28"), Day("2026-04-29")));
    }

    [Fact]
    public void Periods_follow_one_another_without_a_gap_or_an_overlap()
    {
        var schedule = new Schedule(Day("2024-01-31"), 1);
        for (var k = 0; k < 600; k++)
        {
            Assert.Equal(schedule.At(k + 1), schedule.PeriodEnd(schedule.At(k)).AddDays(1));
            var share = schedule.Coverage(schedule.At(k));
            Assert.True(share.IsWhole);
            Assert.Equal(schedule.At(k + 1).DayNumber - schedule.At(k).DayNumber, share.Of);
        }
    }

    [Fact]
    public void A_service_that_ends_within_a_period_covers_its_actual_days()
    {
        var schedule = new Schedule(Day("2026-05-01"), 1, Day("2026-06-10"));
        Assert.Equal(new Share(31, 31), schedule.Coverage(Day("2026-05-01")));
        Assert.Equal(new Share(10, 30), schedule.Coverage(Day("2026-06-01")));
        Assert.Equal(Day("2026-06-30"), schedule.PeriodEnd(Day("2026-06-01")));
        Assert.Equal(new Money(333.33m, Currency.TRY), schedule.Coverage(Day("2026-06-01")).Take(new Money(1000m, Currency.TRY)));
        Assert.Equal(new Share(1, 30), new Schedule(Day("2026-06-01"), 1, Day("2026-06-01")).Coverage(Day("2026-06-01")));
    }

    [Fact]
    public void A_day_without_a_date_begins_no_period()
    {
        var schedule = new Schedule(Day("2026-05-31"), 1);
        Assert.Throws<ArgumentException>(() => schedule.PeriodEnd(Day("2026-06-29")));
        Assert.Throws<ArgumentException>(() => schedule.Coverage(Day("2026-04-30")));
    }

    [Fact]
    public void The_calendar_ends_with_the_year_9999()
    {
        var schedule = new Schedule(Day("9999-10-31"), 1);
        Assert.Equal(Day("9999-12-31"), schedule.NextAfter(Day("9999-11-30")));
        Assert.Null(schedule.NextAfter(Day("9999-12-31")));
        Assert.Equal(3, schedule.Between(DateOnly.MinValue, DateOnly.MaxValue).Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => schedule.At(int.MaxValue));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(121)]
    public void A_rhythm_is_one_month_to_ten_years(int everyMonths) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Schedule(Day("2026-01-01"), everyMonths));

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
