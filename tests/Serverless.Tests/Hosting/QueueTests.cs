using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Vade.Functions.Hosting.Local;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage.Embedded;

namespace Vade.Tests.Hosting;

internal sealed record Errand(string Name);

[JsonSerializable(typeof(Errand))]
internal sealed partial class ErrandJson : JsonSerializerContext;

/// <summary>What happened to the errands of a test, and whether they fail.</summary>
internal sealed class Log(TimeProvider clock)
{
    public ConcurrentQueue<(string Name, DateTimeOffset At)> Done { get; } = [];
    public volatile bool Fails;

    public void Add(string name) => Done.Enqueue((name, clock.GetUtcNow()));
}

internal sealed class ErrandHandler(Log log) : IHandle<Errand>
{
    public Task Handle(Errand message, CancellationToken cancellation)
    {
        log.Add(message.Name);
        return log.Fails ? throw new InvalidOperationException("The errand fails.") : Task.CompletedTask;
    }
}

public sealed class QueueTests
{
    internal static void AddErrands(IServiceCollection services) => services
        .AddSingleton<Log>()
        .AddHandler<Errand, ErrandHandler>("billing", ErrandJson.Default.Errand);

    [Fact]
    public async Task A_message_reaches_its_handler_and_leaves_the_queue()
    {
        await using var host = await VadeInProcess.Start(AddErrands);
        await Send(host, "a", TimeSpan.Zero);
        await Until(() => host.Services.GetRequiredService<SqliteQueues>().Count("billing") == 0);
        Assert.Equal(["a"], host.Services.GetRequiredService<Log>().Done.Select(done => done.Name));
    }

    [Fact]
    public async Task A_process_that_does_not_run_queues_leaves_them_alone()
    {
        await using var host = await VadeInProcess.Start(AddErrands, ("Vade:Host:Functions", "http,timers"));
        await Send(host, "a", TimeSpan.Zero);
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        Assert.Equal(1, host.Services.GetRequiredService<SqliteQueues>().Count("billing"));
    }

    [Fact]
    public async Task A_message_that_keeps_failing_waits_longer_each_time_and_becomes_poison_that_a_person_can_retry()
    {
        await using var host = await VadeInProcess.Start(AddErrands, ("Vade:Clock:Start", "2026-01-01T00:00:00Z"));
        var log = host.Services.GetRequiredService<Log>();
        log.Fails = true;
        await Send(host, "a", TimeSpan.Zero);
        await MoveClock(host, "2026-01-02T00:00:00Z");

        var instants = log.Done.Select(done => done.At).ToList();
        Assert.Equal(Dispatcher.AttemptsMax, instants.Count);
        var waits = instants.Zip(instants.Skip(1), (first, second) => (second - first).TotalSeconds).ToList();
        for (var i = 0; i < waits.Count; i++)
            Assert.InRange(waits[i], Math.Min(Math.Pow(2, i + 1), 300) - 1, (2 * Math.Min(Math.Pow(2, i + 1), 300)) + 5);

        var poison = Assert.Single((await Poison(host)).EnumerateArray());
        Assert.Equal("billing", poison.GetProperty("function").GetString());
        Assert.Equal(Dispatcher.AttemptsMax, poison.GetProperty("attempts").GetInt32());
        Assert.Contains("The errand fails.", poison.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("Z", poison.GetProperty("at").GetString(), StringComparison.Ordinal);

        log.Fails = false;
        var retry = $"/api/v1/work/poison/{poison.GetProperty("id").GetString()}/retry";
        using var accepted = await host.Client.PostAsync(retry, null);
        Assert.Equal(HttpStatusCode.NoContent, accepted.StatusCode);
        await Until(() => log.Done.Count == Dispatcher.AttemptsMax + 1);
        Assert.Empty((await Poison(host)).EnumerateArray());
        using var again = await host.Client.PostAsync(retry, null);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task A_message_that_was_handed_out_too_often_without_an_answer_becomes_poison()
    {
        await using var host = await VadeInProcess.Start(AddErrands);
        var queues = host.Services.GetRequiredService<SqliteQueues>();
        await queues.Send("billing-poison", [new("""{"vade":{"handler":"Errand>ErrandHandler","attempt":3,"body":{"Name":"a"}}}""", TimeSpan.Zero)], default);
        host.Services.GetRequiredService<WakingQueues>().Wake();
        await Until(() => queues.Count("billing-poison") == 0);
        var poison = Assert.Single((await Poison(host)).EnumerateArray());
        Assert.Equal("billing", poison.GetProperty("function").GetString());
        Assert.Equal(3, poison.GetProperty("attempts").GetInt32());
    }

    internal static Task Send(VadeInProcess host, string name, TimeSpan delay) =>
        host.Services.GetRequiredService<Bus>().Send(new Errand(name), ErrandJson.Default.Errand, default, delay);

    internal static async Task MoveClock(VadeInProcess host, string now)
    {
        using var response = await host.Client.PostAsJsonAsync("/api/v1/clock", new { now });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    internal static async Task Until(Func<bool> done)
    {
        for (var i = 0; i < 1500 && !done(); i++)
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        Assert.True(done());
    }

    internal static async Task<JsonElement> Poison(VadeInProcess host) =>
        (await host.Client.GetFromJsonAsync<JsonElement>("/api/v1/work/poison")).GetProperty("items");
}
