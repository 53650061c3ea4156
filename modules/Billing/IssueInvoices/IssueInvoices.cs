using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>Issue these invoices of one account. Every number is settled before; whoever does it, and however often.</summary>
internal sealed record IssueInvoices(string Account, DateOnly IssuedOn, IReadOnlyList<ItemToIssue> Items)
{
    /// <summary>So many invoices with their entries, news and services fit one commit of a hundred rows.</summary>
    public const int ItemsMax = 12;
}

/// <param name="Through">The last day of its period; null in messages of older releases.</param>
internal sealed record ItemToIssue(string Service, DateOnly On, string Number, DateOnly? Through = null)
{
    public DateOnly ThroughOf(Service service) => Through ?? service.Schedule().PeriodEnd(On);
}

/// <summary>
/// Issues what a sealed run says: the invoices, their ledger entries and the news in one commit of the account.
/// What is written before the commit (PDF, link, number) only points at the invoice and is harmless without it;
/// what comes after (the due plan) is put right by the next run that meets it.
/// </summary>
internal sealed class IssueInvoicesHandler(
    AccountStore accounts, Ledger ledger, CustomerReader customers, InvoiceFinisher finisher, DuePlan plan, ServiceIndex services,
    Settings settings, TimeProvider clock)
    : IHandle<IssueInvoices>
{
    public async Task Handle(IssueInvoices message, CancellationToken cancellation)
    {
        var billed = await accounts.Change(message.Account, stop => Decide(message, stop), cancellation);
        foreach (var (service, before) in billed)
        {
            await plan.Settle(message.Account, service, before, cancellation);
            if (!service.IsInRhythm)
                await services.Complete(message.Account, service.Code, cancellation);
        }
    }

    private async Task<Decision<IReadOnlyList<(Service Service, DateOnly Before)>>> Decide(IssueInvoices message, CancellationToken cancellation)
    {
        var account = message.Account;
        var items = new List<ItemToIssue>();
        foreach (var item in message.Items)
        {
            if (await accounts.Tables.Find(AccountStore.Table, account, BillingRows.Invoice(item.Service, item.On), cancellation) is null)
                items.Add(item);
        }

        var stored = new Dictionary<string, Stored<Service>>(StringComparer.Ordinal);
        foreach (var code in message.Items.Select(item => item.Service).Distinct(StringComparer.Ordinal))
        {
            stored[code] = await accounts.Find(account, BillingRows.Service(code), BillingRows.ServiceType, cancellation)
                ?? throw new InvalidOperationException($"The service {code} of {account} is missing.");
        }

        var billed = stored.ToDictionary(
            service => service.Key,
            service => message.Items.Where(item => item.Service == service.Key).Aggregate(service.Value.Value, (state, item) => state.Billed(item.On, item.ThroughOf(service.Value.Value))),
            StringComparer.Ordinal);
        IReadOnlyList<(Service, DateOnly)> settled = [.. message.Items.Select(item => (billed[item.Service], item.On))];
        if (items.Count == 0)
            return new(settled, null);

        var customer = await customers.Find(account, cancellation)
            ?? throw new InvalidOperationException($"The customer of {account} is missing.");
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var defaults = await settings.Get(BillingSettings.Section, cancellation);
        var session = await ledger.Open(account, cancellation);
        var batch = accounts.Batch(account);
        foreach (var item in items.OrderBy(item => item.Number, StringComparer.Ordinal))
        {
            var service = stored[item.Service].Value;
            var draft = Drafts.Scheduled(service, item.On, item.ThroughOf(service), customer, organisation, defaults, clock.GetUtcNow());
            await finisher.Issue(batch, null, session, draft with { Number = item.Number }, message.IssuedOn, customer, organisation, cancellation);
        }

        foreach (var (code, service) in billed)
        {
            if (service != stored[code].Value)
                batch.Replace(stored[code], service, BillingRows.ServiceType);
        }

        await session.Write(batch, cancellation);
        return new(settled, batch);
    }
}
