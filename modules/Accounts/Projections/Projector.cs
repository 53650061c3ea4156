using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>The state of an account that rows are made of.</summary>
/// <param name="Beyond">
/// Rows of sequences behind the head's, up to this one, are overwritten: the head was read after them and has never been
/// there, so they come from before a restore.
/// </param>
/// <param name="Standing">
/// The head as rows of single items see it (<see cref="LedgerReader.Standing(string, CancellationToken)"/>): another one
/// where the account was merged.
/// </param>
public sealed record AccountState(string Account, LedgerHead Head, LedgerHead Standing, long Beyond = 0)
{
    /// <summary>Whether a row of this sequence tells of a later state than this one; then it must stay.</summary>
    public bool IsBefore(long? sequence) => IsBefore(sequence, Head);

    /// <summary>The same for a row that is made of <see cref="Standing"/>.</summary>
    public bool StandsBefore(long? sequence) => IsBefore(sequence, Standing);

    private bool IsBefore(long? sequence, LedgerHead head) => sequence > head.Sequence && sequence > Beyond;
}

/// <summary>What became of rows that were to be written.</summary>
/// <param name="Done">Otherwise the account is to be read again: another one was faster.</param>
/// <param name="Met">The highest sequence of a later row that was met; 0 for none.</param>
public readonly record struct Projected(bool Done, long Met = 0)
{
    public static Projected Written { get; } = new(true);

    public static Projected Lost { get; } = new(false);
}

/// <summary>
/// Rows over all accounts that a module keeps for its lists and reports, each made whole from a fact of an account.
/// </summary>
public interface IProjection
{
    /// <summary>The row keys of all facts of an account that have such a row: for a rebuild.</summary>
    IAsyncEnumerable<string> Facts(string account, CancellationToken cancellation);

    /// <summary>Writes the rows of those of these facts that are this module's, as they stand now.</summary>
    Task<Projected> Project(AccountState state, IReadOnlyCollection<string> facts, CancellationToken cancellation);
}

/// <summary>Makes what lists and reports read from what the account says now.</summary>
internal sealed class Projector(AccountStore accounts, LedgerReader ledger, CustomerDirectory directory, IEnumerable<IProjection> projections)
    : IHandle<AccountMoved>
{
    private const int FactsAtOnce = 500;

    public async Task Handle(AccountMoved message, CancellationToken cancellation)
    {
        HashSet<string> facts = [];
        await Projecting.Run(
            ledger,
            message.Account,
            async state =>
            {
                var allocations = await Recent(message.Account, Math.Min(message.From, FirstConsidered(state.Head)), cancellation);
                facts = message.Refs
                    .Concat(allocations.Where(row => row.Sequence >= message.From && row.Sequence <= message.Through)
                        .SelectMany(row => row.Allocations).SelectMany(allocation => new[] { allocation.Item.Ref, allocation.Credit }))
                    .ToHashSet(StringComparer.Ordinal);
                return await Write(state, facts, allocations, cancellation);
            },
            cancellation);

        // What came from a merged account is paid here, and its invoice stands there.
        foreach (var merged in facts.Select(Refs.Origin).OfType<(string Account, string Item)>().ToLookup(origin => origin.Account, origin => origin.Item))
            await Projecting.Run(ledger, merged.Key, state => WriteFacts(state, [.. merged.Distinct()], cancellation), cancellation);
    }

    /// <summary>Writes every row of an account anew.</summary>
    public Task Rebuild(string account, CancellationToken cancellation) => Projecting.Run(
        ledger,
        account,
        async state =>
        {
            var facts = new List<string>();
            foreach (var projection in projections)
            {
                await foreach (var fact in projection.Facts(account, cancellation))
                    facts.Add(fact);
            }

            return await Write(state, facts, await Recent(account, FirstConsidered(state.Head), cancellation), cancellation);
        },
        cancellation);

    private async Task<Projected> Write(
        AccountState state, IReadOnlyCollection<string> facts, IReadOnlyList<AllocationRow> allocations, CancellationToken cancellation)
    {
        if (await WriteFacts(state, facts, cancellation) is { Done: false } late)
            return late;
        var first = FirstConsidered(state.Head);
        return await directory.WriteDebts(state, Debts.Of(state.Head, [.. allocations.Where(row => row.Sequence >= first && row.Sequence <= state.Head.Sequence)]), cancellation);
    }

    private async Task<Projected> WriteFacts(AccountState state, IReadOnlyCollection<string> facts, CancellationToken cancellation)
    {
        foreach (var projection in projections)
        {
            foreach (var some in facts.Chunk(FactsAtOnce))
            {
                if (await projection.Project(state, some, cancellation) is { Done: false } lost)
                    return lost;
            }
        }

        return Projected.Written;
    }

    private static long FirstConsidered(LedgerHead head) => Math.Max(1, head.Sequence - Debts.EntriesConsidered + 1);

    private async Task<IReadOnlyList<AllocationRow>> Recent(string account, long from, CancellationToken cancellation)
    {
        var rows = new List<AllocationRow>();
        var range = KeyRange.Prefix(AccountsRows.AllocationPrefix) with { From = AccountsRows.Allocation(from, 0) };
        await foreach (var row in accounts.Tables.All(AccountStore.Table, account, range, AccountsRows.AllocationType, cancellation))
            rows.Add(row.Value);
        return rows;
    }
}

/// <summary>Tries to write rows until no other writer is faster.</summary>
public static class Projecting
{
    private const int TriesMax = 8;

    /// <param name="write">Reads the facts after the head that it is given, so that rows are of that state or a later one, never of an older.</param>
    /// <exception cref="StoreBusyException">Others kept winning; the message comes back.</exception>
    public static async Task Run(LedgerReader ledger, string account, Func<AccountState, Task<Projected>> write, CancellationToken cancellation)
    {
        var met = 0L;
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            var head = await ledger.Head(account, cancellation);
            var standing = await ledger.Standing(account, head, cancellation);
            var outcome = await write(new(account, head, standing, Beyond: met > standing.Sequence ? met : 0));
            if (outcome.Done)
                return;
            met = Math.Max(met, outcome.Met);
        }

        throw new StoreBusyException($"The account {account} moves faster than its rows can be written.");
    }
}
