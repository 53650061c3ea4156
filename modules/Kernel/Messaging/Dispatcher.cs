using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vade.Kernel.Metering;
using Vade.Kernel.Storage;

namespace Vade.Kernel.Messaging;

/// <summary>
/// Takes the text of a queue message to its handler, and keeps the retry rules that hold on every transport: the
/// attempt count travels in the body, a failed message is sent again with a jittered back-off, and one that failed
/// for the last time becomes a poison row that the panel lists (design §3). It throws only when even that could
/// not be done; then the transport delivers the message again.
/// </summary>
public sealed partial class Dispatcher(
    IServiceScopeFactory scopes,
    IEnumerable<HandlerRegistration> handlers,
    Bus bus,
    Poison poison,
    Meter meter,
    MeterKeeper costs,
    ILogger<Dispatcher> log)
{
    public const int AttemptsMax = 8;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, HandlerRegistration> _handlers =
        handlers.ToDictionary(handler => handler.Name, StringComparer.Ordinal);

    /// <param name="queue">The queue the text came from, for the poison row.</param>
    public async Task Dispatch(string queue, string text, CancellationToken cancellation)
    {
        if (Envelope.Read(text) is not { } envelope)
        {
            await poison.Add(queue, text, "The message is not one of ours.", 1, cancellation);
            return;
        }

        if (!_handlers.TryGetValue(envelope.Handler, out var handler))
        {
            await poison.Add(queue, text, $"No handler is called {envelope.Handler}.", envelope.Attempt, cancellation);
            return;
        }

        using var work = meter.Begin(handler.Message.Name, envelope.Cause, costs.Today);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await handler.Handle(scope.ServiceProvider, envelope.Body, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (DeferException defer)
        {
            LogDeferred(handler.Name, defer.Message);
            await bus.Resend(handler.Queue, envelope, defer.Delay, cancellation);
        }
        catch (Exception problem) when (envelope.Attempt < AttemptsMax)
        {
            LogFailed(handler.Name, envelope.Attempt, problem);
            await bus.Resend(handler.Queue, envelope with { Attempt = envelope.Attempt + 1 }, BackOff(envelope.Attempt), cancellation);
        }
        catch (Exception problem)
        {
            LogGivenUp(handler.Name, envelope.Attempt, problem);
            await poison.Add(handler.Queue, text, problem.ToString(), envelope.Attempt, cancellation);
        }
    }

    /// <summary>2 s, 4 s, 8 s … at most 5 min, and up to as much again, so that many failures do not come back together.</summary>
    private static TimeSpan BackOff(int attempt)
    {
        var delay = Math.Min(FirstDelay.TotalSeconds * Math.Pow(2, attempt - 1), LongestDelay.TotalSeconds);
        return TimeSpan.FromSeconds(delay + Chance.Between(0, (int)(delay * 1000) + 1) / 1000.0);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Handler} waits: {Reason}")]
    private partial void LogDeferred(string handler, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Handler} failed in attempt {Attempt} and is tried again.")]
    private partial void LogFailed(string handler, int attempt, Exception problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Handler} failed in attempt {Attempt} and is given up; see the poison work.")]
    private partial void LogGivenUp(string handler, int attempt, Exception problem);
}

/// <param name="Function">The queue whose function gave up.</param>
/// <param name="Text">The whole message, so that it can be sent again.</param>
public sealed record PoisonRow(string Function, string Text, string Error, int Attempts, DateTimeOffset At);

/// <summary>Messages that gave up: kept as rows, so that a person can see and retry them on every transport.</summary>
public sealed class Poison(ITables tables, Bus bus, TimeProvider clock)
{
    internal const string Table = "work";
    private const string Partition = "poison";
    private const int ErrorLengthMax = 4_000;
    private static readonly RowType<PoisonRow> Type = new(EnvelopeJson.Default.PoisonRow);

    /// <summary>Writes the row under a key made of the text, so that a redelivery writes the same row.</summary>
    public Task Add(string function, string text, string error, int attempts, CancellationToken cancellation) =>
        tables.Put(
            Table, Partition, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24],
            new PoisonRow(function, text, error.Length > ErrorLengthMax ? error[..ErrorLengthMax] : error, attempts, clock.GetUtcNow()),
            Type, cancellation);

    public Task<IReadOnlyList<Stored<PoisonRow>>> List(string? after, int limit, CancellationToken cancellation) =>
        tables.Page(Table, Partition, after is null ? KeyRange.All : KeyRange.All.After(after), limit, Type, cancellation);

    /// <summary>Sends the message again from its first attempt; false when there is no such row.</summary>
    public async Task<bool> Retry(string id, CancellationToken cancellation)
    {
        // Hex: any other character would be refused by the store instead of being found nowhere.
        if (!id.All(char.IsAsciiHexDigitLower) || await tables.Find(Table, Partition, id, Type, cancellation) is not { } row)
            return false;
        // Sent before it is removed: dying in between sends it twice, which every handler bears; the other order loses it.
        if (Envelope.Read(row.Value.Text) is { } envelope)
            await bus.Resend(row.Value.Function, envelope with { Attempt = 1 }, TimeSpan.Zero, cancellation);
        await tables.Remove(Table, Partition, [id], cancellation);
        return true;
    }
}
