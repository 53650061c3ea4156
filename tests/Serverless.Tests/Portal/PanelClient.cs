using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using Vade.Organisation;
using Vade.Tests.EndToEnd;
using Vade.Tests.Hosting;

namespace Vade.Tests.Portal;

/// <summary>The whole app, whose staff live by a clock of the test's.</summary>
internal sealed class PanelOffice : IAsyncDisposable
{
    private readonly VadeInProcess _app;

    private PanelOffice(VadeInProcess app, FakeTimeProvider clock) => (_app, Clock) = (app, clock);

    /// <summary>The time of the people who sign in.</summary>
    public FakeTimeProvider Clock { get; }

    public HttpClient Api => _app.Client;

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<PanelOffice> Start(params (string Key, string Value)[] configuration)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 16, 9, 0, 0, TimeSpan.Zero));
        return new(await VadeInProcess.Start(services => services.Replace(ServiceDescriptor.Singleton(new StaffClock(clock))), configuration), clock);
    }

    /// <summary>A browser that nobody has used.</summary>
    public PanelClient Browser() => new(Api.BaseAddress!);

    public async Task<string> WelcomePath() => new Uri((await Get<StaffDirectory>().WelcomeLink(default))!).PathAndQuery;

    /// <summary>The first admin, signed in, with the second factor put off.</summary>
    public async Task<PanelClient> Admin()
    {
        var browser = Browser();
        var page = await browser.Open(await WelcomePath());
        page = await browser.Send(page, "id=\"welcome\"", ("name", "Ayşe Yılmaz"), ("email", "ayse@ornek.example"), ("password", "correct horse battery"), ("language", "tr"));
        await browser.Send(page, "id=\"later\"");
        return browser;
    }

    /// <summary>Somebody with these roles, signed in.</summary>
    public async Task<PanelClient> Somebody(params Role[] roles)
    {
        var user = await Add(roles);
        var browser = Browser();
        browser.Cookies["vade-staff"] = await Get<Sessions>().Start(user, SessionStage.Open, "Firefox, Linux", default);
        return browser;
    }

    /// <summary>Somebody with these roles, who has not signed in yet and whose password is "password of &lt;id&gt;".</summary>
    public async Task<StaffUser> Add(params Role[] roles)
    {
        var id = StaffDirectory.NewId();
        var user = new StaffUser(id, "Deniz " + id[..4], id + "@ornek.example", roles, "tr", Clock.GetUtcNow(), SignIn.Hash("password of " + id));
        if (!await Get<StaffDirectory>().CreateFirst(user, default))
            await Get<StaffDirectory>().Create(user, default);
        return user;
    }

    public async Task<IReadOnlyList<AuditEntry>> Trail()
    {
        var now = Get<TimeProvider>().GetUtcNow();
        return [.. (await Get<Audit>().Page(now.AddDays(-1), now.AddDays(1), null, 1000, default)).Select(row => row.Value)];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>A browser without JavaScript: it keeps cookies, follows redirects and sends forms as they stand.</summary>
internal sealed partial class PanelClient(Uri address)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    public async Task<PanelPage> Open(string path)
    {
        using var answer = await Call(HttpMethod.Get, path, null);
        return await Follow(answer, path);
    }

    /// <summary>Sends the form with its hidden fields and these.</summary>
    public async Task<PanelPage> Send(PanelPage page, string mark, params (string Name, string Value)[] fields)
    {
        var form = page.Document.Form(mark);
        return await Post(form.Action, [.. form.Fields, .. fields]);
    }

    public async Task<PanelPage> Post(string path, params (string Name, string Value)[] fields)
    {
        using var answer = await Call(HttpMethod.Post, path, fields);
        return await Follow(answer, path);
    }

    /// <summary>Sends a form with a file in it.</summary>
    public async Task<PanelPage> PostFile(string path, string name, byte[] file, params (string Name, string Value)[] fields)
    {
        using var content = new MultipartFormDataContent();
        foreach (var (field, value) in fields)
            content.Add(new StringContent(value), field);
        content.Add(new ByteArrayContent(file), name, "file.png");
        using var answer = await Send(HttpMethod.Post, path, content);
        return await Follow(answer, path);
    }

    /// <summary>One request, no redirect followed; the cookies it sets are kept.</summary>
    public Task<HttpResponseMessage> Call(HttpMethod method, string path, IReadOnlyList<(string Name, string Value)>? fields) =>
        Send(method, path, fields is null ? null : new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path));
        request.Headers.Add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0");
        if (Cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        request.Content = content;
        var answer = await Http.SendAsync(request);
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            if (pair[1].Length > 0)
                Cookies[pair[0]] = pair[1];
            else
                Cookies.Remove(pair[0]);
        }

        return answer;
    }

    private async Task<PanelPage> Follow(HttpResponseMessage answer, string path)
    {
        if (answer.StatusCode == HttpStatusCode.SeeOther)
            return await Open(answer.Headers.Location!.ToString());
        var html = await answer.Content.ReadAsStringAsync();
        return new(answer.StatusCode, path, Title().Match(html).Groups[1].Value, html);
    }

    [GeneratedRegex("<h1[^>]*>([^<]*)", RegexOptions.None, 1000)]
    private static partial Regex Title();
}

/// <summary>Where a browser has come to.</summary>
/// <param name="Path">With what stands behind the question mark.</param>
internal sealed record PanelPage(HttpStatusCode Status, string Path, string Title, string Html)
{
    public HtmlPage Document => new(Path, Html);

    public string PathOnly => Path.Split('?')[0];
}
