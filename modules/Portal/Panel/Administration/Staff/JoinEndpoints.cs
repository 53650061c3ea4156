using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>What the holder of a link does with it: becomes one of the staff, or sets a new password.</summary>
internal static class JoinEndpoints
{
    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/join/{token}", Show).ForAnyone();
        panel.MapPost("/join/{token}", Join).ForAnyone();
    }

    private static async Task<IResult> Show(string token, PanelRequest panel, StaffLinks links) =>
        await links.Find(token, panel.Cancellation) is { } link ? Form(panel, new(link) { Name = link.Name ?? "", Language = panel.Language.Code() }) : Gone(panel);

    private static async Task<IResult> Join(string token, PanelRequest panel, StaffLinks links, SignIn signIn)
    {
        if (await links.Find(token, panel.Cancellation) is not { } link)
            return Gone(panel);
        var (password, form) = (panel.Form["password"].ToString(), new JoinForm(link) { Name = panel.Field("name"), Language = panel.Field("language") });
        if (StaffFields.PasswordProblem(password, panel.Language) is { } problem)
            form.Errors["password"] = problem;
        if (form.IsInvitation && form.Name.Length is 0 or > 100)
            form.Errors["name"] = Words.Texts[panel.Language, "staff.nameWrong"];
        if (form.IsInvitation && Languages.Find(form.Language) is null)
            form.Errors["language"] = Words.Texts[panel.Language, "field.choose"];
        if (form.Errors.Count > 0)
            return Form(panel, form);

        var hash = SignIn.Hash(password);
        var user = form.IsInvitation
            ? await links.Join(token, form.Name, form.Language, hash, panel.Cancellation)
            : await links.SetPassword(token, hash, panel.Cancellation);
        if (user is null)
            return Gone(panel);
        panel.ActsAs(user);
        panel.Audit("staff " + user.Email, link.Kind.ToString());
        // Whoever has a second factor shows it; the link alone is no proof of that.
        if (user.SecondFactor is not null)
            return panel.Done("/panel/sign-in", Words.Texts[panel.Language, "join.passwordSet"]);
        panel.Enter(await signIn.Enter(user, SessionStage.Enrolment, Device.Of(panel.Context.Request), panel.Cancellation));
        return panel.Done("/panel/second-factor");
    }

    private static IResult Gone(PanelRequest panel) => panel.Message(
        StatusCodes.Status410Gone, Words.Texts[panel.Language, "join.gone"], Words.Texts[panel.Language, "join.goneHow"]);

    private static IResult Form(PanelRequest panel, JoinForm form) => panel.Page<JoinPage>(
        form.Errors.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK, (nameof(JoinPage.Form), form));
}

/// <summary>What the holder of a link typed.</summary>
public sealed class JoinForm(StaffLink link)
{
    public bool IsInvitation => link.Kind == StaffLinkKind.Invitation;
    public string Email => link.Email;
    public string Name { get; init; } = "";
    public string Language { get; init; } = "";
    public Dictionary<string, string> Errors { get; } = new(StringComparer.Ordinal);
}
