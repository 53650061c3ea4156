using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>A part of what left an account: one entry's, in one currency.</summary>
/// <param name="Sequence">The entry in the account that it left; its allocations name the items, or the credits.</param>
/// <param name="AreItems">Open items; otherwise advances.</param>
/// <param name="Meant">Of advances: the items of the account that they are to settle, null for the oldest due first, empty for none.</param>
internal sealed record MovePart(long Sequence, string Currency, bool AreItems, decimal Amount, IReadOnlyList<string>? Meant);

/// <summary>What left a merged account in one commit, on its way to the survivor's.</summary>
internal sealed record Move(string To, DateOnly On, string Document, IReadOnlyList<MovePart> Parts);

/// <summary>Bring what left this account to the survivor's.</summary>
internal sealed record MoveOn(string Account);

internal sealed class MoveOnHandler(Moves moves) : IHandle<MoveOn>
{
    public Task Handle(MoveOn message, CancellationToken cancellation) => moves.Finish(message.Account, cancellation);
}

/// <summary>
/// Two accounts are two partitions, so what moves from one to the other does so by two linked postings (decision 0009): in
/// the merged account all that is open or waits is closed against an account in between, in the very commit that made it so;
/// then it is opened in the survivor's under the same identity, once, however often this is tried and in the order of leaving.
/// </summary>
internal sealed class Moves(AccountStore accounts, Ledger ledger, LedgerReader reader) : IFinishAccount
{
    /// <summary>Before a session of a merged account is written: nothing stays open in it.</summary>
    /// <param name="on">The day of the last of what was posted, or of the merge.</param>
    public static void Leave(LedgerSession session, AccountBatch batch, string survivor, DateOnly on)
    {
        var parts = new List<MovePart>();
        var chart = session.Accounts;
        var (first, document) = (session.Head.Sequence + 1, AccountStore.CodeOf(survivor));
        // What a credit was meant for is known to the posting that brought it.
        var settles = session.Posted.Where(posting => posting.Effect is Effect.Settles).ToArray();
        foreach (var code in session.Head.Open.Select(item => item.Currency).Distinct(StringComparer.Ordinal).ToArray())
        {
            var (currency, open) = (Currency.Of(code), session.Head.Open.Where(item => item.Currency == code).ToArray());
            var (amount, name) = (open.Sum(item => item.Remaining), Refs.Leaving(session.Head.Sequence + 1));
            parts.Add(new(session.Head.Sequence + 1, code, true, amount, null));
            session.Post(new(
                name, PostingKind.Moved, currency, on, document, [new(chart.Moves, amount), new(chart.Receivable, -amount)],
                new Effect.Settles(new(name, document, code, on, amount), [.. open.Select(item => item.Ref)]), ""));
        }

        foreach (var code in session.Head.Credits.Select(credit => credit.Currency).Distinct(StringComparer.Ordinal).ToArray())
        {
            var (currency, waiting) = (Currency.Of(code), session.Head.Credits.Where(credit => credit.Currency == code).ToArray());
            var (amount, name) = (waiting.Sum(credit => credit.Left), Refs.Leaving(session.Head.Sequence + 1));
            var meant = settles.LastOrDefault(posting => waiting.Any(credit => ((Effect.Settles)posting.Effect).Credit.Ref == credit.Ref));
            // A document's own surplus settles what else is open of the document.
            var items = meant is null ? [.. waiting.Select(credit => credit.Ref)] : ((Effect.Settles)meant.Effect).Items;
            parts.Add(new(session.Head.Sequence + 1, code, false, amount, items));
            session.Post(new(
                name, PostingKind.Moved, currency, on, document, [new(chart.Receivable, amount), new(chart.Moves, -amount)],
                new Effect.Opens(new(name, document, code, on, on, amount, amount)), ""));
        }

        if (parts.Count == 0)
            return;
        batch.Insert(AccountsRows.Move(first), new Move(survivor, on, AccountStore.CodeOf(batch.Account), parts), AccountsRows.MoveType);
        batch.Publish(new MoveOn(batch.Account), AccountsJson.Default.MoveOn);
    }

    /// <summary>An item as it stands in the survivor's account: what remained of it is all of it there.</summary>
    public static OpenItem Arriving(string account, long sequence, Allocation left) => left.Item with
    {
        Ref = Refs.Arrived(account, sequence, left.Item.Ref), Total = left.Amount, Remaining = left.Amount,
    };

    public async Task Finish(string account, CancellationToken cancellation)
    {
        await foreach (var move in accounts.Tables.All(AccountStore.Table, account, KeyRange.Prefix(AccountsRows.MovePrefix), AccountsRows.MoveType, cancellation))
        {
            await Arrive(account, move.Value, cancellation);
            // Others may be at it too; the second to take the mark away finds it gone.
            await accounts.Tables.Remove(AccountStore.Table, account, [move.Key], cancellation);
        }
    }

    private async Task Arrive(string account, Move move, CancellationToken cancellation)
    {
        if (await reader.HasPosted(move.To, NameOf(account, move.Parts[0]), cancellation))
            return;
        var made = new List<IReadOnlyList<Allocation>>();
        foreach (var part in move.Parts)
            made.Add(await reader.MadeBy(account, part.Sequence, cancellation));
        await accounts.FinishLater(move.To, cancellation);
        await accounts.Change(
            move.To,
            async stop =>
            {
                if (await reader.HasPosted(move.To, NameOf(account, move.Parts[0]), stop))
                    return new Decision<bool>(false, null);
                var session = await ledger.Open(move.To, stop);
                var on = session.FirstOpen(move.On);
                foreach (var (part, allocations) in move.Parts.Zip(made))
                    session.Post(Arrival(session, account, move, part, allocations, on));
                var batch = accounts.Batch(move.To);
                await session.Write(batch, stop);
                return new(true, batch);
            },
            cancellation);
    }

    private static Posting Arrival(LedgerSession session, string account, Move move, MovePart part, IReadOnlyList<Allocation> left, DateOnly on)
    {
        var (chart, name) = (session.Accounts, NameOf(account, part));
        if (part.AreItems)
        {
            return new(
                name, PostingKind.Moved, Currency.Of(part.Currency), on, Document(), [new(chart.Receivable, part.Amount), new(chart.Moves, -part.Amount)],
                new Effect.OpensAll([.. left.Select(allocation => Arriving(account, part.Sequence, allocation))]), "");
        }

        string[]? meant = part.Meant is null ? null : [.. session.Head.Due(Currency.Of(part.Currency)).Select(item => item.Ref).Where(item => Refs.Origin(account, item) is { } origin && part.Meant.Contains(origin))];
        return new(
            name, PostingKind.Moved, Currency.Of(part.Currency), on, Document(), [new(chart.Moves, part.Amount), new(chart.Receivable, -part.Amount)],
            new Effect.Settles(new(name, Document(), part.Currency, on, part.Amount), meant), "");

        // An invoice or payment that came after the merge is known by its own number.
        string Document() => part.AreItems && left is [var only] ? only.Item.Number : move.Document;
    }

    /// <summary>The identity of the posting by which a part arrives.</summary>
    public static string NameOf(string account, MovePart part) => Refs.Arrived(account, part.Sequence, part.Currency);
}
