using Vade.Kernel.Storage;

namespace Vade.Functions.Hosting;

/// <summary>What the app answers for itself: invocations, health, and the first page until a module shows one.</summary>
internal static class HostEndpoints
{
    public static void MapHost(this WebApplication app)
    {
        app.MapInvocations(app.Services.GetRequiredService<IReadOnlyList<FunctionDefinition>>(), app.Services.GetRequiredService<InvocationGuard>());
        app.MapGet("/health", Health).ExcludeFromDescription();
        // The Functions host asks for the first page to learn whether we live; whoever maps one comes before this.
        app.MapGet("/", () => "Vade").WithOrder(int.MaxValue).ExcludeFromDescription();
    }

    /// <summary>Healthy is who can read the store.</summary>
    private static async Task<IResult> Health(ITables tables, CancellationToken cancellation)
    {
        await tables.Find("settings", "health", "health", cancellation);
        return TypedResults.Text("""{"status":"ok"}""", "application/json");
    }
}
