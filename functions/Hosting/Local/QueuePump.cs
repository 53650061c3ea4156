using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Functions.Hosting.Local;

/// <summary>
/// Takes messages off the queues and invokes their functions, with the rules of the real transport: a
/// lease that is renewed while the function runs, a failed delivery comes back, and after the fifth the message
/// goes to the dead letters, whose function makes it a poison row.
/// </summary>
internal sealed partial class QueuePump(
    IReadOnlyList<FunctionDefinition> functions,
    IQueueReceiver queues,
    WakingQueues sends,
    Invoker invoker,
    TimeProvider clock,
    Settings settings,
    ILogger<QueuePump> log)
{
    private const int DeliveriesMax = 5;
    private const int AtOnceMax = 8;
    private static readonly TimeSpan ReleaseDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<(FunctionDefinition Function, string Queue)> _sources =
        [.. functions.Where(function => function.Trigger is Trigger.Queue or Trigger.DeadLetter)
            .Select(function => (function, function.Trigger == Trigger.Queue ? function.Queue : function.Queue + QueueRules.PoisonSuffix))];

    /// <summary>Pumps every queue until cancelled.</summary>
    public Task Run(CancellationToken cancellation) =>
        Task.WhenAll(_sources.Select(source => Pump(source.Function, source.Queue, cancellation)));

    /// <summary>Handles what is due, and what that sends, until nothing is due or on loan to anyone.</summary>
    public async Task Drain(Func<bool> isQuiet, CancellationToken cancellation)
    {
        while (true)
        {
            var taken = await Task.WhenAll(_sources.Select(async source =>
            {
                var messages = await queues.Receive(source.Queue, AtOnceMax, settings.Lease, cancellation);
                await Task.WhenAll(messages.Select(message => Handle(source.Function, message, cancellation)));
                return messages.Count;
            }));
            if (taken.Any(count => count > 0))
                continue;
            if (isQuiet())
                return;
            await Task.Delay(ShortestPause / 10, cancellation);
        }
    }

    // Looks often while there is work and ever more seldom when there is none; a send in this process wakes it at
    // once, a send of another process is seen after a second at most.
    private async Task Pump(FunctionDefinition function, string queue, CancellationToken cancellation)
    {
        var running = new List<Task>();
        var pause = ShortestPause;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                running.RemoveAll(task => task.IsCompleted);
                var sent = sends.Sent;
                var messages = running.Count < AtOnceMax
                    ? await queues.Receive(queue, AtOnceMax - running.Count, settings.Lease, cancellation)
                    : [];
                running.AddRange(messages.Select(message => Handle(function, message, cancellation)));
                pause = messages.Count > 0 ? ShortestPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
                if (messages.Count > 0 && running.Count < AtOnceMax)
                    continue;
                await Task.WhenAny([.. running, .. running.Count < AtOnceMax ? [sent, Task.Delay(pause, cancellation)] : Array.Empty<Task>()]);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
            catch (Exception problem)
            {
                // The store is busy or its disk is full: the queue is still there when it is well again.
                LogPump(queue, problem);
                await Task.Delay(LongestPause, CancellationToken.None);
            }
        }

        await Task.WhenAll(running);
    }

    private async Task Handle(FunctionDefinition function, ReceivedMessage message, CancellationToken cancellation)
    {
        try
        {
            using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var renewing = Renew(message, done.Token, cancellation);
            var succeeded = await invoker.Invoke(function, Payloads.Message(function, message, clock.GetUtcNow()), cancellation);
            await done.CancelAsync();
            message = await renewing;
            if (succeeded)
            {
                await queues.Complete(message, cancellation);
            }
            else if (message.DeliveryCount >= DeliveriesMax && function.Trigger == Trigger.Queue)
            {
                await queues.DeadLetter(message, cancellation);
                sends.Wake();
            }
            else
            {
                await queues.Release(message, ReleaseDelay * message.DeliveryCount, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopped in the middle: the lease ends and the message comes back.
        }
        catch (Exception problem)
        {
            LogSettle(function.Name, problem);
        }
    }

    // Returns the message as it was renewed last. A renewal that has begun is seen through, because only its answer
    // holds the receipt that is good from then on.
    private async Task<ReceivedMessage> Renew(ReceivedMessage message, CancellationToken done, CancellationToken cancellation)
    {
        while (!done.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(settings.Lease / 3, done);
                message = await queues.Renew(message, settings.Lease, cancellation) ?? message;
            }
            catch (OperationCanceledException)
            {
                // The function has answered, or the process stops.
            }
            catch (StoreBusyException problem)
            {
                LogSettle(message.Queue, problem);
            }
        }

        return message;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The queue {Queue} could not be read; it is tried again.")]
    private partial void LogPump(string queue, Exception problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message of {Function} could not be settled; it comes back when its lease ends.")]
    private partial void LogSettle(string function, Exception problem);
}
