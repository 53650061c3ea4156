using Vade.Kernel.Messaging;

namespace Vade.Functions.Hosting.Local;

/// <summary>Sends, and wakes the pumps of this process, which otherwise look only now and then.</summary>
internal sealed class WakingQueues(IQueues queues) : IQueues
{
    private TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the next send.</summary>
    public Task Sent => Volatile.Read(ref _sent).Task;

    public async Task Send(string queue, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellation)
    {
        await queues.Send(queue, messages, cancellation);
        Wake();
    }

    public void Wake() =>
        Interlocked.Exchange(ref _sent, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
