using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Vade.Organisation;
using Vade.Tests.EndToEnd;

namespace Vade.Tests.Portal;

/// <summary>What admins do in the panel: staff, sessions, keys, the trail, the settings.</summary>
public sealed class AdministrationTests
{
    [Fact]
    [Trait("Feature", "A19")]
    public async Task Who_is_invited_joins_once_with_the_roles_that_were_chosen()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var page = await admin.Open("/panel/staff/invite");
        var wrong = await admin.Send(page, "id=\"invite\"", ("name", "Can"), ("email", "ayse@ornek.example"));
        Assert.Contains("zaten ekipte", wrong.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"Can\"", wrong.Html, StringComparison.Ordinal);
        page = await admin.Send(wrong, "id=\"invite\"", ("name", "Can"), ("email", "Can@Ornek.example"), ("roles", "Cashier"), ("roles", "MeterReader"));
        var link = LinkOn(page);
        Assert.DoesNotContain("/panel/join/", (await admin.Open("/panel/staff/link")).Html, StringComparison.Ordinal);

        var guest = office.Browser();
        page = await guest.Open(link);
        page = await guest.Send(page, "id=\"join\"", ("name", "Can Demir"), ("language", "az"), ("password", "a long enough phrase"));
        Assert.Equal("/panel/second-factor", page.PathOnly);
        await guest.Send(page, "id=\"later\"");
        Assert.Equal(HttpStatusCode.OK, (await guest.Open("/panel/customers")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await guest.Open("/panel/staff")).Status);
        Assert.Equal(HttpStatusCode.Gone, (await office.Browser().Open(link)).Status);
        var joined = await office.Get<StaffDirectory>().FindByEmail("can@ornek.example", default);
        Assert.Equal([Role.Cashier, Role.MeterReader], joined!.Roles);
    }

    [Fact]
    public async Task An_invitation_ends_after_a_week_and_can_be_taken_back()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var links = office.Get<StaffLinks>();
        var old = await links.Invite("a@ornek.example", "A", [Role.Viewer], "Ayşe", default);
        var taken = await links.Invite("b@ornek.example", "B", [Role.Viewer], "Ayşe", default);
        Assert.Equal(HttpStatusCode.OK, (await office.Browser().Open("/panel/join/" + old)).Status);
        var page = await admin.Open("/panel/staff");
        var key = (await links.Open(default)).Single(open => open.Link.Email == "b@ornek.example").Key;
        await admin.Send(page, $"value=\"{key}\"");
        Assert.Equal(HttpStatusCode.Gone, (await office.Browser().Open("/panel/join/" + taken)).Status);
        office.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(HttpStatusCode.Gone, (await office.Browser().Open("/panel/join/" + old)).Status);
    }

    [Fact]
    public async Task A_lost_password_is_set_anew_by_a_link_and_every_session_ends()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var user = await office.Add(Role.Viewer);
        var old = office.Browser();
        old.Cookies["vade-staff"] = await office.Get<Sessions>().Start(user, SessionStage.Open, "Safari, iPhone", default);
        var page = await admin.Open($"/panel/staff/{user.Id}");
        Assert.Contains("Safari, iPhone", page.Html, StringComparison.Ordinal);
        var form = page.Document.Form("id=\"reset\"");
        var link = LinkOn(await admin.Post(form.Action, [.. form.Fields, ("what", "password")]));
        var browser = office.Browser();
        page = await browser.Send(await browser.Open(link), "id=\"join\"", ("password", "another long phrase"));
        Assert.Equal("/panel/second-factor", page.PathOnly);
        Assert.Equal("/panel/sign-in", (await old.Open("/panel")).PathOnly);
        var signIn = office.Get<SignIn>();
        Assert.IsType<SignInOutcome.Entered>(await signIn.WithPassword(user.Email, "another long phrase", "", default));
        Assert.IsType<SignInOutcome.Refused>(await signIn.WithPassword(user.Email, "password of " + user.Id, "", default));
    }

    [Fact]
    public async Task The_last_admin_stays_one_and_can_sign_in()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var me = (await office.Get<StaffDirectory>().All(default)).Single();
        var page = await admin.Send(await admin.Open($"/panel/staff/{me.Id}"), "id=\"roles\"", ("roles", "Viewer"));
        Assert.Contains("son yönetici", page.Html, StringComparison.Ordinal);
        page = await admin.Send(await admin.Open($"/panel/staff/{me.Id}/disable"), "method=\"post\" action=\"/panel/staff/" + me.Id + "/disable\"");
        Assert.Contains("son yönetici", page.Html, StringComparison.Ordinal);

        // Two admins who take the right from each other at once: one of them keeps it.
        var other = await office.Add(Role.Admin);
        var staff = office.Get<StaffDirectory>();
        var both = await Task.WhenAll(new[] { me.Id, other.Id }.Select(id => staff.ChangeStanding(id, user => user with { Roles = [Role.Viewer] }, default)));
        Assert.Equal([Standing.Changed, Standing.LastAdmin], both.Order());
        Assert.Single(await staff.All(default), user => user.IsAdmin);
    }

    [Fact]
    public async Task Who_is_disabled_is_out_at_once()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var user = await office.Add(Role.Accountant);
        var browser = office.Browser();
        browser.Cookies["vade-staff"] = await office.Get<Sessions>().Start(user, SessionStage.Open, "", default);
        Assert.Equal("/panel", (await browser.Open("/panel")).PathOnly);
        await admin.Send(await admin.Open($"/panel/staff/{user.Id}/disable"), $"action=\"/panel/staff/{user.Id}/disable\"");
        Assert.Equal("/panel/sign-in", (await browser.Open("/panel")).PathOnly);
        Assert.IsType<SignInOutcome.Refused>(await office.Get<SignIn>().WithPassword(user.Email, "password of " + user.Id, "", default));
    }

    [Fact]
    public async Task Somebody_ends_their_own_sessions_and_nobody_elses()
    {
        await using var office = await PanelOffice.Start();
        await office.Admin();
        var user = await office.Add(Role.Viewer);
        var sessions = office.Get<Sessions>();
        var (here, there) = (office.Browser(), office.Browser());
        here.Cookies["vade-staff"] = await sessions.Start(user, SessionStage.Open, "Firefox, Linux", default);
        there.Cookies["vade-staff"] = await sessions.Start(user, SessionStage.Open, "Chrome, Android", default);
        var page = await here.Open("/panel/sessions");
        Assert.Contains("Chrome, Android", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Ayşe", page.Html, StringComparison.Ordinal);
        var theirs = (await sessions.Of((await office.Get<StaffDirectory>().FindByEmail("ayse@ornek.example", default))!, default)).Single();
        var form = page.Document.Form("name=\"key\"");
        await here.Post("/panel/sessions", [.. form.Fields.Where(field => field.Name != "key"), ("key", theirs.Key)]);
        Assert.Single(await sessions.Of(theirs.Staff, default));
        await here.Send(await here.Open("/panel/sessions"), "name=\"key\"");
        Assert.Equal("/panel/sign-in", (await there.Open("/panel")).PathOnly);
        Assert.Equal("/panel", (await here.Open("/panel")).PathOnly);
    }

    [Fact]
    public async Task A_key_opens_what_its_scope_allows_until_it_is_revoked()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var keys = office.Get<ApiKeys>();
        var (read, write, all) = (await Key(admin, "Okuyan", "Read"), await Key(admin, "ERP", "Write"), await Key(admin, "Yedek", "Admin"));
        foreach (var (key, get, put, settings) in new[]
        {
            (read, HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden),
            (write, HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.Forbidden),
            (all, HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.OK),
            ("vade_unknown", HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized),
        })
        {
            Assert.Equal(get, await Status(office, HttpMethod.Get, "/api/v1/customers", key));
            Assert.Equal(put, await Status(office, HttpMethod.Put, "/api/v1/customers/K" + key[^6..].Replace('_', 'x'), key, new { title = "X" }));
            Assert.Equal(settings, await Status(office, HttpMethod.Get, "/api/v1/settings/billing", key));
        }

        Assert.DoesNotContain(read, (await admin.Open("/panel/keys")).Html, StringComparison.Ordinal);
        var kept = (await keys.All(default)).Single(key => key.Name == "ERP");
        Assert.NotNull(kept.UsedAt);
        await admin.Send(await admin.Open($"/panel/keys/{kept.Id}/revoke"), $"action=\"/panel/keys/{kept.Id}/revoke\"");
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(office, HttpMethod.Get, "/api/v1/customers", write));
        Assert.Equal(HttpStatusCode.OK, await Status(office, HttpMethod.Get, "/api/v1/customers", read));
    }

    [Fact]
    public async Task What_the_api_changes_is_in_the_trail_by_the_keys_name()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var key = await Key(admin, "ERP", "Write");
        await Status(office, HttpMethod.Put, "/api/v1/customers/C1", key, new { title = "X" });
        await Status(office, HttpMethod.Put, "/api/v1/customers/C2", key, new { title = "" });
        await Status(office, HttpMethod.Get, "/api/v1/customers", key);
        await Status(office, HttpMethod.Put, "/api/v1/settings/billing", key, new { series = "ABC" });
        var trail = (await office.Trail()).Where(entry => entry.Who == "key:ERP").ToList();
        Assert.Equal(
            [("/api/v1/customers/C1", AuditOutcome.Done), ("/api/v1/customers/C2", AuditOutcome.Refused), ("/api/v1/settings/billing", AuditOutcome.Refused)],
            trail.Select(entry => (entry.On, entry.Outcome)).Order());
    }

    [Fact]
    public async Task The_trail_is_filtered_by_person_action_and_day_and_exported()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        await Key(admin, "ERP", "Write");
        var stranger = office.Browser();
        await stranger.Send(await stranger.Open("/panel/sign-in"), "id=\"sign-in\"", ("email", "x@y.example"), ("password", "guess"));
        var today = office.Get<TimeProvider>().GetUtcNow().ToOffset(TimeSpan.FromHours(3)).ToString("yyyy-MM-dd", null);
        Assert.Equal(1, Rows(await admin.Open("/panel/audit?action=keys&day=" + today)));
        Assert.Equal(3, Rows(await admin.Open("/panel/audit?who=ayse")));
        Assert.Equal(1, Rows(await admin.Open("/panel/audit?outcome=Refused")));
        Assert.Equal(0, Rows(await admin.Open("/panel/audit?day=2020-01-01")));
        var csv = await admin.Open("/panel/audit.csv?who=ayse");
        Assert.Contains("key ERP", csv.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("sign-in", csv.Html, StringComparison.Ordinal);

        static int Rows(PanelPage page) => page.Html.Split("<tr><td").Length - 1;
    }

    [Fact]
    public async Task A_setting_that_breaks_a_rule_is_marked_and_nothing_that_was_typed_is_lost()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var page = await admin.Open("/panel/settings/organisation");
        var fields = Filled(page, "id=\"settings\"");
        fields["name"] = "Yeni Ad A.Ş.";
        fields["timeZone"] = "Mars/Olympus";
        fields["address"] = "Bir Sokak 1\nİzmir";
        page = await admin.Post("/panel/settings/organisation", [.. fields.Select(field => (field.Key, field.Value))]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("id=\"f-timeZone-error\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"Yeni Ad A.Ş.\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"Mars/Olympus\"", page.Html, StringComparison.Ordinal);

        fields = Filled(page, "id=\"settings\"");
        Assert.Equal("Bir Sokak 1\nİzmir", fields["address"]);
        fields["timeZone"] = "Europe/Istanbul";
        page = await admin.Post("/panel/settings/organisation", [.. fields.Select(field => (field.Key, field.Value))]);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Kaydedildi", page.Html, StringComparison.Ordinal);
        var saved = await office.Get<Vade.Organisation.Settings>().Get(OrganisationSettings.Section, default);
        Assert.Equal(("Yeni Ad A.Ş.", "Bir Sokak 1|İzmir"), (saved.Name, string.Join('|', saved.Address!)));
        Assert.Contains(await office.Trail(), entry => entry.On == "settings organisation" && entry.Details == "name, address");
    }

    [Fact]
    public async Task A_secret_is_never_shown_stays_when_left_empty_and_survives_a_form_to_be_corrected()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var page = await admin.Open("/panel/settings/email");
        var fields = Filled(page, "id=\"settings\"");
        fields["sender"] = "sendgrid";
        fields["apiKey"] = "SG.secret";
        page = await admin.Post("/panel/settings/email", [.. fields.Select(field => (field.Key, field.Value))]);
        Assert.Contains("id=\"f-fromAddress-error\"", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("SG.secret", page.Html, StringComparison.Ordinal);
        fields = Filled(page, "id=\"settings\"");
        fields["fromAddress"] = "fatura@ornek.example";
        page = await admin.Post("/panel/settings/email", [.. fields.Select(field => (field.Key, field.Value))]);
        Assert.Contains("Kayıtlı ve gösterilmez", page.Html, StringComparison.Ordinal);
        Assert.True(await IsSet());
        fields = Filled(page, "id=\"settings\"");
        fields["fromName"] = "Örnek";
        page = await admin.Post("/panel/settings/email", [.. fields.Select(field => (field.Key, field.Value))]);
        Assert.True(await IsSet());
        fields = Filled(page, "id=\"settings\"");
        fields["apiKey.remove"] = "true";
        await admin.Post("/panel/settings/email", [.. fields.Select(field => (field.Key, field.Value))]);
        Assert.False(await IsSet());

        async Task<bool> IsSet() => (await office.Api.GetFromJsonAsync<JsonElement>("/api/v1/settings/email")).GetProperty("apiKeySet").GetBoolean();
    }

    [Fact]
    public async Task Rows_of_a_section_are_added_changed_and_removed()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var page = await admin.Open("/panel/settings/payments");
        var fields = Filled(page, "id=\"settings\"");
        fields["rules[0].currency"] = "USD";
        fields["rules[0].provider"] = "simulator";
        fields["paymentForms"] = "simulator = BANKA";
        page = await admin.Post("/panel/settings/payments", [.. fields.Select(field => (field.Key, field.Value))]);
        Assert.Equal("simulator", (await Payments()).GetProperty("rules")[0].GetProperty("provider").GetString());
        Assert.Equal("BANKA", (await Payments()).GetProperty("paymentForms").GetProperty("simulator").GetString());
        fields = Filled(page, "id=\"settings\"");
        fields["rules[0].remove"] = "true";
        await admin.Post("/panel/settings/payments", [.. fields.Select(field => (field.Key, field.Value))]);
        Assert.Equal(0, (await Payments()).GetProperty("rules").GetArrayLength());
        Assert.Equal(1, (await Payments()).GetProperty("providers").GetArrayLength());

        Task<JsonElement> Payments() => office.Api.GetFromJsonAsync<JsonElement>("/api/v1/settings/payments");
    }

    [Fact]
    public async Task Every_section_has_a_page_that_saves_unchanged_without_changing_anything()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var list = await admin.Open("/panel/settings");
        var sections = System.Text.RegularExpressions.Regex.Matches(list.Html, "href=\"(/panel/settings/([a-z]+))\"", System.Text.RegularExpressions.RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));
        Assert.NotEmpty(sections);
        foreach (System.Text.RegularExpressions.Match section in sections)
        {
            var api = "/api/v1/settings/" + section.Groups[2].Value;
            var before = await office.Api.GetStringAsync(api);
            var fields = Filled(await admin.Open(section.Groups[1].Value), "id=\"settings\"");
            var page = await admin.Post(section.Groups[1].Value, [.. fields.Select(field => (field.Key, field.Value))]);
            Assert.True(page.Status == HttpStatusCode.OK, page.Html);
            Assert.Equal(before, await office.Api.GetStringAsync(api));
        }
    }

    [Fact]
    public async Task A_logo_is_taken_by_what_it_holds()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var settings = office.Get<Vade.Organisation.Settings>();
        Assert.Contains("sağlam bir PNG", (await Upload(admin, "<svg onload=alert(1)>"u8.ToArray())).Html, StringComparison.Ordinal);
        Assert.Null((await settings.Get(OrganisationSettings.Section, default)).LogoPng);
        var png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
        Assert.Contains("Kaydedildi", (await Upload(admin, png)).Html, StringComparison.Ordinal);
        var page = await admin.Open("/panel/settings/organisation");
        Assert.Contains("/assets/logo.png?v=", page.Html, StringComparison.Ordinal);
        // Saving the rest leaves the picture where it is.
        await admin.Post("/panel/settings/organisation", [.. Filled(page, "id=\"settings\"").Select(field => (field.Key, field.Value))]);
        Assert.NotNull((await settings.Get(OrganisationSettings.Section, default)).LogoPng);
    }

    private static async Task<PanelPage> Upload(PanelClient browser, byte[] file)
    {
        var form = (await browser.Open("/panel/settings/organisation")).Document.Form("id=\"upload\"");
        return await browser.PostFile(form.Action, "logo", file, [.. form.Fields]);
    }

    private static async Task<string> Key(PanelClient admin, string name, string scope)
    {
        var page = await admin.Send(await admin.Open("/panel/keys"), "id=\"new\"", ("name", name), ("scope", scope));
        return page.Html[page.Html.IndexOf("vade_", StringComparison.Ordinal)..][..48];
    }

    private static async Task<HttpStatusCode> Status(PanelOffice office, HttpMethod method, string path, string key, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await office.Api.SendAsync(request);
        return answer.StatusCode;
    }

    private static string LinkOn(PanelPage page)
    {
        var at = page.Html.IndexOf("/panel/join/", StringComparison.Ordinal);
        Assert.True(at > 0, page.Html);
        return page.Html[at..page.Html.IndexOf('<', at)];
    }

    /// <summary>Every field of the form as a browser would send it unchanged.</summary>
    private static Dictionary<string, string> Filled(PanelPage page, string mark) => PageForm.Filled(page.Html, mark);
}
