using System.Text.Json;
using System.Text.Json.Serialization;
using Vade.Kernel.Messaging;
using Vade.Kernel.Metering;

namespace Vade.Functions.Hosting;

/// <summary>
/// What the host reads of an answer. It must never be empty: to an empty success the host waits until its time-out
/// and then kills the process (facts: functions-host trap 1).
/// </summary>
internal sealed record InvocationAnswer(
    IReadOnlyDictionary<string, JsonElement> Outputs, IReadOnlyList<string> Logs, JsonElement? ReturnValue)
{
    public static InvocationAnswer Of(params IReadOnlyList<string> logs) => new(new Dictionary<string, JsonElement>(), logs, null);
}

[JsonSerializable(typeof(InvocationAnswer))]
internal sealed partial class InvocationJson : JsonSerializerContext;

/// <summary>The endpoints <c>POST /{FunctionName}</c> of every function that is not called over public HTTP.</summary>
internal static partial class InvocationEndpoints
{
    public static void MapInvocations(this WebApplication app, IReadOnlyList<FunctionDefinition> functions, InvocationGuard guard)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Vade.Functions");
        foreach (var function in functions.Where(function => function.Trigger != Trigger.Http))
            app.Map("/" + function.Name, context => Answer(context, function, guard, log)).ExcludeFromDescription();
    }

    private static async Task Answer(HttpContext context, FunctionDefinition function, InvocationGuard guard, ILogger log)
    {
        if (!guard.Admits(context))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var answer = InvocationAnswer.Of();
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            await Run(context.RequestServices, function, body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
            await context.RequestServices.GetRequiredService<MeterKeeper>().Keep(context.RequestAborted);
        }
        catch (Exception problem) when (!context.RequestAborted.IsCancellationRequested)
        {
            LogFailed(log, function.Name, problem);
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            answer = InvocationAnswer.Of(problem.Message);
        }

        await context.Response.WriteAsJsonAsync(answer, InvocationJson.Default.InvocationAnswer, cancellationToken: context.RequestAborted);
    }

    private static async Task Run(IServiceProvider services, FunctionDefinition function, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        switch (function.Trigger)
        {
            case Trigger.Timer:
                await RunTimer(services, function.Name, cancellation);
                break;
            case Trigger.Queue:
                var dispatcher = services.GetRequiredService<Dispatcher>();
                foreach (var text in Invocation.Messages(function, body))
                    await dispatcher.Dispatch(function.Queue, text, cancellation);
                break;
            case Trigger.DeadLetter:
                var poison = services.GetRequiredService<Poison>();
                foreach (var text in Invocation.Messages(function, body))
                    await poison.Add(function.Queue, text, "It was handed out again and again, and nobody answered for it.", Envelope.Read(text)?.Attempt ?? 1, cancellation);
                break;
            default:
                throw new InvocationException($"Nobody handles a {function.Trigger} trigger.");
        }
    }

    // One timer may wake several modules; a failure of one is no reason for the others to sleep on.
    private static async Task RunTimer(IServiceProvider services, string name, CancellationToken cancellation)
    {
        var problems = new List<Exception>();
        foreach (var timer in services.GetServices<TimerRegistration>().Where(timer => timer.Function == name))
        {
            try
            {
                using var work = services.GetRequiredService<Meter>().Begin(name, null, services.GetRequiredService<MeterKeeper>().Today);
                await using var scope = services.CreateAsyncScope();
                await ((IRunTimer)scope.ServiceProvider.GetRequiredService(timer.Handler)).Run(cancellation);
            }
            catch (Exception problem) when (!cancellation.IsCancellationRequested)
            {
                problems.Add(problem);
            }
        }

        if (problems.Count > 0)
            throw new AggregateException($"{problems.Count} of the handlers of {name} failed.", problems);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The function {Function} failed.")]
    private static partial void LogFailed(ILogger log, string function, Exception problem);
}
