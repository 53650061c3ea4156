using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>Signing in by e-mail, password and code, and out again.</summary>
internal static class SignInEndpoints
{
    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/sign-in", Show).ForAnyone();
        panel.MapPost("/sign-in", WithPassword).ForAnyone();
        panel.MapGet("/sign-in/code", (PanelRequest request) => Ask(request, null)).ForHalfSignedIn();
        panel.MapPost("/sign-in/code", WithCode).ForHalfSignedIn();
        panel.MapPost("/sign-out", SignOut).ForHalfSignedIn();
    }

    /// <summary>Where somebody goes on to who has just signed in.</summary>
    internal static string To(PanelRequest panel) => panel.Query("to") is { } to && LocalPath.IsOne(to) ? to : "/panel";

    private static async Task<IResult> Show(PanelRequest panel, StaffDirectory staff) =>
        panel.IsSignedIn ? panel.Done(To(panel))
        : await staff.HasAnyone(panel.Cancellation) ? Form(panel, "", Elsewhere(panel))
        // The link is in the log of who runs this; nobody else learns that it is there to be taken.
        : panel.Message(StatusCodes.Status200OK, Words.Texts[panel.Language, "welcome.first"], Words.Texts[panel.Language, "welcome.firstHow"], link: "");

    // How signing in with the organisation's own provider went, where it brought somebody back.
    private static string? Elsewhere(PanelRequest panel) => panel.Query("oidc") switch
    {
        "failed" => Words.Texts[panel.Language, "oidc.failed"],
        "unverified" => Words.Texts[panel.Language, "oidc.unverified"],
        "unknown" => Words.Texts[panel.Language, "oidc.unknown"],
        _ => null,
    };

    private static async Task<IResult> WithPassword(PanelRequest panel, SignIn signIn, FormNonces nonces)
    {
        var email = panel.Field("email");
        var outcome = await signIn.WithPassword(email, panel.Form["password"].ToString(), Device.Of(panel.Context.Request), panel.Cancellation);
        if (outcome is not SignInOutcome.Entered entered)
            return Form(panel, email, Problem(panel, outcome, "signIn.wrong"));
        panel.Enter(entered);
        await nonces.Sweep(panel.Cancellation);
        return Onward(panel, entered);
    }

    private static async Task<IResult> WithCode(PanelRequest panel, SignIn signIn)
    {
        if (panel.SignedIn is not { Session.Stage: SessionStage.Code } half)
            return panel.Done(To(panel));
        var outcome = await signIn.WithCode(half, panel.Field("code"), panel.Cancellation);
        if (outcome is not SignInOutcome.Entered entered)
            return Ask(panel, Problem(panel, outcome, "code.wrong"));
        panel.Enter(entered);
        return Onward(panel, entered);
    }

    private static async Task<IResult> SignOut(PanelRequest panel, Sessions sessions)
    {
        var signedIn = panel.SignedIn!;
        await sessions.End(signedIn.Staff.Id, signedIn.Key, panel.Cancellation);
        panel.Leave();
        return panel.Done("/panel/sign-in");
    }

    private static PanelRedirect Onward(PanelRequest panel, SignInOutcome.Entered entered)
    {
        var to = To(panel);
        return panel.Done(entered.Stage switch
        {
            SessionStage.Code => "/panel/sign-in/code" + (to == "/panel" ? "" : "?to=" + Uri.EscapeDataString(to)),
            SessionStage.Enrolment => "/panel/second-factor",
            _ => to,
        });
    }

    private static string Problem(PanelRequest panel, SignInOutcome outcome, string wrong) => outcome is SignInOutcome.Wait(var pause)
        ? Words.Texts.Format(panel.Language, "signIn.wait", Math.Ceiling(pause.TotalMinutes))
        : Words.Texts[panel.Language, wrong];

    private static IResult Form(PanelRequest panel, string email, string? problem) => panel.Page<SignInPage>(
        problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
        (nameof(SignInPage.Email), email), (nameof(SignInPage.Problem), problem), (nameof(SignInPage.Provider), panel.Services.GetService<OpenIdProvider>()?.Name),
        (nameof(SignInPage.To), To(panel)));

    private static IResult Ask(PanelRequest panel, string? problem) => panel.SignedIn is not { Session.Stage: SessionStage.Code }
        ? panel.Done(To(panel))
        : panel.Page<CodePage>(problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity, (nameof(CodePage.Problem), problem));
}
