using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>A customer as the API answers it.</summary>
/// <param name="Balance">What the customer owes in the organisation's currency, negative for an advance.</param>
/// <param name="Balances">The same in every currency that was ever used.</param>
/// <param name="PortalUrl">A link to the whole debt.</param>
/// <param name="MergedInto">The code of the customer that it became one with.</param>
/// <param name="Warnings">What was noticed about values that were taken as they are.</param>
internal sealed record CustomerView(
    string Code,
    string Title,
    string? TaxId,
    string Country,
    string Language,
    IReadOnlyList<string> Emails,
    IReadOnlyList<string> ReconciliationEmails,
    string? Phone,
    bool WhatsApp,
    Address Address,
    int? DueDays,
    string PayerNumber,
    Money Balance,
    IReadOnlyList<Money> Balances,
    string PortalUrl,
    IReadOnlyList<Remark> Warnings,
    string? MergedInto);

internal static class CustomerEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut("/customers/{code}", Put)
            .WithSummary("Creates a customer or replaces it whole")
            .Accepts<CustomerBody>("application/json", "*/*")
            .Produces<CustomerView>().Produces<CustomerView>(201).ProducesProblem(400).ProducesProblem(422);
        api.MapGet("/customers/{code}", Get).WithSummary("A customer").Produces<CustomerView>().ProducesProblem(404);
        api.MapGet("/customers", List).WithSummary("Customers in the order of their codes").Produces<ApiPage<CustomerView>>();
    }

    private static async Task<IResult> Put(string code, HttpRequest request, SaveCustomer customers, CustomerViews views, CancellationToken cancellation)
    {
        if (PathName.Decode(code) is not { } name)
            return PathName.Malformed("code");
        var body = await ApiBody.Read(request, AccountsApiJson.Default.CustomerBody);
        if (!body.Ok)
            return body.Problem;
        return await customers.Save(name, body.Value, cancellation) switch
        {
            CustomerSaved.Refused refused => refused.Problems.ToApi(),
            CustomerSaved.Merged(var into) => IsMerged(name, into),
            CustomerSaved.Kept kept => TypedResults.Json(
                await views.Of(kept.Customer, kept.Warnings, cancellation),
                AccountsApiJson.Default.CustomerView,
                statusCode: kept.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK),
            _ => throw new InvalidOperationException("A customer is kept or refused."),
        };
    }

    private static async Task<IResult> Get(string code, CustomerReader customers, CustomerViews views, CancellationToken cancellation)
    {
        if (PathName.Decode(code) is not { } name)
            return PathName.Malformed("code");
        return await customers.OfCode(name, cancellation) is { } customer
            ? TypedResults.Json(await views.Of(customer, [], cancellation), AccountsApiJson.Default.CustomerView)
            : NoCustomer(name);
    }

    private static async Task<IResult> List(HttpRequest request, CustomerViews views, CancellationToken cancellation)
    {
        if (!ApiList.TryRead(request, out var list, out var problem))
            return problem;
        if (!TryFlag(request, "hasEmail", out var hasEmail, out problem) || !TryFlag(request, "overdue", out var overdue, out problem))
            return problem!;
        var filter = new CustomerFilter(TurkishText.SearchKey(request.Query["query"].ToString()), hasEmail, overdue);
        return TypedResults.Json(await views.Page(list, filter, cancellation), AccountsApiJson.Default.ApiPageCustomerView);
    }

    public static ApiProblem IsMerged(string code, string into) =>
        ApiProblem.Conflict("customer.merged", $"The customer {code} was merged into {into}; use that code.");

    public static ApiProblem NoCustomer(string code) => ApiProblem.NotFound($"There is no customer with the code {code}.");

    private static bool TryFlag(HttpRequest request, string name, out bool? flag, out ApiProblem? problem)
    {
        var text = request.Query[name].ToString();
        flag = text switch { "true" => true, "false" => false, _ => null };
        problem = flag is null && text.Length > 0
            ? ApiProblem.BadRequest(name, $"{name} may be true or false.", new ApiError("type", "true or false is expected here.", name))
            : null;
        return problem is null;
    }
}

/// <param name="Query">A part of title, code, tax id or payer number, folded; empty for all.</param>
/// <param name="Overdue">Whether something is open past its due date.</param>
internal sealed record CustomerFilter(string Query, bool? HasEmail, bool? Overdue)
{
    // Tax ids and payer numbers are read out in groups: 123 456 788.
    private readonly string _ungrouped = Query.All(c => char.IsAsciiDigit(c) || c is ' ' or '-' or '.')
        ? string.Concat(Query.Where(char.IsAsciiDigit))
        : Query;

    public bool Passes(DirectoryRow row) =>
        (HasEmail ?? row.HasEmail) == row.HasEmail
        && (row.Search.Contains(Query, StringComparison.Ordinal) || (_ungrouped.Length > 0 && row.Search.Contains(_ungrouped, StringComparison.Ordinal)));
}

/// <summary>Makes customers into what the API answers: with balances and link.</summary>
internal sealed class CustomerViews(
    AccountStore accounts, LedgerReader ledger, CustomerDirectory directory, PayLinks links, Settings settings, TimeProvider clock)
{
    // What one request may read through in search of matches, and how many accounts it opens at a time.
    private const int ScannedRowsMax = 1_000;
    private const int RowsAtOnce = 100;
    private const int AccountsAtOnce = 20;

    public async Task<CustomerView> Of(Customer customer, IReadOnlyList<Remark> warnings, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        return Of(customer, await ledger.Head(AccountStore.Of(customer.Code), cancellation), organisation, warnings);
    }

    /// <summary>The customers behind <c>after</c> that pass; a page may hold fewer than asked for and still have a next.</summary>
    public async Task<ApiPage<CustomerView>> Page(ApiList list, CustomerFilter filter, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var found = new List<CustomerView>();
        var after = list.After is null ? null : AccountStore.Of(list.After);
        for (var scanned = 0; scanned < ScannedRowsMax;)
        {
            var rows = await directory.Page(after, RowsAtOnce, cancellation);
            foreach (var group in rows.Where(row => filter.Passes(row.Value)).Chunk(AccountsAtOnce))
            {
                var views = await Task.WhenAll(group.Select(row => Load(row.Key, filter, organisation, cancellation)));
                found.AddRange(views.OfType<CustomerView>());
                if (found.Count > list.Limit)
                    return list.Page(found, view => view.Code);
            }

            if (rows.Count < RowsAtOnce)
                return new(found, null);
            scanned += rows.Count;
            after = rows[^1].Key;
        }

        return new(found, AccountStore.CodeOf(after!));
    }

    private async Task<CustomerView?> Load(string account, CustomerFilter filter, OrganisationSettings organisation, CancellationToken cancellation)
    {
        var stored = await accounts.Find(account, AccountsRows.Customer, AccountsRows.CustomerType, cancellation);
        if (stored is null || !filter.Passes(CustomerDirectory.RowOf(stored.Value)))
            return null;
        var head = await ledger.Head(account, cancellation);
        var today = organisation.Today(clock);
        return filter.Overdue is { } overdue && overdue != head.Open.Any(item => item.DueOn < today)
            ? null
            : Of(stored.Value, head, organisation, []);
    }

    private CustomerView Of(Customer customer, LedgerHead head, OrganisationSettings organisation, IReadOnlyList<Remark> warnings) => new(
        customer.Code, customer.Title, customer.TaxId, customer.Country, customer.Language, customer.Emails,
        customer.ReconciliationEmails, customer.Phone, customer.WhatsApp, customer.Address, customer.DueDays, customer.PayerNumber,
        head.Balance(organisation.MoneyCurrency),
        [.. head.Balances.Select(balance => head.Balance(Currency.Of(balance.Currency)))],
        links.Url(PayLinks.ToDebt(customer)),
        warnings,
        customer.MergedInto);
}
