using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>What will not be paid any more.</summary>
/// <param name="Currency">The organisation's by default.</param>
/// <param name="Invoices">Numbers of invoices, documents and opening items, in the order in which they are closed; all that is open by default.</param>
/// <param name="Amount">No more than this is closed; all of them by default.</param>
internal sealed record WriteOffBody(string Reference, string Reason, string? Currency = null, IReadOnlyList<string>? Invoices = null, decimal? Amount = null);

/// <summary>
/// Closes what remains of open items as a loss: a credit that is no money settles them. A later payment for one of them
/// finds nothing to settle and becomes an advance; taken back, the items are open again.
/// </summary>
internal sealed class WriteOffs(Operations operations, LedgerReader ledger, Settings settings, TimeProvider clock)
{
    private const int InvoicesMax = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/customers/{code}/write-offs", Post).Describe<WriteOffBody>("Closes what will not be paid any more");
        api.MapPost("/write-offs/{id}/cancel", PostCancel).Describe<CancelOperationBody>("Takes a write-off back: its items are open again");
    }

    private static Task<IResult> Post(
        string code, HttpRequest request, CustomerReader customers, OperationViews views, WriteOffs writeOffs, CancellationToken cancellation) =>
        OperationEndpoints.Post(code, request, customers, views, AccountsApiJson.Default.WriteOffBody, async (account, body) =>
            (await writeOffs.WriteOff(account, body, cancellation), body.Reference), cancellation);

    private static Task<IResult> PostCancel(
        string id, HttpRequest request, Operations operations, OperationViews views, WriteOffs writeOffs, CancellationToken cancellation) =>
        OperationEndpoints.Cancel(id, OperationKind.WriteOff, request, operations, views, (at, reason) => writeOffs.Cancel(at, reason, cancellation), cancellation);

    public async Task<OperationOutcome> WriteOff(string account, WriteOffBody body, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var (today, now) = (organisation.Today(clock), clock.GetUtcNow());
        var content = "write-off|" + JsonSerializer.Serialize(body, AccountsApiJson.Default.WriteOffBody);
        return await operations.Do(account, body.Reference, content, session => Decide(session, body, organisation.Currency, today, now), cancellation);
    }

    public Task<OperationOutcome> Cancel(OperationPointer at, string reason, CancellationToken cancellation) => operations.Cancel(
        at,
        reason,
        async (session, operation, today, stop) =>
        {
            var closed = LedgerReader.AllocationsBy(operation.Ref, await ledger.History(at.Account, stop));
            var chart = session.Accounts;
            session.Post(new(
                "cancel!" + operation.Ref, PostingKind.WriteOffCancelled, operation.MoneyCurrency, today, operation.Id,
                [new(chart.WriteOff, -operation.Amount), new(chart.Receivable, operation.Amount)],
                new Effect.TakesBack(operation.Ref, closed), operation.Snapshot()));
            return null;
        },
        cancellation);

    internal static Decided Decide(LedgerSession session, WriteOffBody body, string ownCurrency, DateOnly today, DateTimeOffset now)
    {
        var currency = Currency.Find(body.Currency ?? ownCurrency);
        var problems = Problems(body, currency).ToList();
        if (problems.Count > 0)
            return Decided.Refuse(problems);

        var due = session.Head.Due(currency!.Value).ToArray();
        var chosen = new List<OpenItem>();
        foreach (var (number, place) in (body.Invoices ?? [.. due.Select(item => item.Number).Distinct(StringComparer.Ordinal)]).Select((number, place) => (number, place)))
        {
            var named = due.Where(item => item.Number == number && !chosen.Contains(item)).ToArray();
            if (named.Length == 0)
                problems.Add(new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"invoices[{place}]"), "invoice.notOpen", $"Nothing is open in {currency} under the number {number}."));
            chosen.AddRange(named);
        }

        var open = chosen.Sum(item => item.Remaining);
        if (problems.Count == 0 && open == 0m)
            problems.Add(new("invoices", "nothing.open", $"The customer owes nothing in {currency}."));
        if (problems.Count == 0 && body.Amount > open)
            problems.Add(new("amount", "amount.tooLarge", $"Only {new Money(open, currency.Value).ToPlain()} {currency} of them is open."));
        if (problems.Count > 0)
            return Decided.Refuse(problems);

        var amount = body.Amount ?? open;
        var operation = new Operation(
            body.Reference, Operation.IdOf(body.Reference), OperationKind.WriteOff, currency.Value.Code, amount, today, now, body.Reason.Trim(), null, Chance.Hex(32));
        var chart = session.Accounts;
        session.Post(new(
            operation.Ref, PostingKind.WriteOff, currency.Value, today, operation.Id,
            [new(chart.WriteOff, amount), new(chart.Receivable, -amount)],
            new Effect.Settles(new(operation.Ref, operation.Id, currency.Value.Code, today, amount), [.. chosen.Select(item => item.Ref)]),
            operation.Snapshot()));
        return new(operation, []);
    }

    private static IEnumerable<Remark> Problems(WriteOffBody body, Currency? currency)
    {
        if (Operations.ReferenceProblem(body.Reference) is { } reference)
            yield return reference;
        if (Operations.ReasonProblem(body.Reason) is { } reason)
            yield return reason;
        if (currency is null)
            yield return new("currency", "currency.unknown", $"Give one of {string.Join(", ", Currency.All)}.");
        if (body.Amount is { } amount && Operations.AmountProblem("amount", amount, currency) is { } wrong)
            yield return wrong;
        if (body.Invoices is { Count: 0 or > InvoicesMax })
            yield return new("invoices", "invoices.count", $"Give 1 to {InvoicesMax} invoices, or leave them out for all.");
    }
}
