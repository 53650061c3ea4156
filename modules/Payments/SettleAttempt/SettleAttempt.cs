using Vade.Kernel.Messaging;

namespace Vade.Payments;

/// <summary>Find out from the provider how an attempt ended, and book it.</summary>
internal sealed record SettleAttempt(string Account, string Ref);

internal sealed class SettleAttemptHandler(SettleAttempts attempts, TimeProvider clock) : IHandle<SettleAttempt>
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(30);

    public async Task Handle(SettleAttempt message, CancellationToken cancellation)
    {
        var attempt = await attempts.Settle(message.Account, message.Ref, cancellation);
        if (attempt is not null && !attempt.MayBeAskedAbout(clock.GetUtcNow()))
            throw new DeferException(AskAgainAfter, $"The attempt {message.Ref} is being begun.");
    }
}
