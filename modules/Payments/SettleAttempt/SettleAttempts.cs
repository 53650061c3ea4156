using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Payments;

/// <summary>
/// Brings attempts to their end: what the provider says when it is asked, and nothing else, decides. Money that was
/// taken is booked exactly once, under the attempt's reference, however late and however often it is heard of.
/// </summary>
internal sealed class SettleAttempts(
    AccountStore accounts, OpenAttempts open, Providers providers, Bookings bookings, Receipts receipts, Settings settings,
    Deployment deployment, TimeProvider clock)
{
    // No commit lives longer than two minutes, and no finishing message waits longer than an hour.
    private static readonly TimeSpan Young = TimeSpan.FromHours(1);

    public async Task<Attempt?> Find(string account, string reference, CancellationToken cancellation) =>
        (await accounts.Find(account, PaymentsRows.Attempt(reference), PaymentsRows.AttemptType, cancellation))?.Value;

    public Task Announce(AttemptPointer pointer, CancellationToken cancellation) => open.Announce(pointer, cancellation);

    public Task Forget(AttemptPointer pointer, CancellationToken cancellation) => open.Forget(pointer.Ref, cancellation);

    /// <summary>Keeps what the provider answered when it was asked to begin.</summary>
    public async Task Started(string account, string reference, StartOutcome outcome, CancellationToken cancellation)
    {
        var attempt = await Move(
            account,
            reference,
            before => before.State != AttemptState.Created ? before : outcome switch
            {
                StartOutcome.Begun(var to) => before with { State = AttemptState.Sent, GoTo = to },
                StartOutcome.Refused(var reason) => Ended(before, reason),
                _ => before with { State = AttemptState.Unknown },
            },
            cancellation);
        if (attempt is { IsLive: false })
            await open.Close(reference, cancellation);
    }

    /// <summary>
    /// Asks the provider and acts on its answer; the attempt as it then stands, null when there is none. Done again
    /// after a crash, it finishes what was begun.
    /// </summary>
    public async Task<Attempt?> Settle(string account, string reference, CancellationToken cancellation)
    {
        if (await Find(account, reference, cancellation) is not { } attempt)
        {
            await DropStale(reference, cancellation);
            return null;
        }

        if (attempt.State != AttemptState.Confirmed)
        {
            if (!attempt.MayBeAskedAbout(clock.GetUtcNow()))
                return attempt;
            var provider = await providers.Find(attempt.Provider, cancellation)
                ?? throw new InvalidOperationException($"The provider {attempt.Provider} of the attempt {reference} is no longer configured.");
            var status = await provider.Query(reference, cancellation);
            if (status is ProviderStatus.Pending && !attempt.IsLive)
            {
                // It had said no, something made us ask again, and now it does not know: until it does, the timer asks.
                await open.Announce(new(account, reference, clock.GetUtcNow()), cancellation);
                return attempt;
            }

            attempt = status switch
            {
                ProviderStatus.Paid paid => await Book(account, attempt, provider, paid, cancellation),
                ProviderStatus.NotPaid(var reason) => await Move(account, reference, before => before.IsLive ? Ended(before, reason) : before, cancellation),
                _ => attempt,
            };
        }
        else
        {
            await accounts.PublishLeft(account, cancellation);
        }

        if (!attempt.IsLive)
            await open.Close(reference, cancellation);
        if (attempt.State == AttemptState.Confirmed)
            await receipts.Complete(account, PaymentsRows.Payment(attempt.Provider, reference), cancellation);
        return attempt;
    }

    private async Task<Attempt> Book(
        string account, Attempt attempt, ConfiguredProvider provider, ProviderStatus.Paid paid, CancellationToken cancellation)
    {
        var isAsAsked = paid.Amount.Equals(attempt.Money);
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var form = (await settings.Get(PaymentsSettings.Section, cancellation)).PaymentForms?.GetValueOrDefault(provider.Id);
        var received = new Received(
            PaymentsRows.Payment(provider.Id, attempt.Ref), attempt.Ref, paid.Amount, "card", form, provider.Id, paid.Reference,
            organisation.Today(clock), provider.IsTest,
            Posted: deployment.Sandbox || !provider.IsTest,
            // Another amount than we asked for is the customer's, but nobody said what for.
            Items: isAsAsked ? attempt.Items : []);
        await bookings.Announce(account, received, cancellation);
        return await accounts.Change(
            account,
            async stop =>
            {
                var stored = await accounts.Find(account, PaymentsRows.Attempt(attempt.Ref), PaymentsRows.AttemptType, stop)
                    ?? throw new InvalidOperationException($"The attempt {attempt.Ref} is missing.");
                if (stored.Value.State == AttemptState.Confirmed)
                    return new Decision<Attempt>(stored.Value, null);

                var confirmed = stored.Value with { State = AttemptState.Confirmed, Reason = null, EndedAt = clock.GetUtcNow() };
                var batch = accounts.Batch(account).Replace(stored, confirmed, PaymentsRows.AttemptType);
                await RemoveLive(batch, attempt.Ref, stop);
                var advance = await bookings.Book(batch, received, stop);
                if (!isAsAsked)
                    batch.Publish(new PaymentNeedsAttention(account, received.Ref, "otherAmount"), PaymentsJson.Default.PaymentNeedsAttention);
                else if (advance > 0m)
                    batch.Publish(new PaymentNeedsAttention(account, received.Ref, "itemsGone"), PaymentsJson.Default.PaymentNeedsAttention);
                return new(confirmed, batch);
            },
            cancellation);
    }

    private Attempt Ended(Attempt attempt, string reason) =>
        attempt with { State = AttemptState.Declined, Reason = reason, EndedAt = clock.GetUtcNow() };

    private Task<Attempt> Move(string account, string reference, Func<Attempt, Attempt> next, CancellationToken cancellation) =>
        accounts.Change(
            account,
            async stop =>
            {
                var stored = await accounts.Find(account, PaymentsRows.Attempt(reference), PaymentsRows.AttemptType, stop)
                    ?? throw new InvalidOperationException($"The attempt {reference} is missing.");
                var after = next(stored.Value);
                if (after == stored.Value)
                    return new Decision<Attempt>(stored.Value, null);
                var batch = accounts.Batch(account).Replace(stored, after, PaymentsRows.AttemptType);
                if (!after.IsLive)
                    await RemoveLive(batch, reference, stop);
                return new(after, batch);
            },
            cancellation);

    private async Task RemoveLive(AccountBatch batch, string reference, CancellationToken cancellation)
    {
        if (await accounts.Find(batch.Account, PaymentsRows.Live, PaymentsRows.LiveType, cancellation) is { } live
            && live.Value.Items.Any(item => item.Ref == reference))
            batch.Replace(live, live.Value.Without(reference), PaymentsRows.LiveType);
    }

    private async Task DropStale(string reference, CancellationToken cancellation)
    {
        if (await open.Find(reference, cancellation) is { } pointer && clock.GetUtcNow() - pointer.At > Young)
            await open.Forget(reference, cancellation);
    }
}
