using System.Globalization;
using System.Net;
using Vade.Kernel.Security;

namespace Vade.Functions;

/// <summary>A configuration the app refuses to start with; the message is one sentence that says the cure.</summary>
internal sealed class SettingsException(string message) : Exception(message);

/// <summary>How the real host's way with HTTP is played in tests.</summary>
internal enum Strictness { None, Proxying, Forwarding }

/// <summary>What the host itself reads from the configuration; modules read their own sections.</summary>
/// <param name="Port">Where to listen on 127.0.0.1; 0 takes any free port.</param>
/// <param name="UnderFunctions">The Functions host started us: it owns timers and queues.</param>
/// <param name="Data">The embedded engine's folder.</param>
/// <param name="Exports">Where the embedded engine's exports are kept for ever.</param>
/// <param name="PublicUrl">The origin that links are made with; null for the listening address.</param>
/// <param name="MasterKeys">Null for those of the data folder.</param>
/// <param name="RepeatPostEvery">In strict proxying, every so many POSTs are delivered twice; 0 for none.</param>
/// <param name="Lease">For how long the local host takes a message; a killed process's messages come back after it.</param>
/// <param name="Azure">Null for the embedded engine.</param>
internal sealed record Settings(
    int Port,
    bool UnderFunctions,
    bool Sandbox,
    string Data,
    string Exports,
    Uri? PublicUrl,
    string? ApiKey,
    MasterKeys? MasterKeys,
    DateTimeOffset? ClockStart,
    bool RunsTimers,
    bool RunsQueues,
    Strictness Strict,
    int RepeatPostEvery,
    TimeSpan Lease,
    AzureSettings? Azure)
{
    private const int DefaultPort = 7071;
    private const int DefaultLeaseSeconds = 30;

    /// <exception cref="SettingsException">Something is missing, malformed or contradicts itself.</exception>
    public static Settings Read(IConfiguration configuration)
    {
        var vade = configuration.GetSection("Vade");
        var functionsPort = configuration["FUNCTIONS_CUSTOMHANDLER_PORT"];
        var sandbox = Flag(vade, "Sandbox");
        var start = Instant(vade, "Clock:Start");
        var triggers = (Text(vade, "Host:Functions") ?? "http,timers,queues").Split(',', StringSplitOptions.TrimEntries);
        var data = Path.GetFullPath(Text(vade, "Data") ?? "data");

        if (triggers.FirstOrDefault(name => name is not ("http" or "timers" or "queues")) is { } unknown)
            throw new SettingsException($"Vade:Host:Functions names '{unknown}'; it may list http, timers and queues.");
        if (start is not null && !sandbox)
            throw new SettingsException("Vade:Clock:Start is set, but the clock can only be set in sandbox mode (Vade:Sandbox=true).");

        var settings = new Settings(
            functionsPort is null ? Number(Text(vade, "Port"), "--port", DefaultPort) : Number(functionsPort, "FUNCTIONS_CUSTOMHANDLER_PORT", 0),
            functionsPort is not null,
            sandbox,
            data,
            Path.GetFullPath(Text(vade, "Exports") ?? Path.Combine(data, "exports")),
            Origin(vade, "PublicUrl"),
            Text(vade, "ApiKey"),
            Keys(vade),
            start,
            triggers.Contains("timers"),
            triggers.Contains("queues"),
            Text(vade, "Host:Strict") switch
            {
                null => Strictness.None,
                "proxying" => Strictness.Proxying,
                "forwarding" => Strictness.Forwarding,
                var other => throw new SettingsException($"Vade:Host:Strict is '{other}'; it may be proxying or forwarding."),
            },
            Number(Text(vade, "Host:RepeatPostEvery"), "Vade:Host:RepeatPostEvery", 0),
            TimeSpan.FromSeconds(Math.Max(1, Number(Text(vade, "Host:LeaseSeconds"), "Vade:Host:LeaseSeconds", DefaultLeaseSeconds))),
            vade.GetSection("Azure") is var azure && azure.Exists() ? AzureSettings.Read(azure) : null);
        settings.Azure?.CheckRest(settings);
        if (settings.Azure is null && configuration["WEBSITE_SITE_NAME"] is not null)
            throw new SettingsException("Vade:Azure:Storage is missing; an instance on Azure does not keep what is written to its disk.");
        return settings;
    }

    /// <summary>Whether there is a clock that can be moved: in sandbox mode, but not over queues that know only real time.</summary>
    public bool ClockMoves => Sandbox && Azure is null;

    private static MasterKeys? Keys(IConfigurationSection vade)
    {
        try
        {
            return Text(vade, "MasterKey") is { } setting ? MasterKeys.Parse(setting) : null;
        }
        catch (FormatException problem)
        {
            throw new SettingsException(problem.Message);
        }
    }

    private static string? Text(IConfiguration section, string key) => section[key] is { Length: > 0 } value ? value : null;

    private static bool Flag(IConfiguration section, string key) => Text(section, key) switch
    {
        null => false,
        var text when bool.TryParse(text, out var flag) => flag,
        var text => throw new SettingsException($"Vade:{key} is '{text}'; it may be true or false."),
    };

    private static int Number(string? text, string name, int otherwise) => text switch
    {
        null => otherwise,
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= IPEndPoint.MaxPort => number,
        _ => throw new SettingsException($"{name} is '{text}'; it must be a number from 0 to {IPEndPoint.MaxPort}."),
    };

    private static DateTimeOffset? Instant(IConfiguration section, string key) => Text(section, key) switch
    {
        null => null,
        var text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) => instant,
        var text => throw new SettingsException($"Vade:{key} is '{text}'; it must be an instant such as 2026-01-01T06:00:00Z."),
    };

    private static Uri? Origin(IConfiguration section, string key) => Text(section, key) switch
    {
        null => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.PathAndQuery == "/" && url.UserInfo.Length == 0 => url,
        var text => throw new SettingsException($"Vade:{key} is '{text}'; it must be an origin such as https://pay.example.com, without a path."),
    };
}
