using Microsoft.Extensions.DependencyInjection;

namespace Vade.Organisation;

public static class OrganisationModule
{
    public static IServiceCollection AddOrganisation(this IServiceCollection services)
    {
        services.AddSingleton<Settings>();
        services.AddSettings(OrganisationSettings.Section);
        return services;
    }
}
