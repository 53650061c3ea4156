using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>
/// The first start: whoever has the one-time link that the app printed becomes the first admin, and says who the
/// organisation is where nobody has.
/// </summary>
internal static class WelcomeEndpoints
{
    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/welcome/{token}", Show).ForAnyone();
        panel.MapPost("/welcome/{token}", Create).ForAnyone();
    }

    private static async Task<IResult> Show(string token, PanelRequest panel, StaffDirectory staff) =>
        await Refusal(token, panel, staff) ?? Form(panel, new(), StatusCodes.Status200OK);

    private static async Task<IResult> Create(string token, PanelRequest panel, StaffDirectory staff, SignIn signIn, Settings settings, StaffClock clock)
    {
        if (await Refusal(token, panel, staff) is { } refusal)
            return refusal;
        var form = new WelcomeForm
        {
            Name = panel.Field("name"),
            Email = panel.Field("email"),
            Language = panel.Field("language"),
            Organisation = panel.Field("organisation"),
            TaxId = panel.Field("taxId"),
            Country = panel.Field("country"),
            Currency = panel.Field("currency"),
            TimeZone = panel.Field("timeZone"),
        };
        var needsOrganisation = panel.Organisation.Name.Length == 0;
        var organisation = needsOrganisation ? form.OrganisationOn(panel.Organisation) : panel.Organisation;
        form.Check(panel.Language, panel.Form["password"].ToString(), needsOrganisation ? organisation : null);
        if (form.Errors.Count > 0)
            return Form(panel, form, StatusCodes.Status422UnprocessableEntity);

        // First the settings: if the process dies in between, the link is still good and the form is filled in again.
        if (needsOrganisation)
            await settings.Put(OrganisationSettings.Section, organisation, panel.Cancellation);
        var admin = new StaffUser(
            StaffDirectory.NewId(), form.Name, StaffDirectory.Folded(form.Email), [Role.Admin], form.Language, clock.Now,
            SignIn.Hash(panel.Form["password"].ToString()));
        if (!await staff.CreateFirst(admin, panel.Cancellation))
            return Used(panel);
        panel.Enter(await signIn.Enter(admin, SessionStage.Enrolment, Device.Of(panel.Context.Request), panel.Cancellation));
        panel.Audit($"staff {admin.Email}");
        return panel.Done("/panel/second-factor");
    }

    private static async Task<IResult?> Refusal(string token, PanelRequest panel, StaffDirectory staff) =>
        !staff.IsWelcome(token) ? panel.NotFound() : await staff.HasAnyone(panel.Cancellation) ? Used(panel) : null;

    private static IResult Used(PanelRequest panel) => panel.Message(
        StatusCodes.Status410Gone, Words.Texts[panel.Language, "welcome.used"], Words.Texts[panel.Language, "welcome.usedHow"]);

    private static IResult Form(PanelRequest panel, WelcomeForm form, int status) => panel.Page<WelcomePage>(status, (nameof(WelcomePage.Form), form));
}

/// <summary>What the first form holds, as it was typed.</summary>
public sealed class WelcomeForm
{
    public string Name { get; init; } = "";
    public string Email { get; init; } = "";
    public string Language { get; init; } = "";
    public string Organisation { get; init; } = "";
    public string TaxId { get; init; } = "";
    public string Country { get; init; } = "";
    public string Currency { get; init; } = "";
    public string TimeZone { get; init; } = "";

    /// <summary>What is wrong, by the field's name.</summary>
    public Dictionary<string, string> Errors { get; } = new(StringComparer.Ordinal);

    internal OrganisationSettings OrganisationOn(OrganisationSettings before) => before with
    {
        Name = Organisation,
        TaxId = TaxId.Length > 0 ? TaxId : null,
        Country = Country.ToUpperInvariant(),
        Currency = Currency,
        TimeZone = TimeZone,
        Language = Language,
    };

    internal void Check(Language reader, string password, OrganisationSettings? organisation)
    {
        if (Name.Length is 0 or > 100)
            Errors["name"] = Words.Texts[reader, "staff.nameWrong"];
        if (!StaffFields.IsEmail(Email))
            Errors["email"] = Words.Texts[reader, "staff.emailWrong"];
        if (Languages.Find(Language) is null)
            Errors["language"] = Words.Texts[reader, "field.choose"];
        if (StaffFields.PasswordProblem(password, reader) is { } problem)
            Errors["password"] = problem;
        if (organisation is null)
            return;
        foreach (var wrong in OrganisationSettings.Section.Problems!(organisation))
            Errors[wrong.Field == "name" ? "organisation" : wrong.Field] = Words.Texts[reader, wrong.Field == "name" ? "staff.nameWrong" : "field.choose"];
        if (TaxId.Length > 0 && Kernel.TaxId.Check(organisation.Country, TaxId) is not TaxIdCheck.Valid)
            Errors["taxId"] = Words.Texts[reader, "welcome.taxIdWrong"];
    }
}

/// <summary>The rules for what staff type about themselves.</summary>
internal static class StaffFields
{
    public static bool IsEmail(string text) =>
        text.Length <= 200 && text.Split('@') is [{ Length: > 0 }, var host] && host.Contains('.', StringComparison.Ordinal)
        && !host.StartsWith('.') && !host.EndsWith('.') && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>' or ',' or ';');

    public static string? PasswordProblem(string password, Language reader) =>
        password.Length is >= SignIn.PasswordLengthMin and <= SignIn.PasswordLengthMax
            ? null
            : Words.Texts.Format(reader, "staff.passwordWrong", SignIn.PasswordLengthMin);
}
