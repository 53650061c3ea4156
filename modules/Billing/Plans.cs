using System.Runtime.CompilerServices;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>A service with all that is needed to tell which invoices it is going to make.</summary>
/// <param name="Customer">The customer's code.</param>
/// <param name="Waiting">A date up to today whose invoice is about to be issued; null when all are.</param>
public sealed record Plan(string Account, string Customer, Service Service, DateOnly? Waiting)
{
    /// <summary>The dates that will be invoiced, the nearest first: what waits, then those behind today.</summary>
    /// <param name="through">Inclusive.</param>
    public IEnumerable<DateOnly> Dates(DateOnly today, DateOnly through)
    {
        // A moved one goes on with another customer, who has a plan of it.
        if (Service.MovedTo is not null)
            return [];
        var floor = Waiting?.AddDays(-1) ?? new[] { Service.BilledThrough, Service.StartsOn.AddDays(-1), today }.Max()!.Value;
        return Service.Schedule().Between(floor, through);
    }

    /// <summary>What the invoice of this date is going to amount to, by the rules that issue it; in the service's currency.</summary>
    public (decimal Net, decimal Tax, decimal Total) AmountOn(DateOnly on)
    {
        var amounts = Invoice.Amounts(Service.Lines, Currency.Of(Service.Currency), Service.ShareOf(on, Service.Schedule().PeriodEnd(on)));
        return (amounts.Net, amounts.Tax, amounts.Net + amounts.Tax);
    }
}

/// <summary>
/// The future of every service, for forecasts and previews: a thousand services a read. As fresh as the last change of
/// each service; those whose row was never completed are asked themselves.
/// </summary>
public sealed class Plans
{
    private readonly ServiceIndex _services;
    private readonly DuePlan _plan;
    private readonly AccountStore _accounts;
    private readonly Settings _settings;
    private readonly TimeProvider _clock;

    internal Plans(ServiceIndex services, DuePlan plan, AccountStore accounts, Settings settings, TimeProvider clock) =>
        (_services, _plan, _accounts, _settings, _clock) = (services, plan, accounts, settings, clock);

    /// <summary>Those of one account, from the account itself.</summary>
    public async IAsyncEnumerable<Plan> Of(string account, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var today = (await _settings.Get(OrganisationSettings.Section, cancellation)).Today(_clock);
        await foreach (var row in _accounts.Tables.All(
            AccountStore.Table, account, KeyRange.Prefix(BillingRows.ServicePrefix), BillingRows.ServiceType, cancellation))
        {
            var service = row.Value;
            if (service.NextOn() is { } next)
                yield return new(account, AccountStore.CodeOf(account), service, next <= today ? next : null);
        }
    }

    /// <summary>Every service that has not ended, in no order.</summary>
    public async IAsyncEnumerable<Plan> All([EnumeratorCancellation] CancellationToken cancellation)
    {
        var today = (await _settings.Get(OrganisationSettings.Section, cancellation)).Today(_clock);
        var waiting = await _plan.Waiting(today, cancellation);
        await foreach (var row in _services.All(cancellation))
        {
            var (account, code) = (row.Value.Account, row.Value.Service);
            var service = row.Value.Plan ?? (await _accounts.Find(account, BillingRows.Service(code), BillingRows.ServiceType, cancellation))?.Value;
            var first = waiting.TryGetValue((account, code), out var on) ? on : (DateOnly?)null;
            if (service is not null && (first is not null || service.EndsOn is null || service.EndsOn > today))
                yield return new(account, AccountStore.CodeOf(account), service, first);
        }
    }
}
