using Vade.Kernel;

namespace Vade.Portal;

/// <summary>
/// A figure and what it comes from, down to the facts: a tree that its reader opens as far as wanted. Words and numbers
/// are already written for the reader.
/// </summary>
/// <param name="What">What the figure is: "Tax of 20 %".</param>
/// <param name="Amount">Null where the node is a fact without a figure of its own.</param>
/// <param name="Says">How it was computed, or which fact it is; null where its parts say it all.</param>
/// <param name="Parts">What it is made of; they sum to the amount where <paramref name="Sums"/> says so.</param>
/// <param name="Url">Where more of it is seen; null for nowhere.</param>
public sealed record Explanation(
    string What, Money? Amount, string? Says, IReadOnlyList<Explanation> Parts, bool Sums = false, string? Url = null)
{
    /// <summary>A fact: nothing stands behind it.</summary>
    public static Explanation Fact(string what, string says, Money? amount = null, string? url = null) => new(what, amount, says, [], Url: url);

    /// <summary>A figure that is the sum of its parts.</summary>
    /// <exception cref="InvalidOperationException">It is not: better no explanation than a wrong one.</exception>
    public static Explanation Sum(string what, Money amount, IReadOnlyList<Explanation> parts, string? says = null, string? url = null)
    {
        var sum = parts.Aggregate(Money.Zero(amount.Currency), (total, part) => total + part.Amount!.Value);
        return sum == amount
            ? new(what, amount, says, parts, Sums: true, url)
            : throw new InvalidOperationException($"The parts of \"{what}\" sum to {sum}, and not to {amount}.");
    }

    /// <summary>This node and all below it.</summary>
    public IEnumerable<Explanation> All() => Parts.SelectMany(part => part.All()).Prepend(this);
}
