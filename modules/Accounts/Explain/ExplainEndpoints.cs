using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>An explanation as the API answers it, in the language of <c>?lang=</c> or the organisation's.</summary>
/// <param name="Sums">Whether the parts sum to the amount; else they are facts behind it.</param>
public sealed record ExplanationView(string What, Money? Amount, string? Says, bool Sums, IReadOnlyList<ExplanationView> Parts)
{
    public static ExplanationView Of(Explanation explanation) =>
        new(explanation.What, explanation.Amount, explanation.Says, explanation.Sums, [.. explanation.Parts.Select(Of)]);
}

internal static class ExplainEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/customers/{code}/balance/explain", GetBalance)
            .WithSummary("Where a customer's balance comes from, down to the open items")
            .Produces<ExplanationView>().ProducesProblem(404).ProducesProblem(422);
        api.MapGet("/customers/{code}/statement/explain", GetStatement)
            .WithSummary("Where a statement's closing balance comes from, down to the ledger's entries")
            .Produces<ExplanationView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(422);
    }

    private static async Task<IResult> GetBalance(
        string code, HttpRequest request, CustomerReader customers, ExplainAccount explain, Settings settings, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        if (PathName.Decode(code) is not { } name || await customers.OfCode(name, cancellation) is null)
            return CustomerEndpoints.NoCustomer(code);
        var asked = request.Query["currency"].ToString();
        if (Currency.Find(asked.Length == 0 ? organisation.Currency : asked) is not { } currency)
            return ApiProblem.Rule("currency.unknown", $"Give one of {string.Join(", ", Currency.All)}.", new ApiError("currency.unknown", "The currency is not known.", "currency"));
        return Answer(await explain.Balance(AccountStore.Of(name), currency, PageLanguage.Of(request, organisation.Reader), cancellation));
    }

    private static async Task<IResult> GetStatement(string code, HttpRequest request, StatementOfCustomer statements, CancellationToken cancellation)
    {
        var (asked, problem) = await statements.Read(code, request.Query, cancellation);
        return asked is null ? problem! : Answer(ExplainAccount.Closing(asked.Statement, PageLanguage.Of(request, asked.Organisation.Reader)));
    }

    private static IResult Answer(Explanation explanation) =>
        TypedResults.Json(ExplanationView.Of(explanation), AccountsApiJson.Default.ExplanationView);
}
