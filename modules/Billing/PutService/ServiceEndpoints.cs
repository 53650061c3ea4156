using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>A service as the API answers it.</summary>
/// <param name="BilledThrough">The last day that is invoiced.</param>
/// <param name="NextInvoices">The dates of its next invoices, the nearest first; fewer where it ends before.</param>
internal sealed record ServiceView(
    string Customer,
    string Service,
    string Description,
    string Currency,
    IReadOnlyList<LineBody> Lines,
    EveryBody Every,
    DateOnly StartsOn,
    DateOnly? EndsOn,
    int? DueDays,
    bool Prorate,
    IReadOnlyList<string> Channels,
    DateOnly? BilledThrough,
    IReadOnlyList<DateOnly> NextInvoices)
{
    private const int UpcomingShown = 12;

    public static ServiceView Of(string customer, Service service) => new(
        customer, service.Code, service.Description, service.Currency,
        [.. service.Lines.Select(line => new LineBody(line.Description, line.UnitPrice, line.TaxRate, line.Quantity))],
        new(service.EveryMonths), service.StartsOn, service.EndsOn, service.DueDays, service.Prorate, service.Channels,
        service.BilledThrough, service.Upcoming(UpcomingShown));
}

internal static class ServiceEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut("/customers/{code}/services/{service}", Put)
            .WithSummary("Creates a service or replaces it whole; answers its next invoice dates")
            .Accepts<ServiceBody>("application/json", "*/*")
            .Produces<ServiceView>().Produces<ServiceView>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(422);
        api.MapGet("/customers/{code}/services/{service}", Get).WithSummary("A service").Produces<ServiceView>().ProducesProblem(404);
        api.MapGet("/customers/{code}/services", List).WithSummary("The services of a customer").Produces<ApiPage<ServiceView>>().ProducesProblem(404);
    }

    private static async Task<IResult> Put(
        string code, string service, HttpRequest request, CustomerReader customers, SaveService services, Settings settings, CancellationToken cancellation)
    {
        if (PathName.Decode(code) is not { } customerCode)
            return PathName.Malformed("code");
        if (PathName.Decode(service) is not { } serviceCode)
            return PathName.Malformed("service");
        var body = await ApiBody.Read(request, BillingApiJson.Default.ServiceBody);
        if (!body.Ok)
            return body.Problem;
        if (await customers.Find(AccountStore.Of(customerCode), cancellation) is not { } customer)
            return NoCustomer(customerCode);
        if (customer.MergedInto is { } into)
            return ApiProblem.Conflict("customer.merged", $"The customer {customerCode} was merged into {into}; its services go on there.");
        var problems = ServiceRules.Problems(serviceCode, body.Value, await settings.Get(OrganisationSettings.Section, cancellation));
        if (problems.Count > 0)
            return Refused(problems);
        var (saved, isNew) = await services.Save(customer, serviceCode, body.Value, cancellation);
        return TypedResults.Json(
            ServiceView.Of(customerCode, saved), BillingApiJson.Default.ServiceView, statusCode: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<IResult> Get(string code, string service, AccountStore accounts, CancellationToken cancellation)
    {
        if (PathName.Decode(code) is not { } customerCode)
            return PathName.Malformed("code");
        if (PathName.Decode(service) is not { } serviceCode)
            return PathName.Malformed("service");
        return await accounts.Find(AccountStore.Of(customerCode), BillingRows.Service(serviceCode), BillingRows.ServiceType, cancellation) is { } found
            ? TypedResults.Json(ServiceView.Of(customerCode, found.Value), BillingApiJson.Default.ServiceView)
            : ApiProblem.NotFound($"The customer {customerCode} has no service {serviceCode}.");
    }

    private static async Task<IResult> List(
        string code, HttpRequest request, AccountStore accounts, CustomerReader customers, CancellationToken cancellation)
    {
        if (PathName.Decode(code) is not { } customerCode)
            return PathName.Malformed("code");
        if (!ApiList.TryRead(request, out var list, out var problem))
            return problem;
        var account = AccountStore.Of(customerCode);
        if (await customers.Find(account, cancellation) is null)
            return NoCustomer(customerCode);
        var range = KeyRange.Prefix(BillingRows.ServicePrefix);
        if (list.After is { } after)
            range = range.After(BillingRows.Service(after));
        var rows = await accounts.Tables.Page(AccountStore.Table, account, range, list.Limit + 1, BillingRows.ServiceType, cancellation);
        var page = list.Page([.. rows.Select(row => ServiceView.Of(customerCode, row.Value))], view => view.Service);
        return TypedResults.Json(page, BillingApiJson.Default.ApiPageServiceView);
    }

    public static ApiProblem NoCustomer(string code) => ApiProblem.NotFound($"There is no customer with the code {code}.");

    public static ApiProblem Refused(IReadOnlyList<ApiError> problems) => ApiProblem.Rule(
        problems[0].Code, problems.Count == 1 ? problems[0].Message : $"{problems.Count} members break a rule.", problems);
}
