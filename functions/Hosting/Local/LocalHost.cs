namespace Vade.Functions.Hosting.Local;

/// <summary>Plays the Functions host in the same process: its timers and its queues (design §3).</summary>
internal static class LocalHost
{
    public static IServiceCollection AddLocalHost(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<Invoker>().AddSingleton<Timers>().AddSingleton<QueuePump>();
        if (settings.ClockMoves)
            services.AddSingleton<SandboxTime>();
        return services;
    }

    /// <summary>Runs what this process is to run, until it stops; under the Functions host that is nothing.</summary>
    public static Task RunTriggers(this IServiceProvider services, Settings settings, Uri address, CancellationToken cancellation)
    {
        services.GetRequiredService<Invoker>().CallAt(address);
        var running = new List<Task> { Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, TaskScheduler.Default) };
        if (settings.RunsTimers && !settings.UnderFunctions)
            running.Add(services.GetRequiredService<Timers>().Run(cancellation));
        if (settings.RunsQueues && !settings.UnderFunctions)
            running.Add(services.GetRequiredService<QueuePump>().Run(cancellation));
        return Task.WhenAll(running);
    }
}
