namespace Vade.Kernel.Messaging;

/// <summary>
/// The sending side of the queue port: SQLite on one machine, Service Bus or Storage Queues in the cloud. The
/// receiving side is the Functions host's (or the local host's, which plays it). At least once, in any order.
/// </summary>
public interface IQueues
{
    /// <summary>Hands the messages over. On an exception some of them may have been taken: send them all again.</summary>
    Task Send(string queue, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellation);
}

/// <summary>
/// The receiving side, for the local host when it plays the Functions host: the embedded queues' or Storage Queues'.
/// </summary>
public interface IQueueReceiver
{
    /// <summary>Takes messages that are due: up to so many, and perhaps fewer than there are.</summary>
    /// <param name="lease">For how long nobody else is handed them.</param>
    Task<IReadOnlyList<ReceivedMessage>> Receive(string queue, int max, TimeSpan lease, CancellationToken cancellation);

    /// <summary>Done with it. False when the receipt is no longer good: someone else has or had it.</summary>
    Task<bool> Complete(ReceivedMessage message, CancellationToken cancellation);

    /// <summary>Gives it back, to be handed out again after the delay.</summary>
    Task<bool> Release(ReceivedMessage message, TimeSpan delay, CancellationToken cancellation);

    /// <summary>Keeps it for this much longer, from now.</summary>
    /// <returns>The message with the receipt that is good from now on; null when the given one no longer was.</returns>
    Task<ReceivedMessage?> Renew(ReceivedMessage message, TimeSpan lease, CancellationToken cancellation);

    /// <summary>Moves it to the poison queue of its queue, where it counts its deliveries from zero again.</summary>
    Task<bool> DeadLetter(ReceivedMessage message, CancellationToken cancellation);
}

/// <summary>A message on loan to one receiver until its lease ends.</summary>
/// <param name="DeliveryCount">How often it was handed out, this time included; from 1.</param>
/// <param name="Receipt">Good until the message is handed out, released or moved again.</param>
/// <param name="EnqueuedAt">When it was sent, in UTC.</param>
public sealed record ReceivedMessage(
    string Id, string Queue, string Body, int DeliveryCount, string Receipt, DateTimeOffset EnqueuedAt);

/// <param name="Body">Text of at most <see cref="QueueLimits.BodyBytesMax"/> bytes in UTF-8.</param>
/// <param name="Delay">Not delivered before this has passed; at most <see cref="QueueLimits.DelayMax"/>.</param>
public sealed record OutgoingMessage(string Body, TimeSpan Delay);

public static class QueueLimits
{
    /// <summary>What fits a storage queue's 64 KiB after base64.</summary>
    public const int BodyBytesMax = 48 * 1024;
    public static readonly TimeSpan DelayMax = TimeSpan.FromDays(6);
}
