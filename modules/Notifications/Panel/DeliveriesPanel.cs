using System.Globalization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Notifications;

/// <summary>What was sent to whom, and why something was not, in the staff panel.</summary>
internal static class DeliveriesPanel
{
    public const string See = "messages.see";
    public const string Path = "/panel/deliveries";

    /// <summary>The filter for what may not have reached its reader.</summary>
    public const string Trouble = "trouble";

    // What one request reads through in search of matches.
    private const int ScannedRowsMax = 500;
    private static readonly string[] States = [Trouble, "failed", "unknown", "sent", "skipped", "sending"];

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(See, Role.Accountant, Role.Cashier, Role.Viewer);
        services.AddPanelItem(new(60, language => Letter.Texts[language, "panel.deliveries"], Path, See, "mail"));
    }

    public static void Map(RouteGroupBuilder panel) => panel.MapList("/deliveries", See, List);

    private static PanelList<LogRow> List(PanelRequest panel)
    {
        string T(string key) => Letter.Texts[panel.Language, key];
        return new()
        {
            Title = T("panel.deliveries"),
            Subtitle = T("panel.deliveries.what"),
            Empty = T("panel.deliveries.empty"),
            Filters =
            [
                PanelFilter.Search("customer", T("panel.customerCode")),
                PanelFilter.Choice("status", T("panel.state"), T("panel.all"), [.. States.Select(state => (state, T("panel.state." + state)))]),
                PanelFilter.Choice("kind", T("panel.kind"), T("panel.all"), [.. panel.Services.GetServices<IDeliveryKind>().Select(kind => (kind.Kind, PanelWords.Kind(kind.Kind, panel.Language)))]),
                PanelFilter.Day("from", T("panel.from")),
                PanelFilter.Day("to", T("panel.to")),
            ],
            Columns =
            [
                Columns<LogRow>.Instant(T("panel.at"), row => row.Delivery.At),
                Columns<LogRow>.Status(T("panel.state"), row => PanelWords.State(row.Delivery.State, panel.Language)),
                Columns<LogRow>.Text(T("panel.reason"), row => PanelWords.Reason(row.Delivery.Reason, panel.Language)),
                Columns<LogRow>.Text(T("panel.customer"), row => row.Delivery.Customer, row => "/panel/customers/" + PathName.Encode(row.Delivery.Customer)),
                Columns<LogRow>.Text(T("panel.toWhom"), row => row.Delivery.To),
                Columns<LogRow>.Text(T("panel.kind"), row => $"{PanelWords.Kind(row.Delivery.Kind, panel.Language)} · {PanelWords.Channel(row.Delivery.Channel, panel.Language)}"),
                Columns<LogRow>.Text(T("panel.about"), row => row.About == row.Delivery.Kind ? null : row.About),
                Columns<LogRow>.Text(T("panel.subject"), row => row.Delivery.Subject),
            ],
            Load = (after, limit, cancellation) => Load(panel, after, limit, cancellation),
        };
    }

    private static async Task<ApiPage<LogRow>> Load(PanelRequest panel, string? after, int limit, CancellationToken cancellation)
    {
        var log = panel.Get<DeliveryLog>();
        var (customer, status) = (panel.Query("customer")?.Trim(), panel.Query("status"));
        var query = Query(panel, customer);
        // What went wrong has a list of its own, however much went well; one customer's deliveries are few.
        var isTrouble = customer is null && status is Trouble or "failed" or "unknown";
        // A log of years begins with this month, unless somebody asks for more.
        if (!isTrouble && customer is null && query is { From: null, Until: null })
            query = query with { From = panel.Organisation.Zone.InstantOf(new DateOnly(panel.Today.Year, panel.Today.Month, 1), TimeOnly.MinValue) };
        var found = new List<LogRow>();
        for (var scanned = 0; scanned < ScannedRowsMax;)
        {
            var rows = isTrouble
                ? await log.Trouble(query.From, query.Until, after, limit + 1, cancellation)
                : await log.Page(query, after, limit + 1, cancellation);
            foreach (var row in rows)
            {
                if (found.Count == limit)
                    return new(found, after);
                after = row.After;
                if (Passes(panel, status, row.Delivery))
                    found.Add(row);
            }

            if (rows.Count <= limit)
                return new(found, null);
            scanned += rows.Count;
        }

        return new(found, after);
    }

    private static LogQuery Query(PanelRequest panel, string? customer)
    {
        var zone = panel.Organisation.Zone;
        return new(
            customer is null ? null : AccountStore.Of(customer),
            Kind: null,
            About: null,
            Day(panel.Query("from")) is { } first ? zone.InstantOf(first, TimeOnly.MinValue) : null,
            Day(panel.Query("to")) is { } last ? zone.InstantOf(last.AddDays(1), TimeOnly.MinValue) : null);
    }

    private static bool Passes(PanelRequest panel, string? status, Delivery delivery) =>
        (panel.Query("kind") is not { } kind || delivery.Kind == kind)
        && status switch
        {
            null => true,
            Trouble => delivery.IsTrouble,
            "sent" => delivery.State == DeliveryState.Sent,
            "skipped" => delivery.State == DeliveryState.Skipped,
            "failed" => delivery.State == DeliveryState.Failed,
            "unknown" => delivery.State == DeliveryState.Unknown,
            "sending" => !delivery.IsSettled,
            _ => false,
        };

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue ? day : null;
}
