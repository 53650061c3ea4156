using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>The simulated bank's page: one form, a button for each way a payment can end.</summary>
internal static class BankEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var bank = app.MapGroup("/simulator/bank/{session}").ExcludeFromDescription();
        bank.MapGet("", Show);
        bank.MapPost("", Decide).DisableAntiforgery();
    }

    private static async Task<Results<RazorComponentResult, NotFound>> Show(
        string session, HttpContext context, SimulatedBank bank, Looks looks, Settings settings, TimeProvider clock, CancellationToken cancellation) =>
        await bank.Find(session, cancellation) is { } found
            ? await Page(context, found, Sentence(found, clock), looks, settings, cancellation)
            : TypedResults.NotFound();

    private static async Task<Results<RazorComponentResult, SeeOther, NotFound, BadRequest>> Decide(
        string session, [FromForm] string? outcome, HttpContext context, SimulatedBank bank, Looks looks, Settings settings, TimeProvider clock,
        CancellationToken cancellation)
    {
        if (outcome is null || !SimulatedBank.Outcomes.Contains(outcome))
            return TypedResults.BadRequest();
        if (await bank.Decide(session, outcome, cancellation) is not { } decided)
            return TypedResults.NotFound();
        return decided.Outcome is SimulatedBank.Approve or SimulatedBank.ApproveTwice or SimulatedBank.Decline or SimulatedBank.Cancel
            ? new SeeOther(decided.ReturnUrl)
            : await Page(context, decided, Sentence(decided, clock), looks, settings, cancellation);
    }

    private static string? Sentence(BankSession session, TimeProvider clock) => session switch
    {
        { Outcome: SimulatedBank.ApproveSilently } => "bank.lost",
        { Outcome: SimulatedBank.Timeout } => "bank.silent",
        { Outcome: not null } => "bank.over",
        _ when session.HasExpired(clock.GetUtcNow()) => "bank.expired",
        _ => null,
    };

    private static async Task<RazorComponentResult> Page(
        HttpContext context, BankSession session, string? sentence, Looks looks, Settings settings, CancellationToken cancellation)
    {
        var language = PageLanguage.Of(context.Request, (await settings.Get(OrganisationSettings.Section, cancellation)).Reader);
        if (Uri.TryCreate(session.ReturnUrl, UriKind.Absolute, out var shop))
            context.AllowFormTo(shop);
        return Pages.Of<BankPage>(new()
        {
            [nameof(BankPage.Look)] = await looks.Get(cancellation),
            [nameof(BankPage.Language)] = language,
            [nameof(BankPage.Shop)] = session.Shop,
            [nameof(BankPage.Amount)] = Formats.Money(session.Money, language),
            [nameof(BankPage.Action)] = PageLanguage.Keep(context.Request, SimulatedBank.Path(session.Ref)),
            [nameof(BankPage.ReturnUrl)] = session.ReturnUrl,
            [nameof(BankPage.Sentence)] = sentence is null ? null : Words.Texts[language, sentence],
        });
    }
}
