using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Vade.Tests.EndToEnd;
using Vade.Tests.Hosting;

namespace Vade.Tests.My;

/// <summary>A customer's browser without JavaScript: keeps its cookies, follows redirects, sends forms as they stand.</summary>
internal sealed partial class Guest : IDisposable
{
    public const int PageBytesMax = 14 * 1024;
    private readonly VadeInProcess _app;
    private readonly HttpClient _client;

    public Guest(VadeInProcess app)
    {
        _app = app;
        _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, CookieContainer = Cookies, UseCookies = true }) { BaseAddress = app.Client.BaseAddress };
    }

    public CookieContainer Cookies { get; } = new();

    /// <summary>Signed in by a link that was asked for and mailed.</summary>
    public static async Task<Guest> SignedIn(VadeInProcess app, string code)
    {
        var guest = new Guest(app);
        var page = await guest.Get(await guest.LinkFor(Mail(code)));
        await guest.Submit(page.Page.Form("id=\"sign-in\""));
        return guest;
    }

    public static string Mail(string code) => $"{code.ToLowerInvariant()}@musteri.example";

    /// <summary>Asks on the first page, and waits for the mail.</summary>
    public async Task<string> LinkFor(string address)
    {
        var before = (await Links(address)).Count;
        await Submit((await Get("/")).Page.Form("id=\"sign-in\""), ("email", address));
        for (var i = 0; i < 200; i++)
        {
            if (await Links(address) is { } links && links.Count > before)
                return links[0];
            await Task.Delay(50);
        }

        throw new InvalidOperationException($"No link came to {address}.");
    }

    /// <summary>The links that were mailed to the address, the newest first.</summary>
    public async Task<IReadOnlyList<string>> Links(string address, string part = "/my/sign-in/") =>
    [
        .. (await new Office(_app.Client).Mailbox())
            .Where(item => item.Text("to") == address)
            .OrderByDescending(item => item.Text("at"), StringComparer.Ordinal)
            .SelectMany(item => item.GetProperty("links").EnumerateArray().Select(link => Office.Path(link.GetString()!)))
            .Where(link => link.Contains(part, StringComparison.Ordinal)),
    ];

    public async Task<Answer> Get(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Office.Path(path));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Follow(await _client.SendAsync(request));
    }

    public Task<Answer> Submit(HtmlForm form, params (string Name, string Value)[] more) => Post(form.Action, [.. form.Fields, .. more]);

    public async Task<Answer> Post(string path, IEnumerable<(string Name, string Value)> fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await Follow(await _client.PostAsync(new Uri(Office.Path(path), UriKind.Relative), content));
    }

    /// <summary>The boxes of a form that are ticked, as a browser sends them.</summary>
    public static IReadOnlyList<(string Name, string Value)> Ticked(HtmlPage page, string mark)
    {
        var form = Regex.Matches(page.Html, "<form.*?</form>", RegexOptions.Singleline).Single(match => match.Value.Contains(mark, StringComparison.Ordinal)).Value;
        return
        [
            .. Box().Matches(form).Select(box => box.Value).Where(box => box.Contains(" checked", StringComparison.Ordinal))
                .Select(box => (Attribute(box, "name"), Attribute(box, "value"))),
        ];
    }

    public void Dispose() => _client.Dispose();

    private async Task<Answer> Follow(HttpResponseMessage response)
    {
        using (response)
        {
            var at = response.RequestMessage!.RequestUri!;
            if (response.StatusCode is HttpStatusCode.SeeOther or HttpStatusCode.Redirect)
                return await Get(new Uri(at, response.Headers.Location!).PathAndQuery);
            var bytes = await response.Content.ReadAsByteArrayAsync();
            var answer = new Answer((int)response.StatusCode, at.PathAndQuery, response.Content.Headers.ContentType?.MediaType, response.Content.Headers.ContentDisposition?.ToString(), bytes);
            if (answer.Type == "text/html")
            {
                Assert.InRange(bytes.Length, 1, PageBytesMax);
                Assert.DoesNotContain("<script", answer.Text, StringComparison.Ordinal);
                Assert.DoesNotContain(" style=", answer.Text, StringComparison.Ordinal);
            }

            return answer;
        }
    }

    private static string Attribute(string tag, string name) => WebUtility.HtmlDecode(Regex.Match(tag, $" {name}=\"([^\"]*)\"").Groups[1].Value);

    [GeneratedRegex("<input type=\"checkbox\"[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Box();
}

/// <summary>What came in the end, behind all redirects.</summary>
internal sealed record Answer(int Status, string Path, string? Type, string? Disposition, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public HtmlPage Page => new(Path, Text);

    /// <summary>What a reader sees.</summary>
    public string Words => WebUtility.HtmlDecode(Text);
}
