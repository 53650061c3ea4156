using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Vade.Kernel.Messaging;

/// <summary>
/// Handles a message that came off a queue. It is delivered at least once and in any order, and the process may
/// die between any two statements: doing it again must come to the same end.
/// </summary>
public interface IHandle<in TMessage>
{
    Task Handle(TMessage message, CancellationToken cancellation);
}

/// <summary>Thrown by a handler that must wait for something (a lease, a run): the message comes back, uncounted.</summary>
public sealed class DeferException(TimeSpan delay, string reason) : Exception(reason)
{
    public TimeSpan Delay { get; } = delay;
}

/// <summary>A handler as it was registered: its name travels in the envelope.</summary>
public sealed record HandlerRegistration(
    string Name, string Queue, Type Message, Func<IServiceProvider, JsonElement, CancellationToken, Task> Handle);

/// <summary>
/// Runs when a timer of this name fires. A timer changes nothing itself: it enqueues what is due and resumes what
/// an earlier run left unfinished, so firing it twice, late, or never for a day does no harm (design §3).
/// </summary>
public interface IRunTimer
{
    Task Run(CancellationToken cancellation);

    /// <summary>
    /// For how long before the instant that the sandbox's clock is moved to a firing is of use to anybody; null for
    /// however long. The sandbox passes over those before.
    /// </summary>
    TimeSpan? OfUseFor => null;

    /// <summary>
    /// Whether a firing at <paramref name="next"/> could find work that one at <paramref name="last"/> did not.
    /// Only the sandbox asks, to merge firings while it moves the clock through months. Most timers work by local
    /// date, so the default is: when the date of the organisation has changed.
    /// </summary>
    ValueTask<bool> MayFindWork(DateTimeOffset last, DateTimeOffset next, CancellationToken cancellation);
}

/// <param name="Function">The name of the function whose function.json holds the schedule.</param>
public sealed record TimerRegistration(string Function, Type Handler);

public static class HandlerRegistrations
{
    /// <summary>
    /// Says that messages of this type, commands and events alike, are handled by this handler off this queue.
    /// An event may have several handlers: each gets its own message, retries and gives up alone.
    /// </summary>
    public static IServiceCollection AddHandler<TMessage,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IServiceCollection services, string queue, JsonTypeInfo<TMessage> json)
        where THandler : class, IHandle<TMessage>
    {
        services.AddScoped<THandler>();
        services.AddSingleton(new HandlerRegistration(
            $"{typeof(TMessage).Name}>{typeof(THandler).Name}",
            queue,
            typeof(TMessage),
            (provider, body, cancellation) => provider.GetRequiredService<THandler>().Handle(
                body.Deserialize(json) ?? throw new InvalidOperationException($"The body of a {typeof(TMessage).Name} is null."),
                cancellation)));
        return services;
    }

    /// <summary>Says which handler the timer function of this name runs.</summary>
    public static IServiceCollection AddTimer<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IServiceCollection services, string function)
        where THandler : class, IRunTimer
    {
        services.AddScoped<THandler>();
        services.AddSingleton(new TimerRegistration(function, typeof(THandler)));
        return services;
    }
}
