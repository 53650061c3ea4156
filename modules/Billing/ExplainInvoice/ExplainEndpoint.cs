using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Billing;

internal static class ExplainEndpoint
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/invoices/{number}/explain", Get)
        .WithSummary("Where the figures of an invoice come from: line, rate, rounding, schedule, ledger entry, payments")
        .Produces<IReadOnlyList<ExplanationView>>().ProducesProblem(404);

    private static async Task<IResult> Get(
        string number, HttpRequest request, InvoiceReader invoices, ExplainInvoice explain, Settings settings, CancellationToken cancellation)
    {
        if (await invoices.FindByNumber(PathName.Decode(number) ?? "", cancellation) is not var (account, invoice))
            return InvoiceEndpoints.NoInvoice(number);
        var language = PageLanguage.Of(request, (await settings.Get(OrganisationSettings.Section, cancellation)).Reader);
        ExplanationView[] parts = [.. (await explain.Of(account, invoice, language, cancellation)).Select(ExplanationView.Of)];
        return TypedResults.Json(parts, BillingApiJson.Default.ExplanationViewArray);
    }
}
