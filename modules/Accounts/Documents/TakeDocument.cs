using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>What became of a document that the ERP sent.</summary>
internal abstract record DocumentTaken
{
    private DocumentTaken()
    {
    }

    public sealed record NoCustomer : DocumentTaken;

    public sealed record Refused(IReadOnlyList<Remark> Problems) : DocumentTaken;

    public sealed record Kept(ErpDocument Document, bool Created, IReadOnlyList<Remark> Warnings) : DocumentTaken;
}

/// <summary>
/// Takes a document as the ERP sends it. Direction and number are its key; data of an older moment never overwrites
/// newer; other content is a new version, and only the difference is posted.
/// </summary>
internal sealed class TakeDocument(
    AccountStore accounts, Ledger ledger, LedgerReader reader, DocumentReader documents, Settings settings, TimeProvider clock)
{
    public async Task<DocumentTaken> Take(string customer, string number, DocumentBody body, CancellationToken cancellation)
    {
        var draft = await Read(number, body, cancellation);
        if (draft.Document is not { } document)
            return new DocumentTaken.Refused(draft.Problems);
        if (await Known(customer, draft, cancellation) is { } known)
            return known;
        await accounts.FinishLater(AccountStore.Of(customer), cancellation);
        return await Write(AccountStore.Of(customer), draft, cancellation);
    }

    public async Task<DocumentDraft> Read(string number, DocumentBody body, CancellationToken cancellation) =>
        DocumentRules.Read(number, body, await settings.Get(OrganisationSettings.Section, cancellation), clock.GetUtcNow());

    /// <summary>What to answer when there is nothing to write: the customer is missing, or the document is known; else null.</summary>
    public async Task<DocumentTaken?> Known(string customer, DocumentDraft draft, CancellationToken cancellation)
    {
        if (CustomerRules.CodeProblem(customer) is not null
            || await accounts.Find(AccountStore.Of(customer), AccountsRows.Customer, AccountsRows.CustomerType, cancellation) is null)
            return new DocumentTaken.NoCustomer();
        var document = draft.Document!;
        return await documents.Find(AccountStore.Of(customer), document.Direction, document.Number, cancellation) is { } stored && IsKnown(stored.Value, document)
            ? new DocumentTaken.Kept(stored.Value, false, draft.Warnings)
            : null;
    }

    /// <summary>Writes a draft without problems. The finishing message of the account has been sent.</summary>
    public async Task<DocumentTaken> Write(string account, DocumentDraft draft, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        return await accounts.Change(account, stop => Decide(account, draft.Document!, organisation, draft.Warnings, stop), cancellation);
    }

    // Data that says the same in a later moment still tells more: payments made here in between are known there now.
    private static bool IsKnown(ErpDocument stored, ErpDocument sent) =>
        stored.AsOf > sent.AsOf
        || (stored.SaysTheSame(sent) && (stored.AsOf == sent.AsOf || sent.Remaining is null));

    // What moved of the item, without what the document's own credits, which went after it, settle of it there.
    private static decimal Left(IReadOnlyList<AllocationRow> history, string document) => history.SelectMany(row => row.Allocations).Sum(allocation =>
        allocation.Item.Ref == document && Refs.IsLeaving(allocation.Credit) ? allocation.Amount
        : Refs.IsLeaving(allocation.Item.Ref) && (allocation.Credit == document || allocation.Credit.StartsWith(document + "!", StringComparison.Ordinal)) ? -allocation.Amount
        : 0m);

    private async Task<Decision<DocumentTaken>> Decide(
        string account, ErpDocument sent, OrganisationSettings organisation, IReadOnlyList<Remark> warnings, CancellationToken cancellation)
    {
        var stored = await documents.Find(account, sent.Direction, sent.Number, cancellation);
        var before = stored?.Value;
        if (before is not null && IsKnown(before, sent))
            return new(new DocumentTaken.Kept(before, false, warnings), null);
        if (before is not null && (before.Currency != sent.Currency || before.Kind != sent.Kind))
        {
            var field = before.Kind != sent.Kind ? "kind" : "currency";
            return new(new DocumentTaken.Refused([new(field, field + ".fixed", "A document keeps its kind and its currency; set its total to 0 and send another.")]), null);
        }

        var session = await ledger.Open(account, cancellation);
        var today = organisation.Today(clock);
        if (before is null && session.IsClosed(sent.Date))
            return new(new DocumentTaken.Refused([new("date", "date.closed", "The period of this date is closed.")]), null);

        var open = session.Head.ItemOf(sent.Ref);
        var mayBeSettled = before is not null && (before.Credits is { Count: > 0 } || open?.Remaining != before.Total);
        var history = mayBeSettled ? await reader.AllocationHistory(account, cancellation) : [];
        var settledAtSurvivor = session.Head.MovedTo is null
            ? 0m
            : Left(history, sent.Ref) - ((await reader.Standing(account, cancellation)).ItemOf(sent.Ref)?.Remaining ?? 0m);
        var after = sent with
        {
            Version = before is null ? 1 : before.SaysTheSame(sent) ? before.Version : checked(before.Version + 1),
            Pdf = before?.Pdf,
            Ubl = before?.Ubl,
        };
        var kept = new DocumentBooking(session, before, after, history, Math.Max(0m, settledAtSurvivor), organisation.Zone.DateIn(sent.AsOf), today).Book();

        var batch = accounts.Batch(account).Write(kept.Ref, stored, kept, AccountsRows.DocumentType);
        await session.Write(batch, cancellation);
        return new(new DocumentTaken.Kept(kept, before is null, warnings), batch);
    }
}
