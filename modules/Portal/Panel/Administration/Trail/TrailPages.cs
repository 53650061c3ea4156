using System.Globalization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>The trail of every action: who did what, when, from where, and how it ended.</summary>
internal static class TrailPages
{
    private const string See = "audit.see";
    // What one request reads through in search of matches.
    private const int ScannedRowsMax = 1_000;
    private const int RowsAtOnce = 200;

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(See);
        services.AddPanelItem(new(94, language => Words.Texts[language, "audit"], "/panel/audit", See, "list"));
    }

    public static void Map(RouteGroupBuilder panel) => panel.MapList("/audit", See, List);

    private static PanelList<Entry> List(PanelRequest panel)
    {
        string T(string key) => Words.Texts[panel.Language, key];
        return new()
        {
            Title = T("audit"),
            Subtitle = T("audit.how"),
            Empty = T("audit.empty"),
            Filters =
            [
                PanelFilter.Search("who", T("audit.who")),
                PanelFilter.Search("action", T("audit.action")),
                PanelFilter.Day("day", T("audit.day")),
                new("month", T("audit.month"), Type: "month"),
                PanelFilter.Choice("outcome", T("audit.outcome"), T("audit.all"), [.. Enum.GetValues<AuditOutcome>().Select(outcome => (outcome.ToString(), T("audit." + outcome)))]),
            ],
            Columns =
            [
                Columns<Entry>.Instant(T("audit.at"), entry => entry.Value.At),
                Columns<Entry>.Text(T("audit.who"), entry => entry.Value.Name ?? T("audit.nobody")),
                Columns<Entry>.Text(T("audit.action"), entry => entry.Value.Action),
                Columns<Entry>.Text(T("audit.on"), entry => entry.Value.On),
                Columns<Entry>.Text(T("audit.details"), entry => entry.Value.Details),
                Columns<Entry>.Text(T("audit.from"), entry => entry.Value.From),
                Columns<Entry>.Status(T("audit.outcome"), entry => (T("audit." + entry.Value.Outcome), ToneOf(entry.Value.Outcome))),
            ],
            Load = (after, limit, cancellation) => Load(panel, after, limit, cancellation),
        };
    }

    private static async Task<ApiPage<Entry>> Load(PanelRequest panel, string? after, int limit, CancellationToken cancellation)
    {
        var audit = panel.Get<Audit>();
        var (from, to) = Span(panel);
        var found = new List<Entry>();
        for (var scanned = 0; scanned < ScannedRowsMax;)
        {
            var rows = await audit.Page(from, to, after, RowsAtOnce, cancellation);
            foreach (var row in rows)
            {
                if (found.Count == limit)
                    return new(found, after);
                after = row.Key;
                if (Passes(panel, row.Value))
                    found.Add(new(row.Key, row.Value));
            }

            if (rows.Count < RowsAtOnce)
                return new(found, null);
            scanned += rows.Count;
        }

        return new(found, after);
    }

    // A day, or else a month: this one unless another is asked for.
    private static (DateTimeOffset From, DateTimeOffset To) Span(PanelRequest panel)
    {
        var zone = panel.Organisation.Zone;
        var first = new DateOnly(panel.Today.Year, panel.Today.Month, 1);
        if (DateOnly.TryParseExact(panel.Query("day"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return (zone.InstantOf(day, TimeOnly.MinValue), zone.InstantOf(day.AddDays(1), TimeOnly.MinValue));
        if (DateOnly.TryParseExact(panel.Query("month"), "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month))
            first = month;
        return (zone.InstantOf(first, TimeOnly.MinValue), zone.InstantOf(first.AddMonths(1), TimeOnly.MinValue));
    }

    private static bool Passes(PanelRequest panel, AuditEntry entry) =>
        Holds(panel.Query("who"), entry.Name, entry.Who)
        && Holds(panel.Query("action"), entry.Action, entry.On, entry.Details)
        && (panel.Query("outcome") is not { } outcome || entry.Outcome.ToString() == outcome);

    private static bool Holds(string? asked, params ReadOnlySpan<string?> texts)
    {
        if (asked is null)
            return true;
        var key = TurkishText.SearchKey(asked);
        foreach (var text in texts)
        {
            if (text is not null && TurkishText.SearchKey(text).Contains(key, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static Tone ToneOf(AuditOutcome outcome) => outcome switch
    {
        AuditOutcome.Done => Tone.Good,
        AuditOutcome.Refused => Tone.Warn,
        AuditOutcome.Failed => Tone.Bad,
        _ => Tone.Info,
    };

    private sealed record Entry(string Key, AuditEntry Value);
}
