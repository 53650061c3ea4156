using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Vade.Kernel.Metering;

namespace Vade.Kernel.Messaging;

/// <summary>Sends messages: one queue message for each handler that is registered for the type.</summary>
public sealed class Bus
{
    // Service Bus takes a batch of at most 256 KB, and a hundred messages keep one call short.
    private const int BatchMessagesMax = 100;
    private const int BatchBytesMax = 192 * 1024;

    private readonly IQueues _queues;
    private readonly ILookup<string, HandlerRegistration> _byMessage;

    private readonly Meter _meter;

    public Bus(IQueues queues, IEnumerable<HandlerRegistration> handlers, Meter meter)
    {
        (_queues, _meter) = (queues, meter);
        _byMessage = handlers.ToLookup(handler => handler.Message.Name, StringComparer.Ordinal);
    }

    /// <summary>Sends one message now or after the delay.</summary>
    /// <exception cref="InvalidOperationException">Nobody handles the type: a command must have a handler.</exception>
    public Task Send<T>(T message, JsonTypeInfo<T> json, CancellationToken cancellation, TimeSpan delay = default) =>
        Send([message], json, cancellation, delay);

    /// <summary>Sends many messages of a type, in as few calls as the transport allows.</summary>
    public Task Send<T>(IReadOnlyCollection<T> messages, JsonTypeInfo<T> json, CancellationToken cancellation, TimeSpan delay = default)
    {
        var handlers = _byMessage[typeof(T).Name];
        return handlers.Any()
            ? SendBatches(
                handlers.SelectMany(_ => messages, (handler, message) =>
                    (handler.Queue, new Envelope(handler.Name, 1, JsonSerializer.SerializeToElement(message, json), _meter.Cause))),
                delay,
                cancellation)
            : throw new InvalidOperationException($"Nobody handles {typeof(T).Name}.");
    }

    /// <summary>Hands news to all who subscribed; nobody may have.</summary>
    internal Task Publish(IEnumerable<OutboxRow> news, CancellationToken cancellation) =>
        SendBatches(
            news.SelectMany(row => _byMessage[row.Message].Select(handler => (handler.Queue, new Envelope(handler.Name, 1, row.Body, _meter.Cause)))),
            TimeSpan.Zero,
            cancellation);

    internal Task Resend(string queue, Envelope envelope, TimeSpan delay, CancellationToken cancellation) =>
        SendBatches([(queue, envelope)], delay, cancellation);

    private async Task SendBatches(IEnumerable<(string Queue, Envelope Envelope)> messages, TimeSpan delay, CancellationToken cancellation)
    {
        foreach (var queue in messages.GroupBy(message => message.Queue, message => message.Envelope, StringComparer.Ordinal))
        {
            var batch = new List<OutgoingMessage>();
            var bytes = 0;
            foreach (var envelope in queue)
            {
                var text = envelope.Write();
                if (batch.Count == BatchMessagesMax || bytes + text.Length > BatchBytesMax)
                {
                    await _queues.Send(queue.Key, batch, cancellation);
                    batch = [];
                    bytes = 0;
                }

                batch.Add(new(text, delay));
                bytes += text.Length;
            }

            if (batch.Count > 0)
                await _queues.Send(queue.Key, batch, cancellation);
        }
    }
}
