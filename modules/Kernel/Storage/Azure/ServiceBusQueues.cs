using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vade.Kernel.Messaging;

namespace Vade.Kernel.Storage.Azure;

/// <summary>
/// The sending side of Service Bus over its REST interface; the Functions host receives. Its queues are made by the
/// deployment: to make them takes rights that an app should not have. What stands here is no more than the SDK's
/// sender would take, so that it can take its place (design §4; facts: functions-host §4).
/// </summary>
/// <param name="http">Its handler follows no redirects.</param>
/// <param name="firstPause">Before what was not taken is sent again; doubles each time. Half a second by default.</param>
public sealed class ServiceBusQueues(HttpClient http, ServiceBusNamespace bus, TimeProvider clock, TimeSpan? firstPause = null) : IQueues
{
    private const int TriesMax = 4;
    private const int SinglesAtOnce = 16;
    private const int ReasonLengthMax = 300;

    // The Standard tier takes 256 KB a request; the rest is for what the broker adds to each message.
    private const int BatchBytesMax = 192 * 1024;
    private const int BatchMessagesMax = 100;

    // Service Bus compares it to the letter: no charset may follow.
    private static readonly MediaTypeHeaderValue BatchType = new("application/vnd.microsoft.servicebus.json");
    private static readonly MediaTypeHeaderValue SingleType = new("application/json");
    private static readonly BrokerJson Relaxed = new(new JsonSerializerOptions(BrokerJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>
    /// What is due at once goes in batches. A delayed message goes alone, because only there is it documented how
    /// its hour is written. What is sent again keeps its id, so a queue that looks for duplicates finds them.
    /// </summary>
    public async Task Send(string queue, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellation)
    {
        QueueRules.CheckSend(queue, messages);
        var now = clock.GetUtcNow();
        var (singles, batches) = Pack(messages);
        foreach (var batch in batches)
            await Post(queue, () => new ReadOnlyMemoryContent(batch) { Headers = { ContentType = BatchType } }, null, cancellation);
        await Parallel.ForEachAsync(
            singles,
            new ParallelOptions { MaxDegreeOfParallelism = SinglesAtOnce, CancellationToken = cancellation },
            async (message, stop) =>
            {
                var body = Encoding.UTF8.GetBytes(message.Body);
                var properties = new BrokerProperties(NewId(), message.Delay > TimeSpan.Zero ? HttpDate(now + message.Delay) : null);
                await Post(
                    queue,
                    () => new ByteArrayContent(body) { Headers = { ContentType = SingleType } },
                    JsonSerializer.Serialize(properties, BrokerJson.Default.BrokerProperties),
                    stop);
            });
    }

    /// <summary>What keeps us from sending to these queues, as the end of a sentence; null for nothing.</summary>
    public async Task<string?> Problem(IEnumerable<string> queues, TimeSpan limit, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(limit);
        return (await Task.WhenAll(queues.Select(queue => Problem(queue, limited.Token)))).FirstOrDefault(problem => problem is not null);
    }

    // A batch of nothing puts nothing into the queue, but the right to send is asked for all the same.
    private async Task<string?> Problem(string queue, CancellationToken cancellation)
    {
        try
        {
            using var answer = await Once(queue, () => new ByteArrayContent("[]"u8.ToArray()) { Headers = { ContentType = BatchType } }, null, cancellation);
            return answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone
                ? $"its queue '{queue}' answered {(int)answer.StatusCode}"
                : null;
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or OperationCanceledException)
        {
            return "it cannot be reached";
        }
        catch (global::Azure.Identity.AuthenticationFailedException)
        {
            return "it needs an identity, and this app was given none";
        }
    }

    // Alone, a message travels as it is and not within JSON, where it may be several times as long.
    private static (List<OutgoingMessage> Singles, List<byte[]> Batches) Pack(IReadOnlyList<OutgoingMessage> messages)
    {
        var (singles, batches) = (messages.Where(message => message.Delay > TimeSpan.Zero).ToList(), new List<byte[]>());
        var (batch, bytes) = (new List<(OutgoingMessage Message, byte[] Json)>(), 0);
        foreach (var message in messages.Where(message => message.Delay == TimeSpan.Zero))
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(new BatchedMessage(message.Body, new(NewId(), null)), Relaxed.BatchedMessage);
            if (batch.Count == BatchMessagesMax || bytes + json.Length > BatchBytesMax)
                Close();
            batch.Add((message, json));
            bytes += json.Length + 1;
        }

        Close();
        return (singles, batches);

        void Close()
        {
            if (batch is [var only])
                singles.Add(only.Message);
            else if (batch.Count > 1)
                batches.Add([(byte)'[', .. batch.SelectMany((item, i) => i == 0 ? item.Json : [(byte)',', .. item.Json]), (byte)']']);
            (batch, bytes) = ([], 0);
        }
    }

    private async Task Post(string queue, Func<HttpContent> content, string? properties, CancellationToken cancellation)
    {
        var pause = firstPause ?? TimeSpan.FromMilliseconds(500);
        for (var attempt = 1; ; attempt++, pause *= 2)
        {
            string problem;
            try
            {
                using var answer = await Once(queue, content, properties, cancellation);
                if (answer.IsSuccessStatusCode)
                    return;
                var reason = await answer.Content.ReadAsStringAsync(cancellation);
                problem = $"Service Bus answered {(int)answer.StatusCode} to what was sent to the queue '{queue}': {reason[..Math.Min(reason.Length, ReasonLengthMax)]}";
                if (!MayTakeItLater(answer.StatusCode))
                    throw new InvalidOperationException(problem);
            }
            catch (Exception lost) when (lost is HttpRequestException || (lost is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                problem = $"Service Bus did not answer to what was sent to the queue '{queue}': {lost.Message}";
            }

            if (attempt == TriesMax)
                throw new StoreBusyException(problem);
            await Task.Delay(pause, cancellation);
        }
    }

    private async Task<HttpResponseMessage> Once(string queue, Func<HttpContent> content, string? properties, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bus.Address, $"{queue}/messages")) { Content = content() };
        request.Headers.Authorization = await bus.Authorization(clock, cancellation);
        if (properties is not null)
            request.Headers.Add("BrokerProperties", properties);
        return await http.SendAsync(request, cancellation);
    }

    private static bool MayTakeItLater(HttpStatusCode status) => status
        is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    // Rounded up to the second that the form holds: earlier than asked for it must not come.
    private static string HttpDate(DateTimeOffset instant) =>
        instant.AddTicks(TimeSpan.TicksPerSecond - 1).ToString("R", CultureInfo.InvariantCulture);

    private static string NewId() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}

internal sealed record BrokerProperties(string MessageId, string? ScheduledEnqueueTimeUtc);

internal sealed record BatchedMessage(string Body, BrokerProperties BrokerProperties);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BrokerProperties))]
[JsonSerializable(typeof(BatchedMessage))]
internal sealed partial class BrokerJson : JsonSerializerContext;
