using System.Globalization;
using Vade.Kernel;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Accounts;

/// <summary>What a month is going to bring in one currency.</summary>
/// <param name="Month">yyyy-MM.</param>
public sealed record ForeseenMonth(string Month, string Kind, string? Currency, int Count, decimal Sum);

/// <param name="Before">What everything of a currency comes to as things stand, and if the change were saved.</param>
public sealed record ForeseenTotal(string Currency, decimal Before, decimal After);

/// <summary>What a change would do, exactly: nothing is saved yet.</summary>
/// <param name="Changes">In order, at most so many as were asked for.</param>
/// <param name="Unchanged">How many things stay as they are.</param>
public sealed record Difference(
    int Added, int Removed, int Changed, int Unchanged, IReadOnlyList<ForeseenTotal> Totals, IReadOnlyList<Foresight> Changes);

/// <summary>
/// Everything that is going to be issued or sent, and why (design: nothing surprises anybody). Reads what modules
/// foresee from compact rows; keeps a page of it, whatever there is.
/// </summary>
public sealed class Preview(IEnumerable<IForesee> sources)
{
    /// <summary>A page in the order of <see cref="Foreseen"/>, behind a place that an earlier page named.</summary>
    /// <param name="passes">What the list is narrowed to.</param>
    public async Task<ApiPage<Foreseen>> Page(PreviewQuery query, Func<Foreseen, bool>? passes, string? after, int limit, CancellationToken cancellation)
    {
        var behind = ForeseenPlace.Read(after);
        // The first so many: whatever is larger than the largest kept is passed over.
        var kept = new PriorityQueue<Foreseen, (string, string, string, string)>(LastFirst);
        await foreach (var item in Now(query, cancellation))
        {
            if ((behind is { } place && ForeseenPlace.Compare(item.Order, place) <= 0) || passes?.Invoke(item) == false)
                continue;
            kept.Enqueue(item, item.Order);
            if (kept.Count > limit + 1)
                kept.Dequeue();
        }

        var items = new Foreseen[kept.Count];
        for (var at = kept.Count - 1; at >= 0; at--)
            items[at] = kept.Dequeue();
        return new ApiList(limit, after).Page(items, item => ForeseenPlace.Write(item));
    }

    /// <summary>The same by month, kind and currency.</summary>
    public async Task<IReadOnlyList<ForeseenMonth>> Months(PreviewQuery query, Func<Foreseen, bool>? passes, CancellationToken cancellation)
    {
        var months = new Dictionary<(string, string, string?), ForeseenMonth>();
        await foreach (var item in Now(query, cancellation))
        {
            if (passes?.Invoke(item) == false)
                continue;
            var key = (item.On.ToString("yyyy-MM", CultureInfo.InvariantCulture), item.Kind, item.Amount?.Currency.Code);
            var before = months.GetValueOrDefault(key) ?? new(key.Item1, key.Kind, key.Item3, 0, 0m);
            months[key] = before with { Count = before.Count + 1, Sum = before.Sum + (item.Amount?.Amount ?? 0m) };
        }

        return [.. months.Values.OrderBy(month => month.Month, StringComparer.Ordinal).ThenBy(month => month.Kind, StringComparer.Ordinal).ThenBy(month => month.Currency, StringComparer.Ordinal)];
    }

    /// <summary>What the change of the query would do.</summary>
    /// <param name="changesMax">Of which the first are told one by one.</param>
    public async Task<Difference> Differences(PreviewQuery query, int changesMax, CancellationToken cancellation)
    {
        var (added, removed, changed, unchanged) = (0, 0, 0, 0);
        var totals = new SortedDictionary<string, ForeseenTotal>(StringComparer.Ordinal);
        var kept = new PriorityQueue<Foresight, (string, string, string, string)>(LastFirst);
        foreach (var source in sources)
        {
            await foreach (var one in source.Foresee(query, cancellation))
            {
                Add(one.Now?.Amount, (total, amount) => total with { Before = total.Before + amount });
                Add(one.Then?.Amount, (total, amount) => total with { After = total.After + amount });
                if (!one.IsChanged)
                {
                    unchanged++;
                    continue;
                }

                _ = one switch { { Now: null } => added++, { Then: null } => removed++, _ => changed++ };
                kept.Enqueue(one, (one.Now ?? one.Then)!.Order);
                if (kept.Count > changesMax)
                    kept.Dequeue();
            }
        }

        var changes = new Foresight[kept.Count];
        for (var at = kept.Count - 1; at >= 0; at--)
            changes[at] = kept.Dequeue();
        return new(added, removed, changed, unchanged, [.. totals.Values], changes);

        void Add(Money? money, Func<ForeseenTotal, decimal, ForeseenTotal> with)
        {
            if (money is { } some)
                totals[some.Currency.Code] = with(totals.GetValueOrDefault(some.Currency.Code) ?? new(some.Currency.Code, 0m, 0m), some.Amount);
        }
    }

    private static readonly IComparer<(string, string, string, string)> LastFirst =
        Comparer<(string, string, string, string)>.Create((one, other) => ForeseenPlace.Compare(other, one));

    private async IAsyncEnumerable<Foreseen> Now(
        PreviewQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var source in sources)
        {
            await foreach (var one in source.Foresee(query, cancellation))
            {
                if (one.Now is { } item && item.On <= query.Through)
                    yield return item;
            }
        }
    }
}

/// <summary>The place of a thing in the list, as <c>after</c> carries it.</summary>
internal static class ForeseenPlace
{
    public static string Day(DateOnly on) => on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Write(Foreseen item) => Key.Of(Day(item.On), item.Customer, item.Kind, item.About);

    /// <summary>Null for the beginning, which is also where whatever cannot be read leads.</summary>
    public static (string, string, string, string)? Read(string? after)
    {
        try
        {
            return after is not null && Key.Parts(after) is [var day, var customer, var kind, var about] ? (day, customer, kind, about) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public static int Compare((string, string, string, string) one, (string, string, string, string) other)
    {
        var by = string.CompareOrdinal(one.Item1, other.Item1);
        by = by != 0 ? by : string.CompareOrdinal(one.Item2, other.Item2);
        by = by != 0 ? by : string.CompareOrdinal(one.Item3, other.Item3);
        return by != 0 ? by : string.CompareOrdinal(one.Item4, other.Item4);
    }
}
