using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel.Storage;

namespace Vade.Organisation;

public static class OrganisationModule
{
    public static IServiceCollection AddOrganisation(this IServiceCollection services)
    {
        services.AddTable(Settings.Table, StaffRows.Table, StaffRows.Sessions, Audit.Table);
        services.AddSingleton<Settings>();
        services.AddSettings(OrganisationSettings.Section);
        services.AddSingleton<Permissions>();
        services.AddSingleton(new StaffClock(TimeProvider.System));
        services.AddSingleton<StaffDirectory>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<Tries>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<StaffLinks>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<Audit>();
        return services;
    }

    /// <summary>The module's part of the admin API.</summary>
    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static IEndpointRouteBuilder MapOrganisation(this IEndpointRouteBuilder api)
    {
        SettingsEndpoints.Map(api);
        return api;
    }
}
