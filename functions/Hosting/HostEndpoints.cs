using System.Text.Json.Serialization;
using Vade.Functions.Hosting.Local;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Functions.Hosting;

/// <param name="Now">Where the sandbox's clock is to go, or where it stands.</param>
internal sealed record ClockBody([property: JsonConverter(typeof(InstantJson))] DateTimeOffset Now);

/// <summary>A message that gave up.</summary>
/// <param name="Function">The queue whose function gave up.</param>
internal sealed record PoisonItem(
    string Id, string Function, string Error, [property: JsonConverter(typeof(InstantJson))] DateTimeOffset At, int Attempts);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ClockBody))]
[JsonSerializable(typeof(PoisonItem))]
[JsonSerializable(typeof(ApiPage<PoisonItem>))]
internal sealed partial class HostJson : JsonSerializerContext;

/// <summary>What the app answers for itself, whatever modules there are.</summary>
internal static class HostEndpoints
{
    public static void UseHost(this WebApplication app)
    {
        app.Use(app.Services.GetRequiredService<StartupGate>().Pass);
        if (app.Services.GetService<SandboxClock>() is { } clock)
        {
            // Another process may have moved time on; nothing here may be decided by an older date.
            app.Use(async (context, next) =>
            {
                await clock.Follow(context.RequestServices.GetRequiredService<ITables>(), context.RequestAborted);
                await next(context);
            });
        }

        app.UseSecurityHeaders(app.Services.GetRequiredService<Deployment>());
        app.UseApiProblems();
        app.UseApiKeys();
        app.UsePanel();
    }

    public static void MapHost(this WebApplication app)
    {
        app.MapInvocations(app.Services.GetRequiredService<IReadOnlyList<FunctionDefinition>>(), app.Services.GetRequiredService<InvocationGuard>());
        app.MapOpenApi();
        app.MapGet("/health", Health).ExcludeFromDescription();
        // The Functions host asks for the first page to learn whether we live; whoever maps one comes before this.
        app.MapGet("/", () => "Vade").WithOrder(int.MaxValue).ExcludeFromDescription();
        app.MapGet("/api/v1/work/poison", ListPoison).Produces<ApiPage<PoisonItem>>().WithSummary("Messages that gave up");
        app.MapPost("/api/v1/work/poison/{id}/retry", RetryPoison).Produces(204).ProducesProblem(404).WithSummary("Tries a message again from its first attempt");
        if (app.Services.GetRequiredService<Settings>().ClockMoves)
            app.MapPost("/api/v1/clock", MoveClock).Accepts<ClockBody>("application/json", "*/*").Produces<ClockBody>().ProducesProblem(422).WithSummary("Moves the sandbox's time forward");
    }

    /// <summary>Healthy is who can read the store.</summary>
    private static async Task<IResult> Health(ITables tables, CancellationToken cancellation)
    {
        await tables.Find("settings", "health", "health", cancellation);
        return TypedResults.Text("""{"status":"ok"}""", "application/json");
    }

    private static async Task<IResult> ListPoison(HttpRequest request, Poison poison, CancellationToken cancellation)
    {
        if (!ApiList.TryRead(request, out var list, out var problem))
            return problem;
        var rows = await poison.List(list.After, list.Limit + 1, cancellation);
        var page = list.Page([.. rows.Select(row => new PoisonItem(row.Key, row.Value.Function, row.Value.Error, row.Value.At, row.Value.Attempts))], item => item.Id);
        return TypedResults.Json(page, HostJson.Default.ApiPagePoisonItem);
    }

    private static async Task<IResult> RetryPoison(string id, Poison poison, CancellationToken cancellation) =>
        await poison.Retry(id, cancellation) ? TypedResults.NoContent() : ApiProblem.NotFound("No message that gave up has this id; it may have been tried again already.");

    private static async Task<IResult> MoveClock(HttpRequest request, SandboxTime time, SandboxClock clock, CancellationToken cancellation)
    {
        var body = await ApiBody.Read(request, HostJson.Default.ClockBody);
        if (!body.Ok)
            return body.Problem;
        return await time.MoveTo(body.Value.Now, cancellation)
            ? TypedResults.Json(new ClockBody(clock.GetUtcNow()), HostJson.Default.ClockBody)
            : ApiProblem.Rule("clock.backwards", "The clock only moves forward, and this instant has passed.", new ApiError("clock.backwards", "This instant has passed.", "now"));
    }
}
