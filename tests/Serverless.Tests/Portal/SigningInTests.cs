using System.Net;
using Vade.Organisation;

namespace Vade.Tests.Portal;

/// <summary>Who gets into the panel, and who does not.</summary>
public sealed class SigningInTests
{
    private const string Email = "ayse@ornek.example";
    private const string Password = "correct horse battery";

    [Fact]
    [Trait("Feature", "A19")]
    public async Task The_first_link_makes_an_admin_once()
    {
        await using var office = await PanelOffice.Start();
        var path = await office.WelcomePath();
        var (mine, thief) = (office.Browser(), office.Browser());
        var (shown, stolen) = (await mine.Open(path), await thief.Open(path));
        var page = await mine.Send(shown, "id=\"welcome\"", ("name", "Ayşe"), ("email", "AYSE@Ornek.example"), ("password", Password), ("language", "tr"));
        Assert.Equal("/panel/second-factor", page.PathOnly);

        var late = await thief.Send(stolen, "id=\"welcome\"", ("name", "Hırsız"), ("email", "x@y.example"), ("password", Password), ("language", "tr"));
        Assert.Equal(HttpStatusCode.Gone, late.Status);
        Assert.Equal(HttpStatusCode.Gone, (await thief.Open(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await thief.Open("/panel/welcome/some-other-token")).Status);
        Assert.Null(await office.Get<StaffDirectory>().WelcomeLink(default));
        var admin = Assert.Single(await office.Get<StaffDirectory>().All(default));
        Assert.Equal((Email, true), (admin.Email, admin.IsAdmin));
    }

    [Fact]
    public async Task What_was_typed_into_the_first_form_is_kept_when_something_is_wrong()
    {
        await using var office = await PanelOffice.Start();
        var browser = office.Browser();
        var page = await browser.Open(await office.WelcomePath());
        page = await browser.Send(page, "id=\"welcome\"", ("name", "Ayşe Yılmaz"), ("email", "ayse"), ("password", "short"), ("language", "tr"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("value=\"Ayşe Yılmaz\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("id=\"f-email-error\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("id=\"f-password-error\"", page.Html, StringComparison.Ordinal);
        Assert.False(await office.Get<StaffDirectory>().HasAnyone(default));
    }

    [Fact]
    public async Task A_fresh_deployment_asks_who_the_organisation_is()
    {
        await using var office = await PanelOffice.Start(("Vade:Sandbox", "false"), ("Vade:Organisation:Country", "CL"), ("Vade:Organisation:Currency", "CLP"), ("Vade:Organisation:TimeZone", "America/Santiago"));
        var browser = office.Browser();
        var page = await browser.Open(await office.WelcomePath());
        (string, string)[] fields = [("name", "Pedro"), ("email", "pedro@uno.example"), ("password", Password), ("language", "es"), ("organisation", "Uno SpA"), ("currency", "CLP"), ("timeZone", "America/Santiago")];
        var wrong = await browser.Send(page, "id=\"welcome\"", [.. fields, ("country", "CL"), ("taxId", "76086428-9")]);
        Assert.Contains("id=\"f-taxId-error\"", wrong.Html, StringComparison.Ordinal);
        page = await browser.Send(wrong, "id=\"welcome\"", [.. fields, ("country", "CL"), ("taxId", "76086428-5")]);
        Assert.Equal("/panel/second-factor", page.PathOnly);
        Assert.DoesNotContain("id=\"later\"", page.Html, StringComparison.Ordinal);
        var organisation = await office.Get<Vade.Organisation.Settings>().Get(OrganisationSettings.Section, default);
        Assert.Equal(("Uno SpA", "es"), (organisation.Name, organisation.Language));
    }

    [Fact]
    [Trait("Feature", "A19")]
    public async Task A_password_and_a_code_open_the_panel_and_lead_to_where_one_wanted_to_go()
    {
        await using var office = await PanelOffice.Start();
        var (user, secret) = await WithSecondFactor(office);
        var browser = office.Browser();
        var page = await browser.Open("/panel/customers?query=ş");
        Assert.Equal("/panel/sign-in", page.PathOnly);
        page = await browser.Send(page, "id=\"sign-in\"", ("email", user.Email.ToUpperInvariant()), ("password", "password of " + user.Id));
        Assert.Equal("/panel/sign-in/code", page.PathOnly);
        Assert.Equal("/panel/sign-in/code", (await browser.Open("/panel/customers")).PathOnly);
        page = await browser.Send(page, "id=\"code\"", ("code", Totp.Code(secret, office.Clock.GetUtcNow())));
        Assert.Equal("/panel/customers", page.PathOnly);
        Assert.Contains("query=", page.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_works_once_and_the_next_one_does_too()
    {
        await using var office = await PanelOffice.Start();
        var (user, secret) = await WithSecondFactor(office);
        var code = Totp.Code(secret, office.Clock.GetUtcNow());
        Assert.Equal("/panel", (await SignIn(office.Browser(), user, code)).PathOnly);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignIn(office.Browser(), user, code)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignIn(office.Browser(), user, "000000")).Status);
        office.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("/panel", (await SignIn(office.Browser(), user, Totp.Code(secret, office.Clock.GetUtcNow()))).PathOnly);
    }

    [Fact]
    public async Task A_recovery_code_is_shown_once_and_works_once()
    {
        await using var office = await PanelOffice.Start();
        var user = await office.Add(Role.Accountant);
        var browser = office.Browser();
        var page = await browser.Open("/panel/sign-in");
        page = await browser.Send(page, "id=\"sign-in\"", ("email", user.Email), ("password", "password of " + user.Id));
        var sealedSecret = page.Document.Form("id=\"second-factor\"").Fields.Single(field => field.Name == "secret").Value;
        var secret = office.Get<SignIn>().SecretOf(user, sealedSecret)!;
        var wrong = await browser.Send(page, "id=\"second-factor\"", ("code", "000000"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        page = await browser.Send(wrong, "id=\"second-factor\"", ("code", Totp.Code(secret, office.Clock.GetUtcNow())));
        Assert.Equal("/panel/second-factor/codes", page.PathOnly);
        var codes = System.Text.RegularExpressions.Regex.Matches(page.Html, "<li><code>([a-z0-9 ]+)</code>", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
        Assert.Equal(10, codes.Count);
        Assert.Equal("/panel", (await browser.Open("/panel/second-factor/codes")).PathOnly);

        var recovery = codes[3].Groups[1].Value;
        Assert.Equal("/panel", (await SignIn(office.Browser(), user, recovery)).PathOnly);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignIn(office.Browser(), user, recovery)).Status);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_user_are_answered_alike()
    {
        await using var office = await PanelOffice.Start();
        var user = await office.Add(Role.Viewer);
        var wrong = await TypePassword(office.Browser(), user.Email, "wrong");
        var unknown = await TypePassword(office.Browser(), "nobody@ornek.example", "wrong");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal(Plain(wrong.Html, user.Email), Plain(unknown.Html, "nobody@ornek.example"));

        static string Plain(string html, string email) =>
            System.Text.RegularExpressions.Regex.Replace(html.Replace(email, "", StringComparison.Ordinal), "value=\"[^\"]*\"", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Guessing_has_to_wait_longer_and_longer_but_never_for_ever()
    {
        await using var office = await PanelOffice.Start();
        var user = await office.Add(Role.Viewer);
        foreach (var email in new[] { user.Email, "nobody@ornek.example" })
        {
            for (var i = 0; i < 5; i++)
                Assert.DoesNotContain("dakika", (await TypePassword(office.Browser(), email, "wrong")).Html, StringComparison.Ordinal);
            Assert.Contains("1 dakika", (await TypePassword(office.Browser(), email, "password of " + user.Id)).Html, StringComparison.Ordinal);
        }

        office.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("/panel/second-factor", (await TypePassword(office.Browser(), user.Email, "password of " + user.Id)).PathOnly);
        Assert.Equal(TimeSpan.FromMinutes(15), Enumerable.Range(1, 1000).Max(Tries.Pause));
    }

    [Fact]
    public async Task Who_signs_out_is_out_and_a_session_ends_by_itself()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var page = await admin.Open("/panel");
        Assert.Equal("/panel", page.PathOnly);
        var cookie = admin.Cookies["vade-staff"];
        Assert.Equal("/panel/sign-in", (await admin.Send(page, "action=\"/panel/sign-out\"")).PathOnly);
        admin.Cookies["vade-staff"] = cookie;
        Assert.Equal("/panel/sign-in", (await admin.Open("/panel")).PathOnly);

        var idle = await office.Somebody(Role.Viewer);
        office.Clock.Advance(TimeSpan.FromHours(11));
        Assert.Equal("/panel", (await idle.Open("/panel")).PathOnly);
        office.Clock.Advance(TimeSpan.FromHours(11));
        Assert.Equal("/panel", (await idle.Open("/panel")).PathOnly);
        office.Clock.Advance(TimeSpan.FromHours(13));
        Assert.Equal("/panel/sign-in", (await idle.Open("/panel")).PathOnly);

        var busy = await office.Somebody(Role.Viewer);
        for (var hours = 0; hours < 7 * 24; hours += 8)
        {
            Assert.Equal("/panel", (await busy.Open("/panel")).PathOnly);
            office.Clock.Advance(TimeSpan.FromHours(8));
        }

        Assert.Equal("/panel/sign-in", (await busy.Open("/panel")).PathOnly);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/panel")]
    [InlineData("/panelx")]
    [InlineData("/panel\\@evil.example")]
    public async Task Nobody_is_sent_on_to_another_site(string to)
    {
        await using var office = await PanelOffice.Start();
        var user = await office.Add(Role.Viewer);
        var browser = office.Browser();
        var page = await browser.Open("/panel/sign-in?to=" + Uri.EscapeDataString(to));
        page = await browser.Send(page, "id=\"sign-in\"", ("email", user.Email), ("password", "password of " + user.Id));
        Assert.Equal("/panel/second-factor", page.PathOnly);
    }

    [Fact]
    public void Codes_are_those_of_the_standard()
    {
        // RFC 6238, appendix B, SHA-1: the last six of its eight digits.
        const string secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        foreach (var (seconds, code) in new[] { (59L, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130") })
            Assert.Equal(code, Totp.Code(secret, DateTimeOffset.FromUnixTimeSeconds(seconds)));
    }

    private static async Task<(StaffUser User, string Secret)> WithSecondFactor(PanelOffice office)
    {
        var user = await office.Add(Role.Accountant);
        var (secret, sealedSecret) = office.Get<SignIn>().NewSecondFactor(user);
        await office.Get<StaffDirectory>().Change(user.Id, current => current with { SecondFactor = sealedSecret }, default);
        return (user, secret);
    }

    private static async Task<PanelPage> TypePassword(PanelClient browser, string email, string password) =>
        await browser.Send(await browser.Open("/panel/sign-in"), "id=\"sign-in\"", ("email", email), ("password", password));

    private static async Task<PanelPage> SignIn(PanelClient browser, StaffUser user, string code) =>
        await browser.Send(await TypePassword(browser, user.Email, "password of " + user.Id), "id=\"code\"", ("code", code));
}
