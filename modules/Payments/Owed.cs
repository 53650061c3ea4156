using Vade.Accounts;
using Vade.Kernel;

namespace Vade.Payments;

/// <summary>What a link shows as owed in one currency: an invoice's rest, what is left of the chosen ones, or all that is open less what was paid in advance.</summary>
internal sealed record Owed(Money Amount, IReadOnlyList<OpenItem> Items, Money Advance)
{
    /// <summary>In the order in which money settles them.</summary>
    public IReadOnlyList<string> Refs { get; } = [.. Items.Select(item => item.Ref)];

    public static Owed Of(LinkTarget scope, LedgerHead head, Currency currency)
    {
        if (scope.Kind == PayLinks.Invoice)
        {
            return head.ItemOf(scope.Id) is { } item && item.Currency == currency.Code
                ? new(new(item.Remaining, currency), [item], Money.Zero(currency))
                : new(Money.Zero(currency), [], Money.Zero(currency));
        }

        if (scope.Kind == PayLinks.Chosen)
        {
            var chosen = (scope.Items ?? []).ToHashSet(StringComparer.Ordinal);
            var still = head.Due(currency).Where(item => chosen.Contains(item.Ref)).ToArray();
            return new(new(still.Sum(item => item.Remaining), currency), still, Money.Zero(currency));
        }

        var items = head.Due(currency).ToArray();
        var advance = new Money(head.Credits.Where(credit => credit.Currency == currency.Code).Sum(credit => credit.Left), currency);
        var owed = new Money(items.Sum(item => item.Remaining), currency) - advance;
        return new(owed.IsPositive ? owed : Money.Zero(currency), items, advance);
    }

    /// <summary>Every currency in which something is owed, the organisation's own at the head.</summary>
    public static IReadOnlyList<Owed> All(LinkTarget scope, LedgerHead head, Currency own) =>
    [
        .. head.Open.Select(item => item.Currency).Distinct(StringComparer.Ordinal).Select(Currency.Of)
            .OrderBy(currency => currency != own).ThenBy(currency => currency)
            .Select(currency => Of(scope, head, currency))
            .Where(owed => owed.Amount.IsPositive),
    ];
}
