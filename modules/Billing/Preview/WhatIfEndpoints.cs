using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>What a service or the rules of billing would bring if they were saved as they are sent. Saves nothing.</summary>
internal static class WhatIfEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/customers/{code}/services/{service}/preview", OfService)
            .WithSummary("What a service would change in the next days if it were saved like this; nothing is saved")
            .Accepts<ServiceBody>("application/json", "*/*").Produces<DifferenceView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(422);
        api.MapPost("/settings/billing/preview", OfSettings)
            .WithSummary("What the billing settings would change in the next days if they were saved like this; nothing is saved")
            .Accepts<BillingSettings>("application/json", "*/*").Produces<DifferenceView>().ProducesProblem(400).ProducesProblem(422);
    }

    private static async Task<IResult> OfService(
        string code, string service, HttpContext context, CustomerReader customers, SaveService services, Preview preview, Settings settings,
        TimeProvider clock, CancellationToken cancellation)
    {
        if (PathName.Decode(code) is not { } customerCode)
            return PathName.Malformed("code");
        if (PathName.Decode(service) is not { } serviceCode)
            return PathName.Malformed("service");
        var body = await ApiBody.Read(context.Request, BillingApiJson.Default.ServiceBody);
        if (!body.Ok)
            return body.Problem;
        var account = AccountStore.Of(customerCode);
        if (await customers.Find(account, cancellation) is null)
            return ServiceEndpoints.NoCustomer(customerCode);
        var problems = ServiceRules.Problems(serviceCode, body.Value, await settings.Get(OrganisationSettings.Section, cancellation));
        if (problems.Count > 0)
            return ServiceEndpoints.Refused(problems);
        var change = new ServiceWhatIf(account, await services.Draft(account, serviceCode, body.Value, cancellation));
        return await PreviewEndpoints.Answer(context, change, account, preview, settings, clock, cancellation);
    }

    private static async Task<IResult> OfSettings(
        HttpContext context, Preview preview, Settings settings, TimeProvider clock, CancellationToken cancellation)
    {
        var body = await ApiBody.Read(context.Request, BillingSettingsJson.Default.BillingSettings);
        if (!body.Ok)
            return body.Problem;
        var problems = BillingSettings.Section.Problems!(body.Value).Select(problem => new ApiError(problem.Code, problem.Message, problem.Field)).ToArray();
        return problems.Length > 0
            ? ServiceEndpoints.Refused(problems)
            : await PreviewEndpoints.Answer(context, new BillingWhatIf(body.Value), null, preview, settings, clock, cancellation);
    }
}
