using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel.Messaging;

namespace Vade.Tests.Hosting;

/// <summary>Works once for each date, and sends an errand for it.</summary>
internal sealed class DailyTimer(Firings firings, Bus bus, TimeProvider clock) : IRunTimer
{
    public Task Run(CancellationToken cancellation)
    {
        firings.At.Enqueue(clock.GetUtcNow());
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return bus.Send(new Errand(today.ToString("O", null)), ErrandJson.Default.Errand, cancellation);
    }

    public ValueTask<bool> MayFindWork(DateTimeOffset last, DateTimeOffset next, CancellationToken cancellation) =>
        ValueTask.FromResult(last.UtcDateTime.Date != next.UtcDateTime.Date);
}

internal sealed class Firings
{
    public ConcurrentQueue<DateTimeOffset> At { get; } = [];
}

public sealed class ClockTests
{
    private static void AddDailyWork(IServiceCollection services) => services
        .AddSingleton<Log>()
        .AddSingleton<Firings>()
        .AddHandler<Errand, ErrandHandler>("billing", ErrandJson.Default.Errand)
        // The payments' own timer finds no work in a year without an attempt.
        .AddTimer<DailyTimer>("PaymentsTimer");

    private static readonly (string, string) Start = ("Vade:Clock:Start", "2026-01-01T10:00:00Z");

    [Fact]
    public async Task A_delayed_message_runs_at_its_instant_while_time_moves_on()
    {
        await using var host = await VadeInProcess.Start(AddDailyWork, Start);
        await QueueTests.Send(host, "in two days", TimeSpan.FromDays(2));
        await QueueTests.Send(host, "in six days", TimeSpan.FromDays(6));
        await QueueTests.MoveClock(host, "2026-01-04T00:00:00Z");

        var (_, at) = Assert.Single(host.Services.GetRequiredService<Log>().Done, done => done.Name.StartsWith("in", StringComparison.Ordinal));
        Assert.InRange(at, Instant("2026-01-03T10:00:00Z"), Instant("2026-01-03T10:02:00Z"));
    }

    [Fact]
    public async Task A_year_fires_a_daily_timer_once_for_each_date_and_does_its_work_on_that_date()
    {
        await using var host = await VadeInProcess.Start(AddDailyWork, Start);
        await QueueTests.MoveClock(host, "2027-01-01T10:00:00Z");

        var dates = host.Services.GetRequiredService<Firings>().At.Select(at => at.UtcDateTime.Date).ToList();
        Assert.Equal(Enumerable.Range(1, 365).Select(day => new DateTime(2026, 1, 1).AddDays(day)), dates);
        Assert.All(host.Services.GetRequiredService<Log>().Done, done => Assert.Equal(done.Name, done.At.ToString("yyyy-MM-dd", null)));
        Assert.Equal(365, host.Services.GetRequiredService<Log>().Done.Count);
    }

    [Fact]
    public async Task The_clock_never_goes_back()
    {
        await using var app = await AppProcess.Start(environment: ("Vade__Clock__Start", "2026-01-01T10:00:00Z"));
        using var response = await app.Client.PostAsJsonAsync("/api/v1/clock", new { now = "2025-12-31T00:00:00Z" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("clock.backwards", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_killed_process_goes_on_at_the_instant_it_had_reached()
    {
        var data = Directory.CreateTempSubdirectory("vade-").FullName;
        await using (var first = await AppProcess.Start(data, ("Vade__Clock__Start", "2026-01-01T10:00:00Z")))
        {
            Assert.Equal("2026-03-01", (await Now(first, "2026-03-01T00:00:00Z"))[..10]);
            await first.Kill();
        }

        await using (var second = await AppProcess.Start(data, ("Vade__Clock__Start", "2026-01-01T10:00:00Z")))
        {
            using var earlier = await second.Client.PostAsJsonAsync("/api/v1/clock", new { now = "2026-02-28T00:00:00Z" });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, earlier.StatusCode);
            Assert.Equal("2026-03-02", (await Now(second, "2026-03-02T00:00:00Z"))[..10]);
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Another_process_over_the_same_data_follows()
    {
        await using var first = await AppProcess.Start(environment: [("Vade__Clock__Start", "2026-01-01T10:00:00Z"), ("Vade__Host__Functions", "http")]);
        await using var second = await AppProcess.Start(first.Data, ("Vade__Host__Functions", "timers,queues"));
        await Now(first, "2026-03-01T00:00:00Z");
        using var earlier = await second.Client.PostAsJsonAsync("/api/v1/clock", new { now = "2026-02-28T00:00:00Z" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, earlier.StatusCode);
    }

    [Fact]
    public async Task Outside_sandbox_mode_there_is_no_clock_to_move()
    {
        await using var app = await AppProcess.Start(environment: ("Vade__Sandbox", "false"));
        using var response = await app.Client.PostAsJsonAsync("/api/v1/clock", new { now = "2036-01-01T00:00:00Z" });
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static async Task<string> Now(AppProcess app, string target)
    {
        using var response = await app.Client.PostAsJsonAsync("/api/v1/clock", new { now = target });
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("now").GetString()!;
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, null);
}
