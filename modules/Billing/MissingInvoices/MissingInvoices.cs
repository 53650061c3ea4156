using System.Collections.Concurrent;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>An invoice that should exist and does not.</summary>
internal sealed record MissingInvoice(string Customer, string Service, DateOnly On);

/// <summary>
/// The monitor of forgotten invoices (B23). It asks the services themselves, not the plan that the run works by, so
/// that a fault in the plan shows here. The list must be empty.
/// </summary>
internal sealed class MissingInvoices(AccountStore accounts, ServiceIndex index, Settings settings, TimeProvider clock)
{
    /// <summary>A service whose date has come is invoiced within the hour.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    public async Task<IReadOnlyList<MissingInvoice>> Find(CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var (zone, now) = (organisation.Zone, clock.GetUtcNow());
        var missing = new ConcurrentBag<MissingInvoice>();
        await Parallel.ForEachAsync(
            index.All(cancellation),
            new ParallelOptions { MaxDegreeOfParallelism = 16, TaskScheduler = TaskScheduler.Current, CancellationToken = cancellation },
            async (pointer, stop) =>
            {
                var (account, code) = (pointer.Value.Account, pointer.Value.Service);
                if (await accounts.Find(account, BillingRows.Service(code), BillingRows.ServiceType, stop) is not { Value: var service })
                    return;
                if (now - service.SavedAt >= Grace)
                {
                    foreach (var on in service.DueThrough(organisation.Today(clock)).Where(on => now - zone.InstantOf(on, TimeOnly.MinValue) >= Grace))
                        missing.Add(new(AccountStore.CodeOf(account), code, on));
                }

                // What counts as invoiced must have its invoice.
                if (service.BilledOn is { } last
                    && await accounts.Tables.Find(AccountStore.Table, account, BillingRows.Invoice(code, last), stop) is null)
                {
                    missing.Add(new(AccountStore.CodeOf(account), code, last));
                }
            });
        return [.. missing.OrderBy(item => item.On).ThenBy(item => item.Customer, StringComparer.Ordinal)];
    }
}

/// <summary>What should have been invoiced and is not; empty when all is well.</summary>
internal sealed class MissingInvoicesReport(MissingInvoices monitor) : IReport
{
    public string Name => "missing-invoices";

    public string Title(Language language) => Words.Texts[language, "report.missing"];

    public IReadOnlyList<ReportParameter> Parameters => [];

    public bool HasRange => false;

    public async Task<ReportTable> Make(ReportQuery query, CancellationToken cancellation)
    {
        string Header(string name) => Words.Texts[query.Language, "report." + name];
        return new(
            Header("missing"),
            [
                new("customer", Header("customer"), ReportColumnKind.Text),
                new("service", Header("service"), ReportColumnKind.Code),
                new("on", Header("on"), ReportColumnKind.Day),
            ],
            [.. (await monitor.Find(cancellation)).Select(missing => new object?[] { missing.Customer, missing.Service, missing.On })],
            [(Header("asOf"), Formats.Date(query.Today, query.Language))]);
    }
}
