using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Payments;

/// <summary>What a press on the pay button came to.</summary>
internal abstract record PayOutcome
{
    private PayOutcome()
    {
    }

    /// <summary>The customer goes on at the provider, in a new attempt or in one that another tab began.</summary>
    public sealed record Go(GoTo To) : PayOutcome;

    /// <summary>What was owed is no longer what the page showed; nothing was begun.</summary>
    public sealed record Changed : PayOutcome;

    /// <summary>Another attempt covers one of these invoices; nothing was begun.</summary>
    public sealed record UnderWay(Attempt Attempt) : PayOutcome;

    /// <summary>It was begun, and whether the provider took it is being found out.</summary>
    public sealed record Checking : PayOutcome;

    public sealed record Refused(string Reason) : PayOutcome;

    /// <summary>No provider takes this currency.</summary>
    public sealed record NoProvider : PayOutcome;
}

/// <summary>
/// Begins a payment: claims an attempt, asks the provider once, keeps where the customer goes. It never touches the
/// ledger. A crash between any two steps leaves an attempt that the provider's query settles.
/// </summary>
internal sealed class StartPayment(
    AccountStore accounts, LedgerReader ledger, Providers providers, Bus bus, SettleAttempts settle, ReturnLinks returns,
    Deployment deployment, TimeProvider clock)
{
    private static readonly TimeSpan CallMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SettleAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan OtherTabPause = TimeSpan.FromMilliseconds(100);
    private const int OtherTabPauses = 20;
    private const int RoundsMax = 4;

    private abstract record Claim
    {
        public sealed record Won(Attempt Attempt) : Claim;
        public sealed record Found(string Ref, bool Same) : Claim;
        public sealed record Changed : Claim;
    }

    /// <param name="shown">What the page said is owed: when it is something else by now, nothing is begun.</param>
    /// <param name="amount">What is to be paid, at most what is owed.</param>
    public async Task<PayOutcome> Start(LinkTarget scope, Money shown, Money amount, Language language, CancellationToken cancellation)
    {
        if (await providers.For(amount.Currency, cancellation) is not { } provider)
            return new PayOutcome.NoProvider();

        for (var round = 1; ; round++)
        {
            var claim = await Claimed(scope, provider, shown, amount, language, cancellation);
            if (claim is Claim.Won(var won))
                return await Ask(scope.Account, won, provider, cancellation);
            if (claim is not Claim.Found(var reference, var same))
                return new PayOutcome.Changed();
            // It may have ended at the provider without our knowing: then this one may begin.
            if (await Reached(scope.Account, reference, cancellation) is not { } found || !await IsLiveStill(scope.Account, found, cancellation))
            {
                if (round < RoundsMax)
                    continue;
                return new PayOutcome.Checking();
            }

            return !same ? new PayOutcome.UnderWay(found)
                : found.GoTo is { } to ? new PayOutcome.Go(to)
                : new PayOutcome.Checking();
        }
    }

    private async Task<Claim> Claimed(
        LinkTarget scope, ConfiguredProvider provider, Money shown, Money amount, Language language, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var reference = Attempt.NewRef();
        var pointer = new AttemptPointer(scope.Account, reference, now);
        await accounts.FinishLater(scope.Account, cancellation);
        await bus.Send(new SettleAttempt(scope.Account, reference), PaymentsJson.Default.SettleAttempt, cancellation, SettleAfter);
        await settle.Announce(pointer, cancellation);
        var claim = await accounts.Change<Claim>(
            scope.Account,
            async stop =>
            {
                var live = await accounts.Find(scope.Account, PaymentsRows.Live, PaymentsRows.LiveType, stop);
                // A commit whose answer was lost may have landed: the attempt that is live is our own.
                if (await settle.Find(scope.Account, reference, stop) is { } own)
                    return new(new Claim.Won(own), null);
                var owed = Owed.Of(scope, await ledger.Standing(scope.Account, stop), amount.Currency);
                if (owed.Amount != shown || amount > shown || !amount.IsPositive)
                    return new(new Claim.Changed(), null);
                if (live?.Value.Overlapping(owed.Refs) is { } other)
                    return new(new Claim.Found(other.Ref, await IsSame(scope, other.Ref, owed, amount, stop)), null);

                var attempt = new Attempt(
                    reference, provider.Id, scope.Kind, scope.Id, owed.Refs, amount.Currency.Code, amount.Amount, language.Code(),
                    now, now + Attempt.Lease, AttemptState.Created);
                var latestKey = PaymentsRows.Latest(scope.Kind, scope.Id);
                var latest = await accounts.Find(scope.Account, latestKey, PaymentsRows.LatestType, stop);
                return new(new Claim.Won(attempt), accounts.Batch(scope.Account)
                    .Insert(PaymentsRows.Attempt(reference), attempt, PaymentsRows.AttemptType)
                    .Write(PaymentsRows.Live, live, (live?.Value ?? LiveAttempts.None).With(attempt), PaymentsRows.LiveType)
                    .Write(latestKey, latest, new LatestAttempt(reference), PaymentsRows.LatestType));
            },
            cancellation);
        if (claim is not Claim.Won)
            await settle.Forget(pointer, cancellation);
        return claim;
    }

    private async Task<bool> IsSame(LinkTarget scope, string reference, Owed owed, Money amount, CancellationToken cancellation) =>
        await settle.Find(scope.Account, reference, cancellation) is { } attempt
        && attempt.Money.Equals(amount)
        && attempt.Items.Count == owed.Refs.Count
        && attempt.Items.All(owed.Refs.ToHashSet(StringComparer.Ordinal).Contains);

    // Asked once, by a clock of its own: a customer who closes the page must not break off the call half way.
    private async Task<PayOutcome> Ask(string account, Attempt attempt, ConfiguredProvider provider, CancellationToken cancellation)
    {
        using var limited = new CancellationTokenSource(CallMax);
        StartOutcome outcome;
        try
        {
            outcome = await provider.Start(
                new(
                    attempt.Ref,
                    attempt.Money,
                    deployment.UrlOf(returns.Path(provider.Id, account, attempt.Ref)),
                    deployment.UrlOf($"/webhooks/{provider.Id}"),
                    Languages.Find(attempt.Language) ?? Language.En),
                limited.Token);
        }
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException or StoreBusyException)
        {
            outcome = new StartOutcome.Lost();
        }

        await settle.Started(account, attempt.Ref, outcome, CancellationToken.None);
        return outcome switch
        {
            StartOutcome.Begun(var to) => new PayOutcome.Go(to),
            StartOutcome.Refused(var reason) => new PayOutcome.Refused(reason),
            _ => new PayOutcome.Checking(),
        };
    }

    // A double click's first request is still asking the provider: a moment later the second can follow it there.
    private async Task<Attempt?> Reached(string account, string reference, CancellationToken cancellation)
    {
        var attempt = await settle.Find(account, reference, cancellation);
        for (var pause = 0; pause < OtherTabPauses && attempt is { State: AttemptState.Created } && !attempt.MayBeAskedAbout(clock.GetUtcNow()); pause++)
        {
            await Task.Delay(OtherTabPause, clock, cancellation);
            attempt = await settle.Find(account, reference, cancellation);
        }

        return attempt is { IsLive: true } ? attempt : null;
    }

    private async Task<bool> IsLiveStill(string account, Attempt attempt, CancellationToken cancellation)
    {
        try
        {
            return (await settle.Settle(account, attempt.Ref, cancellation))?.IsLive ?? true;
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or StoreBusyException)
        {
            return true;
        }
    }
}
