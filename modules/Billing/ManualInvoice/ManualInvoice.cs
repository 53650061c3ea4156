using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>That an invoice outside any schedule was begun in this account: finished by whoever comes by.</summary>
/// <param name="Series">Fixed when it was begun.</param>
internal sealed record PendingInvoice(string Ref, string Series);

/// <summary>What a request for an invoice came to.</summary>
internal abstract record ManualOutcome
{
    private ManualOutcome()
    {
    }

    /// <param name="IsNew">False when the same request had been made before.</param>
    public sealed record Issued(string Account, Invoice Invoice, bool IsNew) : ManualOutcome;

    /// <summary>The reference stands for another request.</summary>
    public sealed record OtherContent : ManualOutcome;
}

/// <summary>
/// An invoice outside any schedule: claimed by its reference, committed as pending in its account, given a number
/// that is keyed by its reference, then completed. A crash between any two of these leaves no gap: the finishing
/// message of the account completes it (design §2).
/// </summary>
internal sealed class ManualInvoices(
    AccountStore accounts, Ledger ledger, CustomerReader customers, InvoiceFinisher finisher, Numbering numbering, Settings settings, TimeProvider clock)
    : IFinishAccount
{
    private readonly ReferenceClaims _references = new(accounts, clock, BillingRows.Table, BillingRows.ManualInvoice);

    public async Task<ManualOutcome> Create(
        Customer customer, string reference, IReadOnlyList<ServiceLine> lines, Currency currency, int? dueDays, string content, CancellationToken cancellation)
    {
        var account = AccountStore.Of(customer.Code);
        var key = BillingRows.ManualInvoice(reference);
        await accounts.FinishLater(account, cancellation);
        if (!await _references.Claim(account, reference, content, cancellation))
            return new ManualOutcome.OtherContent();

        var isNew = await accounts.Change(
            account,
            async stop =>
            {
                if (await accounts.Find(account, key, BillingRows.InvoiceType, stop) is not null)
                    return new Decision<bool>(false, null);
                var organisation = await settings.Get(OrganisationSettings.Section, stop);
                var defaults = await settings.Get(BillingSettings.Section, stop);
                var draft = Drafts.Manual(
                    reference, lines, currency, dueDays ?? customer.DueDays ?? defaults.DueDays, organisation.Today(clock), customer, organisation, clock.GetUtcNow());
                return new(true, accounts.Batch(account)
                    .Insert(key, draft, BillingRows.InvoiceType)
                    .Insert(BillingRows.Pending(key), new PendingInvoice(key, defaults.Series), BillingRows.PendingType));
            },
            cancellation);

        await Complete(account, key, cancellation);
        var invoice = await accounts.Find(account, key, BillingRows.InvoiceType, cancellation);
        return new ManualOutcome.Issued(account, invoice!.Value, isNew);
    }

    public async Task Finish(string account, CancellationToken cancellation)
    {
        await foreach (var pending in accounts.Tables.All(
            AccountStore.Table, account, KeyRange.Prefix(BillingRows.PendingPrefix), BillingRows.PendingType, cancellation))
        {
            await Complete(account, pending.Value.Ref, cancellation);
        }
    }

    private async Task Complete(string account, string reference, CancellationToken cancellation)
    {
        if (await accounts.Find(account, BillingRows.Pending(reference), BillingRows.PendingType, cancellation) is not { Value: var mark })
            return;
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var (number, issuedOn) = await numbering.Take(
            Numbering.Invoices, mark.Series, $"{account}!{reference}", organisation.Today(clock), cancellation);
        await accounts.Change(
            account,
            async stop =>
            {
                var marked = await accounts.Find(account, BillingRows.Pending(reference), BillingRows.PendingType, stop);
                var pending = await accounts.Find(account, reference, BillingRows.InvoiceType, stop);
                if (marked is null || pending is not { Value.State: InvoiceState.Pending })
                    return new Decision<bool>(false, null);
                var customer = await customers.Find(account, stop) ?? throw new InvalidOperationException($"The customer of {account} is missing.");
                var session = await ledger.Open(account, stop);
                var batch = accounts.Batch(account).Delete(marked);
                await finisher.Issue(batch, pending, session, pending.Value with { Number = number }, issuedOn, customer, organisation, stop);
                await session.Write(batch, stop);
                return new(true, batch);
            },
            cancellation);
    }
}
