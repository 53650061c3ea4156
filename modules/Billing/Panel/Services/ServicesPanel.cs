using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Billing;

/// <summary>Services in the panel: the list of all, those of a customer, and one of them.</summary>
internal static class ServicesPanel
{
    public const string See = "services.see";
    public const string Write = "services.write";
    public const string Tab = "services";
    private const int EndsSoonDays = 60;

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(See, Role.Accountant, Role.Cashier, Role.MeterReader, Role.Viewer);
        services.AddPermission(Write, Role.Accountant);
        services.AddSingleton<ServiceList>();
        services.AddPanelItem(new(15, language => Words.Texts[language, "services"], "/panel/services", See, "file"));
        services.AddCustomerTab(new(20, Tab, language => Words.Texts[language, "services"], See));
        // Their invoices are the list of all, narrowed to them.
        services.AddPermission("invoices.see", Role.Accountant, Role.Cashier, Role.Viewer);
        services.AddCustomerTab(new(30, "invoices", language => Words.Texts[language, "customer.invoices"], "invoices.see", code => "/panel/invoices?customer=" + Uri.EscapeDataString(code)));
    }

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapList("/services", See, List);
        panel.MapGet("/customers/{code}/services", OfCustomer).Needs(See);
        ServiceForm.Map(panel);
        panel.MapGet("/customers/{code}/services/{service}", Show).Needs(See);
        panel.MapGet("/customers/{code}/services/{service}/end", AskEnd).Needs(Write);
        panel.MapPost("/customers/{code}/services/{service}/end", End).Needs(Write);
    }

    public static string PathOf(string customer, string service) => $"{CustomerFrame.PathOf(customer)}/{Tab}/{PathName.Encode(service)}";

    /// <summary>How often it is invoiced: every month, every 3 months, every year.</summary>
    public static string Rhythm(int months, Language language) => months switch
    {
        1 => Words.Texts[language, "svc.monthly"],
        12 => Words.Texts[language, "svc.yearly"],
        _ => Words.Texts.Format(language, "svc.everyMonths", months),
    };

    public static (string Text, Tone Tone) State(Service service, DateOnly today, Language language) =>
        service.NextOn() is null ? (Words.Texts[language, "svc.ended"], Tone.Plain)
        : service.EndsOn is { } end && end <= today.AddDays(EndsSoonDays) ? (Words.Texts.Format(language, "svc.endsOn", Formats.Date(end, language)), Tone.Warn)
        : (Words.Texts[language, "svc.active"], Tone.Good);

    /// <summary>The service that a path names; null where there is none.</summary>
    public static async Task<(CustomerFrame Frame, Service Service)?> Find(PanelRequest panel, string code, string service) =>
        await CustomerFrame.Find(panel, code) is { } frame
        && PathName.Decode(service) is { } name
        && name.Length <= 64
        && await panel.Get<AccountStore>().Find(frame.Account, BillingRows.Service(name), BillingRows.ServiceType, panel.Cancellation) is { } stored
            ? (frame, stored.Value)
            : null;

    private static PanelList<ServiceRow> List(PanelRequest panel)
    {
        string T(string key) => Words.Texts[panel.Language, key];
        return new()
        {
            Title = T("services"),
            Empty = T("services.empty"),
            Filters =
            [
                PanelFilter.Search("text", T("services.search")),
                PanelFilter.Search("customer", T("services.customer")),
                PanelFilter.Choice("state", T("svc.state"), T("services.all"), ("active", T("svc.active")), ("ending", T("services.ending")), ("ended", T("svc.ended"))),
            ],
            Columns =
            [
                Columns<ServiceRow>.Text(T("svc.service"), row => row.Service.Description.Length > 0 ? row.Service.Description : row.Service.Code, row => PathOf(row.Customer, row.Service.Code)),
                Columns<ServiceRow>.Text(T("services.code"), row => row.Service.Code),
                Columns<ServiceRow>.Text(T("svc.customer"), row => row.Title, row => CustomerFrame.PathOf(row.Customer)),
                Columns<ServiceRow>.Text(T("svc.rhythm"), row => Rhythm(row.Service.EveryMonths, panel.Language)),
                Columns<ServiceRow>.Date(T("svc.next"), row => row.NextOn),
                Columns<ServiceRow>.Money(T("svc.amount"), row => row.Amount),
                Columns<ServiceRow>.Status(T("svc.state"), row => State(row.Service, panel.Today, panel.Language)),
            ],
            Load = (after, limit, cancellation) => panel.Get<ServiceList>().Page(
                new(
                    panel.Query("customer"),
                    panel.Query("text"),
                    panel.Query("state") switch { "active" or "ending" => false, "ended" => true, _ => null },
                    panel.Query("state") == "ending" ? panel.Today.AddDays(EndsSoonDays) : null),
                after, limit, cancellation),
        };
    }

    private static async Task<IResult> OfCustomer(string code, PanelRequest panel, ServiceList services)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame)
            return panel.NotFound();
        return panel.Page<CustomerServicesPage>(
            (nameof(CustomerServicesPage.Frame), frame), (nameof(CustomerServicesPage.Services), await services.Of(frame.Account, panel.Cancellation)));
    }

    private static async Task<IResult> Show(string code, string service, PanelRequest panel) =>
        await Find(panel, code, service) is var (frame, found)
            ? panel.Page<ServicePage>((nameof(ServicePage.Frame), frame), (nameof(ServicePage.Service), found))
            : panel.NotFound();

    // Asked with a day in the address, it says what that day does; without one it asks for the day.
    private static async Task<IResult> AskEnd(string code, string service, PanelRequest panel)
    {
        if (await Find(panel, code, service) is not var (frame, found))
            return panel.NotFound();
        if (frame.Closed(panel) is { } closed)
            return closed;
        if (panel.Query("on") is not { } typed)
            return ShowEnd(panel, frame, found, FormValues.Written(found.EndsOn ?? panel.Today), null);
        if (FormValues.Day(typed) is not { } on || on < found.StartsOn)
            return ShowEnd(panel, frame, found, typed, FormErrors.Say("endsOn.range", "The end must not be before the start.", panel.Language));
        var ended = found with { EndsOn = on };
        var last = ended.NextOn() is { } next ? Words.Texts.Format(panel.Language, "svc.end.next", panel.Date(next)) : Words.Texts[panel.Language, "svc.end.none"];
        var gone = found.Upcoming(3).Where(date => date > on).Select(panel.Date);
        return panel.Confirm(new(
            Words.Texts[panel.Language, "svc.end"],
            $"{Words.Texts.Format(panel.Language, "svc.end.says", panel.Date(on))} {last}",
            PathOf(frame.Customer.Code, found.Code) + "/end",
            Words.Texts[panel.Language, "svc.end.do"],
            PathOf(frame.Customer.Code, found.Code),
            Fields: [("on", FormValues.Written(on))],
            Facts:
            [
                (Words.Texts[panel.Language, "svc.customer"], $"{frame.Customer.Title} ({frame.Customer.Code})"),
                (Words.Texts[panel.Language, "svc.service"], found.Description.Length > 0 ? found.Description : found.Code),
                .. gone.Any() ? [(Words.Texts[panel.Language, "svc.end.gone"], string.Join(", ", gone) + " …")] : Array.Empty<(string, string)>(),
            ]));
    }

    private static async Task<IResult> End(string code, string service, PanelRequest panel, SaveService services)
    {
        if (await Find(panel, code, service) is not var (frame, found))
            return panel.NotFound();
        if (frame.Closed(panel) is { } closed)
            return closed;
        if (FormValues.Day(panel.Field("on")) is not { } on || on < found.StartsOn)
            return ShowEnd(panel, frame, found, panel.Field("on"), FormErrors.Say("endsOn.range", "The end must not be before the start.", panel.Language));
        await services.Save(frame.Customer, found.Code, ServiceForm.BodyOf(found) with { EndsOn = on }, panel.Cancellation);
        panel.Audit($"service {found.Code} of customer {frame.Customer.Code}", $"ends on {on:yyyy-MM-dd}");
        return panel.Done(PathOf(frame.Customer.Code, found.Code), Words.Texts.Format(panel.Language, "svc.end.done", panel.Date(on)));
    }

    private static IResult ShowEnd(PanelRequest panel, CustomerFrame frame, Service service, string on, string? error) => panel.Page<ServiceEndPage>(
        error is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
        (nameof(ServiceEndPage.Frame), frame), (nameof(ServiceEndPage.Service), service), (nameof(ServiceEndPage.On), on), (nameof(ServiceEndPage.Error), error));
}
