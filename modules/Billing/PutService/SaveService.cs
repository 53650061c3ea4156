using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>
/// Saves a service: its place in the plan first, then the service, then the tidying up of the plan. The dates that
/// are invoiced already stay invoiced, whatever its rhythm becomes.
/// </summary>
internal sealed class SaveService(AccountStore accounts, DuePlan plan, ServiceIndex index, Settings settings, TimeProvider clock)
{
    /// <summary>Saves for a caller that nobody redelivers: the account is finished in ten minutes whatever happens here.</summary>
    /// <returns>The service, and whether it is new.</returns>
    public async Task<(Service Service, bool IsNew)> Save(Customer customer, string code, ServiceBody body, CancellationToken cancellation)
    {
        await accounts.FinishLater(AccountStore.Of(customer.Code), cancellation);
        return await Write(customer, code, body, cancellation);
    }

    /// <summary>Whether the service says just this already.</summary>
    public async Task<bool> IsKnown(Customer customer, string code, ServiceBody body, CancellationToken cancellation) =>
        await accounts.Find(AccountStore.Of(customer.Code), BillingRows.Service(code), BillingRows.ServiceType, cancellation) is { Value: var service }
        && Same(service, Read(code, body, await settings.Get(OrganisationSettings.Section, cancellation), service));

    /// <summary>The service as it would be saved; nothing is.</summary>
    public async Task<Service> Draft(string account, string code, ServiceBody body, CancellationToken cancellation) => Read(
        code, body, await settings.Get(OrganisationSettings.Section, cancellation),
        (await accounts.Find(account, BillingRows.Service(code), BillingRows.ServiceType, cancellation))?.Value);

    /// <summary>Saves; the finishing message has been sent.</summary>
    public async Task<(Service Service, bool IsNew)> Write(Customer customer, string code, ServiceBody body, CancellationToken cancellation)
    {
        var account = AccountStore.Of(customer.Code);
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var key = BillingRows.Service(code);
        await index.Announce(account, code, cancellation);
        var (saved, before, isNew) = await accounts.Change(
            account,
            async stop =>
            {
                var stored = await accounts.Find(account, key, BillingRows.ServiceType, stop);
                var next = Read(code, body, organisation, stored?.Value);
                if (stored is not null && (stored.Value.MovedTo is not null || Same(stored.Value, next)))
                    return new Decision<(Service, DateOnly?, bool)>((stored.Value, null, false), null);
                await plan.Announce(account, next, stop);
                return new((next, stored?.Value.NextOn(), stored is null), accounts.Batch(account).Write(key, stored, next, BillingRows.ServiceType));
            },
            cancellation);
        if (before is { } date && date != saved.NextOn())
            await plan.Settle(account, saved, date, cancellation);
        await index.Complete(account, code, cancellation);
        return (saved, isNew);
    }

    private Service Read(string code, ServiceBody body, OrganisationSettings organisation, Service? before) => new(
        code,
        body.Description?.Trim() ?? "",
        Kernel.Currency.Of(body.Currency ?? organisation.Currency).Code,
        ServiceRules.Lines(body.Lines),
        body.Every?.Months ?? 1,
        body.StartsOn,
        body.EndsOn,
        body.DueDays,
        body.Prorate,
        [.. (body.Channels ?? ["email"]).Distinct(StringComparer.Ordinal)],
        clock.GetUtcNow(),
        before?.BilledThrough,
        before?.BilledOn,
        MovedFrom: before?.MovedFrom);

    private static bool Same(Service a, Service b) =>
        BillingRows.ServiceType.Write(a with { SavedAt = b.SavedAt }).Span.SequenceEqual(BillingRows.ServiceType.Write(b).Span);
}
