using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Billing;

/// <summary>Invoices in the staff panel: the list with its filters, and where its pages are.</summary>
internal static class InvoicesPanel
{
    public const string See = "invoices.see";
    public const string Write = "invoices.write";
    public const string Cancel = "invoices.cancel";
    public const string Path = "/panel/invoices";

    /// <summary>A status of the filter, which is no invoice's own: owed and past its due date.</summary>
    private const string Overdue = "overdue";
    private const int CodeMax = 64;
    private static readonly string[] Asked = ["query", "customer", "service", "status", "period", "from", "to", "dueFrom", "dueTo"];

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(See, Role.Accountant, Role.Cashier, Role.Viewer);
        services.AddPermission(Write, Role.Accountant);
        services.AddPermission(Cancel, Role.Accountant);
        services.AddPanelTasks<MissingTasks>();
        services.AddPanelItem(new(20, language => Words.Texts[language, "invoices"], Path, See, "invoice"));
    }

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapList("/invoices", See, List);
        InvoicesNew.Map(panel);
        InvoicesBulk.Map(panel);
        InvoicesShow.Map(panel);
    }

    public static string PathOf(string number) => $"{Path}/{PathName.Encode(number)}";

    private static PanelList<InvoiceRow> List(PanelRequest panel)
    {
        string T(string key) => Words.Texts[panel.Language, key];
        var filter = FilterOf(panel);
        return new()
        {
            Title = T("invoices"),
            Subtitle = IsBare(panel) ? Words.Texts.Format(panel.Language, "invoices.since", panel.Date(filter.From!.Value)) : null,
            Empty = T("invoices.empty"),
            Actions = panel.Can(Write) ? [new(T("invoice.new"), Path + "/new", "plus")] : [],
            Filters =
            [
                PanelFilter.Search("query", T("invoices.search")),
                PanelFilter.Choice(
                    "status", T("invoice.status"), T("invoices.anyStatus"), (InvoiceFilter.Owed, T("status.owed")), (Overdue, T("status.late")),
                    ("open", T("status.open")), ("partlyPaid", T("status.partlyPaid")), ("paid", T("status.paid")), ("cancelled", T("status.cancelled"))),
                PanelFilter.Day("from", T("invoices.from")),
                PanelFilter.Day("to", T("invoices.to")),
                PanelFilter.Search("customer", T("invoices.customer")) with { IsRare = true },
                PanelFilter.Search("service", T("invoices.service")) with { IsRare = true },
                new("period", T("invoices.period"), Type: "month", IsRare: true),
                PanelFilter.Day("dueFrom", T("invoices.dueFrom")) with { IsRare = true },
                PanelFilter.Day("dueTo", T("invoices.dueTo")) with { IsRare = true },
            ],
            Columns =
            [
                Columns<InvoiceRow>.Word(T("invoice.number"), row => row.Number, row => PathOf(row.Number)),
                Columns<InvoiceRow>.Text(T("invoice.customer"), row => row.Title, row => "/panel/customers/" + PathName.Encode(row.Customer)),
                Columns<InvoiceRow>.Word(T("invoice.period"), row => row.Period),
                Columns<InvoiceRow>.Date(T("invoice.issued"), row => row.IssuedOn),
                Columns<InvoiceRow>.Date(T("invoice.due"), row => row.DueOn),
                Columns<InvoiceRow>.Money(T("invoice.total"), row => new Money(row.Total, Currency.Of(row.Currency))),
                Columns<InvoiceRow>.Money(T("invoice.remaining"), row => new Money(row.Remaining, Currency.Of(row.Currency))),
                Columns<InvoiceRow>.Status(T("invoice.status"), row => Status(row.Status, row.DueOn, panel.Today, panel.Language)),
            ],
            Bulk = new(row => row.Number,
            [
                .. panel.Can(Write) ? [new PanelLink(T("bulk.send"), Path + "/send", "mail")] : Array.Empty<PanelLink>(),
                .. panel.Can(Cancel) ? [new PanelLink(T("bulk.cancel"), Path + "/cancel")] : Array.Empty<PanelLink>(),
            ]),
            Load = (after, limit, cancellation) => panel.Get<InvoiceList>().Page(filter, after, limit, cancellation),
        };
    }

    /// <summary>What the address asks for. One that asks for nothing means the last two months: years of paid invoices help nobody.</summary>
    internal static InvoiceFilter FilterOf(PanelRequest panel)
    {
        var status = panel.Query("status");
        var yesterday = panel.Today.AddDays(-1);
        var dueTo = Day(panel, "dueTo");
        return new(
            Customer: Code(panel, "customer"),
            Service: Code(panel, "service"),
            Status: status == Overdue ? InvoiceFilter.Owed : status,
            Period: Month.TryParse(panel.Query("period"), out var month) ? month : null,
            From: IsBare(panel) ? Month.Of(panel.Today.AddMonths(-1)).First : Day(panel, "from"),
            To: Day(panel, "to"),
            Text: panel.Query("query"),
            DueFrom: Day(panel, "dueFrom"),
            DueTo: status == Overdue && (dueTo is null || dueTo > yesterday) ? yesterday : dueTo);
    }

    /// <summary>The word of state: that it is late says more than that it is open.</summary>
    internal static (string Text, Tone Tone) Status(string status, DateOnly dueOn, DateOnly today, Language language)
    {
        var word = Words.Texts[language, "status." + status];
        if (status is not ("open" or "partlyPaid") || dueOn >= today)
            return (word, status switch { "paid" => Tone.Good, "partlyPaid" => Tone.Warn, "open" => Tone.Info, _ => Tone.Plain });
        var late = Late(today.DayNumber - dueOn.DayNumber, language);
        return (status == "partlyPaid" ? $"{word}, {late}" : late, Tone.Bad);
    }

    internal static string Late(int days, Language language) =>
        days == 1 ? Words.Texts[language, "late.one"] : Words.Texts.Format(language, "late.many", Formats.Number(days, 0, language));

    private static bool IsBare(PanelRequest panel) => Asked.All(name => panel.Query(name) is null);

    private static string? Code(PanelRequest panel, string name) =>
        panel.Query(name)?.Trim() is { Length: > 0 and <= CodeMax } code && Kernel.Storage.Key.CanHold(code) ? code : null;

    private static DateOnly? Day(PanelRequest panel, string name) =>
        DateOnly.TryParseExact(panel.Query(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1900 and < 2200
            ? day : null;
}

/// <summary>
/// Says that invoices are missing when a date of yesterday or before is still due. It asks the plan that the run works by,
/// which costs a few reads; the report asks every service.
/// </summary>
internal sealed class MissingTasks(DuePlan plan) : IPanelTasks
{
    public string Permission => "reports.see";

    public async Task<IReadOnlyList<PanelTask>> Find(PanelRequest panel) =>
        await plan.HasDue(panel.Today.AddDays(-1), panel.Cancellation)
            ? [new(Words.Texts[panel.Language, "invoices.missing"], "/panel/reports/missing-invoices", Tone.Bad)]
            : [];
}
