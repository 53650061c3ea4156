using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Vade.Portal;

/// <summary>The shell that every page stands in, its style sheet, and the first page.</summary>
public static class PortalModule
{
    public static IServiceCollection AddPortal(this IServiceCollection services)
    {
        services.AddRazorComponents();
        // Letters beyond ASCII as they are: a Turkish or Russian page would else be half as large again.
        services.Replace(ServiceDescriptor.Singleton(HtmlEncoder.Create(UnicodeRanges.All)));
        services.AddSingleton<Looks>();
        services.AddPanel();
        return services;
    }

    /// <summary>Guards everything under /panel; stands before the endpoints.</summary>
    public static IApplicationBuilder UsePanel(this IApplicationBuilder app)
    {
        OpenIdConnect.Use(app);
        return PanelGate.UsePanel(app);
    }

    public static IEndpointRouteBuilder MapPortal(this IEndpointRouteBuilder app)
    {
        Assets.Map(app);
        PanelAssets.Map(app);
        HomeEndpoint.Map(app);
        return app;
    }
}
