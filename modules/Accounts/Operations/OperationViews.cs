using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;

namespace Vade.Accounts;

/// <summary>Why something is taken back.</summary>
internal sealed record CancelOperationBody(string Reason);

/// <summary>So much of an operation is about this item, or about this payment's advance.</summary>
internal sealed record OperationItemView(string Number, string Amount);

/// <summary>An operation as the API answers it; amounts are plain strings in its currency.</summary>
/// <param name="Kind">openingBalance, writeOff or payout.</param>
/// <param name="Status">posted or cancelled.</param>
/// <param name="Items">What a write-off closes, derived from the ledger; empty for other kinds and once it is cancelled.</param>
internal sealed record OperationView(
    string Id, OperationKind Kind, string Customer, string Reference, string Amount, string Currency, DateOnly On, string? Means, string? Reason,
    string Status, IReadOnlyList<OperationItemView> Items);

/// <summary>Makes operations into what the API answers.</summary>
internal sealed class OperationViews(LedgerReader ledger)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/customers/{code}/operations", List)
        .WithSummary("Opening balances, write-offs and pay-outs of a customer, in the order of their references")
        .Produces<ApiPage<OperationView>>().ProducesProblem(404);

    private static async Task<IResult> List(
        string code, HttpRequest request, CustomerReader customers, Operations operations, OperationViews views, CancellationToken cancellation)
    {
        if (!ApiList.TryRead(request, out var list, out var problem))
            return problem;
        if (PathName.Decode(code) is not { } name)
            return PathName.Malformed("code");
        if (await customers.OfCode(name, cancellation) is null)
            return CustomerEndpoints.NoCustomer(name);
        var account = AccountStore.Of(name);
        var found = await operations.Page(account, list.After, list.Limit + 1, cancellation);
        var shown = await views.Of(account, found, cancellation);
        return TypedResults.Json(list.Page(shown, view => view.Reference), AccountsApiJson.Default.ApiPageOperationView);
    }

    public async Task<IResult> Answer(string account, OperationOutcome outcome, string reference, CancellationToken cancellation) => outcome switch
    {
        OperationOutcome.Done done => TypedResults.Json(
            (await Of(account, [done.Operation], cancellation))[0],
            AccountsApiJson.Default.OperationView,
            statusCode: done.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK),
        OperationOutcome.Refused refused => refused.Problems.ToApi(),
        _ => ApiProblem.Conflict("reference.used", $"The reference {reference} stands for something else."),
    };

    public async Task<IReadOnlyList<OperationView>> Of(string account, IReadOnlyList<Operation> some, CancellationToken cancellation)
    {
        var history = some.Any(operation => operation.Kind == OperationKind.WriteOff) ? await ledger.History(account, cancellation) : [];
        return [.. some.Select(operation => View(account, operation, history))];
    }

    private static OperationView View(string account, Operation operation, IReadOnlyList<Allocation> history)
    {
        string Plain(decimal amount) => new Money(amount, operation.MoneyCurrency).ToPlain();
        return new(
            operation.Id, operation.Kind, AccountStore.CodeOf(account), operation.Reference, Plain(operation.Amount), operation.Currency, operation.On,
            operation.Means, operation.Reason, operation.IsCancelled ? "cancelled" : "posted",
            operation.Kind == OperationKind.WriteOff
                ? [.. LedgerReader.AllocationsBy(operation.Ref, history).Select(allocation => new OperationItemView(allocation.Item.Number, Plain(allocation.Amount)))]
                : []);
    }
}

/// <summary>What the endpoints of all operations do alike: find the customer or the operation, read the body, answer.</summary>
internal static class OperationEndpoints
{
    public static RouteHandlerBuilder Describe<TBody>(this RouteHandlerBuilder endpoint, string summary)
        where TBody : notnull => endpoint
        .WithSummary(summary)
        .Accepts<TBody>("application/json", "*/*")
        .Produces<OperationView>(201).Produces<OperationView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<IResult> Post<TBody>(
        string code, HttpRequest request, CustomerReader customers, OperationViews views, System.Text.Json.Serialization.Metadata.JsonTypeInfo<TBody> json,
        Func<string, TBody, Task<(OperationOutcome Outcome, string Reference)>> work, CancellationToken cancellation)
        where TBody : class
    {
        if (PathName.Decode(code) is not { } name)
            return PathName.Malformed("code");
        var body = await ApiBody.Read(request, json);
        if (!body.Ok)
            return body.Problem;
        if (await customers.OfCode(name, cancellation) is not { } customer)
            return CustomerEndpoints.NoCustomer(name);
        var account = AccountStore.Of(customer.Code);
        if (customer.MergedInto is { } into && typeof(TBody) != typeof(MergeBody))
            return CustomerEndpoints.IsMerged(name, into);
        var (outcome, reference) = await work(account, body.Value);
        return await views.Answer(account, outcome, reference, cancellation);
    }

    public static async Task<IResult> Cancel(
        string id, OperationKind kind, HttpRequest request, Operations operations, OperationViews views,
        Func<OperationPointer, string, Task<OperationOutcome>> work, CancellationToken cancellation)
    {
        var body = await ApiBody.Read(request, AccountsApiJson.Default.CancelOperationBody);
        if (!body.Ok)
            return body.Problem;
        if (Operations.ReasonProblem(body.Value.Reason) is { } problem)
            return new[] { problem }.ToApi();
        if (await operations.FindById(id, kind, cancellation) is not { } at)
            return ApiProblem.NotFound($"There is no {(kind == OperationKind.Payout ? "pay-out" : "write-off")} with the id {id}.");
        return await views.Answer(at.Account, await work(at, body.Value.Reason.Trim()), at.Reference, cancellation);
    }
}
