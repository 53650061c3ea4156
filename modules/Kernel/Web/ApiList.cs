using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Vade.Kernel.Web;

/// <summary>One page of a list.</summary>
/// <param name="Next">The value of <c>after</c> for the next page; null at the end.</param>
public sealed record ApiPage<T>(
    IReadOnlyList<T> Items,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

/// <summary>Which page of a list is asked for.</summary>
/// <param name="Limit">From 1 to <see cref="LimitMax"/>.</param>
/// <param name="After">What an earlier page gave as next; null for the first page.</param>
public sealed record ApiList(int Limit, string? After)
{
    public const int LimitMax = 200;
    private const int LimitDefault = 50;

    public static bool TryRead(HttpRequest request, [NotNullWhen(true)] out ApiList? list, [NotNullWhen(false)] out ApiProblem? problem)
    {
        ArgumentNullException.ThrowIfNull(request);
        // The Functions host may have merged repeated keys with a comma and added "=" to bare ones.
        var after = request.Query["after"].ToString();
        var text = request.Query["limit"].ToString();
        var limit = LimitDefault;
        if (text.Length > 0 && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= LimitMax))
        {
            list = null;
            problem = ApiProblem.BadRequest(
                "limit", $"limit is {text}; it may be a whole number from 1 to {LimitMax}.",
                new ApiError("range", $"A whole number from 1 to {LimitMax} is expected.", "limit"));
            return false;
        }

        list = new(limit, after.Length == 0 ? null : after);
        problem = null;
        return true;
    }

    /// <summary>The page made of one item more than the limit, where there is one: then there is a next page.</summary>
    /// <param name="loaded">Up to <see cref="Limit"/> + 1 items.</param>
    /// <param name="after">What stands for an item in <c>after</c>.</param>
    public ApiPage<TItem> Page<TItem>(IReadOnlyList<TItem> loaded, Func<TItem, string> after)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        ArgumentNullException.ThrowIfNull(after);
        return loaded.Count > Limit
            ? new([.. loaded.Take(Limit)], after(loaded[Limit - 1]))
            : new(loaded, null);
    }
}
