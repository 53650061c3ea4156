using System.Globalization;
using Vade.Kernel;

namespace Vade.Tests.Kernel;

public class LocalTimeTests
{
    private static readonly TimeZoneInfo Istanbul = LocalTime.TryFindZone("Europe/Istanbul")!;
    private static readonly TimeZoneInfo Santiago = LocalTime.TryFindZone("America/Santiago")!;
    private static readonly TimeZoneInfo Baku = LocalTime.TryFindZone("Asia/Baku")!;

    [Theory]
    [InlineData("Europe/Istanbul", "2026-07-01T09:00", "2026-07-01T06:00Z")]
    [InlineData("Europe/Istanbul", "2016-01-15T09:00", "2016-01-15T07:00Z")]
    [InlineData("Europe/Istanbul", "2016-11-15T09:00", "2016-11-15T06:00Z")]
    [InlineData("Europe/Istanbul", "2016-03-27T03:30", "2016-03-27T01:00Z")]
    [InlineData("Asia/Baku", "2026-07-01T09:00", "2026-07-01T05:00Z")]
    [InlineData("Asia/Baku", "2015-07-01T09:00", "2015-07-01T04:00Z")]
    [InlineData("America/Santiago", "2026-04-04T22:59", "2026-04-05T01:59Z")]
    [InlineData("America/Santiago", "2026-04-04T23:30", "2026-04-05T02:30Z")]
    [InlineData("America/Santiago", "2026-04-05T00:00", "2026-04-05T04:00Z")]
    [InlineData("America/Santiago", "2026-09-05T23:59", "2026-09-06T03:59Z")]
    [InlineData("America/Santiago", "2026-09-06T00:00", "2026-09-06T04:00Z")]
    [InlineData("America/Santiago", "2026-09-06T00:30", "2026-09-06T04:00Z")]
    [InlineData("America/Santiago", "2026-09-06T01:00", "2026-09-06T04:00Z")]
    [InlineData("America/Santiago", "2027-04-03T23:30", "2027-04-04T02:30Z")]
    [InlineData("America/Santiago", "2027-09-05T00:30", "2027-09-05T04:00Z")]
    public void A_time_of_day_is_one_instant_also_where_clocks_change(string zone, string local, string instant)
    {
        var wall = DateTime.ParseExact(local, "yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture);
        var found = LocalTime.TryFindZone(zone)!.InstantOf(DateOnly.FromDateTime(wall), TimeOnly.FromDateTime(wall));
        Assert.Equal(DateTimeOffset.ParseExact(instant, "yyyy-MM-ddTHH:mmZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), found);
        Assert.Equal(LocalTime.TryFindZone(zone)!.GetUtcOffset(found), found.Offset);
    }

    // From the IANA data, as changes of the offset in hours, among them the years in which governments changed their minds.
    [Theory]
    [InlineData("Europe/Istanbul", 2, """
        2010-03-28T01:00Z+3 2010-10-31T01:00Z+2 2011-03-28T01:00Z+3 2011-10-30T01:00Z+2 2012-03-25T01:00Z+3 2012-10-28T01:00Z+2
        2013-03-31T01:00Z+3 2013-10-27T01:00Z+2 2014-03-31T01:00Z+3 2014-10-26T01:00Z+2 2015-03-29T01:00Z+3 2015-11-08T01:00Z+2
        2016-03-27T01:00Z+3
        """)]
    [InlineData("America/Santiago", -3, """
        2010-04-04T03:00Z-4 2010-10-10T04:00Z-3 2011-05-08T03:00Z-4 2011-08-21T04:00Z-3 2012-04-29T03:00Z-4 2012-09-02T04:00Z-3
        2013-04-28T03:00Z-4 2013-09-08T04:00Z-3 2014-04-27T03:00Z-4 2014-09-07T04:00Z-3 2016-05-15T03:00Z-4 2016-08-14T04:00Z-3
        2017-05-14T03:00Z-4 2017-08-13T04:00Z-3 2018-05-13T03:00Z-4 2018-08-12T04:00Z-3 2019-04-07T03:00Z-4 2019-09-08T04:00Z-3
        2020-04-05T03:00Z-4 2020-09-06T04:00Z-3 2021-04-04T03:00Z-4 2021-09-05T04:00Z-3 2022-04-03T03:00Z-4 2022-09-11T04:00Z-3
        2023-04-02T03:00Z-4 2023-09-03T04:00Z-3 2024-04-07T03:00Z-4 2024-09-08T04:00Z-3 2025-04-06T03:00Z-4 2025-09-07T04:00Z-3
        2026-04-05T03:00Z-4 2026-09-06T04:00Z-3 2027-04-04T03:00Z-4 2027-09-05T04:00Z-3 2028-04-02T03:00Z-4 2028-09-03T04:00Z-3
        """)]
    [InlineData("Asia/Baku", 4, """
        2010-03-28T00:00Z+5 2010-10-31T00:00Z+4 2011-03-27T00:00Z+5 2011-10-30T00:00Z+4 2012-03-25T00:00Z+5 2012-10-28T00:00Z+4
        2013-03-31T00:00Z+5 2013-10-27T00:00Z+4 2014-03-30T00:00Z+5 2014-10-26T00:00Z+4 2015-03-29T00:00Z+5 2015-10-25T00:00Z+4
        """)]
    public void The_clocks_changed_when_they_did(string zone, int hoursAtFirst, string changes)
    {
        var (hours, found) = (hoursAtFirst, LocalTime.TryFindZone(zone)!);
        foreach (var change in changes.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var instant = DateTimeOffset.ParseExact(change[..17], "yyyy-MM-ddTHH:mmZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            Assert.Equal(TimeSpan.FromHours(hours), found.GetUtcOffset(instant.AddTicks(-1)));
            hours = int.Parse(change[17..], CultureInfo.InvariantCulture);
            Assert.Equal(TimeSpan.FromHours(hours), found.GetUtcOffset(instant));
        }
    }

    [Fact]
    public void Every_quarter_of_an_hour_of_forty_years_is_the_first_instant_that_shows_it()
    {
        foreach (var zone in new[] { Istanbul, Santiago, Baku })
        {
            var step = TimeSpan.FromMinutes(15);
            var from = new DateTimeOffset(1999, 1, 1, 0, 0, 0, TimeSpan.Zero);
            var latestWall = DateTime.MinValue;
            for (var instant = from; instant.Year < 2039; instant += step)
            {
                var wall = TimeZoneInfo.ConvertTime(instant, zone).DateTime;
                if (wall <= latestWall) continue; // the second time that clocks show it
                for (var missing = latestWall + step; latestWall != DateTime.MinValue && missing < wall; missing += step)
                    if (At(zone, missing) != instant) Assert.Fail($"{missing:s} does not exist in {zone.Id}; {instant:s}Z comes next.");
                if (At(zone, wall) != instant) Assert.Fail($"{wall:s} in {zone.Id} is first {instant:s}Z.");
                latestWall = wall;
            }
        }

        static DateTimeOffset At(TimeZoneInfo zone, DateTime wall) => zone.InstantOf(DateOnly.FromDateTime(wall), TimeOnly.FromDateTime(wall));
    }

    [Fact]
    public void A_day_begins_once_even_where_midnight_is_missing_or_comes_twice()
    {
        for (var date = new DateOnly(2026, 1, 1); date.Year < 2030; date = date.AddDays(1))
        {
            var begins = Santiago.InstantOf(date, TimeOnly.MinValue);
            Assert.Equal(date, Santiago.DateIn(begins));
            Assert.Equal(date.AddDays(-1), Santiago.DateIn(begins.AddTicks(-1)));
        }
    }

    [Fact]
    public void The_date_is_that_of_the_zone_and_not_of_the_server()
    {
        var instant = new DateTimeOffset(2026, 12, 31, 22, 30, 0, TimeSpan.Zero);
        Assert.Equal(new DateOnly(2027, 1, 1), Istanbul.DateIn(instant));
        Assert.Equal(new DateOnly(2027, 1, 1), Baku.DateIn(instant));
        Assert.Equal(new DateOnly(2026, 12, 31), Santiago.DateIn(instant));
        Assert.Equal(new TimeOnly(1, 30), Istanbul.TimeIn(instant));
    }

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("Turkey Standard Time")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_zone_is_not_found(string? id) => Assert.Null(LocalTime.TryFindZone(id));
}
