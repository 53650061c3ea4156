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
        var filter = new CustomerFilter(request.Query["query"].ToString(), hasEmail, overdue);
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

/// <summary>Makes customers into what the API answers: with balances and link.</summary>
internal sealed class CustomerViews(
    AccountStore accounts, LedgerReader ledger, CustomerList customers, PayLinks links, Settings settings, TimeProvider clock)
{
    // How many accounts one request opens at a time.
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
        var page = await customers.Page(filter, list.After, list.Limit, cancellation);
        var found = new List<CustomerView>();
        foreach (var group in page.Items.Chunk(AccountsAtOnce))
        {
            var views = await Task.WhenAll(group.Select(item => Load(item.Account, filter, organisation, cancellation)));
            found.AddRange(views.OfType<CustomerView>());
        }

        return new(found, page.Next);
    }

    // A row only says where to look: the customer and the ledger decide.
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
