using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>Customers in the staff panel: the list of all, and the pages about one of them.</summary>
internal static class CustomerPanel
{
    public const string See = "customers.see";

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(See, Role.Accountant, Role.Cashier, Role.MeterReader, Role.Viewer);
        services.AddPermission(CustomerForm.Write, Role.Accountant);
        services.AddPermission(NotesPages.Write, Role.Accountant, Role.Cashier, Role.MeterReader);
        services.AddPermission(OperationPages.Write, Role.Accountant);
        services.AddPermission(ImportPages.Write, Role.Accountant);
        services.AddPanelItem(new(10, language => AccountsWords.Texts[language, "customers"], "/panel/customers", See, "users"));
        services.AddSingleton(provider => new CustomerNotes(provider.GetRequiredService<AccountStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddCustomerNews<AccountNews>();
        foreach (var (order, name, text) in new[] { (0, "", "customer.overview"), (10, LedgerPages.Tab, "customer.ledger"), (40, OperationPages.Tab, "operations"), (50, NotesPages.Tab, "notes"), (60, NewsPages.Tab, "news") })
            services.AddCustomerTab(new(order, name, language => AccountsWords.Texts[language, text], See));
    }

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapList("/customers", See, List);
        CustomerForm.Map(panel);
        ImportPages.Map(panel);
        panel.MapGet("/customers/{code}", Show).Needs(See);
        LedgerPages.Map(panel);
        OperationPages.Map(panel);
        OperationForms.Map(panel);
        MergePages.Map(panel);
        NotesPages.Map(panel);
        NewsPages.Map(panel);
    }

    // A row of the directory says what is owed: no account is opened, however long the list is.
    private static PanelList<Debtor> List(PanelRequest panel)
    {
        string T(string key) => AccountsWords.Texts[panel.Language, key];
        var (currency, today) = (panel.Organisation.MoneyCurrency, panel.Today);
        IReadOnlyList<Debtor> shown = [];
        List<PanelLink> actions = [];
        if (panel.Can(CustomerForm.Write))
            actions.Add(new(T("customer.new"), CustomerForm.New, "plus"));
        if (panel.Can(ImportPages.Write))
            actions.Add(new(T("import"), ImportPages.Path, "upload"));
        return new()
        {
            Title = T("customers"),
            Empty = T("customers.empty"),
            Actions = actions,
            Above = builder => Totals(builder, panel, shown),
            Filters =
            [
                PanelFilter.Search("query", T("customer.search")),
                PanelFilter.Choice("overdue", T("customer.overdue"), T("filter.all"), ("true", T("customer.overdue.true")), ("false", T("customer.overdue.false"))),
                PanelFilter.Choice("hasEmail", T("customer.hasEmail"), T("filter.all"), ("true", T("customer.hasEmail.true")), ("false", T("customer.hasEmail.false"))),
            ],
            Columns =
            [
                Columns<Debtor>.Text(T("customer.title"), debtor => debtor.Title, debtor => CustomerFrame.PathOf(debtor.Code)),
                Columns<Debtor>.Text(T("customer.code"), debtor => debtor.Code),
                Columns<Debtor>.Status(T("customer.email"), debtor => debtor.HasEmail ? (T("report.yes"), Tone.Plain) : (T("report.no"), Tone.Warn)),
                Columns<Debtor>.Money(T("customer.owes"), debtor => debtor.BalanceIn(currency)),
                Columns<Debtor>.Money(T("customer.overdue"), debtor => debtor.OverdueIn(currency, today) is { IsZero: false } overdue ? overdue : null),
                Columns<Debtor>.Number(T("report.daysLate"), debtor => debtor.Debts.OldestDue is { } due && due < today ? today.DayNumber - due.DayNumber : null),
            ],
            Load = async (after, limit, cancellation) =>
            {
                var filter = new CustomerFilter(panel.Query("query") ?? "", Flag(panel.Query("hasEmail")), Flag(panel.Query("overdue")));
                var page = await panel.Get<CustomerList>().Page(filter, after, limit, cancellation);
                shown = page.Items;
                return page;
            },
        };
    }

    private static void Totals(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder, PanelRequest panel, IReadOnlyList<Debtor> shown)
    {
        if (shown.Count == 0)
            return;
        builder.OpenComponent<CustomerTotals>(0);
        builder.AddComponentParameter(1, nameof(CustomerTotals.Count), shown.Count);
        builder.AddComponentParameter(2, nameof(CustomerTotals.Owed), Sum(shown.Select(debtor => debtor.BalanceIn(panel.Organisation.MoneyCurrency))));
        builder.AddComponentParameter(3, nameof(CustomerTotals.Overdue), Sum(shown.Select(debtor => debtor.OverdueIn(panel.Organisation.MoneyCurrency, panel.Today))));
        builder.CloseComponent();

        Money Sum(IEnumerable<Money> amounts) => amounts.Aggregate(Money.Zero(panel.Organisation.MoneyCurrency), (sum, one) => sum + one);
    }

    private static async Task<IResult> Show(string code, PanelRequest panel, LedgerReader ledger, PayLinks links)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame)
            return panel.NotFound();
        return panel.Page<CustomerPage>(
            (nameof(CustomerPage.Frame), frame),
            (nameof(CustomerPage.Head), await ledger.Head(frame.Account, panel.Cancellation)),
            (nameof(CustomerPage.PortalUrl), links.Url(PayLinks.ToDebt(frame.Customer))));
    }

    private static bool? Flag(string? text) => text switch { "true" => true, "false" => false, _ => null };
}
