using Vade.Kernel;

namespace Vade.Functions;

/// <summary>Every module, in the order of their dependencies.</summary>
internal static class Modules
{
    public static IServiceCollection AddModules(this IServiceCollection services) => services
        .AddKernel();

    public static WebApplication MapModules(this WebApplication app) => app;
}
