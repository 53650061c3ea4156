using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>
/// Signing in by a link to the registered address. Asking has one answer, whoever asks. A GET of the link shows a
/// button, since mail scanners look at links as well; the token in the path is the proof of the POST (design §7).
/// </summary>
internal static class SignInEndpoints
{
    public const string Method = "mail";
    private const string Path = "/my/sign-in";

    public static void Register(IServiceCollection services) =>
        services.AddSingleton(new SignInForm(Method, 100, Path, typeof(MailFields), _ => true));

    public static void Map(IEndpointRouteBuilder app)
    {
        var signIn = app.MapGroup(Path).ExcludeFromDescription().AddEndpointFilter(Patience);
        signIn.MapPost("", Ask).DisableAntiforgery();
        signIn.MapGet("", (HttpContext context, CancellationToken cancellation) => AskPage(context, "signIn.title", null, null, null, cancellation));
        signIn.MapGet("/sent", (HttpContext context, CancellationToken cancellation) => My.Message(context, "signIn.sent", StatusCodes.Status200OK, cancellation));
        signIn.MapGet("/{token}", Show);
        signIn.MapPost("/{token}", Use).DisableAntiforgery();
    }

    private static async Task<IResult> Ask(HttpContext context, AskForLink ask, CancellationToken cancellation)
    {
        var form = await My.ReadForm(context.Request, cancellation);
        var address = form?["email"].ToString().Trim() ?? "";
        if (!EmailAddress.IsValid(address))
            return await AskPage(context, "signIn.title", null, address.Length > 254 ? "" : address, "signIn.noAddress", cancellation);
        await ask.Ask(address, cancellation);
        return My.SeeOther(context, Path + "/sent");
    }

    private static async Task<IResult> Show(string token, HttpContext context, SignInLinks links, CancellationToken cancellation)
    {
        if (await links.Find(token, cancellation) is not var (_, customers))
            return await Over(context, cancellation);
        var language = PageLanguage.Of(context.Request, customers[0].Reader);
        return Pages.Of<ChoosePage>(new()
        {
            [nameof(ChoosePage.Look)] = await Look(context, cancellation),
            [nameof(ChoosePage.Language)] = language,
            [nameof(ChoosePage.Action)] = PageLanguage.Keep(context.Request, $"{Path}/{token}"),
            [nameof(ChoosePage.Choices)] = customers.Select(customer => (customer.Code, customer.Title)).ToArray(),
        });
    }

    private static async Task<IResult> Use(string token, HttpContext context, SignInLinks links, Sessions sessions, CancellationToken cancellation)
    {
        if (await links.Find(token, cancellation) is not var (link, customers))
            return await Over(context, cancellation);
        var code = (await My.ReadForm(context.Request, cancellation))?["customer"].ToString();
        var customer = customers.FirstOrDefault(one => one.Code == code) ?? (customers.Count == 1 ? customers[0] : null);
        if (customer is null)
            return My.SeeOther(context, $"{Path}/{token}");

        // The session first: nobody can have its token yet, so one that the link turns out not to be good for is only
        // taken away again, and a crash in between costs a link, never a way in.
        var session = await sessions.Begin(customer, SessionLevel.Full, Method, link.Value.AddressHash, cancellation);
        if (!await links.Use(token, link, cancellation))
        {
            await sessions.End(session, cancellation);
            return await Over(context, cancellation);
        }

        sessions.GiveTo(context.Response, session, SessionLevel.Full);
        return My.SeeOther(context, "/my");
    }

    // Whoever is signed in in this browser has likely used the link here, and only came back to it.
    private static async Task<IResult> Over(HttpContext context, CancellationToken cancellation) =>
        await context.RequestServices.GetRequiredService<Sessions>().Find(context.Request, cancellation) is not null
            ? My.SeeOther(context, "/my")
            : await AskPage(context, "signIn.over.title", "signIn.over.text", null, null, cancellation);

    private static async Task<IResult> AskPage(
        HttpContext context, string title, string? text, string? value, string? problem, CancellationToken cancellation)
    {
        var settings = context.RequestServices.GetRequiredService<Settings>();
        var language = PageLanguage.Of(context.Request, (await settings.Get(OrganisationSettings.Section, cancellation)).Reader);
        string? Text(string? key) => key is null ? null : AccountsWords.Texts[language, key];
        return Pages.Of<AskPage>(new()
        {
            [nameof(Accounts.AskPage.Look)] = await Look(context, cancellation),
            [nameof(Accounts.AskPage.Language)] = language,
            [nameof(Accounts.AskPage.Title)] = Text(title),
            [nameof(Accounts.AskPage.Action)] = PageLanguage.Keep(context.Request, Path),
            [nameof(Accounts.AskPage.Text)] = Text(text),
            [nameof(Accounts.AskPage.Value)] = value,
            [nameof(Accounts.AskPage.Problem)] = Text(problem),
        });
    }

    private static Task<Look> Look(HttpContext context, CancellationToken cancellation) =>
        context.RequestServices.GetRequiredService<Looks>().Get(cancellation);

    /// <summary>What a link shows is not cached, and contention is ours to bear.</summary>
    public static async ValueTask<object?> Patience(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        call.HttpContext.Response.Headers.CacheControl = "no-store";
        try
        {
            return await next(call);
        }
        catch (StoreBusyException)
        {
            return await My.Message(call.HttpContext, "my.busy", StatusCodes.Status200OK, call.HttpContext.RequestAborted);
        }
    }
}
