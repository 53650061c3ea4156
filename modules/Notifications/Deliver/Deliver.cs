using Microsoft.Extensions.Logging;
using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Metering;
using Vade.Kernel.Storage;

namespace Vade.Notifications;

/// <summary>Send this delivery, unless it is settled.</summary>
/// <param name="Key">The delivery's row key in the account.</param>
internal sealed record Deliver(string Account, string Key);

/// <summary>
/// Carries a delivery out: claim, look, hand over once, settle (design §2, "Effects outside"). A handler that dies
/// after its claim leaves an outcome that nobody knows; the redelivered message waits until the lease is over.
/// </summary>
internal sealed partial class DeliverHandler(
    AccountStore accounts,
    CustomerReader customers,
    ChangeContact contact,
    IEnumerable<IDeliveryKind> kinds,
    MailSenders senders,
    Meter meter,
    Notices notices,
    DeliveryLog deliveries,
    TimeProvider clock,
    ILogger<DeliverHandler> log) : IHandle<Deliver>
{
    public const string FailedKind = "deliveryFailed";
    private const int SettleTriesMax = 4;
    private static readonly TimeSpan BetweenSettles = TimeSpan.FromMilliseconds(200);

    public async Task Handle(Deliver message, CancellationToken cancellation)
    {
        while (true)
        {
            var stored = await Find(message, cancellation);
            var now = clock.GetUtcNow();
            switch (stored.Value.Next(now))
            {
                case NextStep.Nothing:
                    await TellStaff(message, stored.Value, cancellation);
                    return;
                case NextStep.Wait wait:
                    throw new DeferException(wait.Until - now, stored.Value.Reason ?? "Its outcome is not known yet.");
                case NextStep.GiveUp when await Replace(message, stored, stored.Value.Settled(DeliveryState.Unknown, stored.Value.Reason ?? Reasons.Interrupted, now), cancellation):
                    LogUnknown(stored.Value.Id, stored.Value.HandOvers);
                    return;
                case NextStep.Claim when stored.Value.Claimed(now) is var claimed && await Replace(message, stored, claimed, cancellation):
                    await Attempt(message, claimed, cancellation);
                    return;
                // Another copy of this handler was faster: look again at what it has made of it.
                default:
                    continue;
            }
        }
    }

    private async Task Attempt(Deliver message, Delivery claimed, CancellationToken cancellation)
    {
        var outcome = await LookAndSend(message, claimed, cancellation);
        var settled = await Settle(message, claimed, outcome, cancellation);
        if (settled is { IsSettled: false, Until: { } until })
            throw new DeferException(until > clock.GetUtcNow() ? until - clock.GetUtcNow() : TimeSpan.Zero, settled.Reason ?? "");
        if (settled.State == DeliveryState.Unknown)
            LogUnknown(settled.Id, settled.HandOvers);
        await TellStaff(message, settled, cancellation);
    }

    // A process that dies before this is told again by the redelivered message, which finds the delivery settled.
    private Task TellStaff(Deliver message, Delivery settled, CancellationToken cancellation) => settled.State == DeliveryState.Failed
        ? notices.Add(new(FailedKind, message.Account, message.Key, "failed", clock.GetUtcNow()), cancellation)
        : Task.CompletedTask;

    private async Task<SendOutcome> LookAndSend(Deliver message, Delivery claimed, CancellationToken cancellation)
    {
        IMailSender sender;
        Mail mail;
        try
        {
            var customer = await customers.Find(message.Account, cancellation)
                ?? throw new InvalidOperationException($"The customer of {message.Account} is missing.");
            if (await senders.Choose(cancellation) is not { } chosen)
                return new SendOutcome.Refused(Reasons.NotConfigured);
            sender = chosen;
            if (!(await contact.Choices(message.Account, cancellation)).WantsMail(claimed.Kind))
                return new SendOutcome.Skipped(Reasons.OptedOut);
            switch (await kinds.Single(kind => kind.Kind == claimed.Kind).Look(message.Account, customer, claimed, cancellation))
            {
                case LastLook.Skip skip:
                    return new SendOutcome.Skipped(skip.Reason);
                case LastLook.Wait wait:
                    return new SendOutcome.NotSent(wait.Reason, wait.For);
                case LastLook.Send send:
                    mail = Mail.Of(claimed.Id, claimed.To, customer.Title, send.Letter, send.Attachments);
                    break;
                default:
                    throw new InvalidOperationException("A look came to nothing.");
            }

            // What became of the first hand-over may have been told since this one was claimed.
            if (claimed.HandOvers > 1 && !claimed.IsStill((await Find(message, cancellation)).Value))
                return new SendOutcome.NotSent(Reasons.Interrupted, TimeSpan.Zero);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Nothing has left, so the next attempt need not wait for the lease, nor does this one count.
            await Settle(message, claimed, new SendOutcome.NotSent(Reasons.CannotBeWritten, TimeSpan.Zero), CancellationToken.None);
            throw;
        }

        // A process that was frozen since its claim must not send what another may be sending by now.
        if (clock.GetUtcNow() >= claimed.Until - (Delivery.Lease / 2))
            return new SendOutcome.NotSent(Reasons.Interrupted, TimeSpan.Zero);
        meter.Count(Counted.Email);
        return await sender.Send(mail, cancellation);
    }

    /// <summary>Writes what the attempt came to, and gives what stands there now.</summary>
    private async Task<Delivery> Settle(Deliver message, Delivery claimed, SendOutcome outcome, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var stored = await Find(message, cancellation);
                var isOurs = claimed.IsStill(stored.Value);
                // Our lease ran out and another has it. Only that it was accepted is worth more than what that one knows.
                if (!isOurs && !(outcome is SendOutcome.Accepted && stored.Value.State is DeliveryState.Sending or DeliveryState.Unknown))
                    return stored.Value;
                var settled = stored.Value.After(outcome, clock.GetUtcNow());
                if (await Replace(message, stored, settled, cancellation))
                    return settled;
            }
            catch (StoreBusyException) when (attempt < SettleTriesMax)
            {
                // What has left and is not written down would be sent once more.
                await Task.Delay(BetweenSettles * attempt, clock, cancellation);
            }
        }
    }

    private async Task<Stored<Delivery>> Find(Deliver message, CancellationToken cancellation) =>
        await accounts.Find(message.Account, message.Key, NotificationsRows.DeliveryType, cancellation)
            ?? throw new InvalidOperationException($"A delivery of {message.Account} is missing.");

    private async Task<bool> Replace(Deliver message, Stored<Delivery> stored, Delivery value, CancellationToken cancellation)
    {
        // The list of what went wrong points at it before it has gone wrong, so that none is missing there.
        if (value.IsTrouble)
            await deliveries.PutTrouble(message.Account, message.Key, value, cancellation);
        return await accounts.Tables.Replace(AccountStore.Table, message.Account, stored, value, NotificationsRows.DeliveryType, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether delivery {Delivery} arrived is not known after {HandOvers} hand-overs; it is not sent again.")]
    private partial void LogUnknown(string delivery, int handOvers);
}
