using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Billing;

/// <summary>
/// The plan of what falls due when: one row for each service that has not ended, on its next date. The row is
/// written before the service it points at and moved after the invoice exists, so it may be stale but is never
/// missing; whoever reads it checks it against the service.
/// </summary>
internal sealed class DuePlan(ITables tables, AccountStore accounts, TimeProvider clock) : IFinishAccount
{
    // No commit lives longer than two minutes, and no finishing message waits longer than an hour.
    private static readonly TimeSpan Young = TimeSpan.FromHours(1);
    private readonly SpreadIndex<DueRow> _index = new(tables, BillingRows.Table, "due", BillingRows.DueType);

    /// <summary>Before a service is committed: its next date stands in the plan.</summary>
    public Task Announce(string account, Service service, CancellationToken cancellation) =>
        service.NextOn() is { } on
            ? _index.Put(account, BillingRows.Due(on, account, service.Code), new(account, service.Code, on, clock.GetUtcNow()), cancellation)
            : Task.CompletedTask;

    /// <summary>After the commit: the row of a date that is no longer the service's next one goes.</summary>
    public async Task Settle(string account, Service service, DateOnly before, CancellationToken cancellation)
    {
        var from = BillingRows.Due(before, account, service.Code);
        if (service.NextOn() is { } next)
            await _index.Move(account, from, BillingRows.Due(next, account, service.Code), new(account, service.Code, next, clock.GetUtcNow()), cancellation);
        else
            await _index.Remove(account, from, cancellation);
    }

    /// <summary>
    /// Every date up to today that is not invoiced, by the services themselves: the plan only says where to look.
    /// Rows that turn out stale are put right on the way, unless they are younger than any commit may be.
    /// </summary>
    public async Task<IReadOnlyList<RunItem>> Due(DateOnly today, CancellationToken cancellation)
    {
        var rows = new List<Stored<DueRow>>();
        await foreach (var row in _index.All(new("", BillingRows.DueBehind(today)), cancellation))
            rows.Add(row);

        var items = new List<RunItem>();
        await Parallel.ForEachAsync(
            rows.GroupBy(row => (row.Value.Account, row.Value.Service)),
            new ParallelOptions { MaxDegreeOfParallelism = 16, TaskScheduler = TaskScheduler.Current, CancellationToken = cancellation },
            async (group, stop) =>
            {
                var (account, code) = group.Key;
                var service = await accounts.Find(account, BillingRows.Service(code), BillingRows.ServiceType, stop);
                var due = service?.Value.DueThrough(today).Select(on => new RunItem(account, code, on, service.Value.Schedule().PeriodEnd(on))).ToArray() ?? [];
                lock (items)
                    items.AddRange(due);
                foreach (var row in group.Where(row => service is null || row.Value.On != service.Value.NextOn()))
                    await Repair(row, service?.Value, stop);
            });
        return [.. items.OrderBy(item => item.Account, StringComparer.Ordinal).ThenBy(item => item.On).ThenBy(item => item.Service, StringComparer.Ordinal)];
    }

    /// <summary>
    /// The first date up to today of every service that has one, as the plan says: normally none, and never more than an
    /// hour's. A row may be stale until the next run has passed.
    /// </summary>
    public async Task<IReadOnlyDictionary<(string Account, string Service), DateOnly>> Waiting(DateOnly today, CancellationToken cancellation)
    {
        var waiting = new Dictionary<(string, string), DateOnly>();
        await foreach (var row in _index.All(new("", BillingRows.DueBehind(today)), cancellation))
        {
            var service = (row.Value.Account, row.Value.Service);
            if (!waiting.TryGetValue(service, out var before) || row.Value.On < before)
                waiting[service] = row.Value.On;
        }

        return waiting;
    }

    /// <summary>Whether the plan holds a date up to this one, stale rows included.</summary>
    public async Task<bool> HasDue(DateOnly today, CancellationToken cancellation) =>
        (await _index.Page(new("", BillingRows.DueBehind(today)), 1, cancellation)).Count > 0;

    /// <summary>Every service of an account has its next date in the plan.</summary>
    public async Task Finish(string account, CancellationToken cancellation)
    {
        await foreach (var service in accounts.Tables.All(
            AccountStore.Table, account, KeyRange.Prefix(BillingRows.ServicePrefix), BillingRows.ServiceType, cancellation))
        {
            await Announce(account, service.Value, cancellation);
        }
    }

    private async Task Repair(Stored<DueRow> row, Service? service, CancellationToken cancellation)
    {
        if (service is not null)
            await Settle(row.Value.Account, service, row.Value.On, cancellation);
        else if (clock.GetUtcNow() - row.Value.WrittenAt > Young)
            await _index.Remove(row.Value.Account, row.Key, cancellation);
    }
}
