using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>Something that the customer owed when the organisation came to us.</summary>
/// <param name="Amount">What was still to be paid of it, in the currency of the whole.</param>
/// <param name="Number">What people know it by; the reference by default, for a balance that is one sum.</param>
/// <param name="IssuedOn">The day of the whole by default.</param>
/// <param name="DueOn">The day of issue by default.</param>
internal sealed record OpeningItem(decimal Amount, string? Number = null, DateOnly? IssuedOn = null, DateOnly? DueOn = null);

/// <summary>What a customer owed, and had paid in advance, when the organisation came to us.</summary>
/// <param name="Currency">The organisation's by default.</param>
/// <param name="AsOf">The day the balance stood; today by default.</param>
internal sealed record OpeningBody(
    string Reference, string? Currency = null, DateOnly? AsOf = null, IReadOnlyList<OpeningItem>? Items = null, decimal Advance = 0m);

/// <summary>
/// Books an opening balance against the opening account: every item is open with its own dates, so that it ages and is
/// paid like an invoice; the advance settles the oldest due first, as money does.
/// </summary>
internal sealed class OpeningBalances(Operations operations, Settings settings, TimeProvider clock)
{
    internal const int ItemsMax = 500;
    private const int YearMin = 1990;
    private const int YearMax = 2100;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/customers/{code}/opening-balances", Post)
        .Describe<OpeningBody>("What the customer owed when the organisation came to us, item by item or as one sum");

    private static Task<IResult> Post(
        string code, HttpRequest request, CustomerReader customers, OperationViews views, OpeningBalances openings, CancellationToken cancellation) =>
        OperationEndpoints.Post(code, request, customers, views, AccountsApiJson.Default.OpeningBody, async (account, body) =>
            (await openings.Take(account, body, cancellation), body.Reference), cancellation);

    public async Task<OperationOutcome> Take(string account, OpeningBody body, CancellationToken cancellation) =>
        await operations.Do(account, body.Reference, Content(body), await Decision(body, cancellation), cancellation);

    /// <summary>The same, when the finishing message of the account has been sent.</summary>
    public async Task<OperationOutcome> Write(string account, OpeningBody body, CancellationToken cancellation) =>
        await operations.Write(account, body.Reference, Content(body), await Decision(body, cancellation), cancellation);

    public Task<bool> IsKnown(string account, OpeningBody body, CancellationToken cancellation) =>
        operations.IsDone(account, body.Reference, Content(body), cancellation);

    /// <summary>The rules that the request breaks whatever the account looks like.</summary>
    public async Task<IReadOnlyList<Remark>> Problems(OpeningBody body, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        return [.. Problems(body, organisation.Currency, organisation.Today(clock))];
    }

    private static string Content(OpeningBody body) => "opening balance|" + JsonSerializer.Serialize(body, AccountsApiJson.Default.OpeningBody);

    private async Task<Func<LedgerSession, Decided>> Decision(OpeningBody body, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var (today, now) = (organisation.Today(clock), clock.GetUtcNow());
        return session => Decide(session, body, organisation.Currency, today, now);
    }

    internal static Decided Decide(LedgerSession session, OpeningBody body, string ownCurrency, DateOnly today, DateTimeOffset now)
    {
        var problems = Problems(body, ownCurrency, today).ToList();
        var asOf = body.AsOf ?? today;
        if (problems.Count == 0 && session.IsClosed(asOf))
            problems.Add(new("asOf", "period.closed", "The period of this day is closed; give a later one."));
        if (problems.Count == 0 && session.Head.Open.Count + (body.Items?.Count ?? 0) > LedgerLimits.OpenItemsMax)
            problems.Add(new("items", "items.count", $"A customer has at most {LedgerLimits.OpenItemsMax} open items."));
        if (problems.Count > 0)
            return Decided.Refuse(problems);

        var currency = Currency.Of(body.Currency ?? ownCurrency);
        var id = Operation.IdOf(body.Reference);
        OpenItem[] items = [.. (body.Items ?? []).Select((item, place) => new OpenItem(
            Refs.Opening(id, place), item.Number ?? body.Reference, currency.Code, item.IssuedOn ?? asOf, item.DueOn ?? item.IssuedOn ?? asOf, item.Amount, item.Amount))];
        var owed = items.Sum(item => item.Total);
        var operation = new Operation(
            body.Reference, id, OperationKind.OpeningBalance, currency.Code, owed - body.Advance, asOf, now, null, null, Chance.Hex(32));
        var chart = session.Accounts;
        if (items.Length > 0)
            Post("opening!" + id, [new(chart.Receivable, owed), new(chart.Opening, -owed)], new Effect.OpensAll(items));
        if (body.Advance > 0m)
            Post(
                "opening-advance!" + id, [new(chart.Opening, body.Advance), new(chart.Receivable, -body.Advance)],
                new Effect.Settles(new(Refs.OpeningAdvance(id), body.Reference, currency.Code, asOf, body.Advance), null));
        return new(operation, []);

        void Post(string name, IReadOnlyList<JournalLine> lines, Effect effect) => session.Post(new(
            name, PostingKind.OpeningBalance, currency, asOf, body.Reference, lines, effect, operation.Snapshot()));
    }

    private static IEnumerable<Remark> Problems(OpeningBody body, string ownCurrency, DateOnly today)
    {
        if (Operations.ReferenceProblem(body.Reference) is { } reference)
            yield return reference;
        var currency = Currency.Find(body.Currency ?? ownCurrency);
        if (currency is null)
            yield return new("currency", "currency.unknown", $"Give one of {string.Join(", ", Currency.All)}.");
        if (body.AsOf > today)
            yield return new("asOf", "asOf.future", "An opening balance stood today or earlier.");
        if (body.AsOf?.Year is < YearMin)
            yield return new("asOf", "asOf.range", $"The year is {YearMin} or later.");
        var items = body.Items ?? [];
        if (items.Count == 0 && body.Advance == 0m)
            yield return new("items", "items.required", "Give at least one item, or an advance.");
        if (items.Count > ItemsMax)
            yield return new("items", "items.count", $"Give at most {ItemsMax} items at a time.");
        if (body.Advance != 0m && Operations.AmountProblem("advance", body.Advance, currency) is { } advance)
            yield return advance;
        var numbers = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(items.Count, ItemsMax); i++)
        {
            var at = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"items[{i}]");
            if (Operations.AmountProblem(at + ".amount", items[i].Amount, currency) is { } amount)
                yield return amount;
            if (items[i].Number is { } number && CustomerRules.CodeProblem(number, "number") is { } wrong)
                yield return wrong with { Field = at + ".number" };
            if (!numbers.Add(items[i].Number ?? body.Reference))
                yield return new(at + ".number", "number.duplicate", "Two items have the same number.");
            if ((items[i].IssuedOn ?? today).Year is < YearMin or > YearMax || (items[i].DueOn ?? today).Year is < YearMin or > YearMax)
                yield return new(at + ".dueOn", "date.range", $"The year lies between {YearMin} and {YearMax}.");
        }
    }
}
