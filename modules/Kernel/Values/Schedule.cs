using System.Runtime.InteropServices;

namespace Vade.Kernel;

/// <summary>
/// The dates of something that repeats by months. Date <c>k</c> is <c>StartsOn + k × EveryMonths</c>, always
/// counted from the first date and never from the one before, so that 31 January, 28 February is followed by
/// 31 March (facts: domain trap 6). A month that is too short lends its last day. Nothing is moved to a
/// business day here.
/// </summary>
public sealed record Schedule
{
    private const int LastMonthOfTheCalendar = (9999 * 12) + 11;

    /// <param name="startsOn">The first date, the anchor of all others.</param>
    /// <param name="everyMonths">1 to 120.</param>
    /// <param name="endsOn">The last day on which a date may fall; null runs on. A day before the start gives no dates at all.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rhythm is not 1–120 months.</exception>
    public Schedule(DateOnly startsOn, int everyMonths, DateOnly? endsOn = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(everyMonths, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(everyMonths, 120);
        (StartsOn, EveryMonths, EndsOn) = (startsOn, everyMonths, endsOn);
    }

    public DateOnly StartsOn { get; }
    public int EveryMonths { get; }
    public DateOnly? EndsOn { get; }

    /// <summary>Date number <paramref name="k"/>, from 0, as if the schedule never ended.</summary>
    /// <exception cref="ArgumentOutOfRangeException">k is negative, or the date lies beyond the year 9999.</exception>
    public DateOnly At(int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)k * EveryMonths, LastMonthOfTheCalendar, nameof(k));
        return StartsOn.AddMonths(k * EveryMonths);
    }

    /// <summary>Which date this is, from 0; null for a day on which nothing falls.</summary>
    public int? IndexOf(DateOnly date)
    {
        if (date < StartsOn || date > EndsOn) return null;
        var k = (MonthOf(date) - MonthOf(StartsOn)) / EveryMonths;
        return At(k) == date ? k : null;
    }

    /// <summary>The first date after this day; null when the schedule has ended by then.</summary>
    public DateOnly? NextAfter(DateOnly day) =>
        IndexAfter(day) is { } k && At(k) is var next && !(next > EndsOn) ? next : null;

    /// <summary>The dates after the one day up to and including the other, in order.</summary>
    public IEnumerable<DateOnly> Between(DateOnly afterExclusive, DateOnly throughInclusive)
    {
        var next = NextAfter(afterExclusive);
        while (next is { } date && date <= throughInclusive)
        {
            yield return date;
            next = NextAfter(date);
        }
    }

    /// <summary>
    /// The last day of the period that begins on this date: the day before the next one, also where the
    /// schedule ends sooner. What the end cuts off is told by <see cref="Coverage"/>.
    /// </summary>
    /// <exception cref="ArgumentException">Nothing falls on this day.</exception>
    public DateOnly PeriodEnd(DateOnly scheduledDate) =>
        IndexAfter(Scheduled(scheduledDate)) is { } k ? At(k).AddDays(-1) : DateOnly.MaxValue;

    /// <summary>
    /// How much of the period that begins on this date the service lasts, in actual days, both ends included:
    /// a monthly service from 1 May that ends on 10 May covers 10 of 31 (facts: domain E).
    /// </summary>
    /// <exception cref="ArgumentException">Nothing falls on this day.</exception>
    public Share Coverage(DateOnly scheduledDate)
    {
        var end = PeriodEnd(scheduledDate);
        var covered = EndsOn < end ? EndsOn.Value : end;
        return new Share(covered.DayNumber - scheduledDate.DayNumber + 1, end.DayNumber - scheduledDate.DayNumber + 1);
    }

    // A date lies in every EveryMonths-th month, so the one in the latest such month that is not after the day's
    // own month is either still to come or the last one gone.
    private int? IndexAfter(DateOnly day)
    {
        if (day < StartsOn) return 0;
        var k = (MonthOf(day) - MonthOf(StartsOn)) / EveryMonths;
        if (At(k) <= day) k++;
        return MonthOf(StartsOn) + (k * EveryMonths) <= LastMonthOfTheCalendar ? k : null;
    }

    private DateOnly Scheduled(DateOnly date) =>
        IndexOf(date) is null ? throw new ArgumentException($"Nothing is scheduled on {date:yyyy-MM-dd}.", nameof(date)) : date;

    private static int MonthOf(DateOnly date) => (date.Year * 12) + date.Month - 1;
}

/// <summary>So many days of so many: the part of a period that is charged.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Share(int Days, int Of)
{
    public bool IsWhole => Days == Of;

    /// <summary>This part of an amount, by days, rounded half away from zero to the minor unit.</summary>
    public Money Take(Money whole) => IsWhole ? whole : Money.Rounded(whole.Amount * Days / Of, whole.Currency);
}
