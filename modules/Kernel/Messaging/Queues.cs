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

/// <param name="Body">Text of at most <see cref="QueueLimits.BodyBytesMax"/> bytes in UTF-8.</param>
/// <param name="Delay">Not delivered before this has passed; at most <see cref="QueueLimits.DelayMax"/>.</param>
public sealed record OutgoingMessage(string Body, TimeSpan Delay);

public static class QueueLimits
{
    /// <summary>What fits a storage queue's 64 KiB after base64.</summary>
    public const int BodyBytesMax = 48 * 1024;
    public static readonly TimeSpan DelayMax = TimeSpan.FromDays(6);
}
