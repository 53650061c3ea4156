using Vade.Kernel.Messaging;

namespace Vade.Payments;

/// <summary>Asks about every attempt that has not ended, so that none depends on a notification or a browser.</summary>
internal sealed class PaymentsTimer(OpenAttempts open, Bus bus) : IRunTimer
{
    public const string Function = "PaymentsTimer";

    public async Task Run(CancellationToken cancellation)
    {
        var messages = new List<SettleAttempt>();
        await foreach (var pointer in open.All(cancellation))
            messages.Add(new(pointer.Account, pointer.Ref));
        if (messages.Count > 0)
            await bus.Send(messages, PaymentsJson.Default.SettleAttempt, cancellation);
    }

    public async ValueTask<bool> MayFindWork(DateTimeOffset last, DateTimeOffset next, CancellationToken cancellation) =>
        await open.Any(cancellation);
}
