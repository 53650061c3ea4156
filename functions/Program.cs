using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Vade.Functions;
using Vade.Functions.Hosting;
using Vade.Functions.Hosting.Local;
using Vade.Kernel.Web;

// An exit code of zero would tell the Functions host that we meant to end, and it would never start us again
// (facts: functions-host trap 6).
const int Refused = 2;
const int Failed = 3;

try
{
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
    {
        Args = ["--hostBuilder:reloadConfigOnChange=false"],
        ContentRootPath = AppContext.BaseDirectory,
    });
    builder.Configuration.AddCommandLine(args, new Dictionary<string, string> { ["--port"] = "Vade:Port", ["--data"] = "Vade:Data" });
    var settings = Settings.Read(builder.Configuration);
    var guard = settings.UnderFunctions || settings.Strict != Strictness.None ? new InvocationGuard(null) : InvocationGuard.OfOwnHost();

    builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true)
        .AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
    builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(IPAddress.Loopback, settings.Strict == Strictness.None ? settings.Port : 0);
    });
    builder.Services
        .AddSingleton(settings)
        .AddSingleton(guard)
        .AddSingleton(new Deployment(settings.Sandbox, settings.PublicUrl))
        .AddSingleton(FunctionCatalog.Read(AppContext.BaseDirectory))
        .AddSingleton<StartupGate>()
        .AddEmbeddedEngine(settings)
        .AddLocalHost()
        .AddModules();

    await using var app = builder.Build();
    var gate = app.Services.GetRequiredService<StartupGate>();
    app.Use(gate.Pass);
    app.MapHost();
    app.MapModules();

    await app.StartAsync();
    var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    app.Services.GetRequiredService<Deployment>().ListensAt(address);
    await Engine.Open(app.Services, settings, app.Lifetime.ApplicationStopping);
    gate.Open();
    var triggers = app.Services.RunTriggers(settings, address, app.Lifetime.ApplicationStopping);
    Console.WriteLine($"Now listening on: {address.GetLeftPart(UriPartial.Authority)}");

    var stopped = app.WaitForShutdownAsync();
    await await Task.WhenAny(stopped, triggers);
    await stopped;
    await triggers;
    return 0;
}
catch (SettingsException refusal)
{
    await Console.Error.WriteLineAsync(refusal.Message);
    return Refused;
}
catch (Exception problem)
{
    await Console.Error.WriteLineAsync($"Vade ends, because it cannot go on: {problem}");
    return Failed;
}
