using Vade.Kernel;

namespace Vade.Accounts;

/// <summary>Something that is going to be issued or sent, as things stand.</summary>
/// <param name="On">The organisation's local date.</param>
/// <param name="Kind">invoice, reminder, reconciliation …</param>
/// <param name="Customer">The customer's code.</param>
/// <param name="About">What it is about: a service's code, an invoice number.</param>
/// <param name="Amount">Tax included; null where no money is named.</param>
/// <param name="Because">The rule and the facts behind it, for its reader.</param>
/// <param name="DueOn">When it is to be paid; null where nothing is.</param>
public sealed record Foreseen(
    DateOnly On, string Kind, string Customer, string About, Money? Amount, IReadOnlyList<string> Channels, string Because, DateOnly? DueOn = null)
{
    /// <summary>Whether a reader would see the same.</summary>
    public bool IsAlike(Foreseen other) =>
        On == other.On && Kind == other.Kind && Customer == other.Customer && About == other.About && Amount == other.Amount && DueOn == other.DueOn
        && Channels.SequenceEqual(other.Channels, StringComparer.Ordinal);

    /// <summary>The order of the list: by date, customer, kind and what it is about.</summary>
    internal (string, string, string, string) Order => (ForeseenPlace.Day(On), Customer, Kind, About);
}

/// <summary>What a rule, a price or a date would bring if it were changed: not saved yet.</summary>
public abstract record WhatIf;

/// <param name="Today">The organisation's.</param>
/// <param name="Through">Inclusive.</param>
/// <param name="Account">Of one customer; null for all.</param>
/// <param name="Language">That the reasons are written in.</param>
/// <param name="If">Null where nothing is to be changed.</param>
public sealed record PreviewQuery(DateOnly Today, DateOnly Through, string? Account, Language Language, WhatIf? If = null)
{
    public const int DaysMax = 400;
}

/// <summary>One thing as it is going to be, and as it would be; equal where the change does not touch it.</summary>
/// <param name="Now">Null where only the change brings it.</param>
/// <param name="Then">Null where the change takes it away.</param>
public sealed record Foresight(Foreseen? Now, Foreseen? Then)
{
    public static Foresight Same(Foreseen item) => new(item, item);

    public bool IsChanged => Now is null || Then is null || !Now.IsAlike(Then);

    /// <summary>Both lists side by side, item by item; each holds at most one item a date.</summary>
    public static IEnumerable<Foresight> Pairs(IEnumerable<Foreseen> now, IEnumerable<Foreseen> then)
    {
        var after = then.ToDictionary(item => item.On);
        foreach (var item in now)
            yield return new(item, after.Remove(item.On, out var changed) ? changed : null);
        foreach (var item in after.Values)
            yield return new(null, item);
    }
}

/// <summary>
/// Tells what a module is going to do by itself. Registered by each module that sends or issues something by date; it
/// reads compact rows over all accounts, never the accounts one by one.
/// </summary>
public interface IForesee
{
    /// <summary>Everything through the last day, in no order.</summary>
    IAsyncEnumerable<Foresight> Foresee(PreviewQuery query, CancellationToken cancellation);
}
