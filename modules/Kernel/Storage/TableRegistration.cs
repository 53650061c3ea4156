using Microsoft.Extensions.DependencyInjection;

namespace Vade.Kernel.Storage;

/// <summary>
/// A table that holds state: it is exported and restored whole. Whoever writes to a table names it once, where it adds
/// its services; naming one twice does no harm.
/// </summary>
public sealed record TableRegistration(string Name);

public static class TableRegistrations
{
    public static IServiceCollection AddTable(this IServiceCollection services, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            services.AddSingleton(new TableRegistration(name));
        return services;
    }
}
