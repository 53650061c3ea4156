using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>The next 400 days in the staff panel: everything that is going to be invoiced or sent, and why.</summary>
internal static class PreviewPanel
{
    private const string See = "preview.see";
    private const int DaysByDefault = 30;
    private static readonly int[] Ranges = [7, DaysByDefault, 90, 180, PreviewQuery.DaysMax];

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(See, Role.Accountant, Role.Viewer);
        services.AddPanelItem(new(55, language => AccountsWords.Texts[language, "preview"], "/panel/preview", See, "clock"));
    }

    public static void Map(RouteGroupBuilder panel) => panel.MapList("/preview", See, List);

    private static PanelList<Foreseen> List(PanelRequest panel)
    {
        string T(string key) => AccountsWords.Texts[panel.Language, key];
        var customer = panel.Query("customer");
        var query = new PreviewQuery(
            panel.Today, panel.Today.AddDays(Days(panel.Query("days"))), customer is null ? null : AccountStore.Of(customer), panel.Language);
        return new()
        {
            Title = T("preview"),
            Subtitle = T("preview.what"),
            Empty = T("preview.empty"),
            Filters =
            [
                new("days", T("preview.days"), [("", Range(DaysByDefault)), .. Ranges.Where(days => days != DaysByDefault).Select(days => (Text(days), Range(days)))]),
                PanelFilter.Search("customer", T("customer.code")),
            ],
            Columns =
            [
                Columns<Foreseen>.Date(T("date"), item => item.On),
                Columns<Foreseen>.Text(T("preview.customer"), item => item.Customer, item => "/panel/customers/" + PathName.Encode(item.Customer)),
                Columns<Foreseen>.Text(T("kind"), item => T("preview.kind." + item.Kind)),
                Columns<Foreseen>.Money(T("preview.amount"), item => item.Amount),
                Columns<Foreseen>.Date(T("preview.dueOn"), item => item.DueOn),
                Columns<Foreseen>.Text(T("preview.because"), item => item.Because),
            ],
            Load = (after, limit, cancellation) => panel.Get<Preview>().Page(query, null, after, limit, cancellation),
        };

        string Range(int days) => AccountsWords.Texts.Format(panel.Language, "preview.range", days);
    }

    private static int Days(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? Math.Clamp(days, 1, PreviewQuery.DaysMax) : DaysByDefault;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
