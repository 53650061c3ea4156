using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>Customers in the staff panel: the list, and one of them.</summary>
internal static class CustomerPanel
{
    private const string See = "customers.see";
    private static readonly Texts Texts = Texts.Of(typeof(CustomerPanel).Assembly);

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(See, Role.Accountant, Role.Cashier, Role.MeterReader, Role.Viewer);
        services.AddPanelItem(new(10, language => Texts[language, "customers"], "/panel/customers", See, "users"));
    }

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapList("/customers", See, List);
        panel.MapGet("/customers/{code}", Show).Needs(See);
    }

    private static PanelList<CustomerView> List(PanelRequest panel)
    {
        string T(string key) => Texts[panel.Language, key];
        return new()
        {
            Title = T("customers"),
            Empty = T("customers.empty"),
            Filters =
            [
                PanelFilter.Search("query", T("customer.search")),
                PanelFilter.Choice("overdue", T("customer.overdue"), T("filter.all"), ("true", T("customer.overdue.true")), ("false", T("customer.overdue.false"))),
                PanelFilter.Choice("hasEmail", T("customer.hasEmail"), T("filter.all"), ("true", T("customer.hasEmail.true")), ("false", T("customer.hasEmail.false"))),
            ],
            Columns =
            [
                Columns<CustomerView>.Text(T("customer.title"), customer => customer.Title, customer => "/panel/customers/" + PathName.Encode(customer.Code)),
                Columns<CustomerView>.Text(T("customer.code"), customer => customer.Code),
                Columns<CustomerView>.Text(T("customer.payerNumber"), customer => customer.PayerNumber),
                Columns<CustomerView>.Text(T("customer.email"), customer => string.Join(", ", customer.Emails)),
                Columns<CustomerView>.Money(T("customer.owes"), customer => customer.Balance),
            ],
            Load = (after, limit, cancellation) => panel.Get<CustomerViews>().Page(
                new(limit, after),
                new(TurkishText.SearchKey(panel.Query("query") ?? ""), Flag(panel.Query("hasEmail")), Flag(panel.Query("overdue"))),
                cancellation),
        };
    }

    private static async Task<IResult> Show(string code, PanelRequest panel, CustomerReader customers, CustomerViews views)
    {
        if (PathName.Decode(code) is not { } name || await customers.OfCode(name, panel.Cancellation) is not { } customer)
            return panel.NotFound();
        var view = await views.Of(customer, [], panel.Cancellation);
        return panel.Page<CustomerPage>((nameof(CustomerPage.Customer), customer), (nameof(CustomerPage.Balances), view.Balances), (nameof(CustomerPage.PortalUrl), view.PortalUrl));
    }

    internal static string Text(Language language, string key) => Texts[language, key];

    private static bool? Flag(string? text) => text switch { "true" => true, "false" => false, _ => null };
}
