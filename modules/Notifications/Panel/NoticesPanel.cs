using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Notifications;

/// <summary>What staff should look at, the newest first, read or unread by who reads (seed B9).</summary>
internal static class NoticesPanel
{
    public const string See = "notices.see";
    public const string Path = "/panel/notices";

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(See, Role.Accountant, Role.Cashier);
        services.AddPanelItem(new(
            5, language => Letter.Texts[language, "staff.notices"], Path, See, "bell",
            async panel => await panel.Get<Notices>().Unread(panel.Staff.Id, panel.Cancellation)));
    }

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapList("/notices", See, List);
        panel.MapPost("/notices/read", Read).Needs(See);
    }

    private static PanelList<Row> List(PanelRequest panel)
    {
        string T(string key) => Letter.Texts[panel.Language, key];
        return new()
        {
            Title = T("staff.notices"),
            Subtitle = T("staff.notices.what"),
            Empty = T("staff.notices.empty"),
            Above = builder =>
            {
                builder.OpenComponent<ReadNotices>(0);
                builder.CloseComponent();
            },
            Columns =
            [
                Columns<Row>.Text(T("panel.notice"), row => PanelWords.Notice(row.Notice, panel.Language)),
                Columns<Row>.Text(T("panel.customer"), row => row.Customer?.Title, row => row.Customer is { } customer ? "/panel/customers/" + PathName.Encode(customer.Code) : null),
                Columns<Row>.Instant(T("panel.at"), row => row.Notice.At),
                Columns<Row>.Status(T("panel.state"), row => row.IsNew ? (T("panel.unread"), Tone.Info) : (T("panel.read"), Tone.Plain)),
            ],
            Load = (after, limit, cancellation) => Load(panel, after, limit, cancellation),
        };
    }

    private static async Task<ApiPage<Row>> Load(PanelRequest panel, string? after, int limit, CancellationToken cancellation)
    {
        var (notices, customers) = (panel.Get<Notices>(), panel.Get<CustomerReader>());
        var through = await notices.ReadThrough(panel.Staff.Id, cancellation);
        var rows = await notices.Page(after, limit + 1, cancellation);
        var page = await Task.WhenAll(rows.Take(limit).Select(async row => new Row(
            row.Value,
            await customers.Find(row.Value.Account, cancellation) is { } customer ? await customers.Survivor(customer, cancellation) : null,
            !(row.Value.At <= through))));
        return new(page, rows.Count > limit ? rows[limit - 1].Key : null);
    }

    // What came after the page was shown stays unread.
    private static async Task<IResult> Read(PanelRequest panel, Notices notices, TimeProvider clock)
    {
        if (long.TryParse(panel.Field("through"), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= clock.GetUtcNow().UtcTicks)
            await notices.Read(panel.Staff.Id, new(ticks, TimeSpan.Zero), panel.Cancellation);
        return panel.Done(Path, Letter.Texts[panel.Language, "staff.notices.done"]);
    }

    /// <param name="Customer">Null for one who is no longer there.</param>
    private sealed record Row(Notice Notice, Customer? Customer, bool IsNew);
}
