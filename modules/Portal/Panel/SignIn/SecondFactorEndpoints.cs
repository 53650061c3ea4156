using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using QRCoder;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>Setting up the authenticator app: a picture to scan, a code that shows it worked, and recovery codes shown once.</summary>
internal static class SecondFactorEndpoints
{
    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/second-factor", (PanelRequest request, SignIn signIn) => Show(request, signIn, null, false)).ForHalfSignedIn();
        panel.MapPost("/second-factor", Enrol).ForHalfSignedIn();
        panel.MapPost("/second-factor/later", Later).ForHalfSignedIn();
        panel.MapGet("/second-factor/codes", Codes).ForAnyStaff();
    }

    private static IResult Show(PanelRequest panel, SignIn signIn, string? sealedSecret, bool wrong)
    {
        // Who has not yet typed the code of the app that is set up cannot set up another.
        if (panel.SignedIn is not { Session.Stage: not SessionStage.Code } signedIn)
            return panel.Done("/panel/sign-in/code");
        var (secret, kept) = sealedSecret is not null && signIn.SecretOf(signedIn.Staff, sealedSecret) is { } same
            ? (same, sealedSecret)
            : signIn.NewSecondFactor(signedIn.Staff);
        var issuer = panel.Organisation.Name.Length > 0 ? panel.Organisation.Name : "Vade";
        return panel.Page<SecondFactorPage>(
            wrong ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
            (nameof(SecondFactorPage.Secret), string.Join(' ', secret.Chunk(4).Select(four => new string(four)))),
            (nameof(SecondFactorPage.Sealed), kept),
            (nameof(SecondFactorPage.Picture), QrPicture.Of(Totp.Uri(secret, issuer, signedIn.Staff.Email))),
            (nameof(SecondFactorPage.CanWait), signIn.SecondFactorCanWait && signedIn.Session.Stage == SessionStage.Enrolment),
            (nameof(SecondFactorPage.Replaces), signedIn.Staff.SecondFactor is not null),
            (nameof(SecondFactorPage.Problem), wrong ? Words.Texts[panel.Language, "code.wrong"] : null));
    }

    private static async Task<IResult> Enrol(PanelRequest panel, SignIn signIn)
    {
        if (panel.SignedIn is not { Session.Stage: not SessionStage.Code } signedIn)
            return panel.Done("/panel/sign-in/code");
        var secret = panel.Field("secret");
        if (await signIn.Enrol(signedIn.Staff, secret, panel.Field("code"), panel.Cancellation) is not { } codes)
            return Show(panel, signIn, secret, wrong: true);
        panel.Enter(await signIn.Next(signedIn, signedIn.Staff, panel.Cancellation));
        panel.Tell(string.Join('\n', codes));
        return panel.Done("/panel/second-factor/codes");
    }

    private static async Task<IResult> Later(PanelRequest panel, SignIn signIn)
    {
        if (!signIn.SecondFactorCanWait || panel.SignedIn is not { Session.Stage: SessionStage.Enrolment } half)
            return panel.Done("/panel/second-factor");
        panel.Enter(await signIn.Next(half, half.Staff, panel.Cancellation));
        return panel.Done("/panel");
    }

    private static IResult Codes(PanelRequest panel) => panel.Secret is { } codes
        ? panel.Page<RecoveryCodesPage>((nameof(RecoveryCodesPage.Codes), codes.Split('\n')))
        : panel.Done("/panel");
}

/// <summary>A QR code as the path of an SVG, with the four modules of white that readers need around it.</summary>
public sealed record QrPicture(int Size, string Path)
{
    internal static QrPicture Of(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var modules = code.ModuleMatrix;
        var dark = from y in Enumerable.Range(0, modules.Count) from x in Enumerable.Range(0, modules.Count) where modules[y][x] select $"M{x} {y}h1v1h-1z";
        return new(modules.Count, string.Concat(dark));
    }
}
