using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>An invoice outside any schedule, as a caller asks for it.</summary>
/// <param name="Reference">The caller's own, unique in the organisation.</param>
internal sealed record InvoiceBody(
    string Customer, string Reference, IReadOnlyList<LineBody> Lines, string? Currency = null, int? DueDays = null);

internal sealed record CancelBody(string Reason);

internal static class InvoiceEndpoints
{
    private const int ReferenceMax = 64;
    private const int ReasonMax = 500;
    private static readonly string[] Statuses = ["open", "partlyPaid", "paid", "cancelled"];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/invoices", Post)
            .WithSummary("Issues an invoice outside any schedule, once for each reference")
            .Accepts<InvoiceBody>("application/json", "*/*")
            .Produces<InvoiceView>(201).Produces<InvoiceView>().ProducesProblem(400).ProducesProblem(409).ProducesProblem(422);
        api.MapGet("/invoices", List).WithSummary("Invoices in the order in which they were issued").Produces<ApiPage<InvoiceView>>();
        api.MapGet("/invoices/{number}", Get).WithSummary("An invoice").Produces<InvoiceView>().ProducesProblem(404);
        api.MapGet("/invoices/{number}/pdf", Pdf).WithSummary("The PDF as it was issued").Produces(200, contentType: "application/pdf").ProducesProblem(404);
        api.MapPost("/invoices/{number}/cancel", Cancel)
            .WithSummary("Cancels an unpaid invoice by a reversing entry")
            .Accepts<CancelBody>("application/json", "*/*")
            .Produces<InvoiceView>().ProducesProblem(404).ProducesProblem(422);
    }

    private static async Task<IResult> Post(
        HttpRequest request, CustomerReader customers, ManualInvoices manual, InvoiceViews views, Settings settings, CancellationToken cancellation)
    {
        var body = await ApiBody.Read(request, BillingApiJson.Default.InvoiceBody);
        if (!body.Ok)
            return body.Problem;
        var asked = body.Value;
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        if (organisation.Name.Length == 0)
            return ApiProblem.Rule("organisation.name", "The organisation has no name yet; PUT /api/v1/settings/organisation first.");
        var problems = ServiceRules.LineProblems(asked.Lines, asked.Currency, asked.DueDays, organisation).ToList();
        if (asked.Reference.Length is 0 or > ReferenceMax || !Key.CanHold(asked.Reference) || asked.Reference.Any(char.IsControl))
            problems.Add(new("reference.length", $"A reference has 1 to {ReferenceMax} characters, in another script than Latin fewer, none of them a control character.", "reference"));
        var customer = asked.Customer.Length == 0 ? null : await customers.Find(AccountStore.Of(asked.Customer), cancellation);
        if (customer is null)
            problems.Add(new("customer.unknown", $"There is no customer with the code {asked.Customer}.", "customer"));
        if (customer is null || problems.Count > 0)
            return ServiceEndpoints.Refused(problems);
        if (customer.MergedInto is { } into)
            return ApiProblem.Conflict("customer.merged", $"The customer {customer.Code} was merged into {into}; use that code.");

        var content = System.Text.Json.JsonSerializer.Serialize(asked, BillingApiJson.Default.InvoiceBody);
        var outcome = await manual.Create(
            customer, asked.Reference, ServiceRules.Lines(asked.Lines), Kernel.Currency.Of(asked.Currency ?? organisation.Currency), asked.DueDays, content, cancellation);
        return outcome is ManualOutcome.Issued issued
            ? TypedResults.Json(
                await views.Of(issued.Account, issued.Invoice, cancellation),
                BillingApiJson.Default.InvoiceView,
                statusCode: issued.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK)
            : ApiProblem.Conflict("reference.used", $"The reference {asked.Reference} stands for another invoice.");
    }

    private static async Task<IResult> List(HttpRequest request, InvoiceViews views, CancellationToken cancellation)
    {
        if (!ApiList.TryRead(request, out var list, out var problem))
            return problem;
        string? Text(string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;
        if (!TryDate(Text("from"), out var from))
            return BadQuery("from", "A date such as 2026-11-30 is expected here.");
        if (!TryDate(Text("to"), out var to))
            return BadQuery("to", "A date such as 2026-11-30 is expected here.");
        Month? period = Month.TryParse(Text("period"), out var month) ? month : null;
        if (Text("period") is not null && period is null)
            return BadQuery("period", "A month such as 2026-11 is expected here.");
        if (Text("status") is { } status && !Statuses.Contains(status))
            return BadQuery("status", "open, partlyPaid, paid or cancelled is expected here.");
        var filter = new InvoiceFilter(Text("customer"), Text("service"), Text("status"), period, from, to, Text("query"));
        return TypedResults.Json(await views.Page(filter, list.After, list.Limit, cancellation), BillingApiJson.Default.ApiPageInvoiceView);
    }

    private static async Task<IResult> Get(string number, InvoiceReader invoices, InvoiceViews views, CancellationToken cancellation) =>
        await invoices.FindByNumber(PathName.Decode(number) ?? "", cancellation) is var (account, invoice)
            ? TypedResults.Json(await views.Of(account, invoice, cancellation), BillingApiJson.Default.InvoiceView)
            : NoInvoice(number);

    private static async Task<IResult> Pdf(string number, HttpRequest request, InvoiceReader invoices, PaperViews views, CancellationToken cancellation)
    {
        if (await invoices.FindByNumber(PathName.Decode(number) ?? "", cancellation) is not var (account, invoice))
            return NoInvoice(number);
        var pdf = await invoices.Pdf(invoice, cancellation);
        await views.Note(request, account, Paper.Invoice, invoice.Number, Viewer.Api, saved: true, cancellation);
        return TypedResults.File(pdf, "application/pdf", $"{invoice.Number}.pdf");
    }

    private static async Task<IResult> Cancel(
        string number, HttpRequest request, InvoiceReader invoices, CancelInvoices cancels, InvoiceViews views, CancellationToken cancellation)
    {
        var body = await ApiBody.Read(request, BillingApiJson.Default.CancelBody);
        if (!body.Ok)
            return body.Problem;
        if (body.Value.Reason.Trim().Length is 0 or > ReasonMax)
            return ApiProblem.Rule("reason.length", $"Give a reason of at most {ReasonMax} characters.", new ApiError("reason.length", $"1 to {ReasonMax} characters.", "reason"));
        if (await invoices.FindByNumber(PathName.Decode(number) ?? "", cancellation) is not var (account, invoice))
            return NoInvoice(number);
        switch (await cancels.Cancel(account, invoice.Ref, body.Value.Reason.Trim(), cancellation))
        {
            case CancelOutcome.Paid:
                return ApiProblem.Rule("invoice.paid", $"The invoice {invoice.Number} is paid, in full or in part; refund the payment first.");
            default:
                return TypedResults.Json(
                    await views.Of(account, (await invoices.Find(account, invoice.Ref, cancellation))!, cancellation), BillingApiJson.Default.InvoiceView);
        }
    }

    private static bool TryDate(string? text, out DateOnly? date)
    {
        date = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var found) ? found : null;
        return text is null || date is not null;
    }

    private static ApiProblem BadQuery(string field, string message) =>
        ApiProblem.BadRequest(field, $"{field}: {message}", new ApiError("type", message, field));

    internal static ApiProblem NoInvoice(string number) => ApiProblem.NotFound($"There is no invoice with the number {number}.");
}
