using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vade.Kernel.Messaging;

namespace Vade.Tests.Kernel.Storage;

/// <summary>What a request to the broker said.</summary>
internal sealed record BrokerRequest(string Path, string? ContentType, string? Authorization, string? Properties, string Body);

/// <summary>
/// As much of Service Bus's REST interface as is documented, over HTTP on this machine: it takes messages, one or a
/// batch, and hands them to queues that a test reads.
/// </summary>
internal sealed class LoopbackBroker : IAsyncDisposable
{
    private const int RequestBytesMax = 256 * 1024;
    private readonly WebApplication _app;
    private readonly IQueues _queues;
    private readonly TimeProvider _clock;
    private readonly ConcurrentQueue<int> _refusals = new();

    private LoopbackBroker(WebApplication app, IQueues queues, TimeProvider clock) => (_app, _queues, _clock) = (app, queues, clock);

    public ConcurrentQueue<BrokerRequest> Requests { get; } = new();

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public string ConnectionString =>
        $"Endpoint=sb://{Address.Authority}/;SharedAccessKeyName=send-only;SharedAccessKey=dGVzdC1rZXktbm90LXJlYWwtMDEyMzQ1Njc4OWFiY2RlZg==";

    public static async Task<LoopbackBroker> Start(IQueues queues, TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var broker = new LoopbackBroker(app, queues, clock);
        app.Run(broker.Take);
        await app.StartAsync();
        return broker;
    }

    /// <summary>The next requests are answered so, and what they bring is lost.</summary>
    public void Refuse(params int[] statuses)
    {
        foreach (var status in statuses)
            _refusals.Enqueue(status);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Take(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new BrokerRequest(
            context.Request.Method + " " + context.Request.Path + context.Request.QueryString,
            context.Request.ContentType,
            context.Request.Headers.Authorization,
            context.Request.Headers["BrokerProperties"],
            await reader.ReadToEndAsync());
        Requests.Enqueue(request);
        context.Response.StatusCode = _refusals.TryDequeue(out var refusal) ? refusal
            : context.Request.ContentLength > RequestBytesMax ? StatusCodes.Status403Forbidden
            : await Take(context.Request.Path.Value!.Split('/')[1], request) ? StatusCodes.Status201Created
            : StatusCodes.Status400BadRequest;
    }

    private async Task<bool> Take(string queue, BrokerRequest request)
    {
        var messages = request.ContentType == "application/vnd.microsoft.servicebus.json"
            ? [.. JsonDocument.Parse(request.Body).RootElement.EnumerateArray().Select(item => new OutgoingMessage(item.GetProperty("Body").GetString()!, TimeSpan.Zero))]
            : new[] { new OutgoingMessage(request.Body, Delay(request.Properties)) };
        await _queues.Send(queue, messages, default);
        return true;
    }

    private TimeSpan Delay(string? properties)
    {
        if (properties is null || !JsonDocument.Parse(properties).RootElement.TryGetProperty("ScheduledEnqueueTimeUtc", out var at))
            return TimeSpan.Zero;
        var delay = DateTimeOffset.ParseExact(at.GetString()!, "R", CultureInfo.InvariantCulture) - _clock.GetUtcNow();
        return delay > TimeSpan.Zero ? delay : TimeSpan.Zero;
    }
}
