using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>The provider that staff may sign in with, besides a password; there is one where the configuration names it.</summary>
/// <param name="Name">What its button says.</param>
internal sealed record OpenIdProvider(string Name);

/// <summary>
/// Signing in with the organisation's own identity provider. Somebody is who the provider says by a verified e-mail
/// address: a member of staff, or who was invited under it. Nobody becomes one of the staff by the provider alone. The
/// second factor is the provider's to ask for.
/// </summary>
public static class OpenIdConnect
{
    private const string Scheme = "oidc";
    private const string Unused = "oidc-unused";
    private const string Callback = "/panel/sign-in/oidc";

    /// <summary>Adds it where <c>Vade:Oidc:Authority</c>, <c>…ClientId</c> and <c>…ClientSecret</c> are configured; else does nothing.</summary>
    public static IServiceCollection AddOpenIdConnect(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection("Vade:Oidc");
        if (section["Authority"] is not { Length: > 0 } authority)
            return services;
        services.AddSingleton(new OpenIdProvider(section["Name"] is { Length: > 0 } name ? name : new Uri(authority).Host));
        // Two schemes, so that neither is taken for the default one: our sessions are not the framework's.
        services.AddAuthentication().AddCookie(Unused).AddOpenIdConnect(Scheme, _ => { });
        services.AddOptions<OpenIdConnectOptions>(Scheme).Configure<Deployment>((options, deployment) =>
        {
            options.Authority = authority;
            options.ClientId = section["ClientId"];
            options.ClientSecret = section["ClientSecret"];
            options.RequireHttpsMetadata = !deployment.Sandbox;
            options.SignInScheme = Unused;
            options.CallbackPath = Callback;
            options.ResponseType = OpenIdConnectResponseType.Code;
            // Comes back by a GET, to which Lax cookies are sent.
            options.ResponseMode = OpenIdConnectResponseMode.Query;
            options.MapInboundClaims = false;
            options.Scope.Add("email");
            var secure = deployment.PublicUrl.Scheme == Uri.UriSchemeHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
            foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
            {
                cookie.SameSite = SameSiteMode.Lax;
                cookie.SecurePolicy = secure;
            }

            options.Events.OnRedirectToIdentityProvider = context =>
            {
                // Never made of the request's own Host, which is whatever stood there.
                context.ProtocolMessage.RedirectUri = deployment.UrlOf(Callback);
                return Task.CompletedTask;
            };
            options.Events.OnTicketReceived = Enter;
            options.Events.OnRemoteFailure = context =>
            {
                context.HandleResponse();
                context.Response.Redirect("/panel/sign-in?oidc=failed");
                return Task.CompletedTask;
            };
        });
        return services;
    }

    internal static void Use(IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<OpenIdProvider>() is not null)
            app.UseAuthentication();
    }

    internal static void Map(RouteGroupBuilder panel, IServiceProvider services)
    {
        if (services.GetService<OpenIdProvider>() is not null)
            panel.MapGet("/sign-in/elsewhere", (PanelRequest request) => TypedResults.Challenge(new AuthenticationProperties { RedirectUri = SignInEndpoints.To(request) }, [Scheme])).ForAnyone();
    }

    private static async Task Enter(TicketReceivedContext ticket)
    {
        ticket.HandleResponse();
        var (context, services) = (ticket.HttpContext, ticket.HttpContext.RequestServices);
        var email = Verified(ticket.Principal);
        var user = email is null ? null : await Known(email, ticket.Principal!, services, context.RequestAborted);
        await services.GetRequiredService<Audit>().Write(
            new(
                services.GetRequiredService<TimeProvider>().GetUtcNow(), user?.Id, user?.Name ?? email, RequestOrigin.Of(context), "GET " + Callback,
                user is null ? "sign-in" : "staff " + user.Email, user is null ? AuditOutcome.Refused : AuditOutcome.Done),
            context.RequestAborted);
        if (user is null)
        {
            context.Response.Redirect("/panel/sign-in?oidc=" + (email is null ? "unverified" : "unknown"));
            return;
        }

        var entered = await services.GetRequiredService<SignIn>().Enter(user, SessionStage.Open, Device.Of(context.Request), context.RequestAborted);
        services.GetRequiredService<StaffCookies>().SetSession(context.Response, entered.Cookie);
        context.Response.Redirect(LocalPath.IsOne(ticket.ReturnUri) ? ticket.ReturnUri! : "/panel");
    }

    // An address that the provider has not verified is whatever its user typed there.
    private static string? Verified(ClaimsPrincipal? principal) =>
        string.Equals(principal?.FindFirst("email_verified")?.Value, "true", StringComparison.OrdinalIgnoreCase)
        && principal!.FindFirst("email")?.Value is { Length: > 0 } email
            ? StaffDirectory.Folded(email)
            : null;

    private static async Task<StaffUser?> Known(string email, ClaimsPrincipal principal, IServiceProvider services, CancellationToken cancellation)
    {
        if (await services.GetRequiredService<StaffDirectory>().FindByEmail(email, cancellation) is { } user)
            return user.Disabled ? null : user;
        var links = services.GetRequiredService<StaffLinks>();
        if (await links.InvitationOf(email, cancellation) is not { } invitation)
            return null;
        var language = (await services.GetRequiredService<Settings>().Get(OrganisationSettings.Section, cancellation)).Language;
        return await links.Join(invitation, principal.FindFirst("name")?.Value ?? invitation.Link.Name ?? email, language, cancellation);
    }
}
