using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;

namespace Vade.Functions.Hosting.Local;

/// <summary>
/// Stands before the app in tests and treats public requests as the real host does, in one of its two ways, with
/// what it loses and changes on the way (facts: functions-host §1).
/// </summary>
internal sealed class StrictFront(Settings settings, Uri inner) : IDisposable
{
    private const string HostVersion = "4.1037.0.0";
    private static readonly string[] ContentHeadersLost = ["Content-Encoding", "Content-Language", "Content-Disposition"];

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
    private int _posts;

    /// <summary>Listens on the public port and answers what the HTTP functions' routes allow; everything else is 404.</summary>
    public async Task<WebApplication> Listen(IReadOnlyList<FunctionDefinition> functions, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"], ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, settings.Port);
        });
        var front = builder.Build();
        foreach (var function in functions.Where(function => function.Trigger == Trigger.Http))
            front.Map("/" + function.Route, Pass);
        await front.StartAsync(cancellation);
        return front;
    }

    public void Dispose() => _client.Dispose();

    private async Task Pass(HttpContext context)
    {
        var forwarding = settings.Strict == Strictness.Forwarding;
        if (forwarding && (context.Request.Headers.TransferEncoding.Count > 0 || !Parses(context.Request.ContentType)))
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var repeats = !forwarding && settings.RepeatPostEvery > 0 && HttpMethods.IsPost(context.Request.Method)
            && Interlocked.Increment(ref _posts) % settings.RepeatPostEvery == 0;
        try
        {
            if (repeats)
                (await Send(context, body.ToArray(), forwarding)).Dispose();
            using var response = await Send(context, body.ToArray(), forwarding);
            await Answer(context, response);
        }
        catch (HttpRequestException)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
    }

    private Task<HttpResponseMessage> Send(HttpContext context, byte[] body, bool forwarding)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var raw = inner.GetLeftPart(UriPartial.Authority) + (forwarding ? StrictTarget.Forwarded(target) : StrictTarget.Proxied(target));
        var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            new Uri(raw, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (body.Length > 0 || context.Request.ContentLength is not null || context.Request.Headers.TransferEncoding.Count > 0)
            request.Content = new ByteArrayContent(body);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (Passes(name, body.Length == 0, forwarding) && !request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        var invocation = new Guid(RandomNumberGenerator.GetBytes(16)).ToString();
        request.Headers.TryAddWithoutValidation(InvocationGuard.InvocationHeader, invocation);
        request.Headers.TryAddWithoutValidation("X-Azure-Functions-HostVersion", HostVersion);
        if (forwarding)
        {
            request.Headers.Host = context.Request.Host.Value;
            request.Headers.TryAddWithoutValidation("User-Agent", $"Azure-Functions-Host/{HostVersion}");
        }
        else
        {
            request.Headers.TryAddWithoutValidation("x-ms-invocation-id", invocation);
            request.Headers.TryAddWithoutValidation("X-Forwarded-Host", context.Request.Host.Value);
            request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", context.Request.Scheme);
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", context.Connection.RemoteIpAddress?.ToString());
        }

        return _client.SendAsync(request, context.RequestAborted);
    }

    private static bool Passes(string header, bool emptyBody, bool forwarding)
    {
        if (header.Equals("Host", StringComparison.OrdinalIgnoreCase) || header.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase) || header.Equals("Connection", StringComparison.OrdinalIgnoreCase))
            return false;
        // Forwarding keeps a client's invocation id beside its own; proxying replaces it.
        return forwarding
            ? !ContentHeadersLost.Contains(header, StringComparer.OrdinalIgnoreCase) && !(emptyBody && header.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            : !header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) && !header.StartsWith("X-Azure-Functions-", StringComparison.OrdinalIgnoreCase);
    }

    private static bool Parses(string? contentType) => contentType is null || MediaTypeHeaderValue.TryParse(contentType, out _);

    private static async Task Answer(HttpContext context, HttpResponseMessage response)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
                context.Response.Headers[name] = values.ToArray();
        }

        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}

/// <summary>What becomes of a request's path and query on its way through the real host.</summary>
internal static class StrictTarget
{
    private static readonly string[] CuttingMarks = ["%3F", "%23"];

    /// <summary>Proxying encodes an encoded slash once more and leaves the rest.</summary>
    public static string Proxied(string target)
    {
        var (path, query) = Split(target);
        return path.Replace("%2F", "%252F", StringComparison.OrdinalIgnoreCase) + query;
    }

    /// <summary>Forwarding cuts the path at an encoded ? or #, and rebuilds the query by its keys.</summary>
    public static string Forwarded(string target)
    {
        var (path, query) = Split(target);
        var cut = CuttingMarks.Select(mark => path.IndexOf(mark, StringComparison.OrdinalIgnoreCase)).Where(at => at >= 0).DefaultIfEmpty(path.Length).Min();
        var keys = query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .GroupBy(pair => pair[0], pair => pair.Length > 1 ? pair[1] : "", StringComparer.OrdinalIgnoreCase)
            .Select(pairs => $"{pairs.Key}={string.Join(',', pairs)}");
        var merged = string.Join('&', keys);
        return path[..cut] + (merged.Length > 0 ? "?" + merged : "");
    }

    private static (string Path, string Query) Split(string target) =>
        target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? (target[..at], target[at..]) : (target, "");
}
