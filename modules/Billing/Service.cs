using Vade.Kernel;

namespace Vade.Billing;

/// <summary>A line that a service puts on each of its invoices.</summary>
/// <param name="TaxRate">Per cent: 20 for 20 %.</param>
public sealed record ServiceLine(string Description, decimal Quantity, decimal UnitPrice, decimal TaxRate);

/// <summary>
/// What a customer is invoiced for and when. Invoice <em>k</em> falls on <see cref="StartsOn"/> + <em>k</em> ×
/// <see cref="EveryMonths"/>, counted from the anchor (facts: domain trap 6), in advance for its term.
/// </summary>
/// <param name="BilledThrough">
/// The last day that is invoiced; null before the first invoice. The next invoice is the first date of the schedule
/// behind it, so a change of rhythm neither skips nor repeats a month.
/// </param>
/// <param name="BilledOn">The date of the last invoice, by the rhythm of its time; null before the first.</param>
/// <param name="MovedTo">The account it goes on in, since the customer was merged into another: nothing more of it is sealed here.</param>
/// <param name="MovedAs">Its code there; null until it stands there.</param>
/// <param name="MovedFrom">The account and code that it had before, as a key.</param>
public sealed record Service(
    string Code,
    string Description,
    string Currency,
    IReadOnlyList<ServiceLine> Lines,
    int EveryMonths,
    DateOnly StartsOn,
    DateOnly? EndsOn,
    int? DueDays,
    bool Prorate,
    IReadOnlyList<string> Channels,
    DateTimeOffset SavedAt,
    DateOnly? BilledThrough = null,
    DateOnly? BilledOn = null,
    string? MovedTo = null,
    string? MovedAs = null,
    string? MovedFrom = null)
{
    public Schedule Schedule() => new(StartsOn, EveryMonths, EndsOn);

    /// <summary>The next date that is not invoiced yet; null when the service has ended.</summary>
    public DateOnly? NextOn() => MovedTo is null ? Schedule().NextAfter(Floor()) : null;

    /// <summary>Every date up to and including today that is not invoiced yet.</summary>
    public IEnumerable<DateOnly> DueThrough(DateOnly today) => MovedTo is null ? Schedule().Between(Floor(), today) : [];

    /// <summary>The dates to come, for a person who has just saved the service.</summary>
    public IReadOnlyList<DateOnly> Upcoming(int count)
    {
        var dates = new List<DateOnly>();
        var schedule = Schedule();
        for (var on = NextOn(); on is { } date && dates.Count < count; on = schedule.NextAfter(date))
            dates.Add(date);
        return dates;
    }

    /// <summary>The service once the invoice of this date exists, whatever its rhythm has become since that was sealed.</summary>
    /// <param name="through">The last day of the period that begins on the date.</param>
    public Service Billed(DateOnly on, DateOnly through) =>
        BilledThrough >= through ? this : this with { BilledThrough = through, BilledOn = on };

    /// <summary>Whether the next date is the one that this rhythm has behind the last: not where it changed under a sealed invoice.</summary>
    internal bool IsInRhythm => BilledOn is not { } on || NextOn() == Schedule().NextAfter(on);

    /// <summary>
    /// The last day that the invoice of this date is for. A service that was ended after it was sealed, and before it
    /// begins, is invoiced as it was sealed.
    /// </summary>
    /// <param name="through">The last day of the period that begins on the date.</param>
    internal DateOnly LastDay(DateOnly on, DateOnly through) => Prorate && EndsOn >= on && EndsOn < through ? EndsOn.Value : through;

    /// <summary>The part of its period that the invoice of this date is for.</summary>
    internal Share ShareOf(DateOnly on, DateOnly through) =>
        new(LastDay(on, through).DayNumber - on.DayNumber + 1, through.DayNumber - on.DayNumber + 1);

    private DateOnly Floor() => BilledThrough ?? StartsOn.AddDays(-1);
}
