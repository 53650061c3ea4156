using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;

namespace Vade.Payments;

internal static class PaymentEndpoints
{
    private const int ReasonMax = 500;
    private static readonly string[] Statuses = ["confirmed", "cancelled", "refunded", "partlyRefunded"];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/customers/{code}/payments", Post)
            .WithSummary("Records money that was received, once for each reference")
            .Accepts<PaymentBody>("application/json", "*/*")
            .Produces<PaymentView>(201).Produces<PaymentView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        api.MapGet("/payments", List).WithSummary("Payments in the order of the days they were received").Produces<ApiPage<PaymentView>>();
        api.MapGet("/payments/{id}", Get).WithSummary("A payment").Produces<PaymentView>().ProducesProblem(404);
        api.MapGet("/payments/{id}/receipt.pdf", Receipt)
            .WithSummary("The receipt as it was issued").Produces(200, contentType: "application/pdf").ProducesProblem(404);
        api.MapPost("/payments/{id}/allocations", Reallocate)
            .WithSummary("Lets a payment settle other invoices than it did, once for each reference")
            .Accepts<ReallocateBody>("application/json", "*/*")
            .Produces<PaymentView>(201).Produces<PaymentView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        api.MapPost("/payments/{id}/cancel", Cancel)
            .WithSummary("Takes back a payment that was recorded by hand, by a reversing entry")
            .Accepts<CancelPaymentBody>("application/json", "*/*")
            .Produces<PaymentView>().ProducesProblem(404).ProducesProblem(422);
    }

    private static async Task<IResult> Post(
        string code, HttpRequest request, CustomerReader customers, RecordPayment record, PaymentViews views, CancellationToken cancellation)
    {
        if (PathName.Decode(code) is not { } name)
            return PathName.Malformed("code");
        var body = await ApiBody.Read(request, PaymentsApiJson.Default.PaymentBody);
        if (!body.Ok)
            return body.Problem;
        var account = AccountStore.Of(name);
        if (await customers.Find(account, cancellation) is not { } customer)
            return ApiProblem.NotFound($"There is no customer with the code {name}.");
        return await record.Record(customer, body.Value, cancellation) switch
        {
            RecordOutcome.Recorded recorded => TypedResults.Json(
                await views.Of(account, recorded.Payment, cancellation),
                PaymentsApiJson.Default.PaymentView,
                statusCode: recorded.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK),
            RecordOutcome.Refused(var problems) => ApiProblem.Rule(
                problems[0].Code, problems.Count == 1 ? problems[0].Message : $"{problems.Count} members break a rule.", problems),
            _ => ApiProblem.Conflict("reference.used", $"The reference {body.Value.Reference} stands for another payment."),
        };
    }

    private static async Task<IResult> List(HttpRequest request, PaymentViews views, CancellationToken cancellation)
    {
        if (!ApiList.TryRead(request, out var list, out var problem))
            return problem;
        if (!TryDate(request, "from", out var from))
            return BadQuery("from", "A date such as 2026-11-30 is expected here.");
        if (!TryDate(request, "to", out var to))
            return BadQuery("to", "A date such as 2026-11-30 is expected here.");
        var status = Text(request, "status");
        if (status is not null && !Statuses.Contains(status))
            return BadQuery("status", $"{string.Join(", ", Statuses)} is expected here.");
        var filter = new PaymentFilter(Text(request, "customer"), status, from, to, Text(request, "means"), Text(request, "currency"));
        return TypedResults.Json(await views.Page(filter, list.After, list.Limit, cancellation), PaymentsApiJson.Default.ApiPagePaymentView);
    }

    private static async Task<IResult> Get(string id, PaymentReader payments, PaymentViews views, CancellationToken cancellation) =>
        await payments.FindById(id, cancellation) is var (account, payment)
            ? TypedResults.Json(await views.Of(account, payment, cancellation), PaymentsApiJson.Default.PaymentView)
            : NoPayment(id);

    private static async Task<IResult> Receipt(string id, HttpRequest request, PaymentReader payments, PaperViews views, CancellationToken cancellation)
    {
        if (await payments.FindById(id, cancellation) is not var (account, payment) || await payments.Receipt(payment, cancellation) is not { } pdf)
            return NoPayment(id);
        await views.Note(request, account, Paper.Receipt, payment.ReceiptNumber!, Viewer.Api, saved: true, cancellation);
        return PayEndpoints.File(pdf, payment.ReceiptNumber!);
    }

    private static async Task<IResult> Reallocate(
        string id, HttpRequest request, PaymentReader payments, ReallocatePayment reallocate, PaymentViews views, CancellationToken cancellation)
    {
        var body = await ApiBody.Read(request, PaymentsApiJson.Default.ReallocateBody);
        if (!body.Ok)
            return body.Problem;
        if (await payments.FindById(id, cancellation) is not var (account, payment))
            return NoPayment(id);
        return await reallocate.Reallocate(account, payment, body.Value, cancellation) switch
        {
            ReallocateOutcome.Done done => TypedResults.Json(
                await views.Of(account, payment, cancellation),
                PaymentsApiJson.Default.PaymentView,
                statusCode: done.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK),
            ReallocateOutcome.Refused(var problems) => ApiProblem.Rule(
                problems[0].Code, problems.Count == 1 ? problems[0].Message : $"{problems.Count} members break a rule.", problems),
            _ => ApiProblem.Conflict("reference.used", $"The reference {body.Value.Reference} stands for something else."),
        };
    }

    private static async Task<IResult> Cancel(
        string id, HttpRequest request, PaymentReader payments, CancelPayment cancel, PaymentViews views, CancellationToken cancellation)
    {
        var body = await ApiBody.Read(request, PaymentsApiJson.Default.CancelPaymentBody);
        if (!body.Ok)
            return body.Problem;
        var reason = body.Value.Reason.Trim();
        if (reason.Length is 0 or > ReasonMax)
            return ApiProblem.Rule("reason.length", $"Give a reason of at most {ReasonMax} characters.", new ApiError("reason.length", $"1 to {ReasonMax} characters.", "reason"));
        if (await payments.FindById(id, cancellation) is not var (account, payment))
            return NoPayment(id);
        return await cancel.Cancel(account, payment.Ref, reason, cancellation) switch
        {
            CancelPaymentOutcome.OfProvider => ApiProblem.Rule("payment.provider", "A provider took this payment; it cannot be cancelled here."),
            _ => TypedResults.Json(
                await views.Of(account, (await payments.Find(account, payment.Ref, cancellation))!, cancellation), PaymentsApiJson.Default.PaymentView),
        };
    }

    private static string? Text(HttpRequest request, string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    private static bool TryDate(HttpRequest request, string name, out DateOnly? date)
    {
        var text = Text(request, name);
        date = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var found) ? found : null;
        return text is null || date is not null;
    }

    private static ApiProblem BadQuery(string field, string message) =>
        ApiProblem.BadRequest(field, $"{field}: {message}", new ApiError("type", message, field));

    private static ApiProblem NoPayment(string id) => ApiProblem.NotFound($"There is no payment with the id {id}.");
}
