using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;

namespace Vade.Tests.Kernel.Storage;

/// <summary>
/// What every queue must do, seen through whatever receives from it. Nothing here relies on order. A subclass says
/// how its engine receives, and how time passes for it.
/// </summary>
public abstract class QueuesContract
{
    private static int queues;

    /// <summary>Short where it has to pass in real time.</summary>
    protected virtual TimeSpan Lease => TimeSpan.FromSeconds(30);

    protected string Queue { get; } = "contract-" + Interlocked.Increment(ref queues).ToString(CultureInfo.InvariantCulture);

    protected abstract IQueues Sender { get; }

    protected abstract Task<IReadOnlyList<ReceivedMessage>> Receive(int max);

    protected abstract Task<bool> Complete(ReceivedMessage message);

    protected abstract Task Pass(TimeSpan time);

    [Fact]
    public async Task A_message_arrives_as_it_was_sent_and_is_gone_when_completed()
    {
        await Send("{\"account\":\"ÖZGÜR & Söhne 😀\"}");
        var message = Assert.Single(await Receive(10));

        Assert.Equal(("{\"account\":\"ÖZGÜR & Söhne 😀\"}", Queue, 1), (message.Body, message.Queue, message.DeliveryCount));
        Assert.True(await Complete(message));
        await Pass(Lease + TimeSpan.FromSeconds(1));
        Assert.Empty(await Receive(10));
    }

    [Fact]
    public async Task A_delayed_message_waits()
    {
        await Sender.Send(Queue, [new OutgoingMessage("later", TimeSpan.FromSeconds(6))], default);
        await Pass(TimeSpan.FromSeconds(3));
        Assert.Empty(await Receive(10));
        await Pass(TimeSpan.FromSeconds(4));
        Assert.Equal("later", Assert.Single(await Receive(10)).Body);
    }

    [Fact]
    public async Task A_message_on_loan_is_hidden_until_its_lease_ends_and_then_comes_again()
    {
        await Send("once more");
        var first = Assert.Single(await Receive(10));
        Assert.Empty(await Receive(10));
        await Pass(Lease + TimeSpan.FromSeconds(1));
        var second = Assert.Single(await Receive(10));

        Assert.Equal((first.Id, first.Body, 2), (second.Id, second.Body, second.DeliveryCount));
        Assert.False(await Complete(first));
        Assert.True(await Complete(second));
        Assert.False(await Complete(second));
    }

    [Fact]
    public async Task Messages_sent_together_all_arrive()
    {
        var bodies = Enumerable.Range(0, 75).Select(i => $"{i}").ToArray();
        await Send(bodies);
        await Send();
        var received = new List<string>();
        while (await Receive(32) is { Count: > 0 } some)
            received.AddRange(some.Select(message => message.Body));

        Assert.Equal(bodies.Order(StringComparer.Ordinal), received.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_receivers_never_hold_the_same_message()
    {
        await Send([.. Enumerable.Range(0, 100).Select(i => $"{i}")]);
        var held = new ConcurrentBag<ReceivedMessage>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (await Receive(3) is { Count: > 0 } some)
            {
                foreach (var message in some)
                    held.Add(message);
            }
        })));

        Assert.Equal(100, held.Count);
        Assert.Equal(100, held.DistinctBy(message => message.Id).Count());
        Assert.All(held, message => Assert.Equal(1, message.DeliveryCount));
    }

    [Fact]
    public async Task A_body_is_measured_in_bytes()
    {
        var full = new string('ğ', QueueLimits.BodyBytesMax / 2);
        await Send(full);
        Assert.Equal(full, Assert.Single(await Receive(1)).Body);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Send("fits", full + "x"));
        await Pass(Lease + TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(await Receive(10), message => message.Body == "fits");
    }

    [Fact]
    public async Task A_delay_is_within_its_bounds()
    {
        foreach (var delay in new[] { TimeSpan.FromTicks(-1), QueueLimits.DelayMax + TimeSpan.FromTicks(1) })
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Sender.Send(Queue, [new OutgoingMessage("x", delay)], default));
        await Sender.Send(Queue, [new OutgoingMessage("x", QueueLimits.DelayMax)], default);
    }

    [Fact]
    public async Task A_queue_has_the_name_of_an_azure_queue_with_room_for_its_poison()
    {
        foreach (var queue in new[] { "", "ab", "Abc", "a_b", "-abc", "abc-", "a--b", "çek", new string('a', 57) })
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Sender.Send(queue, [new OutgoingMessage("x", TimeSpan.Zero)], default));
        QueueRules.CheckName(new string('a', 56));
        QueueRules.CheckName(new string('a', 56) + QueueRules.PoisonSuffix);
    }

    protected Task Send(params string[] bodies) =>
        Sender.Send(Queue, [.. bodies.Select(body => new OutgoingMessage(body, TimeSpan.Zero))], default);
}

/// <summary>What every queue must do for the local host, which receives from it.</summary>
public abstract class ReceivedQueuesContract : QueuesContract
{
    protected abstract IQueueReceiver Receiver { get; }

    [Fact]
    public async Task A_message_given_back_comes_again_after_its_delay_and_its_old_receipt_is_void()
    {
        await Send("again");
        var first = Assert.Single(await Receive(1));
        Assert.True(await Receiver.Release(first, Lease, default));

        Assert.False(await Complete(first));
        Assert.Null(await Receiver.Renew(first, Lease, default));
        Assert.Empty(await Receive(1));
        await Pass(Lease + TimeSpan.FromSeconds(1));
        Assert.Equal(2, Assert.Single(await Receive(1)).DeliveryCount);
    }

    [Fact]
    public async Task A_renewed_lease_hides_the_message_for_longer()
    {
        await Send("long work");
        var message = Assert.Single(await Receive(1));
        await Pass(Lease / 2);
        var renewed = await Receiver.Renew(message, Lease * 2, default);
        await Pass(Lease);
        Assert.Empty(await Receive(1));
        Assert.True(await Complete(renewed!));
    }

    [Fact]
    public async Task Work_finished_late_but_alone_is_not_done_twice()
    {
        await Send("slow");
        var message = Assert.Single(await Receive(1));
        await Pass(Lease + TimeSpan.FromSeconds(1));

        Assert.True(await Complete(message));
        Assert.Empty(await Receive(1));
    }

    [Fact]
    public async Task A_message_that_cannot_be_handled_moves_to_the_poison_queue()
    {
        await Send("bad");
        var message = Assert.Single(await Receive(1));
        Assert.True(await Receiver.DeadLetter(message, default));

        Assert.False(await Receiver.DeadLetter(message, default));
        Assert.False(await Complete(message));
        var poison = Assert.Single(await Receiver.Receive(Queue + "-poison", 10, Lease, default));
        Assert.Equal(("bad", 1, Queue + "-poison"), (poison.Body, poison.DeliveryCount, poison.Queue));
        Assert.True(await Complete(poison));
        await Pass(Lease + TimeSpan.FromSeconds(1));
        Assert.Empty(await Receive(1));
        Assert.Empty(await Receiver.Receive(Queue + "-poison", 10, Lease, default));
    }

    [Fact]
    public async Task A_lease_is_within_its_bounds()
    {
        foreach (var lease in new[] { TimeSpan.Zero, QueueLimits.DelayMax + TimeSpan.FromTicks(1) })
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Receiver.Receive(Queue, 1, lease, default));
    }

    protected override Task<IReadOnlyList<ReceivedMessage>> Receive(int max) => Receiver.Receive(Queue, max, Lease, default);

    protected override Task<bool> Complete(ReceivedMessage message) => Receiver.Complete(message, default);
}

public sealed class SqliteQueuesTests : ReceivedQueuesContract, IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider clock = new(Start);
    private readonly SqliteStore store;

    public SqliteQueuesTests() => store = new SqliteStore(folder["vade.db"], clock, durable: false);

    protected override IQueues Sender => store.Queues;

    protected override IQueueReceiver Receiver => store.Queues;

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task The_message_that_fell_due_first_is_handed_out_first()
    {
        await Sender.Send(Queue, [new("third", TimeSpan.FromMinutes(2)), new("first", TimeSpan.Zero), new("second", TimeSpan.FromMinutes(1))], default);
        await Pass(TimeSpan.FromMinutes(5));

        Assert.Equal(["first", "second"], (await Receive(2)).Select(message => message.Body));
        Assert.Equal(["third"], (await Receive(2)).Select(message => message.Body));
    }

    [Fact]
    public async Task A_message_in_the_poison_queue_was_sent_when_it_was_sent()
    {
        await Send("bad");
        var message = Assert.Single(await Receive(1));
        await Pass(TimeSpan.FromSeconds(5));
        await Receiver.DeadLetter(message, default);

        Assert.Equal((0, 1), (store.Queues.Count(Queue), store.Queues.Count(Queue + "-poison")));
        Assert.Equal(Start, Assert.Single(await Receiver.Receive(Queue + "-poison", 1, Lease, default)).EnqueuedAt);
    }

    [Fact]
    public async Task The_pump_learns_when_to_look_again()
    {
        Assert.Null(store.Queues.NextDue());
        await Sender.Send(Queue, [new("later", TimeSpan.FromMinutes(10))], default);
        await Sender.Send(Queue + "x", [new("soon", TimeSpan.FromMinutes(1))], default);
        Assert.Equal(Start.AddMinutes(1), store.Queues.NextDue());

        await Pass(TimeSpan.FromMinutes(1));
        Assert.Single(await store.Queues.Receive(Queue + "x", 1, Lease, default));
        Assert.Equal(Start.AddMinutes(10), store.Queues.NextDue());

        await Pass(Lease);
        Assert.Equal(Start.AddMinutes(1) + Lease, store.Queues.NextDue());
        Assert.Equal((1, 1), (store.Queues.Count(Queue), store.Queues.Count(Queue + "x")));
    }

    [Fact]
    public async Task Two_stores_over_one_file_share_the_queue_but_never_a_message()
    {
        using var other = new SqliteStore(folder["vade.db"], clock, durable: false);
        await Send([.. Enumerable.Range(0, 100).Select(i => $"{i}")]);
        var held = new ConcurrentBag<string>();
        await Task.WhenAll(new[] { store, other, store, other }.Select(one => Task.Run(async () =>
        {
            while (await one.Queues.Receive(Queue, 5, Lease, default) is { Count: > 0 } some)
            {
                foreach (var message in some)
                {
                    held.Add(message.Body);
                    Assert.True(await one.Queues.Complete(message, default));
                }
            }
        })));

        Assert.Equal((100, 100), (held.Count, held.Distinct(StringComparer.Ordinal).Count()));
        Assert.Equal(0, store.Queues.Count(Queue));
    }

    protected override Task Pass(TimeSpan time)
    {
        clock.Advance(time);
        return Task.CompletedTask;
    }
}
