using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Billing;

internal sealed class CustomerMergedHandler(MovingServices moving) : IHandle<CustomerMerged>
{
    public Task Handle(CustomerMerged message, CancellationToken cancellation) => moving.Move(message.Account, message.Into, cancellation);
}

/// <summary>
/// The services of a merged customer go on with the survivor, and no day is invoiced twice or by nobody (decision 0009):
/// a service is stopped first; then the book is moved, so that no run that was listed before can still be sealed; what was
/// sealed before is issued where it was; only then does it stand in the survivor's account, with all that was billed of it.
/// </summary>
internal sealed class MovingServices(
    AccountStore accounts, CustomerReader customers, DuePlan plan, ServiceIndex index, Numbering numbering, RunLists lists, ITables tables, Bus bus) : IFinishAccount
{
    private const int NamesMax = 100;
    private static readonly TimeSpan UntilIssued = TimeSpan.FromMinutes(1);

    /// <summary>A request that was under way may have saved a service after the merge; the message sees to it.</summary>
    public async Task Finish(string account, CancellationToken cancellation)
    {
        if (await customers.Find(account, cancellation) is { MergedInto: { } into } && (await Left(account, cancellation)).Count > 0)
            await bus.Send(new CustomerMerged(account, AccountStore.Of(into)), BillingJson.Default.CustomerMerged, cancellation);
    }

    /// <exception cref="DeferException">Something of them is sealed and not issued yet.</exception>
    public async Task Move(string account, string into, CancellationToken cancellation)
    {
        var left = await Left(account, cancellation);
        if (left.Count == 0)
            return;
        foreach (var code in left)
            await Change(account, code, service => service.MovedTo is null ? service with { MovedTo = into } : service, cancellation);
        if (await IsSealed(account, left, cancellation))
            throw new DeferException(UntilIssued, $"Invoices of {account} are sealed and not issued yet.");
        foreach (var code in left)
        {
            var name = await Arrive(account, code, into, cancellation);
            await index.Complete(into, name, cancellation);
            await Change(account, code, service => service with { MovedAs = name }, cancellation);
            await index.Complete(account, code, cancellation);
        }
    }

    private async Task<IReadOnlyList<string>> Left(string account, CancellationToken cancellation)
    {
        var codes = new List<string>();
        await foreach (var row in accounts.Tables.All(AccountStore.Table, account, KeyRange.Prefix(BillingRows.ServicePrefix), BillingRows.ServiceType, cancellation))
        {
            if (row.Value.MovedAs is null)
                codes.Add(row.Value.Code);
        }

        return codes;
    }

    // Whether this commit is made or lost to another, every run that was being listed before it is sealed by now or never.
    private async Task<bool> IsSealed(string account, IReadOnlyList<string> codes, CancellationToken cancellation)
    {
        var book = await numbering.Read(Numbering.Invoices, cancellation);
        await tables.Commit(BillingRows.Table, Numbering.Partition(Numbering.Invoices), [Numbering.Move(book, book?.Value ?? NumberBook.Empty)], cancellation);
        foreach (var id in (await numbering.Read(Numbering.Invoices, cancellation))?.Value.OpenRuns ?? [])
        {
            if (await RunRows.Find(tables, id, cancellation) is not { Value: var run })
                continue;
            await foreach (var item in lists.All(run, cancellation))
            {
                if (item.Account == account && codes.Contains(item.Service)
                    && await tables.Find(AccountStore.Table, account, BillingRows.Invoice(item.Service, item.On), cancellation) is null)
                    return true;
            }
        }

        return false;
    }

    private async Task<string> Arrive(string account, string code, string into, CancellationToken cancellation)
    {
        var origin = Key.Of(AccountStore.CodeOf(account), code);
        var stopped = (await accounts.Find(account, BillingRows.Service(code), BillingRows.ServiceType, cancellation))!.Value;
        await accounts.FinishLater(into, cancellation);
        return await accounts.Change(
            into,
            async stop =>
            {
                for (var i = 1; i <= NamesMax; i++)
                {
                    var name = i == 1 ? code : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{code}-{i}");
                    var stored = await accounts.Find(into, BillingRows.Service(name), BillingRows.ServiceType, stop);
                    if (stored?.Value.MovedFrom == origin)
                        return new Decision<string>(name, null);
                    if (stored is not null)
                        continue;
                    // The invoice of the last date stands in the other account: the monitor must not look for it here.
                    var moved = stopped with { Code = name, MovedTo = null, MovedAs = null, MovedFrom = origin, BilledOn = null };
                    await index.Announce(into, name, stop);
                    await plan.Announce(into, moved, stop);
                    return new(name, accounts.Batch(into).Insert(BillingRows.Service(name), moved, BillingRows.ServiceType));
                }

                throw new InvalidOperationException($"The service {code} finds no name in {into}.");
            },
            cancellation);
    }

    private Task<bool> Change(string account, string code, Func<Service, Service> next, CancellationToken cancellation) => accounts.Change(
        account,
        async stop =>
        {
            var stored = await accounts.Find(account, BillingRows.Service(code), BillingRows.ServiceType, stop)
                ?? throw new InvalidOperationException($"The service {code} of {account} is missing.");
            var after = next(stored.Value);
            return after == stored.Value ? new(false, null) : new Decision<bool>(true, accounts.Batch(account).Replace(stored, after, BillingRows.ServiceType));
        },
        cancellation);
}
