using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vade.Kernel.Storage;

namespace Vade.Kernel.Web;

/// <summary>The key that opens every scope of the admin API; kept as a hash, so that comparing takes the same time for all.</summary>
public sealed class ApiKey(string? key)
{
    private readonly byte[]? _hash = key is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(key));

    public bool Opens(string? authorization) =>
        _hash is not null
        && authorization is not null
        && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization["Bearer ".Length..].Trim())), _hash);
}

/// <summary>What holds for every request, whichever module answers it.</summary>
public static partial class ApiHabits
{
    private const string Api = "/api";

    /// <summary>
    /// Answers an exception of the API as a problem: contention as 503 with Retry-After, a body that cannot be read
    /// as it says itself, everything else as 500 without details, which stand in the log.
    /// </summary>
    public static IApplicationBuilder UseApiProblems(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Vade.Api");
        return app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
                // A path nobody mapped, or a method nobody expects, has no body yet.
                if (IsApi(context) && !context.Response.HasStarted && Bare(context) is { } problem)
                    await problem.ExecuteAsync(context);
            }
            catch (Exception problem) when (IsApi(context) && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
            {
                if (problem is not (StoreBusyException or BadHttpRequestException))
                    LogFailed(log, context.Request.Method, context.Request.Path, problem);
                context.Response.Clear();
                await (problem switch
                {
                    StoreBusyException => ApiProblem.Busy(),
                    BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => ApiProblem.TooLarge(ApiBody.BytesMax),
                    BadHttpRequestException bad => ApiProblem.BadRequest("request", bad.Message),
                    _ => ApiProblem.Internal(),
                }).ExecuteAsync(context);
            }
        });
    }

    private static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments(Api, StringComparison.OrdinalIgnoreCase);

    private static ApiProblem? Bare(HttpContext context) => context.Response is { ContentType: null, ContentLength: null } response
        ? response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ApiProblem.NotFound("Nothing is at this address."),
            StatusCodes.Status405MethodNotAllowed => ApiProblem.MethodNotAllowed(context.Request.Method),
            _ => null,
        }
        : null;

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed.")]
    private static partial void LogFailed(ILogger log, string method, string path, Exception problem);
}
