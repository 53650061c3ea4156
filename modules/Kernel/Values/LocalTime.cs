namespace Vade.Kernel;

/// <summary>
/// Dates and times of day as the people of a zone live them. A zone is an IANA id such as Europe/Istanbul; its
/// history comes from the operating system's time zone data, which the package does not bring. A host without
/// it knows no zone, and <see cref="TryFindZone"/> says so.
/// </summary>
public static class LocalTime
{
    /// <summary>The zone with this IANA id (letter case as IANA writes it); null when this machine does not know it.</summary>
    public static TimeZoneInfo? TryFindZone(string? id) =>
        // On Unix an id becomes a file name, hence the narrow alphabet.
        id is { Length: > 0 and <= 64 }
        && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '+' or '-')
        && id[0] != '/'
        && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)
        && zone.HasIanaId
            ? zone
            : null;

    /// <summary>The calendar date in the zone at this instant.</summary>
    public static DateOnly DateIn(this TimeZoneInfo zone, DateTimeOffset instant) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

    /// <summary>The time on the wall in the zone at this instant.</summary>
    public static TimeOnly TimeIn(this TimeZoneInfo zone, DateTimeOffset instant) =>
        TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

    /// <summary>
    /// The instant at which the zone's clocks show this date and time, with the offset in force. A time that
    /// does not exist (Santiago, 00:00 on 6 September 2026) gives the first instant after the gap, one that
    /// exists twice the first of the two, so that a daily job keyed by local date has exactly one instant
    /// (facts: domain trap 7).
    /// </summary>
    public static DateTimeOffset InstantOf(this TimeZoneInfo zone, DateOnly date, TimeOnly time)
    {
        // Zones change their offset at most once within two days, so the offsets a day before and a day after
        // are the only two that can apply. Only the mapping from instants is asked for, which is never ambiguous.
        var local = date.ToDateTime(time, DateTimeKind.Unspecified);
        var before = zone.GetUtcOffset(new DateTimeOffset(local.AddDays(-1), TimeSpan.Zero));
        var after = zone.GetUtcOffset(new DateTimeOffset(local.AddDays(1), TimeSpan.Zero));

        var earlier = new DateTimeOffset(local, before);
        if (zone.GetUtcOffset(earlier) == before) return earlier;
        var later = new DateTimeOffset(local, after);
        if (zone.GetUtcOffset(later) == after) return later;
        return FirstInstantWith(zone, after, later.UtcTicks, earlier.UtcTicks);
    }

    // In a gap the clocks go forward, so reading the time with the later offset gives an instant before the
    // change and with the earlier offset one after it.
    private static DateTimeOffset FirstInstantWith(TimeZoneInfo zone, TimeSpan offset, long beforeChange, long afterChange)
    {
        while (afterChange - beforeChange > 1)
        {
            var middle = beforeChange + ((afterChange - beforeChange) / 2);
            if (zone.GetUtcOffset(new DateTimeOffset(middle, TimeSpan.Zero)) == offset) afterChange = middle;
            else beforeChange = middle;
        }

        return new DateTimeOffset(afterChange, TimeSpan.Zero).ToOffset(offset);
    }
}
