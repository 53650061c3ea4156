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
