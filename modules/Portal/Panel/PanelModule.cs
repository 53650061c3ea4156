using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>A place in the panel's navigation.</summary>
/// <param name="Order">From the top: 0 dashboard, 10 customers, 20 invoices, 30 payments, 40 reconciliation, 50 reports, 60 messages, 90 settings.</param>
/// <param name="Text">What it is called in each language.</param>
/// <param name="Path">Where it leads; its pages lie under it.</param>
/// <param name="Permission">Who does not have it does not see it.</param>
/// <param name="Icon">A name of <c>Icons</c>.</param>
/// <param name="Badge">How many things wait there; null or zero for none, more than nine are shown as "9+". Asked on every page, so it must cost one read at most.</param>
public sealed record PanelItem(
    int Order,
    Func<Language, string> Text,
    string Path,
    string Permission,
    string Icon = "file",
    Func<PanelRequest, Task<int?>>? Badge = null);

/// <summary>A card of the dashboard.</summary>
public interface IPanelCard
{
    /// <summary>From the top left; what needs somebody today comes first.</summary>
    int Order { get; }

    string Permission { get; }

    /// <summary>What the card shows, or null for nothing today. A few reads of the store at most.</summary>
    Task<Microsoft.AspNetCore.Components.RenderFragment?> Render(PanelRequest panel);
}

/// <summary>The staff panel: what modules register, and the group their pages are mapped to.</summary>
public static class PanelModule
{
    public static IServiceCollection AddPanelItem(this IServiceCollection services, PanelItem item) => services.AddSingleton(item);

    public static IServiceCollection AddPanelCard<TCard>(this IServiceCollection services)
        where TCard : class, IPanelCard => services.AddScoped<IPanelCard, TCard>();

    internal static IServiceCollection AddPanel(this IServiceCollection services)
    {
        services.AddTable(FormNonces.Table);
        services.AddAntiforgery();
        services.AddOptions<AntiforgeryOptions>().Configure<Deployment>((options, deployment) =>
        {
            var secure = deployment.PublicUrl.Scheme == Uri.UriSchemeHttps;
            options.Cookie.Name = secure ? "__Host-vade-form" : "vade-form";
            options.Cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.Path = "/";
            options.FormFieldName = "token";
            options.HeaderName = null;
            // Our own policy forbids all frames.
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddSingleton<PanelAssets>();
        services.AddSingleton<StaffCookies>();
        services.AddSingleton<FormNonces>();
        services.AddScoped(provider => new PanelRequest(provider));
        services.AddPanelCard<TodayCard>();
        services.AddPanelCard<WelcomeCard>();
        services.AddPanelItem(new(0, language => Words.Texts[language, "panel.home"], "/panel", Dashboard.Permission, "home"));
        services.AddPermission(Dashboard.Permission, Role.Accountant, Role.Cashier, Role.MeterReader, Role.Viewer);
        StaffPages.Add(services);
        KeyPages.Add(services);
        TrailPages.Add(services);
        SettingsPages.Add(services);
        CostPages.Add(services);
        WorkPanel.Add(services);
        return services;
    }

    /// <summary>
    /// The group <c>/panel</c>, with the portal's own pages. Every endpoint of it says whom it is for
    /// (<c>Needs</c>, <c>ForAnyStaff</c>); a POST answers with <see cref="PanelRequest.Done"/> when it has done its
    /// work, and with a page when it has done nothing.
    /// </summary>
    public static RouteGroupBuilder MapPanel(this IEndpointRouteBuilder app)
    {
        // The gate has asked whether a form is ours before anything is bound.
        var panel = app.MapGroup("/panel").DisableAntiforgery().ExcludeFromDescription();
        panel.AddEndpointFilter(async (context, next) =>
        {
            var request = context.HttpContext.RequestServices.GetRequiredService<PanelRequest>();
            if (!request.HasPassed)
                throw new InvalidOperationException("A page of the panel was reached past its gate.");
            var result = await next(context);
            await request.Finish(result);
            return result;
        });
        SignInEndpoints.Map(panel);
        OpenIdConnect.Map(panel, app.ServiceProvider);
        SecondFactorEndpoints.Map(panel);
        WelcomeEndpoints.Map(panel);
        ReaderEndpoints.Map(panel);
        JoinEndpoints.Map(panel);
        SessionsPages.Map(panel);
        StaffPages.Map(panel);
        KeyPages.Map(panel);
        TrailPages.Map(panel);
        SettingsPages.Map(panel);
        CostPages.Map(panel);
        WorkPanel.Map(panel);
        panel.MapGet("", Dashboard.Show).Needs(Dashboard.Permission);
        return panel;
    }
}
