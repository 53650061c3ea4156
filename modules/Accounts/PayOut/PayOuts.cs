using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>Money that went back to the customer.</summary>
/// <param name="Means">transfer, cash, card, check or other.</param>
/// <param name="Currency">The organisation's by default.</param>
/// <param name="PaidOn">Today by default; never later.</param>
/// <param name="EvenThoughOpen">The customer owes something in this currency, and gets the advance all the same.</param>
internal sealed record PayoutBody(
    string Reference, decimal Amount, string Means, string Reason, string? Currency = null, DateOnly? PaidOn = null, bool EvenThoughOpen = false);

/// <summary>
/// Books the pay-out of an advance: an item that is open for no moment, because advances settle it at once, oldest first.
/// When a payment that it came from is cancelled later, what was paid out of it is owed. Taken back, the advances wait again.
/// </summary>
internal sealed class PayOuts(Operations operations, LedgerReader ledger, Settings settings, TimeProvider clock)
{
    private static readonly string[] Means = ["transfer", "cash", "card", "check", "other"];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/customers/{code}/payouts", Post).Describe<PayoutBody>("Records that an advance was paid out to the customer");
        api.MapPost("/payouts/{id}/cancel", PostCancel).Describe<CancelOperationBody>("Takes a pay-out back: the advances wait again");
    }

    private static Task<IResult> Post(
        string code, HttpRequest request, CustomerReader customers, OperationViews views, PayOuts payOuts, CancellationToken cancellation) =>
        OperationEndpoints.Post(code, request, customers, views, AccountsApiJson.Default.PayoutBody, async (account, body) =>
            (await payOuts.PayOut(account, body, cancellation), body.Reference), cancellation);

    private static Task<IResult> PostCancel(
        string id, HttpRequest request, Operations operations, OperationViews views, PayOuts payOuts, CancellationToken cancellation) =>
        OperationEndpoints.Cancel(id, OperationKind.Payout, request, operations, views, (at, reason) => payOuts.Cancel(at, reason, cancellation), cancellation);

    public async Task<OperationOutcome> PayOut(string account, PayoutBody body, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var (today, now) = (organisation.Today(clock), clock.GetUtcNow());
        var content = "payout|" + JsonSerializer.Serialize(body, AccountsApiJson.Default.PayoutBody);
        return await operations.Do(account, body.Reference, content, session => Decide(session, body, organisation.Currency, today, now), cancellation);
    }

    public Task<OperationOutcome> Cancel(OperationPointer at, string reason, CancellationToken cancellation) => operations.Cancel(
        at,
        reason,
        async (session, operation, today, stop) =>
        {
            var spent = LedgerReader.AllocationsTo(operation.Ref, await ledger.History(at.Account, stop));
            if (spent.Any(allocation => Refs.IsWriteOff(allocation.Credit)))
                return new("id", "payout.writtenOff", "What was owed for this pay-out has been written off; take the write-off back first.");
            var chart = session.Accounts;
            session.Post(new(
                "cancel!" + operation.Ref, PostingKind.PayoutCancelled, operation.MoneyCurrency, today, operation.Id,
                [new(chart.Receivable, -operation.Amount), new(chart.Of(operation.Means!), operation.Amount)],
                new Effect.Undoes(operation.Ref, spent), operation.Snapshot()));
            return null;
        },
        cancellation);

    internal static Decided Decide(LedgerSession session, PayoutBody body, string ownCurrency, DateOnly today, DateTimeOffset now)
    {
        var currency = Currency.Find(body.Currency ?? ownCurrency);
        var on = body.PaidOn ?? today;
        var problems = Problems(body, currency, today).ToList();
        if (problems.Count == 0 && session.IsClosed(on))
            problems.Add(new("paidOn", "period.closed", "The period of this day is closed; give a later one."));
        if (problems.Count > 0)
            return Decided.Refuse(problems);

        var advance = session.Head.Credits.Where(credit => credit.Currency == currency!.Value.Code).Sum(credit => credit.Left);
        if (body.Amount > advance)
            return Decided.Refuse(new Remark("amount", "amount.tooLarge", $"The customer's advance is {new Money(advance, currency!.Value).ToPlain()} {currency}."));
        if (!body.EvenThoughOpen && session.Head.Due(currency!.Value).Any())
            return Decided.Refuse(new Remark("evenThoughOpen", "items.open", $"The customer owes something in {currency}: let the advance settle it, or say \"evenThoughOpen\":true."));

        var operation = new Operation(
            body.Reference, Operation.IdOf(body.Reference), OperationKind.Payout, currency!.Value.Code, body.Amount, on, now, body.Reason.Trim(), body.Means, Chance.Hex(32));
        var chart = session.Accounts;
        session.Post(new(
            operation.Ref, PostingKind.Payout, currency.Value, on, operation.Id,
            [new(chart.Receivable, body.Amount), new(chart.Of(body.Means), -body.Amount)],
            new Effect.Opens(new(operation.Ref, operation.Id, currency.Value.Code, on, on, body.Amount, body.Amount)),
            operation.Snapshot()));
        return new(operation, []);
    }

    private static IEnumerable<Remark> Problems(PayoutBody body, Currency? currency, DateOnly today)
    {
        if (Operations.ReferenceProblem(body.Reference) is { } reference)
            yield return reference;
        if (Operations.ReasonProblem(body.Reason) is { } reason)
            yield return reason;
        if (currency is null)
            yield return new("currency", "currency.unknown", $"Give one of {string.Join(", ", Currency.All)}.");
        if (Operations.AmountProblem("amount", body.Amount, currency) is { } amount)
            yield return amount;
        if (!Means.Contains(body.Means))
            yield return new("means", "means.unknown", $"Give one of {string.Join(", ", Means)}.");
        if (body.PaidOn > today)
            yield return new("paidOn", "paidOn.future", "Money cannot have been paid later than today.");
    }
}
