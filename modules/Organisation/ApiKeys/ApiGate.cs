using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Organisation;

/// <summary>What stands before the API: a key with the scope that the call needs, and the trail of what it changed.</summary>
public static partial class ApiGate
{
    private static readonly PathString KeyedApi = "/api/v1";

    /// <summary>Lets nothing under /api/v1 pass without a key, and writes every call that may change something into the trail.</summary>
    public static IApplicationBuilder UseApiKeys(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Vade.Api");
        return app.Use((context, next) =>
            context.Request.Path.StartsWithSegments(KeyedApi, StringComparison.OrdinalIgnoreCase) ? Pass(context, next, log) : next(context));
    }

    private static async Task Pass(HttpContext context, RequestDelegate next, ILogger log)
    {
        var request = context.Request;
        if (await context.RequestServices.GetRequiredService<ApiKeys>().Find(request.Headers.Authorization, context.RequestAborted) is not { } caller)
        {
            await ApiProblem.Unauthorized("Send an API key: Authorization: Bearer <key>.").ExecuteAsync(context);
            return;
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            // Before the first byte of the answer goes out, whatever wrote it.
            context.Response.OnStarting(() => Write(context, caller, log));
        if (ApiKeys.Needed(request.Method, request.Path) is var needed && caller.Scope < needed)
            await ApiProblem.Forbidden($"This key may {caller.Scope.ToString().ToLowerInvariant()}; this call needs the scope {needed.ToString().ToLowerInvariant()}.").ExecuteAsync(context);
        else
            await next(context);
    }

    private static async Task Write(HttpContext context, ApiCaller caller, ILogger log)
    {
        var services = context.RequestServices;
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? context.Request.Path;
        var status = context.Response.StatusCode;
        try
        {
            await services.GetRequiredService<Audit>().Write(
                new(
                    services.GetRequiredService<TimeProvider>().GetUtcNow(), "key:" + caller.Name, caller.Name, RequestOrigin.Of(context),
                    $"{context.Request.Method} {route}", context.Request.Path,
                    status < 400 ? AuditOutcome.Done : status < 500 ? AuditOutcome.Refused : AuditOutcome.Failed),
                CancellationToken.None);
        }
        catch (StoreBusyException problem)
        {
            // What was done is done, and its own rows tell of it; the caller is not to believe otherwise.
            LogUnwritten(log, context.Request.Method, context.Request.Path, problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} could not be written into the trail.")]
    private static partial void LogUnwritten(ILogger log, string method, string path, Exception problem);
}
