using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Vade.Kernel.Web;

/// <summary>
/// What a page may load and where its forms may go (design §6): nothing inline, nothing from others. A page whose
/// form goes to a payment provider says so for its own answer.
/// </summary>
public static class SecurityHeaders
{
    private const string FormTargets = "Vade.FormTargets";
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app, Deployment deployment)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        return app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                Write(context, deployment);
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    /// <summary>
    /// Lets forms of this answer go to the origin as well, such as a provider's <c>https://pay.example.com</c>. Also
    /// needed where our own form is answered by a redirect there: browsers hold the redirect to the same rule.
    /// </summary>
    public static void AllowFormTo(this HttpContext context, Uri target)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(target);
        context.Items[FormTargets] = $"{context.Items[FormTargets]} {target.GetLeftPart(UriPartial.Authority)}";
    }

    /// <summary>The policy of the panel and the pages; scripts only from our own address, for the panel.</summary>
    private static string Policy(HttpContext context) =>
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        + (context.Request.Path.StartsWithSegments("/panel", StringComparison.OrdinalIgnoreCase) ? "script-src 'self'; connect-src 'self'; " : "")
        + $"form-action 'self'{context.Items[FormTargets]}; base-uri 'none'; frame-ancestors 'none'";

    private static void Write(HttpContext context, Deployment deployment)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (!deployment.Sandbox)
            headers.StrictTransportSecurity = $"max-age={(int)Year.TotalSeconds}; includeSubDomains";
        // A page that shows what others wrote has a stricter one of its own.
        if (headers.ContentSecurityPolicy.Count == 0)
            headers.ContentSecurityPolicy = Policy(context);
    }
}
