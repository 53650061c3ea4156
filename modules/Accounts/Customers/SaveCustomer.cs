using Vade.Kernel.Messaging;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>What became of a customer that a caller sent.</summary>
internal abstract record CustomerSaved
{
    private CustomerSaved()
    {
    }

    public sealed record Refused(IReadOnlyList<Remark> Problems) : CustomerSaved;

    /// <summary>The record became one with another and is no longer changed.</summary>
    public sealed record Merged(string Into) : CustomerSaved;

    /// <param name="Created">There was none before.</param>
    public sealed record Kept(Customer Customer, bool Created, IReadOnlyList<Remark> Warnings) : CustomerSaved;
}

/// <summary>
/// Takes a customer as it is sent, by the API or in a file: an upsert that replaces the whole and may be repeated.
/// Written in this order, so that a crash anywhere leaves nothing that a repetition or the finishing message does not
/// mend: the claim on the payer number, the look-ups and the list's row, the customer, the list's row again.
/// </summary>
internal sealed class SaveCustomer(
    AccountStore accounts, Settings settings, Lookups lookups, AddressBook addresses, CustomerDirectory directory, PayLinks links)
{
    public async Task<CustomerDraft> Read(string code, CustomerBody body, CancellationToken cancellation) =>
        CustomerRules.Read(code, body, await settings.Get(OrganisationSettings.Section, cancellation));

    public async Task<CustomerSaved> Save(string code, CustomerBody body, CancellationToken cancellation)
    {
        var draft = await Read(code, body, cancellation);
        if (draft.Problems.Count > 0)
            return new CustomerSaved.Refused(draft.Problems);
        if (await accounts.Find(AccountStore.Of(code), AccountsRows.Customer, AccountsRows.CustomerType, cancellation) is { Value.MergedInto: { } into })
            return new CustomerSaved.Merged(into);
        if (await Unchanged(draft.Customer, cancellation) is { } same)
            return new CustomerSaved.Kept(same, false, draft.Warnings);
        await accounts.FinishLater(AccountStore.Of(code), cancellation);
        return await Write(draft, cancellation);
    }

    /// <summary>The customer as it is kept when this draft would change nothing about it; else null.</summary>
    public async Task<Customer?> Unchanged(Customer draft, CancellationToken cancellation) =>
        await accounts.Find(AccountStore.Of(draft.Code), AccountsRows.Customer, AccountsRows.CustomerType, cancellation) is { } stored
        && IsSame(stored.Value, await WithOwn(draft, cancellation))
            ? stored.Value
            : null;

    /// <summary>Writes a draft without problems. The finishing message of the account has been sent.</summary>
    public async Task<CustomerSaved.Kept> Write(CustomerDraft draft, CancellationToken cancellation)
    {
        var account = AccountStore.Of(draft.Customer.Code);
        var stored = await accounts.Find(account, AccountsRows.Customer, AccountsRows.CustomerType, cancellation);
        var payerNumber = stored?.Value.PayerNumber ?? (await lookups.ClaimPayerNumber(account, cancellation)).ToString();
        var draftOfAll = draft.Customer with { PayerNumber = payerNumber };
        if (draftOfAll.TaxId is { } taxId)
            await lookups.PutTaxId(draftOfAll.Country, taxId, account, cancellation);
        foreach (var email in draftOfAll.Emails.Except(stored?.Value.Emails ?? [], StringComparer.Ordinal))
            await addresses.Put(email, account, cancellation);
        if (stored is null)
        {
            await links.Register(PayLinks.ToDebt(draftOfAll), cancellation);
            await directory.Write(draftOfAll, cancellation);
        }

        var saved = await accounts.Change(account, async stop =>
        {
            var before = await accounts.Find(account, AccountsRows.Customer, AccountsRows.CustomerType, stop);
            var sent = await WithOwn(draftOfAll, stop);
            if (before is not null && IsSame(before.Value, sent))
                return new Decision<CustomerSaved.Kept>(new(before.Value, false, draft.Warnings), null);
            var customer = before is null
                ? sent
                : sent with
                {
                    PayerNumber = before.Value.PayerNumber,
                    LinkGeneration = before.Value.LinkGeneration,
                    Revision = checked(before.Value.Revision + 1),
                    MergedInto = before.Value.MergedInto,
                    MergedFrom = before.Value.MergedFrom,
                };
            var batch = accounts.Batch(account).Write(AccountsRows.Customer, before, customer, AccountsRows.CustomerType);
            return new(new(customer, before is null, draft.Warnings), batch);
        }, cancellation);

        await directory.Write(saved.Customer, cancellation);
        return saved;
    }

    // A caller that only repeats itself does not undo what the customer has changed since.
    private async Task<Customer> WithOwn(Customer sent, CancellationToken cancellation) =>
        await accounts.Find(AccountStore.Of(sent.Code), AccountsRows.Choices, AccountsRows.ChoicesType, cancellation) is { Value: var choices }
            ? choices.Over(sent)
            : sent;

    // What a caller sends decides; number, generation and revision are ours.
    private static bool IsSame(Customer stored, Customer sent)
    {
        var alike = sent with { PayerNumber = stored.PayerNumber, LinkGeneration = stored.LinkGeneration, Revision = stored.Revision, MergedInto = stored.MergedInto, MergedFrom = stored.MergedFrom };
        return AccountsRows.CustomerType.Write(stored).Span.SequenceEqual(AccountsRows.CustomerType.Write(alike).Span);
    }
}
