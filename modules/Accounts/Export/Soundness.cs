using System.Globalization;
using System.Text.Json;
using Vade.Kernel;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>Whether an account's rows hold together: what every export looks at, and every restore before it writes.</summary>
internal static class Soundness
{
    /// <summary>
    /// Where the ledger of these rows stands, as the daily root says it: the sequence and the hash of the head; those of an
    /// empty ledger where there is none, or none that can be read.
    /// </summary>
    public static (long Sequence, string Hash) Head(string account, IReadOnlyList<Row> rows)
    {
        try
        {
            var head = HeadOf(account, rows);
            return (head.Sequence, head.Hash ?? "");
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return (0, Bookkeeping.Empty(account).Hash);
        }
    }

    /// <summary>The leaf of the daily root.</summary>
    public static byte[] Leaf(string account, IReadOnlyList<Row> rows)
    {
        var (sequence, hash) = Head(account, rows);
        return MerkleTree.Leaf(account, sequence, hash);
    }

    /// <summary>
    /// What is wrong with the ledger, as a sentence; null for a sound one. The entries form one chain that ends in the
    /// head, and the head's balances are what the entries sum to and what is open.
    /// </summary>
    public static string? Problem(string account, IReadOnlyList<Row> rows)
    {
        try
        {
            Entry[] entries = [.. rows
                .Where(row => row.Key.StartsWith(AccountsRows.EntryPrefix, StringComparison.Ordinal))
                .Select(AccountsRows.EntryType.Read)
                .OrderBy(entry => entry.Sequence)];
            if (LedgerReader.FirstBroken(account, entries) is { } broken)
                return Say($"entry {broken.Sequence} ({broken.Id}) has been changed, or does not follow from the one before it");
            var head = HeadOf(account, rows);
            var last = entries.Length == 0 ? Bookkeeping.Empty(account).Hash : entries[^1].Hash;
            if (head.Sequence != entries.Length || head.Hash != last)
                return Say($"its head stands at entry {head.Sequence}, but its chain ends with entry {entries.Length}");
            return Balances(head, entries);
        }
        catch (Exception unreadable)
        {
            // Whatever somebody made of the rows: it is told, and stops neither the export nor the restore of all others.
            return $"a row of its ledger cannot be read ({unreadable.GetType().Name})";
        }
    }

    private static LedgerHead HeadOf(string account, IReadOnlyList<Row> rows) =>
        rows.FirstOrDefault(row => row.Key == AccountsRows.Head) is { } head ? AccountsRows.HeadType.Read(head) : Bookkeeping.Empty(account);

    private static string? Balances(LedgerHead head, Entry[] entries)
    {
        var booked = entries.GroupBy(entry => entry.Currency, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(entry => entry.Own), StringComparer.Ordinal);
        foreach (var code in head.Balances.Select(balance => balance.Currency).Union(booked.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var currency = Currency.Of(code);
            if (head.Balance(currency).Amount != booked.GetValueOrDefault(code))
                return Say($"its balance in {code} is {head.Balance(currency).Amount}, but its entries sum to {booked.GetValueOrDefault(code)}");
            var receivable = head.Balances.Where(balance => balance.Currency == code).Sum(balance => balance.Receivable);
            if (receivable != Bookkeeping.Owed(head, currency))
                return Say($"{receivable} {code} is receivable, but its open items and advances come to {Bookkeeping.Owed(head, currency)}");
        }

        return null;
    }

    private static string Say(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
