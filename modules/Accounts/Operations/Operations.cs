using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>What a request to the office's ledger came to.</summary>
public abstract record OperationOutcome
{
    private OperationOutcome()
    {
    }

    /// <param name="IsNew">False when the same had been done before.</param>
    public sealed record Done(Operation Operation, bool IsNew) : OperationOutcome;

    /// <summary>The reference stands for something else.</summary>
    public sealed record OtherContent : OperationOutcome;

    public sealed record Refused(IReadOnlyList<Remark> Problems) : OperationOutcome;
}

/// <summary>What a decision came to: an operation whose postings are in the session, or the rules that it breaks.</summary>
internal sealed record Decided(Operation? Operation, IReadOnlyList<Remark> Problems)
{
    public static Decided Refuse(params IReadOnlyList<Remark> problems) => new(null, problems);
}

/// <summary>Adds what must become true in the same commit, or says why it cannot.</summary>
internal delegate Task<Remark?> Alongside(AccountBatch batch, CancellationToken cancellation);

/// <summary>Where an operation of an id stands. Written before it: a reader checks that it is there.</summary>
internal sealed record OperationPointer(string Account, string Reference);

/// <summary>
/// Does to an account what the office asks for, once for each reference: looked at, claimed, then decided again and
/// committed with its postings in one batch. A crash before the commit leaves a claim and a pointer that the repetition
/// finds again; one after it leaves at most news, which the finishing message publishes.
/// </summary>
internal sealed class Operations(AccountStore accounts, Ledger ledger, ITables tables, Settings settings, TimeProvider clock)
{
    internal const string Table = "operations";
    internal const int ReasonMax = 500;
    private const int ReferenceMax = 64;
    private readonly ReferenceClaims _references = new(accounts, clock, Table, AccountsRows.Operation);
    private readonly SpreadIndex<OperationPointer> _index = new(tables, Table, "id", new(AccountsJson.Default.OperationPointer));

    /// <param name="content">All that makes two requests the same, the customer apart.</param>
    /// <param name="decide">Posts in the session; a pure function of it and of the request. May be called several times.</param>
    public async Task<OperationOutcome> Do(
        string account, string reference, string content, Func<LedgerSession, Decided> decide, CancellationToken cancellation, Alongside? alongside = null)
    {
        // What held when it was done is not asked again: a period may have closed since.
        if (await Find(account, reference, cancellation) is null
            && decide(await ledger.Open(account, cancellation)) is { Operation: null, Problems: var problems })
            return new OperationOutcome.Refused(problems);
        await accounts.FinishLater(account, cancellation);
        return await Write(account, reference, content, decide, cancellation, alongside);
    }

    /// <summary>The same, when the finishing message of the account has been sent.</summary>
    public async Task<OperationOutcome> Write(
        string account, string reference, string content, Func<LedgerSession, Decided> decide, CancellationToken cancellation, Alongside? alongside = null)
    {
        if (!await _references.Claim(account, reference, content, cancellation))
            return new OperationOutcome.OtherContent();
        var id = Operation.IdOf(reference);
        await _index.Put(id, id, new(account, reference), cancellation);
        return await accounts.Change<OperationOutcome>(
            account,
            async stop =>
            {
                if (await Find(account, reference, stop) is { } done)
                    return new(new OperationOutcome.Done(done.Value, false), null);
                var session = await ledger.Open(account, stop);
                if (decide(session) is not { Operation: { } operation } decided)
                    return new(new OperationOutcome.Refused(decide(await ledger.Open(account, stop)).Problems), null);
                var batch = accounts.Batch(account).Insert(AccountsRows.Operation(reference), operation, AccountsRows.OperationType);
                if (alongside is not null && await alongside(batch, stop) is { } problem)
                    return new(new OperationOutcome.Refused([problem]), null);
                await session.Write(batch, stop);
                return new(new OperationOutcome.Done(operation, true), batch);
            },
            cancellation);
    }

    /// <summary>Whether exactly this stands in the books.</summary>
    public async Task<bool> IsDone(string account, string reference, string content, CancellationToken cancellation) =>
        ReferenceProblem(reference) is null
        && await _references.IsClaimed(account, reference, content, cancellation)
        && await Find(account, reference, cancellation) is not null;

    /// <summary>Takes one back: its mark and the reversing postings in one commit. Done before, it is answered as it is.</summary>
    /// <param name="reverse">Posts what takes it back, on this day, or says why it cannot.</param>
    public Task<OperationOutcome> Cancel(
        OperationPointer at, string reason, Func<LedgerSession, Operation, DateOnly, CancellationToken, Task<Remark?>> reverse, CancellationToken cancellation) =>
        accounts.ChangeFromHttp<OperationOutcome>(
            at.Account,
            async stop =>
            {
                var stored = await Find(at.Account, at.Reference, stop) ?? throw new InvalidOperationException($"The operation {at.Reference} is missing.");
                if (stored.Value.IsCancelled)
                    return new(new OperationOutcome.Done(stored.Value, false), null);
                // The head first: allocations that change after it make the commit fail.
                var session = await ledger.Open(at.Account, stop);
                if (await reverse(session, stored.Value, (await settings.Get(OrganisationSettings.Section, stop)).Today(clock), stop) is { } problem)
                    return new(new OperationOutcome.Refused([problem]), null);
                var cancelled = stored.Value with { CancelReason = reason, CancelledAt = clock.GetUtcNow() };
                var batch = accounts.Batch(at.Account).Replace(stored, cancelled, AccountsRows.OperationType);
                await session.Write(batch, stop);
                return new(new OperationOutcome.Done(cancelled, false), batch);
            },
            cancellation);

    /// <summary>The operation with this id and of this kind; null when there is none.</summary>
    public async Task<OperationPointer?> FindById(string id, OperationKind kind, CancellationToken cancellation) =>
        id.Length is > 0 and <= 40 && id.All(char.IsAsciiLetterOrDigit)
        && (await _index.Find(id, id, cancellation))?.Value is { } pointer
        && await Find(pointer.Account, pointer.Reference, cancellation) is { } stored && stored.Value.Kind == kind
            ? pointer
            : null;

    /// <summary>The operations of an account in the order of their references.</summary>
    public async Task<IReadOnlyList<Operation>> Page(string account, string? after, int limit, CancellationToken cancellation)
    {
        var range = KeyRange.Prefix(AccountsRows.OperationPrefix);
        var page = await accounts.Tables.Page(
            AccountStore.Table, account, after is null ? range : range.After(AccountsRows.Operation(after)), limit, AccountsRows.OperationType, cancellation);
        return [.. page.Select(row => row.Value)];
    }

    /// <summary>What is wrong with a caller's reference; null for one that can be kept.</summary>
    public static Remark? ReferenceProblem(string reference) =>
        reference.Length is 0 or > ReferenceMax || !Key.CanHold(reference) || !Words.ArePlain(reference)
            ? new("reference", "reference.length", $"A reference has 1 to {ReferenceMax} characters, in another script than Latin fewer, none of them a control character.")
            : null;

    /// <summary>What is wrong with the reason that the office gives; null for one that can be kept.</summary>
    public static Remark? ReasonProblem(string reason) =>
        reason.Trim().Length is 0 or > ReasonMax ? new("reason", "reason.length", $"Give a reason of at most {ReasonMax} characters.") : null;

    /// <summary>What is wrong with an amount in its currency; null for one that can be booked.</summary>
    public static Remark? AmountProblem(string field, decimal amount, Currency? currency) =>
        amount <= 0m ? new(field, "amount.positive", "Give an amount above zero.")
        : currency is { } known && known.Round(amount) != amount ? new(field, "money.minorDigits", $"An amount in {known} has {known.MinorDigits} digits behind the dot at most.")
        : null;

    private Task<Stored<Operation>?> Find(string account, string reference, CancellationToken cancellation) =>
        accounts.Find(account, AccountsRows.Operation(reference), AccountsRows.OperationType, cancellation);
}
