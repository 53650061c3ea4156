using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Kernel.Web;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>A customer in a form: what was typed, by the names of the API's members, and what is wrong with it.</summary>
/// <param name="Frame">Null for a new customer.</param>
/// <param name="Notice">What concerns the whole form.</param>
public sealed record CustomerFormView(
    CustomerFrame? Frame, IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> Errors, string? Notice = null);

/// <summary>A new customer, and changes to one, by the rules of the API.</summary>
internal static class CustomerForm
{
    public const string Write = "customers.write";

    // No code of a customer reads so in a path: what holds an "@" is written with "~".
    public const string New = "/panel/customers/@new";

    public static readonly IReadOnlyList<string> Fields =
    [
        "code", "title", "taxId", "country", "language", "emails", "reconciliationEmails", "phone", "whatsApp",
        "address.line", "address.district", "address.city", "address.postalCode", "address.country", "dueDays", "revision",
    ];

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/customers/@new", ShowNew).Needs(Write);
        panel.MapPost("/customers/@new", Create).Needs(Write);
        panel.MapGet("/customers/{code}/edit", ShowEdit).Needs(Write);
        panel.MapPost("/customers/{code}/edit", Change).Needs(Write);
    }

    private static async Task<IResult> ShowNew(PanelRequest panel, NextCode next) => Show(panel, new(
        null,
        new Dictionary<string, string>
        {
            ["code"] = await next.Suggest(panel.Cancellation), ["country"] = panel.Organisation.Country, ["language"] = panel.Organisation.Language,
        },
        new Dictionary<string, string>()));

    private static async Task<IResult> Create(PanelRequest panel, SaveCustomer customers, CustomerReader reader)
    {
        var (code, body, problems) = Read(panel);
        var draft = await customers.Read(code, body, panel.Cancellation);
        problems.AddRange(draft.Problems);
        // One that says just this is this form's own, from a delivery that died.
        if (problems.Count == 0 && await reader.OfCode(code, panel.Cancellation) is { } other && (other.MergedInto is not null || await customers.Unchanged(draft.Customer, panel.Cancellation) is null))
            problems.Add(new("code", "code.taken", "Another customer has this code."));
        if (problems.Count > 0)
            return Show(panel, new(null, Typed(panel), FormErrors.ByField(problems, panel.Language)));
        return await Save(panel, customers, code, body, "customer.created");
    }

    private static async Task<IResult> ShowEdit(string code, PanelRequest panel) =>
        await CustomerFrame.Find(panel, code) is { } frame
            ? frame.Closed(panel) ?? Show(panel, new(frame, ValuesOf(frame.Customer), new Dictionary<string, string>()))
            : panel.NotFound();

    private static async Task<IResult> Change(string code, PanelRequest panel, SaveCustomer customers)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame)
            return panel.NotFound();
        if (frame.Closed(panel) is { } closed)
            return closed;
        var (_, body, problems) = Read(panel);
        var draft = await customers.Read(frame.Customer.Code, body, panel.Cancellation);
        problems.AddRange(draft.Problems);
        if (problems.Count > 0)
            return Show(panel, new(frame, Typed(panel), FormErrors.ByField(problems, panel.Language)));
        if (panel.Field("revision") != Revision(frame.Customer) && await customers.Unchanged(draft.Customer, panel.Cancellation) is null)
        {
            var typed = new Dictionary<string, string>(Typed(panel)) { ["revision"] = Revision(frame.Customer) };
            return Show(panel, new(frame, typed, new Dictionary<string, string>(), AccountsWords.Texts[panel.Language, "customer.changedMeanwhile"]));
        }

        return await Save(panel, customers, frame.Customer.Code, body, "customer.saved");
    }

    private static async Task<IResult> Save(PanelRequest panel, SaveCustomer customers, string code, CustomerBody body, string said)
    {
        // Refused is what has become one with another while the form was open: its page says so.
        if (await customers.Save(code, body, panel.Cancellation) is not CustomerSaved.Kept kept)
            return panel.Done(CustomerFrame.PathOf(code), AccountsWords.Texts[panel.Language, "merge.closed"], Tone.Warn);
        panel.Audit("customer " + code);
        var warnings = kept.Warnings.Select(warning => FormErrors.Say(warning.Code, warning.Message, panel.Language));
        return panel.Done(
            CustomerFrame.PathOf(code),
            string.Join(" ", warnings.Prepend(AccountsWords.Texts[panel.Language, said])),
            kept.Warnings.Count > 0 ? Tone.Warn : Tone.Good);
    }

    private static IResult Show(PanelRequest panel, CustomerFormView view) => panel.Page<CustomerFormPage>(
        view.Errors.Count > 0 || view.Notice is not null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
        (nameof(CustomerFormPage.View), view));

    private static (string Code, CustomerBody Body, List<Remark> Problems) Read(PanelRequest panel)
    {
        var problems = new List<Remark>();
        var dueDays = panel.Field("dueDays");
        if (dueDays.Length > 0 && FormValues.Whole(dueDays) is null)
            problems.Add(new("dueDays", "dueDays.range", "Give 0 to 365 days."));
        var body = new CustomerBody(
            panel.Field("title"), panel.Field("taxId"), panel.Field("country"), panel.Field("language"),
            Lines(panel.Field("emails")), Lines(panel.Field("reconciliationEmails")), panel.Field("phone"), panel.Field("whatsApp") == "true",
            new(panel.Field("address.line"), panel.Field("address.district"), panel.Field("address.city"), panel.Field("address.postalCode"), panel.Field("address.country")),
            FormValues.Whole(dueDays));
        return (panel.Field("code"), body, problems);
    }

    private static string[] Lines(string text) =>
        text.Split(['\n', '\r', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Dictionary<string, string> Typed(PanelRequest panel) =>
        Fields.ToDictionary(field => field, panel.Field, StringComparer.Ordinal);

    private static Dictionary<string, string> ValuesOf(Customer customer) => new(StringComparer.Ordinal)
    {
        ["code"] = customer.Code,
        ["title"] = customer.Title,
        ["taxId"] = customer.TaxId ?? "",
        ["country"] = customer.Country,
        ["language"] = customer.Language,
        ["emails"] = string.Join("\n", customer.Emails),
        ["reconciliationEmails"] = string.Join("\n", customer.ReconciliationEmails),
        ["phone"] = customer.Phone ?? "",
        ["whatsApp"] = customer.WhatsApp ? "true" : "",
        ["address.line"] = customer.Address.Line ?? "",
        ["address.district"] = customer.Address.District ?? "",
        ["address.city"] = customer.Address.City ?? "",
        ["address.postalCode"] = customer.Address.PostalCode ?? "",
        ["address.country"] = customer.Address.Country ?? "",
        ["dueDays"] = customer.DueDays?.ToString(CultureInfo.InvariantCulture) ?? "",
        ["revision"] = Revision(customer),
    };

    private static string Revision(Customer customer) => customer.Revision.ToString(CultureInfo.InvariantCulture);
}
