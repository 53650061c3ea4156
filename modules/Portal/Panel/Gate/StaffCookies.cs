using Microsoft.AspNetCore.Http;
using Vade.Kernel.Web;

namespace Vade.Portal;

/// <summary>The panel's cookies: the session, and whether pages are light or dark.</summary>
internal sealed class StaffCookies(Deployment deployment)
{
    private const string Theme = "vade-theme";
    private static readonly TimeSpan ThemeKeptFor = TimeSpan.FromDays(365);

    private bool IsSecure => deployment.PublicUrl.Scheme == Uri.UriSchemeHttps;

    // The prefix makes browsers refuse a cookie that another host of the domain, or plain http, tries to set.
    private string Session => IsSecure ? "__Host-vade-staff" : "vade-staff";

    public string? SessionOf(HttpRequest request) => request.Cookies[Session] is { Length: > 0 } value ? value : null;

    public void SetSession(HttpResponse response, string value) => response.Cookies.Append(Session, value, Options());

    public void EndSession(HttpResponse response) => response.Cookies.Delete(Session, Options());

    /// <summary>light, dark, or null for what the system says.</summary>
    public static string? ThemeOf(HttpRequest request) => request.Cookies[Theme] is var theme and ("light" or "dark") ? theme : null;

    public void SetTheme(HttpResponse response, string? theme)
    {
        var options = Options();
        options.MaxAge = ThemeKeptFor;
        if (theme is null)
            response.Cookies.Delete(Theme, Options());
        else
            response.Cookies.Append(Theme, theme, options);
    }

    private CookieOptions Options() => new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = IsSecure, Path = "/", IsEssential = true };
}

/// <summary>What a browser calls itself, in the few words that its owner knows it by.</summary>
internal static class Device
{
    // The first that is found names it: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("CriOS/", "Chrome"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux")];

    public static string Of(string agent)
    {
        var known = string.Join(", ", new[] { First(Browsers, agent), First(Systems, agent) }.OfType<string>());
        return known.Length > 0 ? known : new string([.. agent.Where(c => c is >= ' ' and < '\u007f').Take(40)]);
    }

    private static string? First((string Mark, string Name)[] words, string agent) =>
        Array.Find(words, word => agent.Contains(word.Mark, StringComparison.Ordinal)).Name;
}
