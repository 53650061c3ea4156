using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>Everything that happened to a customer, told by all modules, the newest first.</summary>
internal static class NewsPages
{
    public const string Tab = "news";
    private const int Shown = 50;

    public static void Map(RouteGroupBuilder panel) => panel.MapGet("/customers/{code}/news", Show).Needs(CustomerPanel.See);

    private static async Task<IResult> Show(string code, PanelRequest panel, IEnumerable<ICustomerNews> sources)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame)
            return panel.NotFound();
        var all = new List<CustomerNewsItem>();
        foreach (var source in sources)
            all.AddRange(await source.Of(frame.Account, panel.Language, panel.Cancellation));
        // What happened at one instant stays in one order, so that a place among it names a page.
        var ordered = all.OrderByDescending(item => item.At).ThenBy(item => item.Text, StringComparer.Ordinal).ThenBy(item => item.Detail, StringComparer.Ordinal).ToArray();
        // Counted from the oldest: news that comes meanwhile moves no page.
        var before = FormValues.Whole(panel.Query("before") ?? "") is { } asked && asked <= ordered.Length ? ordered.Length - asked : 0;
        var next = ordered.Length - before - Shown;
        return panel.Page<NewsPage>(
            (nameof(NewsPage.Frame), frame),
            (nameof(NewsPage.Items), (IReadOnlyList<CustomerNewsItem>)[.. ordered.Skip(before).Take(Shown)]),
            (nameof(NewsPage.NextUrl), next > 0 ? string.Create(CultureInfo.InvariantCulture, $"{frame.Path}/{Tab}?before={next}") : null));
    }
}
