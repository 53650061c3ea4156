using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Security;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Billing;

/// <summary>A line as it was typed.</summary>
public sealed record TypedLine(string Description = "", string Quantity = "", string UnitPrice = "", string TaxRate = "")
{
    internal bool IsEmpty => Description.Length == 0 && UnitPrice.Length == 0;
}

/// <summary>The form of an invoice as it was typed, and what is wrong with it.</summary>
/// <param name="Problems">Field and what is wrong with it, for the reader.</param>
public sealed record TypedInvoice(
    string Customer, string Currency, string DueDays, IReadOnlyList<TypedLine> Lines, IReadOnlyDictionary<string, string> Problems)
{
    internal string? Problem(string field) => Problems.GetValueOrDefault(field);
}

/// <summary>What would be issued.</summary>
/// <param name="Seen">Stands for all that was typed: what is issued is what was looked at.</param>
public sealed record InvoicePreview(string Customer, DateOnly DueOn, Invoice Draft, string Seen);

/// <summary>An invoice outside any schedule, written by hand: typed, looked at, then issued once.</summary>
internal static class InvoicesNew
{
    private const int LinesAtFirst = 3;
    private const int LinesMax = 30;
    private const int LinesMore = 3;

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/invoices/new", (PanelRequest panel) => Form(panel, StatusCodes.Status200OK, Blank(panel), null)).Needs(InvoicesPanel.Write);
        panel.MapPost("/invoices/new", Post).Needs(InvoicesPanel.Write);
    }

    private static TypedInvoice Blank(PanelRequest panel) => new(
        panel.Query("customer") ?? "", panel.Organisation.Currency, "", [.. Enumerable.Repeat(new TypedLine(Quantity: "1"), LinesAtFirst)],
        new Dictionary<string, string>(StringComparer.Ordinal));

    private static async Task<IResult> Post(PanelRequest panel, CustomerReader customers, ManualInvoices manual, Settings settings, TimeProvider clock)
    {
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        var typed = new TypedInvoice(panel.Field("customer"), panel.Field("currency"), panel.Field("dueDays"), Lines(panel), problems);
        var step = panel.Field("step");
        if (step == "more")
            return Form(panel, StatusCodes.Status200OK, typed with { Lines = [.. typed.Lines, .. Enumerable.Repeat(new TypedLine(Quantity: "1"), Math.Min(LinesMore, LinesMax - typed.Lines.Count))] }, null);

        void Wrong(string field, string key) => problems.TryAdd(field, Words.Texts[panel.Language, key]);
        var customer = typed.Customer.Length == 0 ? null : await customers.OfCode(typed.Customer, panel.Cancellation);
        if (customer is null)
            Wrong("customer", "new.wrong.customer");
        if (panel.Organisation.Name.Length == 0)
            Wrong("lines", "new.wrong.organisation");
        int? dueDays = null;
        if (typed.DueDays.Length > 0)
        {
            if (int.TryParse(typed.DueDays, NumberStyles.None, CultureInfo.InvariantCulture, out var days))
                dueDays = days;
            else
                Wrong("dueDays", "new.wrong.dueDays");
        }

        var (lines, places) = Read(typed, Wrong);
        if (problems.Count == 0)
        {
            foreach (var problem in ServiceRules.LineProblems(lines, typed.Currency, dueDays, panel.Organisation))
                Wrong(FieldOf(problem, places), "new.wrong." + problem.Code);
        }

        if (problems.Count > 0 || customer is null)
            return Form(panel, StatusCodes.Status422UnprocessableEntity, typed, null);
        var currency = Currency.Of(typed.Currency);
        var seen = LinkToken.Hash(Content(customer, "", lines, typed, dueDays));
        if (step != "issue" || panel.Field("seen") != seen)
        {
            var defaults = await settings.Get(BillingSettings.Section, panel.Cancellation);
            var draft = Drafts.Manual(
                "preview", ServiceRules.Lines(lines), currency, dueDays ?? customer.DueDays ?? defaults.DueDays, panel.Today, customer, panel.Organisation, clock.GetUtcNow());
            return Form(panel, StatusCodes.Status200OK, typed, new(customer.Title, panel.Today.AddDays(draft.DueOn.DayNumber), draft, seen));
        }

        // The form's nonce is the reference, so pressing twice issues once.
        var outcome = await manual.Create(
            customer, panel.Nonce, ServiceRules.Lines(lines), currency, dueDays, Content(customer, panel.Nonce, lines, typed, dueDays), panel.Cancellation);
        if (outcome is not ManualOutcome.Issued { Invoice: var invoice })
            throw new InvalidOperationException("A form's nonce stands for another invoice.");
        panel.Audit($"invoice {invoice.Number}", $"{invoice.TotalMoney.ToPlain()} {invoice.Currency} to customer {customer.Code}");
        return panel.Done(InvoicesPanel.PathOf(invoice.Number), Words.Texts.Format(panel.Language, "new.issued", invoice.Number));
    }

    private static string Content(Customer customer, string reference, LineBody[] lines, TypedInvoice typed, int? dueDays) => System.Text.Json.JsonSerializer.Serialize(
        new InvoiceBody(customer.Code, reference, lines, typed.Currency, dueDays), BillingApiJson.Default.InvoiceBody);

    private static IResult Form(PanelRequest panel, int status, TypedInvoice typed, InvoicePreview? preview) => panel.Page<NewInvoicePage>(
        status, (nameof(NewInvoicePage.Typed), typed), (nameof(NewInvoicePage.Preview), preview));

    private static TypedLine[] Lines(PanelRequest panel) =>
    [
        .. Enumerable.Range(0, LinesMax).TakeWhile(i => panel.Form.ContainsKey($"lines[{i}].description")).Select(i => new TypedLine(
            panel.Field($"lines[{i}].description"), panel.Field($"lines[{i}].quantity"), panel.Field($"lines[{i}].unitPrice"), panel.Field($"lines[{i}].taxRate"))),
    ];

    // The lines that say something, and where in the form each stands.
    private static (LineBody[] Lines, int[] Places) Read(TypedInvoice typed, Action<string, string> wrong)
    {
        var (lines, places) = (new List<LineBody>(), new List<int>());
        foreach (var (i, line) in typed.Lines.Index().Where(line => !line.Item.IsEmpty))
        {
            decimal Number(string field, string text, string key, bool allowNegative = false)
            {
                if (!DecimalText.TryParse(text, out var value, allowNegative))
                    wrong($"lines[{i}].{field}", key);
                return value;
            }

            lines.Add(new(
                line.Description,
                Number("unitPrice", line.UnitPrice, "new.wrong.line.unitPrice", allowNegative: true),
                line.TaxRate.Length == 0 ? 0m : Number("taxRate", line.TaxRate, "new.wrong.line.taxRate"),
                line.Quantity.Length == 0 ? 1m : Number("quantity", line.Quantity, "new.wrong.line.quantity")));
            places.Add(i);
        }

        return ([.. lines], [.. places]);
    }

    // The rules count the lines that say something; the form also has empty ones.
    private static string FieldOf(ApiError problem, int[] places)
    {
        var field = problem.Field ?? "lines";
        if (!field.StartsWith("lines[", StringComparison.Ordinal) || field.IndexOf(']', StringComparison.Ordinal) is not (> 0 and var end))
            return field;
        return $"lines[{places[int.Parse(field.AsSpan(6, end - 6), NumberStyles.None, CultureInfo.InvariantCulture)]}{field[end..]}";
    }
}
