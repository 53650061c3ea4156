using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>Who may sign in: the list, invitations, roles, and links to a new password.</summary>
internal static class StaffPages
{
    public const string Manage = "staff.manage";
    private const string List = "/panel/staff";

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(Manage);
        services.AddPanelItem(new(92, language => Words.Texts[language, "staff"], List, Manage, "user"));
    }

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/staff", ShowAll).Needs(Manage);
        panel.MapGet("/staff/invite", (PanelRequest request) => Form(request, new())).Needs(Manage);
        panel.MapPost("/staff/invite", Invite).Needs(Manage);
        panel.MapGet("/staff/link", ShowLink).Needs(Manage);
        panel.MapPost("/staff/links/take-back", TakeBack).Needs(Manage);
        panel.MapGet("/staff/{id}", (string id, PanelRequest request, StaffDirectory staff, Sessions sessions) => Show(request, id, staff, sessions, null)).Needs(Manage);
        panel.MapPost("/staff/{id}/roles", ChangeRoles).Needs(Manage);
        panel.MapGet("/staff/{id}/disable", AskToDisable).Needs(Manage);
        panel.MapPost("/staff/{id}/disable", Disable).Needs(Manage);
        panel.MapPost("/staff/{id}/enable", Enable).Needs(Manage);
        panel.MapPost("/staff/{id}/reset", Reset).Needs(Manage);
        panel.MapPost("/staff/{id}/sessions", EndSessions).Needs(Manage);
    }

    private static async Task<IResult> ShowAll(PanelRequest panel, StaffDirectory staff, StaffLinks links) => panel.Page<StaffListPage>(
        (nameof(StaffListPage.Users), await staff.All(panel.Cancellation)), (nameof(StaffListPage.Links), await links.Open(panel.Cancellation)));

    private static async Task<IResult> Invite(PanelRequest panel, StaffDirectory staff, StaffLinks links)
    {
        var form = new InviteForm { Name = panel.Field("name"), Email = panel.Field("email"), Roles = Roles(panel) };
        if (form.Name.Length is 0 or > 100)
            form.Errors["name"] = Words.Texts[panel.Language, "staff.nameWrong"];
        if (!StaffFields.IsEmail(form.Email))
            form.Errors["email"] = Words.Texts[panel.Language, "staff.emailWrong"];
        else if (await staff.FindByEmail(form.Email, panel.Cancellation) is not null)
            form.Errors["email"] = Words.Texts[panel.Language, "staff.emailTaken"];
        if (form.Roles.Count == 0)
            form.Errors["roles"] = Words.Texts[panel.Language, "staff.rolesNone"];
        if (form.Errors.Count > 0)
            return Form(panel, form);
        Tell(panel, await links.Invite(form.Email, form.Name, form.Roles, panel.Staff.Name, panel.Cancellation));
        panel.Audit($"staff {form.Email}", string.Join(", ", form.Roles));
        return panel.Done(List + "/link");
    }

    private static IResult Form(PanelRequest panel, InviteForm form) => panel.Page<InvitePage>(
        form.Errors.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK, (nameof(InvitePage.Form), form));

    private static void Tell(PanelRequest panel, string token) => panel.Tell(panel.Get<Deployment>().UrlOf("/panel/join/" + token));

    private static IResult ShowLink(PanelRequest panel) => panel.Secret is { } link ? panel.Page<StaffLinkPage>((nameof(StaffLinkPage.Link), link)) : panel.Done(List);

    private static async Task<IResult> TakeBack(PanelRequest panel, StaffLinks links)
    {
        await links.TakeBack(panel.Field("key"), panel.Cancellation);
        return panel.Done(List, Words.Texts[panel.Language, "staff.linkTakenBack"]);
    }

    private static async Task<IResult> Show(PanelRequest panel, string id, StaffDirectory staff, Sessions sessions, string? problem) =>
        await staff.Find(id, panel.Cancellation) is not { } user
            ? panel.NotFound()
            : panel.Page<StaffPage>(
                problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
                (nameof(StaffPage.User), user), (nameof(StaffPage.Sessions), await sessions.Of(user, panel.Cancellation)), (nameof(StaffPage.Problem), problem));

    private static async Task<IResult> ChangeRoles(string id, PanelRequest panel, StaffDirectory staff, Sessions sessions)
    {
        var roles = Roles(panel);
        panel.Audit("staff " + id, string.Join(", ", roles));
        if (roles.Count == 0)
            return await Show(panel, id, staff, sessions, Words.Texts[panel.Language, "staff.rolesNone"]);
        return await staff.ChangeStanding(id, user => user with { Roles = roles }, panel.Cancellation) switch
        {
            Standing.Unknown => panel.NotFound(),
            Standing.LastAdmin => await Show(panel, id, staff, sessions, Words.Texts[panel.Language, "staff.lastAdmin"]),
            _ => panel.Done($"{List}/{id}", Words.Texts[panel.Language, "staff.rolesChanged"]),
        };
    }

    private static async Task<IResult> AskToDisable(string id, PanelRequest panel, StaffDirectory staff) =>
        await staff.Find(id, panel.Cancellation) is not { } user
            ? panel.NotFound()
            : panel.Confirm(new(
                Words.Texts.Format(panel.Language, "staff.disableTitle", user.Name),
                Words.Texts[panel.Language, "staff.disableText"],
                $"{List}/{id}/disable",
                Words.Texts[panel.Language, "staff.disable"],
                $"{List}/{id}",
                IsDanger: true));

    private static async Task<IResult> Disable(string id, PanelRequest panel, StaffDirectory staff, Sessions sessions)
    {
        panel.Audit("staff " + id);
        switch (await staff.ChangeStanding(id, user => user with { Disabled = true }, panel.Cancellation))
        {
            case Standing.Unknown:
                return panel.NotFound();
            case Standing.LastAdmin:
                return await Show(panel, id, staff, sessions, Words.Texts[panel.Language, "staff.lastAdmin"]);
            default:
                await sessions.EndAll(id, but: null, panel.Cancellation);
                return panel.Done($"{List}/{id}", Words.Texts[panel.Language, "staff.disabled"]);
        }
    }

    private static async Task<IResult> Enable(string id, PanelRequest panel, StaffDirectory staff)
    {
        panel.Audit("staff " + id);
        return await staff.ChangeStanding(id, user => user with { Disabled = false }, panel.Cancellation) == Standing.Unknown
            ? panel.NotFound()
            : panel.Done($"{List}/{id}", Words.Texts[panel.Language, "staff.enabled"]);
    }

    private static async Task<IResult> Reset(string id, PanelRequest panel, StaffDirectory staff, StaffLinks links)
    {
        if (await staff.Find(id, panel.Cancellation) is not { } user)
            return panel.NotFound();
        var secondFactor = panel.Field("what") == "both";
        Tell(panel, await links.Reset(user, secondFactor, panel.Staff.Name, panel.Cancellation));
        panel.Audit("staff " + user.Email, secondFactor ? "password and second factor" : "password");
        return panel.Done(List + "/link");
    }

    private static async Task<IResult> EndSessions(string id, PanelRequest panel, Sessions sessions)
    {
        panel.Audit("staff " + id);
        if (panel.Field("key") is { Length: > 0 } key)
            await sessions.End(id, key, panel.Cancellation);
        else
            await sessions.EndAll(id, but: id == panel.Staff.Id ? panel.SignedIn!.Key : null, panel.Cancellation);
        return panel.Done(panel.Field("from") is var from && LocalPath.IsOne(from) ? from : List, Words.Texts[panel.Language, "sessions.ended"]);
    }

    private static IReadOnlyList<Role> Roles(PanelRequest panel) =>
        [.. Enum.GetValues<Role>().Where(role => panel.Form["roles"].Contains(role.ToString(), StringComparer.Ordinal))];
}

/// <summary>An invitation as it was typed.</summary>
public sealed class InviteForm
{
    public string Name { get; init; } = "";
    public string Email { get; init; } = "";
    public IReadOnlyList<Role> Roles { get; init; } = [];
    public Dictionary<string, string> Errors { get; } = new(StringComparer.Ordinal);
}
