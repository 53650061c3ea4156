using System.Globalization;
using Vade.Kernel.Messaging;

namespace Vade.Kernel.Storage.Embedded;

/// <summary>
/// The queues in the store's file, with the receiving side that the local host plays the Functions host with. As
/// with Azure's storage queues, a lease that has ended leaves the receipt good until someone else is handed the
/// message, so work that was finished late but alone is not done twice.
/// </summary>
public sealed class SqliteQueues : IQueues, IQueueReceiver
{
    // The delivery count names the delivery, so it is the receipt as well; a message that lies free has none.
    private const string OnLoan = "id = $1 AND queue = $2 AND leased = 1 AND deliveries = $3";

    private readonly SqliteFile file;
    private readonly TimeProvider clock;

    internal SqliteQueues(SqliteFile file, TimeProvider clock) => (this.file, this.clock) = (file, clock);

    /// <summary>All of them or none, here.</summary>
    public Task Send(string queue, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellation)
    {
        QueueRules.CheckSend(queue, messages);
        return messages.Count == 0 ? Task.CompletedTask : file.Write(
            session =>
            {
                var now = clock.GetUtcNow();
                foreach (var message in messages)
                {
                    session.Execute(
                        "INSERT INTO messages (queue, body, enqueued, due, leased, deliveries) VALUES ($1, $2, $3, $4, 0, 0)",
                        queue, message.Body, now.UtcTicks, (now + message.Delay).UtcTicks);
                }

                return true;
            },
            cancellation);
    }

    /// <summary>Takes up to so many messages that are due, the one that fell due first at the head.</summary>
    public async Task<IReadOnlyList<ReceivedMessage>> Receive(string queue, int max, TimeSpan lease, CancellationToken cancellation)
    {
        QueueRules.CheckName(queue);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        QueueRules.CheckLease(lease);

        // Asking an empty queue, the common case of a pump, takes no lock.
        if (file.Read(session => session.Scalar(
                "SELECT 1 FROM messages WHERE queue = $1 AND due <= $2 LIMIT 1", queue, clock.GetUtcNow().UtcTicks)) is null)
            return [];

        return await file.Write(
            session =>
            {
                var now = clock.GetUtcNow();
                var taken = new List<ReceivedMessage>();
                using (var reader = session.Query(
                    "SELECT id, body, deliveries, enqueued FROM messages WHERE queue = $1 AND due <= $2 ORDER BY due, id LIMIT $3",
                    queue, now.UtcTicks, max))
                {
                    while (reader.Read())
                    {
                        var deliveries = reader.GetInt32(2) + 1;
                        taken.Add(new ReceivedMessage(
                            Text(reader.GetInt64(0)), queue, reader.GetString(1), deliveries, Text(deliveries),
                            new DateTimeOffset(reader.GetInt64(3), TimeSpan.Zero)));
                    }
                }

                foreach (var message in taken)
                {
                    session.Execute(
                        "UPDATE messages SET due = $2, leased = 1, deliveries = $3 WHERE id = $1",
                        message.Id, (now + lease).UtcTicks, message.DeliveryCount);
                }

                return taken;
            },
            cancellation);
    }

    public Task<bool> Complete(ReceivedMessage message, CancellationToken cancellation) =>
        OfLoan(message, $"DELETE FROM messages WHERE {OnLoan}", cancellation);

    public Task<bool> Release(ReceivedMessage message, TimeSpan delay, CancellationToken cancellation)
    {
        QueueRules.CheckDelay(delay);
        return OfLoan(message, $"UPDATE messages SET due = $4, leased = 0 WHERE {OnLoan}", cancellation, delay);
    }

    public async Task<ReceivedMessage?> Renew(ReceivedMessage message, TimeSpan lease, CancellationToken cancellation)
    {
        QueueRules.CheckLease(lease);
        return await OfLoan(message, $"UPDATE messages SET due = $4 WHERE {OnLoan}", cancellation, lease) ? message : null;
    }

    public Task<bool> DeadLetter(ReceivedMessage message, CancellationToken cancellation)
    {
        QueueRules.CheckName(message.Queue + QueueRules.PoisonSuffix);
        return OfLoan(
            message,
            $"UPDATE messages SET queue = queue || '{QueueRules.PoisonSuffix}', due = $4, leased = 0, deliveries = 0 WHERE {OnLoan}",
            cancellation,
            TimeSpan.Zero);
    }

    /// <summary>
    /// When the next message of any queue is or was due that nobody holds; null when there is none. A lease that
    /// ends later is not foreseen: its holder is expected to finish.
    /// </summary>
    public DateTimeOffset? NextDue() => file.Read(session => session.Scalar(
        "SELECT due FROM messages WHERE leased = 0 OR due <= $1 ORDER BY due LIMIT 1", clock.GetUtcNow().UtcTicks))
            is long ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Whether no message of any queue is due or on loan: one statement, so that none slips by between two.</summary>
    public bool IsQuiet() => file.Read(session => session.Scalar(
        "SELECT 1 FROM messages WHERE due <= $1 OR leased = 1 LIMIT 1", clock.GetUtcNow().UtcTicks)) is null;

    /// <summary>How many messages the queue holds, due or not, on loan or not.</summary>
    public int Count(string queue)
    {
        QueueRules.CheckName(queue);
        return (int)(long)file.Read(session => session.Scalar("SELECT count(*) FROM messages WHERE queue = $1", queue))!;
    }

    private Task<bool> OfLoan(ReceivedMessage message, string sql, CancellationToken cancellation, TimeSpan? fromNow = null) =>
        file.Write(
            session => (fromNow is { } span
                ? session.Execute(sql, message.Id, message.Queue, message.Receipt, (clock.GetUtcNow() + span).UtcTicks)
                : session.Execute(sql, message.Id, message.Queue, message.Receipt)) == 1,
            cancellation);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
