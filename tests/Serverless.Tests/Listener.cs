using System.Collections.Concurrent;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel.Messaging;

namespace Vade.Tests;

/// <summary>
/// Someone who subscribed to a kind of news, and outlives the process: what was committed must reach him however often
/// the process dies between the commit and the queue.
/// </summary>
internal sealed class Heard<T>
{
    private readonly ConcurrentBag<T> _news = [];

    public void Add(T news) => _news.Add(news);

    public IReadOnlyCollection<T> News => _news;
}

internal sealed class Listener<T>(Heard<T> heard) : IHandle<T>
{
    public Task Handle(T message, CancellationToken cancellation)
    {
        heard.Add(message);
        return Task.CompletedTask;
    }
}

internal static class Listeners
{
    public static IServiceCollection Hear<T>(this IServiceCollection services, Heard<T> heard, JsonTypeInfo<T> json) =>
        services.AddSingleton(heard).AddHandler<T, Listener<T>>("notifications", json);
}
