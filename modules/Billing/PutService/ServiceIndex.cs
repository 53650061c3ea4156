using System.Runtime.CompilerServices;
using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Billing;

/// <summary>
/// Every service there is, over all accounts, with what it says: for the monitor, for forecasts and for lists. A row is
/// there before its service is, and is completed from the stored service after every change and whenever the account is
/// finished or rebuilt.
/// </summary>
internal sealed class ServiceIndex(ITables tables, AccountStore accounts) : IFinishAccount, IProjection
{
    private const int TriesMax = 20;
    private readonly SpreadIndex<ServicePointer> _index = new(tables, BillingRows.Table, "service", BillingRows.ServicePointerType);

    /// <summary>Before the commit. What is there already stays.</summary>
    public Task Announce(string account, string code, CancellationToken cancellation) =>
        _index.Insert(account, KeyOf(account, code), new(account, code), cancellation);

    /// <summary>
    /// After the commit. The row is read before the service, and written only where nobody else wrote since: so it never
    /// goes back to an older state.
    /// </summary>
    public async Task Complete(string account, string code, CancellationToken cancellation)
    {
        var key = KeyOf(account, code);
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            var row = await _index.Find(account, key, cancellation);
            if (await accounts.Find(account, BillingRows.Service(code), BillingRows.ServiceType, cancellation) is not { } service)
                return;
            var next = new ServicePointer(account, code, service.Value);
            if ((row is not null && Same(row.Value, next))
                || await _index.Write(account, [new IndexChange<ServicePointer>.Next(key, row, next)], cancellation))
                return;
        }

        throw new StoreBusyException($"The service {code} of {account} is being changed by others.");
    }

    public async Task Finish(string account, CancellationToken cancellation)
    {
        await foreach (var service in Facts(account, cancellation))
            await Complete(account, Key.Parts(service[BillingRows.ServicePrefix.Length..])[0], cancellation);
    }

    public async IAsyncEnumerable<string> Facts(string account, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var service in accounts.Tables.All(
            AccountStore.Table, account, KeyRange.Prefix(BillingRows.ServicePrefix), BillingRows.ServiceType, cancellation))
            yield return service.Key;
    }

    public async Task<Projected> Project(AccountState state, IReadOnlyCollection<string> facts, CancellationToken cancellation)
    {
        foreach (var service in facts.Where(fact => fact.StartsWith(BillingRows.ServicePrefix, StringComparison.Ordinal)))
            await Complete(state.Account, Key.Parts(service[BillingRows.ServicePrefix.Length..])[0], cancellation);
        return Projected.Written;
    }

    /// <summary>Some next rows behind a key, in order (see <see cref="SpreadIndex{T}.Next"/>).</summary>
    public Task<(IReadOnlyList<Stored<ServicePointer>> Rows, bool More)> Next(string? after, int perPartition, CancellationToken cancellation) =>
        _index.Next(after is null ? KeyRange.All : KeyRange.All.After(after), perPartition, cancellation);

    public IAsyncEnumerable<Stored<ServicePointer>> All(CancellationToken cancellation) => _index.All(KeyRange.All, cancellation);

    public static string KeyOf(string account, string code) => account + Key.Separator + Key.Of(code);

    // How far it is billed would cost a write for each invoice. What follows from it does not change with an invoice of
    // the service's own rhythm, so that much is compared.
    private static bool Same(ServicePointer row, ServicePointer now) =>
        row.Plan is { } plan && now.Plan is { } service
        && BillingRows.ServiceType.Write(plan with { BilledThrough = null, BilledOn = null }).Span
            .SequenceEqual(BillingRows.ServiceType.Write(service with { BilledThrough = null, BilledOn = null }).Span)
        && plan.Schedule().NextAfter(Floor(plan, service)) == service.NextOn();

    private static DateOnly Floor(Service plan, Service service) =>
        new[] { plan.BilledThrough, service.BilledOn, plan.StartsOn.AddDays(-1) }.Max()!.Value;
}
