using Vade.Kernel;

namespace Vade.Tests.Kernel;

/// <summary>
/// Every day of 400 years, after which the calendar begins anew, as a first date. The oracle counts days from 1 March
/// of the year 0 with integers alone (H. Hinnant's days_from_civil) and shares no code with the product or the framework.
/// </summary>
[Trait("Feature", "B5")]
public class ExhaustiveScheduleTests
{
    private const int FirstYear = 1970;
    private const int LastYear = FirstYear + 400;
    private static readonly int[] Rhythms = [1, 2, 3, 6, 12];

    [Fact]
    public void Every_occurrence_of_every_first_date_is_where_counting_days_puts_it()
    {
        // Near ones, where months of every length follow one another, and far ones, where drift would have summed up.
        int[] occurrences = [0, 1, 2, 11, 12, 13, 48, 1199];
        EveryStart((start, day, month, year) =>
        {
            foreach (var rhythm in Rhythms)
            {
                var schedule = new Schedule(start, rhythm);
                foreach (var k in occurrences)
                {
                    var expected = Nth(year, month, day, k * rhythm);
                    var date = schedule.At(k);
                    if (date.DayNumber != expected || schedule.IndexOf(date) != k)
                        return $"date {k} every {rhythm} months";
                    // What lies a day beside it is no date, unless it is one of another month's end.
                    if (schedule.NextAfter(date.AddDays(-1)) != date || schedule.NextAfter(date)?.DayNumber != Nth(year, month, day, (k + 1) * rhythm))
                        return $"what follows date {k} every {rhythm} months";
                }
            }

            return null;
        });
    }

    [Fact]
    public void Dates_of_every_anchor_day_rise_each_in_its_own_month_and_none_is_skipped_or_doubled()
    {
        for (var anchor = 1; anchor <= 31; anchor++)
        {
            foreach (var rhythm in Rhythms)
            {
                var start = new DateOnly(FirstYear, 1, anchor);
                var schedule = new Schedule(start, rhythm);
                var (k, previous) = (0, int.MinValue);
                for (var months = 0; months < 400 * 12; months += rhythm, k++)
                {
                    var (year, month) = (FirstYear + (months / 12), (months % 12) + 1);
                    var date = schedule.At(k);
                    var expected = Math.Min(anchor, DaysIn(year, month));
                    Assert.True(
                        date.Year == year && date.Month == month && date.Day == expected && date.DayNumber > previous,
                        $"Date {k} of day {anchor} every {rhythm} months is {date:O}.");
                    previous = date.DayNumber;
                }
            }
        }
    }

    [Fact]
    public void Of_every_day_it_is_known_whether_a_date_falls_on_it()
    {
        // Anchors whose months are too short, one that never is, and a leap day.
        foreach (var (start, rhythm) in new[]
        {
            (new DateOnly(FirstYear, 1, 31), 1), (new(FirstYear, 1, 30), 1), (new(FirstYear, 1, 29), 2), (new(FirstYear, 8, 31), 3), (new(FirstYear, 5, 15), 6), (new(FirstYear + 2, 2, 29), 12),
        })
        {
            var schedule = new Schedule(start, rhythm);
            var (k, next) = (0, start.DayNumber);
            for (var day = start.DayNumber; day <= DayNumber(LastYear, 1, 1); day++)
            {
                var date = DateOnly.FromDayNumber(day);
                var index = schedule.IndexOf(date);
                if (index is not null != (day == next) || (index ?? k) != k)
                    Assert.Fail($"{date:O} is date {index} of {schedule}, but should be {(day == next ? k : null)}.");
                if (day == next)
                    next = Nth(start.Year, start.Month, start.Day, ++k * rhythm);
                if (schedule.NextAfter(date)?.DayNumber != next)
                    Assert.Fail($"After {date:O} comes {DateOnly.FromDayNumber(next):O} of {schedule}.");
            }
        }
    }

    [Fact]
    public void Periods_tile_every_four_hundred_years_and_a_cut_one_covers_its_days()
    {
        EveryStart((start, day, month, year) =>
        {
            foreach (var rhythm in Rhythms)
            {
                var schedule = new Schedule(start, rhythm);
                var length = Nth(year, month, day, rhythm) - start.DayNumber;
                if (schedule.PeriodEnd(start).DayNumber != start.DayNumber + length - 1 || schedule.Coverage(start) != new Share(length, length))
                    return $"the first period of every {rhythm} months";
                var cut = (day * 7) % length;
                if (new Schedule(start, rhythm, start.AddDays(cut)).Coverage(start) != new Share(cut + 1, length))
                    return $"{cut + 1} days of the first period of every {rhythm} months";
            }

            return null;
        });
    }

    [Fact]
    public void Months_count_as_on_paper()
    {
        for (var index = 0; index < 9999 * 12; index++)
        {
            var (year, number) = ((index / 12) + 1, (index % 12) + 1);
            var month = new Month(year, number);
            var first = DayNumber(year, number, 1);
            if (month.First.DayNumber != first || month.Last.DayNumber != first + DaysIn(year, number) - 1
                || Month.Of(month.Last) != month || Month.Parse(month.ToString()) != month
                || (index > 0 && (month.Previous.Next != month || month.Plus(-index) != new Month(1, 1))))
                Assert.Fail($"{month} is not what it is on paper.");
        }
    }

    [Fact]
    public void The_oracle_and_the_framework_agree_on_every_day() =>
        EveryStart((start, day, month, year) => DayNumber(year, month, day) == start.DayNumber ? null : "the oracle");

    /// <param name="wrong">What is wrong with this first date, or null.</param>
    private static void EveryStart(Func<DateOnly, int, int, int, string?> wrong)
    {
        var firsts = new string?[400];
        Parallel.For(0, 400, i =>
        {
            var year = FirstYear + i;
            for (var month = 1; month <= 12; month++)
            {
                for (var day = 1; day <= DaysIn(year, month) && firsts[i] is null; day++)
                {
                    if (wrong(new DateOnly(year, month, day), day, month, year) is { } what)
                        firsts[i] = $"{year}-{month}-{day}: {what}";
                }
            }
        });
        Assert.Null(firsts.FirstOrDefault(first => first is not null));
    }

    /// <summary>The day that lies so many months after this one, on the anchor's day or the month's last.</summary>
    private static int Nth(int year, int month, int day, int months)
    {
        var total = (year * 12) + month - 1 + months;
        var (toYear, toMonth) = (total / 12, (total % 12) + 1);
        return DayNumber(toYear, toMonth, Math.Min(day, DaysIn(toYear, toMonth)));
    }

    private static int DaysIn(int year, int month) =>
        month == 2 ? (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28) : 30 + ((month + (month / 8)) % 2);

    // Years begin in March, so that the leap day is a year's last; 306 is 1 January of the year 1.
    private static int DayNumber(int year, int month, int day)
    {
        var y = month <= 2 ? year - 1 : year;
        var yearOfEra = y % 400;
        var dayOfYear = (((153 * ((month + 9) % 12)) + 2) / 5) + day - 1;
        return (y / 400 * 146_097) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - 306;
    }
}
