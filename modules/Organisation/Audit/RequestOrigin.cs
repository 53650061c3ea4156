using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Vade.Organisation;

/// <summary>Where a request came from: its device, and its address where the deployment names a header that can be trusted.</summary>
public static class RequestOrigin
{
    private const int AddressLengthMax = 64;

    public static string Of(HttpContext context)
    {
        var device = Device.Of(context.Request);
        // The last address is the one that our own front end added; those before it are whatever the client wrote.
        var address = context.RequestServices.GetRequiredService<IConfiguration>()["Vade:ClientAddressHeader"] is { Length: > 0 } header
            ? context.Request.Headers[header].ToString().Split(',')[^1].Trim()
            : "";
        return address.Length is > 0 and <= AddressLengthMax ? $"{address} {device}".TrimEnd() : device;
    }
}

/// <summary>What a browser calls itself, in the few words that its owner knows it by.</summary>
public static class Device
{
    // The first that is found names it: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("CriOS/", "Chrome"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux")];

    public static string Of(HttpRequest request) => Of(request.Headers.UserAgent.ToString());

    internal static string Of(string agent)
    {
        var known = string.Join(", ", new[] { First(Browsers, agent), First(Systems, agent) }.OfType<string>());
        return known.Length > 0 ? known : new string([.. agent.Where(c => c is >= ' ' and < '\u007f').Take(40)]);
    }

    private static string? First((string Mark, string Name)[] words, string agent) =>
        Array.Find(words, word => agent.Contains(word.Mark, StringComparison.Ordinal)).Name;
}
