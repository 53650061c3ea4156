using System.Runtime.CompilerServices;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Accounts;

/// <param name="Query">A part of title, code, tax id or payer number, however it is written; empty for all.</param>
/// <param name="Overdue">Whether something is open past its due date.</param>
public sealed record CustomerFilter(string Query = "", bool? HasEmail = null, bool? Overdue = null)
{
    private readonly string _query = TurkishText.SearchKey(Query);

    // Tax ids and payer numbers are read out in groups: 123 456 788.
    private readonly string _ungrouped = TurkishText.SearchKey(Query) is var key && key.All(c => char.IsAsciiDigit(c) || c is ' ' or '-' or '.')
        ? string.Concat(key.Where(char.IsAsciiDigit))
        : key;

    internal bool Passes(DirectoryRow row) =>
        (HasEmail ?? row.HasEmail) == row.HasEmail
        && (row.Search.Contains(_query, StringComparison.Ordinal) || (_ungrouped.Length > 0 && row.Search.Contains(_ungrouped, StringComparison.Ordinal)));

    // A row that does not know what is owed may pass; whoever opens the account will see.
    internal bool Passes(DirectoryRow row, DateOnly today) =>
        Passes(row) && (Overdue is null || row.Debts is null || row.Debts.IsOverdue(today) == Overdue);
}

/// <summary>
/// The list of customers as the panel and the API page through it, in the order of their codes. A page costs at most
/// <see cref="RoundsMax"/> rounds of sixteen range reads of at most <see cref="RowsPerReadMax"/> rows; a filter that few
/// pass may answer fewer than asked for, and a next.
/// </summary>
public sealed class CustomerList
{
    public const int RoundsMax = 4;
    public const int RowsPerReadMax = 250;

    private readonly CustomerDirectory _directory;
    private readonly Debtors _debtors;
    private readonly Settings _settings;
    private readonly TimeProvider _clock;

    internal CustomerList(CustomerDirectory directory, Debtors debtors, Settings settings, TimeProvider clock) =>
        (_directory, _debtors, _settings, _clock) = (directory, debtors, settings, clock);

    /// <summary>The customers behind this code that pass, at most <paramref name="limit"/>.</summary>
    public async Task<ApiPage<Debtor>> Page(CustomerFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        var today = (await _settings.Get(OrganisationSettings.Section, cancellation)).Today(_clock);
        var found = new List<Debtor>();
        var place = after is null ? null : AccountStore.Of(after);
        for (var round = 0; round < RoundsMax; round++)
        {
            var (rows, more) = await _directory.Next(place, round == 0 ? limit / 8 + 4 : RowsPerReadMax, cancellation);
            foreach (var row in rows)
            {
                if (!filter.Passes(row.Value, today))
                    continue;
                if (found.Count == limit)
                    return new(found, found[^1].Code);
                found.Add(await _debtors.Of(row.Key, row.Value, cancellation));
            }

            if (!more)
                return new(found, null);
            place = rows[^1].Key;
        }

        return new(found, AccountStore.CodeOf(place!));
    }

    /// <summary>Every customer that passes, in the order of their codes, for a file: some hundreds are held at a time.</summary>
    public async IAsyncEnumerable<Debtor> All(CustomerFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var today = (await _settings.Get(OrganisationSettings.Section, cancellation)).Today(_clock);
        for (var (place, more) = ((string?)null, true); more;)
        {
            (var rows, more) = await _directory.Next(place, RowsPerReadMax, cancellation);
            foreach (var row in rows.Where(row => filter.Passes(row.Value, today)))
                yield return await _debtors.Of(row.Key, row.Value, cancellation);
            place = rows.Count > 0 ? rows[^1].Key : place;
        }
    }
}
