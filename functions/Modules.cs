using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Functions;

/// <summary>Every module, in the order of their dependencies.</summary>
internal static class Modules
{
    public static IServiceCollection AddModules(this IServiceCollection services) => services
        .AddKernel()
        .AddOrganisation()
        .AddAccounts()
        .AddBilling();

    public static WebApplication MapModules(this WebApplication app)
    {
        var api = app.MapGroup("/api/v1");
        api.MapBilling();
        return app;
    }
}
