using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>Two records of the same customer become one.</summary>
/// <param name="Into">The code of the record that stays.</param>
internal sealed record MergeBody(string Reference, string Into);

/// <summary>What a merge would do, before anybody asks for it; it cannot be undone.</summary>
/// <param name="OpenItems">How many open items move, and <paramref name="Advances"/> how many advances.</param>
/// <param name="Moving">What the customer owes by each currency and moves; negative for an advance.</param>
/// <param name="Afterwards">What the survivor will owe by each currency.</param>
/// <param name="Problems">Why it would be refused; empty when it can be done.</param>
internal sealed record MergePreview(
    string Customer, string Into, int OpenItems, int Advances, IReadOnlyList<Money> Moving, IReadOnlyList<Money> Afterwards, IReadOnlyList<Remark> Problems);

/// <summary>A record of a customer became one with another: whoever keeps something for it goes on with the survivor.</summary>
/// <param name="Account">The partition that was merged, and <paramref name="Into"/> that of the survivor.</param>
public sealed record CustomerMerged(string Account, string Into);

/// <summary>
/// Merges a customer into another (decision 0009). The survivor is marked first, so that it is never merged away itself;
/// then one commit in the merged account makes it point there and lets everything open leave; what left arrives by
/// <see cref="Moves"/>. A crash anywhere is mended by the same request, or by the finishing message.
/// </summary>
internal sealed class MergeCustomers(
    AccountStore accounts, CustomerReader customers, LedgerReader ledger, Operations operations, Moves moves, Settings settings, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/customers/{code}/merge", GetPreview)
            .WithSummary("What merging the customer into another would do; nothing is done")
            .Produces<MergePreview>().ProducesProblem(404).ProducesProblem(422);
        api.MapPost("/customers/{code}/merge", Post).Describe<MergeBody>("Makes the customer one with another; it cannot be undone");
    }

    private static async Task<IResult> GetPreview(string code, string? into, CustomerReader customers, MergeCustomers merge, CancellationToken cancellation)
    {
        if (PathName.Decode(code) is not { } name)
            return PathName.Malformed("code");
        if (await customers.OfCode(name, cancellation) is not { } customer)
            return CustomerEndpoints.NoCustomer(name);
        return await customers.OfCode(into ?? "", cancellation) is { } survivor
            ? TypedResults.Json(await merge.Preview(customer, survivor, cancellation), AccountsApiJson.Default.MergePreview)
            : new[] { Unknown(into ?? "") }.ToApi();
    }

    private static Task<IResult> Post(
        string code, HttpRequest request, CustomerReader customers, OperationViews views, MergeCustomers merge, CancellationToken cancellation) =>
        OperationEndpoints.Post(code, request, customers, views, AccountsApiJson.Default.MergeBody, async (account, body) =>
            (await merge.Merge(account, body, cancellation), body.Reference), cancellation);

    public async Task<MergePreview> Preview(Customer customer, Customer survivor, CancellationToken cancellation)
    {
        var here = await ledger.Head(AccountStore.Of(customer.Code), cancellation);
        var there = await ledger.Head(AccountStore.Of(survivor.Code), cancellation);
        var problems = Problem(customer, survivor, isBegun: false) is { } problem ? [problem]
            : here.Open.Count + there.Open.Count > LedgerLimits.OpenItemsMax ? new[] { TooMany() }
            : [];
        Currency[] currencies = [.. here.Balances.Concat(there.Balances).Select(balance => balance.Currency).Distinct(StringComparer.Ordinal).Select(Currency.Of)];
        Money Owed(LedgerHead head, Currency currency) => new(Bookkeeping.Owed(head, currency), currency);
        return new(
            customer.Code, survivor.Code, here.Open.Count, here.Credits.Count,
            [.. currencies.Select(currency => Owed(here, currency))],
            [.. currencies.Select(currency => Owed(here, currency) + Owed(there, currency))],
            problems);
    }

    public async Task<OperationOutcome> Merge(string account, MergeBody body, CancellationToken cancellation)
    {
        var content = "merge|" + JsonSerializer.Serialize(body, AccountsApiJson.Default.MergeBody);
        if (!await operations.IsDone(account, body.Reference, content, cancellation) && await Refusal(account, body, cancellation) is { } refusal)
            return new OperationOutcome.Refused([refusal]);

        var today = (await settings.Get(OrganisationSettings.Section, cancellation)).Today(clock);
        var survivor = AccountStore.Of(body.Into);
        var outcome = await operations.Do(
            account, body.Reference, content, session => Decide(session, survivor, body, today, clock.GetUtcNow()), cancellation,
            (batch, stop) => Point(batch, survivor, stop));
        // It has left in any case; the customer who looks now should find it.
        await moves.Finish(account, cancellation);
        return outcome;
    }

    private async Task<Remark?> Refusal(string account, MergeBody body, CancellationToken cancellation)
    {
        if (Operations.ReferenceProblem(body.Reference) is { } reference)
            return reference;
        if (await customers.OfCode(body.Into, cancellation) is not { } into)
            return Unknown(body.Into);
        var customer = await customers.Find(account, cancellation) ?? throw new InvalidOperationException($"The customer of {account} is missing.");
        return (await Preview(customer, into, cancellation)).Problems is [var first, ..] ? first : null;
    }

    // Whoever merges the survivor away at this moment meets this mark, or has been merged by the time it is written.
    private Task<Remark?> Announce(string account, string survivor, CancellationToken cancellation) => accounts.Change<Remark?>(
        survivor,
        async stop =>
        {
            var stored = await accounts.Find(survivor, AccountsRows.Customer, AccountsRows.CustomerType, stop)
                ?? throw new InvalidOperationException($"The customer of {survivor} is missing.");
            var (customer, code) = (stored.Value, AccountStore.CodeOf(account));
            if (customer.MergedFrom?.Contains(code) == true)
                return new(null, null);
            if (customer.MergedInto is { } other)
                return new(IntoMerged(customer.Code, other), null);
            return new(null, accounts.Batch(survivor).Replace(stored, customer with { MergedFrom = [.. customer.MergedFrom ?? [], code] }, AccountsRows.CustomerType));
        },
        cancellation);

    private async Task<Remark?> Point(AccountBatch batch, string survivor, CancellationToken cancellation)
    {
        if (await Announce(batch.Account, survivor, cancellation) is { } refusal)
            return refusal;
        // Its own row first: the other's is then at least as new as the mark that this row bears or does not bear.
        var stored = await accounts.Find(batch.Account, AccountsRows.Customer, AccountsRows.CustomerType, cancellation)
            ?? throw new InvalidOperationException($"The customer of {batch.Account} is missing.");
        var into = await customers.Find(survivor, cancellation) ?? throw new InvalidOperationException($"The customer of {survivor} is missing.");
        if (Problem(stored.Value, into, isBegun: true) is { } problem)
            return problem;
        batch.Replace(stored, stored.Value with { MergedInto = into.Code }, AccountsRows.CustomerType);
        batch.Publish(new CustomerMerged(batch.Account, survivor), AccountsJson.Default.CustomerMerged);
        return null;
    }

    private static Decided Decide(LedgerSession session, string survivor, MergeBody body, DateOnly today, DateTimeOffset now)
    {
        session.MoveTo(survivor, today);
        return new(new Operation(body.Reference, Operation.IdOf(body.Reference), OperationKind.Merge, Currency.TRY.Code, 0m, today, now, body.Into, null, Chance.Hex(32)), []);
    }

    /// <param name="isBegun">The survivor bears the mark of this merge.</param>
    internal static Remark? Problem(Customer customer, Customer survivor, bool isBegun) =>
        customer.Code == survivor.Code ? new("into", "merge.self", "A customer cannot be merged into itself.")
        : customer.MergedInto is { } other ? new("code", "customer.merged", $"The customer {customer.Code} was merged into {other}.")
        : survivor.MergedInto is { } third ? IntoMerged(survivor.Code, third)
        : customer.MergedFrom is { Count: > 0 } ? new("code", "merge.survivor", $"Others were merged into {customer.Code}, or are about to be; merge {survivor.Code} into it instead.")
        : isBegun && survivor.MergedFrom?.Contains(customer.Code) != true ? new("into", "merge.begun", "The merge was not begun; try again.")
        : null;

    private static Remark IntoMerged(string code, string into) => new("into", "merge.intoMerged", $"The customer {code} was merged into {into}; merge into that one.");

    private static Remark Unknown(string code) => new("into", "customer.unknown", $"There is no customer with the code {code}.");

    private static Remark TooMany() => new("into", "items.count", $"A customer has at most {LedgerLimits.OpenItemsMax} open items; together they have more.");
}
