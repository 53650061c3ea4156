using System.Buffers.Text;
using System.Text;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Vade.Kernel.Messaging;

namespace Vade.Kernel.Storage.Azure;

/// <summary>
/// The queues of a storage account, with the receiving side for the local host; on Azure the Functions host
/// receives. One call takes one message, so many are sent side by side. Texts travel as base64, which is what the
/// Functions host expects. A queue is made when it is first used.
/// </summary>
public sealed class StorageQueues(QueueServiceClient service) : IQueues, IQueueReceiver
{
    private const string Missing = "QueueNotFound";
    private const int SendsAtOnce = 16;
    private const int ReceivedMax = 32;

    // Azure's default of seven days would lose the work of a deployment that stood still for a week.
    private static readonly TimeSpan ForEver = TimeSpan.FromSeconds(-1);

    public Task Send(string queue, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellation)
    {
        QueueRules.CheckSend(queue, messages);
        var client = service.GetQueueClient(queue);
        return Parallel.ForEachAsync(
            messages,
            new ParallelOptions { MaxDegreeOfParallelism = SendsAtOnce, CancellationToken = cancellation },
            async (message, stop) => await Send(client, message.Body, message.Delay, stop));
    }

    public async Task<IReadOnlyList<ReceivedMessage>> Receive(string queue, int max, TimeSpan lease, CancellationToken cancellation)
    {
        QueueRules.CheckName(queue);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        QueueRules.CheckLease(lease);
        var client = service.GetQueueClient(queue);
        var received = await Call(client, () => client.ReceiveMessagesAsync(Math.Min(max, ReceivedMax), WholeSeconds(lease), cancellation), cancellation);
        return [.. received.Value.Select(message => new ReceivedMessage(
            message.MessageId, queue, Text(message.MessageText), (int)message.DequeueCount, message.PopReceipt, message.InsertedOn!.Value))];
    }

    public Task<bool> Complete(ReceivedMessage message, CancellationToken cancellation) => OfLoan(
        async () =>
        {
            await service.GetQueueClient(message.Queue).DeleteMessageAsync(message.Id, message.Receipt, cancellation);
            return true;
        },
        cancellation);

    public async Task<bool> Release(ReceivedMessage message, TimeSpan delay, CancellationToken cancellation)
    {
        QueueRules.CheckDelay(delay);
        return await Hide(message, delay, cancellation) is not null;
    }

    public Task<ReceivedMessage?> Renew(ReceivedMessage message, TimeSpan lease, CancellationToken cancellation)
    {
        QueueRules.CheckLease(lease);
        return Hide(message, lease, cancellation);
    }

    /// <summary>Copied before it is deleted, as the Functions host does: dying in between leaves it twice, the other order loses it.</summary>
    public async Task<bool> DeadLetter(ReceivedMessage message, CancellationToken cancellation)
    {
        var poison = message.Queue + QueueRules.PoisonSuffix;
        QueueRules.CheckName(poison);
        // Renewed first, since somebody else may have it by now.
        if (await Hide(message, PoisonLease, cancellation) is not { } held)
            return false;
        await Send(service.GetQueueClient(poison), message.Body, TimeSpan.Zero, cancellation);
        return await Complete(held, cancellation);
    }

    private static readonly TimeSpan PoisonLease = TimeSpan.FromSeconds(30);

    private static Task Send(QueueClient client, string body, TimeSpan delay, CancellationToken cancellation) => Call(
        client,
        () => client.SendMessageAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(body)), WholeSeconds(delay), ForEver, cancellation),
        cancellation);

    private Task<ReceivedMessage?> Hide(ReceivedMessage message, TimeSpan time, CancellationToken cancellation) => OfLoan(
        async () =>
        {
            UpdateReceipt renewed = await service.GetQueueClient(message.Queue)
                .UpdateMessageAsync(message.Id, message.Receipt, visibilityTimeout: WholeSeconds(time), cancellationToken: cancellation);
            return (ReceivedMessage?)(message with { Receipt = renewed.PopReceipt });
        },
        cancellation);

    private static Task<T> Call<T>(QueueClient client, Func<Task<T>> call, CancellationToken cancellation) =>
        AzureCall.Run("A queue", call, Missing, () => client.CreateIfNotExistsAsync(cancellationToken: cancellation), cancellation);

    // Nothing, where the receipt is no longer good: the message is gone, or somebody else's.
    private static Task<T?> OfLoan<T>(Func<Task<T>> call, CancellationToken cancellation) => AzureCall.Run(
        "A queue",
        async () =>
        {
            try
            {
                return await call();
            }
            catch (RequestFailedException lost) when (lost.Status == 404 || lost.ErrorCode == QueueErrorCode.PopReceiptMismatch)
            {
                return default(T);
            }
        },
        cancellation);

    // Rounded up: earlier than asked for it must not come.
    private static TimeSpan WholeSeconds(TimeSpan time) => TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds));

    // What is no base64 was put there by somebody else; as it is, it becomes a poison row that a person can read.
    private static string Text(string body) =>
        Base64.IsValid(body) ? Encoding.UTF8.GetString(Convert.FromBase64String(body)) : body;
}
