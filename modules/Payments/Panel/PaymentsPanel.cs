using System.Globalization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>Payments in the staff panel: the list with its filters, and where its pages are.</summary>
internal static class PaymentsPanel
{
    public const string See = "payments.see";
    public const string Write = "payments.write";

    /// <summary>To take a payment back, or to let it settle something else.</summary>
    public const string Correct = "payments.correct";
    public const string Path = "/panel/payments";
    private const int CodeMax = 64;
    private static readonly string[] Asked = ["customer", "status", "means", "from", "to"];

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(See, Role.Accountant, Role.Cashier, Role.Viewer);
        services.AddPermission(Write, Role.Accountant, Role.Cashier);
        services.AddPermission(Correct, Role.Accountant);
        services.AddPanelItem(new(30, language => Words.Texts[language, "payments"], Path, See, "card"));
        services.AddScoped<OfficeToday>();
        services.AddPanelTasks<DueTasks>();
        services.AddPanelCard<FiguresCard>();
        services.AddPanelCard<CollectedCard>();
        services.AddPanelCard<ForecastCard>();
        services.AddPanelCard<NewestCard>();
    }

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapList("/payments", See, List);
        PaymentsNew.Map(panel);
        PaymentsShow.Map(panel);
        PaymentsCorrect.Map(panel);
    }

    public static string PathOf(string id) => $"{Path}/{id}";

    private static PanelList<PaymentRow> List(PanelRequest panel)
    {
        string T(string key) => Words.Texts[panel.Language, key];
        var filter = FilterOf(panel);
        return new()
        {
            Title = T("payments"),
            Subtitle = IsBare(panel) ? Words.Texts.Format(panel.Language, "payments.since", panel.Date(filter.From!.Value)) : null,
            Empty = T("payments.empty"),
            Actions = panel.Can(Write) ? [new(T("payment.new"), Path + "/new", "plus")] : [],
            Filters =
            [
                PanelFilter.Search("customer", T("payments.customer")),
                PanelFilter.Choice("status", T("payment.status"), T("payments.all"), ("confirmed", T("payment.confirmed")), ("cancelled", T("payment.cancelled"))),
                PanelFilter.Choice("means", T("payment.means"), T("payments.all"), [.. RecordPayment.Means.Select(means => (means, T("means." + means)))]),
                PanelFilter.Day("from", T("payments.from")),
                PanelFilter.Day("to", T("payments.to")),
            ],
            Columns =
            [
                Columns<PaymentRow>.Word(T("payment.id"), row => row.ReceiptNumber ?? row.Id, row => PathOf(row.Id!)),
                Columns<PaymentRow>.Date(T("payment.received"), row => row.ReceivedOn),
                Columns<PaymentRow>.Text(T("payment.customer"), row => row.Customer, row => "/panel/customers/" + PathName.Encode(row.Customer!)),
                Columns<PaymentRow>.Money(T("payment.amount"), row => new Money(row.Amount, Currency.Of(row.Currency!))),
                Columns<PaymentRow>.Text(T("payment.means"), row => MeansOf(row.Means!, panel.Language)),
                Columns<PaymentRow>.Text(T("payment.form"), row => row.Form),
                Columns<PaymentRow>.Status(T("payment.status"), row => Status(row.Status!, row.Test, panel.Language)),
            ],
            Load = (after, limit, cancellation) => panel.Get<PaymentList>().Page(filter, after, limit, cancellation),
        };
    }

    // An address that asks for nothing means the last two months.
    private static PaymentFilter FilterOf(PanelRequest panel) => new(
        Customer: panel.Query("customer")?.Trim() is { Length: > 0 and <= CodeMax } code && Kernel.Storage.Key.CanHold(code) ? code : null,
        Status: panel.Query("status"),
        From: IsBare(panel) ? Month.Of(panel.Today.AddMonths(-1)).First : Day(panel.Query("from")),
        To: Day(panel.Query("to")),
        Means: panel.Query("means"));

    private static bool IsBare(PanelRequest panel) => Asked.All(name => panel.Query(name) is null);

    /// <summary>A payment of a provider in test mode is no money, whatever became of it.</summary>
    internal static (string Text, Tone Tone) Status(string status, bool test, Language language)
    {
        var word = Words.Texts[language, "payment." + status];
        return (test ? $"{word} · {Words.Texts[language, "payment.test"]}" : word, status == "cancelled" ? Tone.Bad : test ? Tone.Warn : Tone.Good);
    }

    internal static string MeansOf(string means, Language language) => Words.Texts[language, "means." + means];

    internal static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1900 and < 2200 ? day : null;
}
