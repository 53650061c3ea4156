using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Vade.Functions.Hosting;
using Vade.Functions.Hosting.Local;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Functions;

/// <summary>The whole app, composed and running: under the Functions host, or as its own host.</summary>
internal sealed class VadeHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly StrictFront _strict;
    private readonly WebApplication? _front;
    private readonly Task _triggers;

    private VadeHost(WebApplication app, StrictFront strict, WebApplication? front, Uri address, Task triggers) =>
        (_app, _strict, _front, Address, _triggers) = (app, strict, front, address, triggers);

    /// <summary>Where it is reached on this machine.</summary>
    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Binds the port, opens the data, and returns when it can serve.</summary>
    /// <param name="args">Configuration over that of the environment: --port, --data, --Vade:Sandbox=true …</param>
    /// <param name="addMore">What a test adds to the modules' services …</param>
    /// <param name="mapMore">… and to their endpoints.</param>
    /// <exception cref="SettingsException">The configuration is wrong.</exception>
    public static async Task<VadeHost> Start(
        string[] args, Action<IServiceCollection>? addMore = null, Action<WebApplication>? mapMore = null)
    {
        var builder = Builder();
        builder.Configuration.AddCommandLine(args, new Dictionary<string, string> { ["--port"] = "Vade:Port", ["--data"] = "Vade:Data" });
        var settings = Settings.Read(builder.Configuration);
        var functions = FunctionCatalog.Read(AppContext.BaseDirectory);
        if (settings.UnderFunctions)
            settings.Azure?.CheckPackage(functions, builder.Configuration);
        var isStrict = settings.Strict != Strictness.None;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, isStrict ? 0 : settings.Port);
        });
        builder.Services
            .AddSingleton(settings)
            .AddSingleton(settings.UnderFunctions || isStrict ? InvocationGuard.OfFunctionsHost : InvocationGuard.OfOwnHost())
            .AddSingleton(new Deployment(settings.Sandbox, settings.PublicUrl))
            .AddSingleton(functions)
            .AddSingleton<StartupGate>()
            .AddEngine(settings)
            .AddLocalHost(settings)
            .AddOpenApi()
            .AddModules()
            .AddOpenIdConnect(builder.Configuration)
            .ReadProtectionKeysWhenNeeded();
        addMore?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseHost();
        app.MapHost();
        app.MapModules();
        mapMore?.Invoke(app);
        return await Start(app, settings);
    }

    /// <summary>The one-time link that makes the first admin; null once there is somebody.</summary>
    public Task<string?> WelcomeLink() => Services.GetRequiredService<StaffDirectory>().WelcomeLink(_app.Lifetime.ApplicationStopping);

    /// <summary>Returns when it was asked to stop, and throws when it cannot go on.</summary>
    public async Task Run()
    {
        var stopped = _app.WaitForShutdownAsync();
        await await Task.WhenAny(stopped, _triggers);
        await stopped;
    }

    public async ValueTask DisposeAsync()
    {
        if (_front is not null)
            await _front.DisposeAsync();
        await _app.StopAsync();
        await _triggers;
        await _app.DisposeAsync();
        _strict.Dispose();
    }

    private static async Task<VadeHost> Start(WebApplication app, Settings settings)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        await app.StartAsync();
        var inner = AddressOf(app);
        var strict = new StrictFront(settings, inner);
        var front = settings.Strict == Strictness.None
            ? null
            : await strict.Listen(app.Services.GetRequiredService<IReadOnlyList<FunctionDefinition>>(), stopping);
        var address = front is null ? inner : AddressOf(front);
        app.Services.GetRequiredService<Deployment>().ListensAt(address);

        await Engine.Open(app.Services, settings, stopping);
        app.Services.GetRequiredService<StartupGate>().Open();
        return new(app, strict, front, address, app.Services.RunTriggers(settings, inner, stopping));
    }

    private static WebApplicationBuilder Builder()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // No files are watched: the configuration is read once.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true)
            .AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
        return builder;
    }

    private static Uri AddressOf(WebApplication listening) =>
        new(listening.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
}
