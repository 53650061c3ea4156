using System.Net;
using Microsoft.AspNetCore.Routing;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Tests.Portal;

/// <summary>What stands before every page of the panel.</summary>
public sealed class PanelGateTests
{
    [Fact]
    public async Task Every_page_says_whom_it_is_for_by_a_permission_that_exists()
    {
        await using var office = await PanelOffice.Start();
        var pages = office.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(page => page.RoutePattern.RawText!.StartsWith("/panel", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(pages);
        var known = office.Get<Permissions>().Names.ToHashSet(StringComparer.Ordinal);
        Assert.All(pages, page =>
        {
            var access = page.Metadata.GetMetadata<Access>();
            Assert.True(access is not null, $"{page.RoutePattern.RawText} does not say whom it is for.");
            Assert.True(access.Permission is null || known.Contains(access.Permission), $"{access.Permission} is not registered.");
        });
    }

    [Fact]
    [Trait("Feature", "A19")]
    public async Task Each_role_sees_what_its_permissions_allow_and_learns_who_may_do_the_rest()
    {
        await using var office = await PanelOffice.Start();
        await office.Admin();
        foreach (var role in Enum.GetValues<Role>())
        {
            var browser = await office.Somebody(role);
            foreach (var (path, allowed) in new[] { ("/panel", true), ("/panel/customers", true), ("/panel/customers.xlsx", true) })
                Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await browser.Open(path)).Status);
        }

        var nobody = await office.Somebody();
        var refused = await nobody.Open("/panel/customers");
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("Muhasebe", refused.Html, StringComparison.Ordinal);
        Assert.Contains("Ayşe Yılmaz", refused.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await nobody.Open("/panel/no-such-page")).Status);
        Assert.Equal("/panel/sign-in", (await office.Browser().Open("/panel/no-such-page")).PathOnly);
    }

    [Theory]
    [InlineData("/PANEL/customers")]
    [InlineData("/Panel/staff")]
    [InlineData("/%70anel/customers")]
    [InlineData("/panel/customers/")]
    public async Task No_way_of_writing_an_address_leads_past_the_gate(string path)
    {
        await using var office = await PanelOffice.Start();
        await office.Admin();
        using var answer = await office.Browser().Call(HttpMethod.Get, path, null);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.StartsWith("/panel/sign-in", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_was_sent_long_ago_is_not_done_again()
    {
        await using var office = await PanelOffice.Start();
        var browser = await office.Admin();
        var form = (await browser.Open("/panel")).Document.Form("action=\"/panel/reader\"");
        (string, string)[] fields = [.. form.Fields, ("language", "en")];
        await browser.Post(form.Action, fields);
        office.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("/panel", (await browser.Post(form.Action, fields)).PathOnly);
        Assert.Single(await office.Trail(), entry => entry.Action == "POST /panel/reader");
        office.Clock.Advance(TimeSpan.FromDays(4));
        Assert.Equal("/panel/sign-in", (await browser.Post(form.Action, fields)).PathOnly);
    }

    [Fact]
    public async Task A_form_without_its_token_or_of_another_session_does_nothing_and_offers_a_new_one()
    {
        await using var office = await PanelOffice.Start();
        var (one, other) = (await office.Admin(), await office.Somebody(Role.Viewer));
        var form = (await one.Open("/panel")).Document.Form("action=\"/panel/reader\"");
        await other.Open("/panel");
        var bare = await one.Post("/panel/reader", ("language", "en"));
        var foreign = await other.Post("/panel/reader", [.. form.Fields, ("language", "en")]);
        var altered = await one.Post("/panel/reader", [.. form.Fields.Where(field => field.Name != "token"), ("token", "x"), ("language", "en")]);
        foreach (var page in new[] { bare, foreign, altered })
        {
            Assert.Equal(HttpStatusCode.BadRequest, page.Status);
            Assert.Contains("Bu form eskimiş", page.Html, StringComparison.Ordinal);
        }

        Assert.All(await office.Get<StaffDirectory>().All(default), user => Assert.Equal("tr", user.Language));
        Assert.Equal("en", (await Language(one, form)).Language);

        async Task<StaffUser> Language(PanelClient browser, EndToEnd.HtmlForm unsent)
        {
            await browser.Post("/panel/reader", [.. unsent.Fields, ("language", "en")]);
            return (await office.Get<StaffDirectory>().FindByEmail("ayse@ornek.example", default))!;
        }
    }

    [Fact]
    public async Task A_form_that_the_host_delivers_twice_acts_once_and_both_are_answered_alike()
    {
        await using var office = await PanelOffice.Start();
        var browser = office.Browser();
        var form = (await browser.Open(await office.WelcomePath())).Document.Form("id=\"welcome\"");
        (string, string)[] fields = [.. form.Fields, ("name", "Ayşe"), ("email", "ayse@ornek.example"), ("password", "correct horse battery"), ("language", "tr")];
        var cookies = browser.Cookies.ToDictionary();
        using var first = await browser.Call(HttpMethod.Post, form.Action, fields);
        var session = browser.Cookies["vade-staff"];
        // The browser never heard the first answer.
        browser.Cookies.Clear();
        foreach (var (name, value) in cookies)
            browser.Cookies[name] = value;
        using var second = await browser.Call(HttpMethod.Post, form.Action, fields);
        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.SeeOther), (first.StatusCode, second.StatusCode));
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(session, browser.Cookies["vade-staff"]);
        Assert.Single(await office.Trail(), entry => entry.Outcome == AuditOutcome.Done);

        // Who only read the form's nonce, but has another cookie, hears nothing of it.
        var other = await office.Somebody(Role.Viewer);
        using var stranger = await other.Call(HttpMethod.Post, form.Action, fields);
        Assert.Equal(HttpStatusCode.BadRequest, stranger.StatusCode);
    }

    [Fact]
    public async Task Two_deliveries_at_the_same_time_act_once()
    {
        await using var office = await PanelOffice.Start();
        var browser = await office.Admin();
        var form = (await browser.Open("/panel")).Document.Form("action=\"/panel/reader\"");
        (string, string)[] fields = [.. form.Fields, ("language", "en")];
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => browser.Call(HttpMethod.Post, form.Action, fields)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode));
        Assert.Single(await office.Trail(), entry => entry.Action == "POST /panel/reader");
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Fact]
    public async Task Every_form_is_in_the_trail_with_who_sent_it_from_where_and_how_it_ended()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        await admin.Send(await admin.Open("/panel"), "action=\"/panel/reader\"", ("theme", "dark"));
        var stranger = office.Browser();
        await stranger.Send(await stranger.Open("/panel/sign-in"), "id=\"sign-in\"", ("email", "nobody@ornek.example"), ("password", "guess"));
        var trail = await office.Trail();
        var theme = Assert.Single(trail, entry => entry.Action == "POST /panel/reader");
        Assert.Equal(("Ayşe Yılmaz", "Firefox, Linux", AuditOutcome.Done), (theme.Name, theme.From, theme.Outcome));
        var guess = Assert.Single(trail, entry => entry.Action == "POST /panel/sign-in");
        Assert.Equal((null, AuditOutcome.Refused), (guess.Who, guess.Outcome));
        var welcome = Assert.Single(trail, entry => entry.Action == "POST /panel/welcome/{token}");
        Assert.Equal(("staff ayse@ornek.example", AuditOutcome.Done), (welcome.On, welcome.Outcome));
        Assert.DoesNotContain(trail, entry => entry.Outcome == AuditOutcome.Begun);
    }

    [Fact]
    public async Task Pages_run_no_script_but_ours_and_are_kept_by_nobody()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        using var page = await admin.Call(HttpMethod.Get, "/panel", null);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.True(page.Headers.CacheControl!.NoStore);
        var html = await page.Content.ReadAsStringAsync();
        foreach (var asset in System.Text.RegularExpressions.Regex.Matches(html, "(?:href|src)=\"(/assets/[^\"]+)\"", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Groups[1].Value))
        {
            using var answer = await office.Browser().Call(HttpMethod.Get, asset, null);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(TimeSpan.FromDays(365), answer.Headers.CacheControl!.MaxAge);
        }
    }

    [Fact]
    public async Task Behind_https_the_cookies_are_for_https_and_for_this_host_alone()
    {
        await using var office = await PanelOffice.Start(("Vade:PublicUrl", "https://pay.example.com"));
        var browser = office.Browser();
        var form = (await browser.Open(await office.WelcomePath())).Document.Form("id=\"welcome\"");
        using var answer = await browser.Call(HttpMethod.Post, form.Action, [.. form.Fields, ("name", "A"), ("email", "a@b.example"), ("password", "correct horse battery"), ("language", "tr")]);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(text => text.StartsWith("__Host-vade-staff=", StringComparison.Ordinal));
        foreach (var word in new[] { "secure", "httponly", "samesite=lax", "path=/" })
            Assert.Contains(word, cookie, StringComparison.OrdinalIgnoreCase);
    }
}
