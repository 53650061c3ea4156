using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>The state of an account that rows are made of.</summary>
/// <param name="Rebuilding">
/// Rows of a later state than this one are overwritten: they come from before a restore. Otherwise they are not, since
/// another message has been here with a later state.
/// </summary>
public sealed record AccountState(string Account, LedgerHead Head, bool Rebuilding);

/// <summary>
/// Rows over all accounts that a module keeps for its lists and reports, each made whole from a fact of an account.
/// </summary>
public interface IProjection
{
    /// <summary>The row keys of all facts of an account that have such a row: for a rebuild.</summary>
    IAsyncEnumerable<string> Facts(string account, CancellationToken cancellation);

    /// <summary>Writes the rows of those of these facts that are this module's, as they stand now.</summary>
    /// <returns>False when a row of a later state of the account was met: read the account again.</returns>
    Task<bool> Project(AccountState state, IReadOnlyCollection<string> facts, CancellationToken cancellation);
}

/// <summary>Makes what lists and reports read from what the account says now.</summary>
internal sealed class Projector(AccountStore accounts, LedgerReader ledger, CustomerDirectory directory, IEnumerable<IProjection> projections)
    : IHandle<AccountMoved>
{
    private const int TriesMax = 8;
    private const int FactsAtOnce = 500;

    public async Task Handle(AccountMoved message, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            // The head before everything else: rows then are of this state or a later one, never of an older.
            var head = await ledger.Head(message.Account, cancellation);
            var allocations = await Recent(message.Account, Math.Min(message.From, FirstConsidered(head)), cancellation);
            var facts = message.Refs
                .Concat(allocations.Where(row => row.Sequence >= message.From && row.Sequence <= message.Through)
                    .SelectMany(row => row.Allocations).SelectMany(allocation => new[] { allocation.Item.Ref, allocation.Credit }))
                .ToHashSet(StringComparer.Ordinal);
            if (await Write(new(message.Account, head, Rebuilding: false), facts, allocations, cancellation))
                return;
        }

        throw new StoreBusyException($"The account {message.Account} moves faster than its rows can be written.");
    }

    /// <summary>Writes every row of an account anew, whatever is there.</summary>
    public async Task Rebuild(string account, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            var head = await ledger.Head(account, cancellation);
            var facts = new List<string>();
            foreach (var projection in projections)
            {
                await foreach (var fact in projection.Facts(account, cancellation))
                    facts.Add(fact);
            }

            if (await Write(new(account, head, Rebuilding: true), facts, await Recent(account, FirstConsidered(head), cancellation), cancellation))
                return;
        }

        throw new StoreBusyException($"The account {account} moves faster than its rows can be written.");
    }

    private async Task<bool> Write(
        AccountState state, IReadOnlyCollection<string> facts, IReadOnlyList<AllocationRow> allocations, CancellationToken cancellation)
    {
        foreach (var projection in projections)
        {
            foreach (var some in facts.Chunk(FactsAtOnce))
            {
                if (!await projection.Project(state, some, cancellation))
                    return false;
            }
        }

        var first = FirstConsidered(state.Head);
        return await directory.WriteDebts(state, Debts.Of(state.Head, [.. allocations.Where(row => row.Sequence >= first && row.Sequence <= state.Head.Sequence)]), cancellation);
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
