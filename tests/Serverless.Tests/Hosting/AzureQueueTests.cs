using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage.Azure;

namespace Vade.Tests.Hosting;

/// <summary>The local host over the emulator's queues: the rules are those of the embedded ones.</summary>
public sealed class AzureQueueTests(Azurite azurite)
{
    private const string MasterKey = "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    [Fact]
    public async Task A_message_reaches_its_handler_once_and_one_that_gave_up_becomes_poison()
    {
        var connection = await azurite.Connection(Azurite.OfErrands);
        var queues = StorageAccount.Parse(connection).Queues;
        await queues.Send("billing", [new("neither ours nor JSON", TimeSpan.Zero)], default);
        await queues.Send("billing-poison", [new("""{"vade":{"handler":"Errand>ErrandHandler","attempt":3,"body":{"Name":"b"}}}""", TimeSpan.Zero)], default);
        await using var host = await Start(connection, leaseSeconds: 30);
        await QueueTests.Send(host, "a", TimeSpan.Zero);
        await Until(async () => (await QueueTests.Poison(host)).GetArrayLength() == 2);
        await Until(() => Task.FromResult(!host.Services.GetRequiredService<Log>().Done.IsEmpty));

        Assert.Equal(["a"], host.Services.GetRequiredService<Log>().Done.Select(done => done.Name));
        Assert.All((await QueueTests.Poison(host)).EnumerateArray(), poison => Assert.Equal("billing", poison.GetProperty("function").GetString()));
    }

    [Fact]
    public async Task Work_that_takes_longer_than_its_lease_is_not_done_twice()
    {
        var slow = new SlowErrands();
        await using var host = await Start(
            await azurite.Connection(Azurite.OfErrands), leaseSeconds: 2,
            services => services.AddSingleton(slow).AddHandler<Errand, SlowErrandHandler>("payments", ErrandJson.Default.Errand));
        await host.Services.GetRequiredService<Bus>().Send(new Errand("slow"), ErrandJson.Default.Errand, default);
        await Until(() => Task.FromResult(slow.Ended > 0));
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);

        Assert.Equal((1, 1), (slow.Begun, slow.Ended));
    }

    private static Task<VadeInProcess> Start(string connection, int leaseSeconds, Action<IServiceCollection>? more = null) => VadeInProcess.Start(
        more ?? QueueTests.AddErrands,
        ("Vade:Azure:Storage", connection),
        ("Vade:PublicUrl", "https://office.example"),
        ("Vade:MasterKey", MasterKey),
        ("Vade:Host:Functions", "http,queues"),
        ("Vade:Host:LeaseSeconds", $"{leaseSeconds}"));

    private static async Task Until(Func<Task<bool>> done)
    {
        for (var i = 0; i < 500; i++)
        {
            if (await done())
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        Assert.Fail("It did not come to pass.");
    }

    private sealed class SlowErrands
    {
        public int Begun;
        public int Ended;
    }

    private sealed class SlowErrandHandler(SlowErrands errands) : IHandle<Errand>
    {
        public async Task Handle(Errand message, CancellationToken cancellation)
        {
            Interlocked.Increment(ref errands.Begun);
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, cancellation);
            Interlocked.Increment(ref errands.Ended);
        }
    }
}
