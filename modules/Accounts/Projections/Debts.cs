using System.Text.Json.Serialization;
using Vade.Kernel;

namespace Vade.Accounts;

/// <summary>An amount in a currency, as rows keep it.</summary>
public sealed record CurrencyAmount(
    [property: JsonPropertyName("c")] string Currency,
    [property: JsonPropertyName("m")] decimal Amount);

/// <summary>
/// What an account owes, kept beside its row in the list of customers, so that lists and reports over all customers
/// open no account. Always made whole from the ledger, never changed by an event.
/// </summary>
/// <param name="Sequence">Of the ledger's last entry when it was made: where the head's is higher, this is out of date.</param>
/// <param name="Open">The oldest due first, at most <see cref="OpenMax"/>.</param>
/// <param name="More">More than that is open: the account's head has the rest.</param>
/// <param name="Advances">What waits for later invoices, by currency.</param>
/// <param name="OldestDue">Of everything open, in any currency; null when nothing is.</param>
/// <param name="HabitDays">How many days late this customer usually pays (negative: early); null before anything was settled.</param>
public sealed record Debts(
    [property: JsonPropertyName("s")] long Sequence,
    [property: JsonPropertyName("b")] IReadOnlyList<CurrencyBalance> Balances,
    [property: JsonPropertyName("o")] IReadOnlyList<OpenItem> Open,
    [property: JsonPropertyName("m")] bool More,
    [property: JsonPropertyName("a")] IReadOnlyList<CurrencyAmount> Advances,
    [property: JsonPropertyName("d")] DateOnly? OldestDue,
    [property: JsonPropertyName("h")] int? HabitDays)
{
    public const int OpenMax = 40;

    /// <summary>The habit is told from allocations of so many last entries, and from so many settled items at most.</summary>
    public const int EntriesConsidered = 64;
    private const int SettledConsidered = 12;

    /// <summary>Of an account to which nothing was ever posted.</summary>
    public static Debts None { get; } = new(0, [], [], false, [], null, null);

    /// <param name="recent">The allocations of the last <see cref="EntriesConsidered"/> entries, in the order of posting.</param>
    internal static Debts Of(LedgerHead head, IReadOnlyList<AllocationRow> recent)
    {
        var open = head.Open.OrderBy(item => item.DueOn).ThenBy(item => item.On).ThenBy(item => item.Number, StringComparer.Ordinal).ToArray();
        return new(
            head.Sequence,
            head.Balances,
            [.. open.Take(OpenMax)],
            open.Length > OpenMax,
            [.. head.Credits.GroupBy(credit => credit.Currency, StringComparer.Ordinal).Select(group => new CurrencyAmount(group.Key, group.Sum(credit => credit.Left)))],
            open.Length > 0 ? open[0].DueOn : null,
            Habit(head, recent));
    }

    // The median of the last items that were settled whole, each by the day on which its last part came: one that was
    // paid a year late says nothing about the next.
    private static int? Habit(LedgerHead head, IReadOnlyList<AllocationRow> recent)
    {
        var open = head.Open.Select(item => item.Ref).ToHashSet(StringComparer.Ordinal);
        var settled = new Dictionary<string, (long Sequence, int DaysLate, decimal Amount)>(StringComparer.Ordinal);
        foreach (var row in recent)
        {
            var on = row.On ?? DateOnly.FromDateTime(row.At.UtcDateTime);
            foreach (var allocation in row.Allocations.Where(allocation => !open.Contains(allocation.Item.Ref)))
            {
                var before = settled.GetValueOrDefault(allocation.Item.Ref);
                settled[allocation.Item.Ref] = (row.Sequence, on.DayNumber - allocation.Item.DueOn.DayNumber, before.Amount + allocation.Amount);
            }
        }

        int[] days =
        [
            .. settled.Where(item => item.Value.Amount > 0m)
                .OrderByDescending(item => item.Value.Sequence).ThenBy(item => item.Key, StringComparer.Ordinal)
                .Take(SettledConsidered).Select(item => item.Value.DaysLate).Order(),
        ];
        return days.Length == 0 ? null : days[(days.Length - 1) / 2];
    }

    /// <summary>What waits for later invoices in this currency.</summary>
    public decimal AdvanceIn(Currency currency) => Advances.FirstOrDefault(advance => advance.Currency == currency.Code)?.Amount ?? 0m;

    /// <summary>Whether anything is open past its due date.</summary>
    public bool IsOverdue(DateOnly today) => OldestDue < today;
}
