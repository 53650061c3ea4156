using System.Data.Common;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Azure.Core;
using Azure.Identity;

namespace Vade.Kernel.Storage.Azure;

/// <summary>A Service Bus namespace and what opens it: a shared key, or the identity that the app runs as.</summary>
public sealed class ServiceBusNamespace
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromMinutes(10);
    private static readonly TokenRequestContext Scope = new(["https://servicebus.azure.net/.default"]);

    private readonly (string Name, string Key)? shared;
    private readonly TokenCredential? identity;
    private volatile Permit? current;

    private ServiceBusNamespace(Uri address, (string, string)? shared, TokenCredential? identity) =>
        (Address, this.shared, this.identity) = (address, shared, identity);

    /// <summary>Where it is reached over HTTP.</summary>
    public Uri Address { get; }

    /// <summary>
    /// Reads the setting <c>Vade:Azure:ServiceBus</c>: a namespace's connection string with its key, or its name
    /// <c>name.servicebus.windows.net</c> for the identity that the app runs as.
    /// </summary>
    /// <exception cref="FormatException">Says what is wrong, without the secret.</exception>
    public static ServiceBusNamespace Parse(string setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        if (setting.Contains('=', StringComparison.Ordinal))
            return OfConnectionString(setting);
        return Uri.CheckHostName(setting) == UriHostNameType.Dns && setting.Contains('.', StringComparison.Ordinal)
            ? OfIdentity(new("https://" + setting), new DefaultAzureCredential())
            : throw Malformed();
    }

    internal static ServiceBusNamespace OfIdentity(Uri address, TokenCredential identity) => new(address, null, identity);

    /// <summary>What the next request is to carry. Made anew before it expires.</summary>
    internal async ValueTask<AuthenticationHeaderValue> Authorization(TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (current is { } good && now < good.Until)
            return good.Header;

        if (shared is { } key)
        {
            var token = SharedAccessSignature(Address, key.Name, key.Key, now + TokenLife);
            current = new(token, now + TokenLife - RenewedBefore);
        }
        else
        {
            var token = await identity!.GetTokenAsync(Scope, cancellation);
            current = new(new("Bearer", token.Token), token.RefreshOn ?? token.ExpiresOn - RenewedBefore);
        }

        return current.Header;
    }

    /// <summary>The key signs as the text it is, although it looks like base64 (facts: functions-host §4).</summary>
    internal static AuthenticationHeaderValue SharedAccessSignature(Uri resource, string keyName, string key, DateTimeOffset expiry)
    {
        var address = Uri.EscapeDataString(resource.AbsoluteUri.TrimEnd('/'));
        var seconds = expiry.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{address}\n{seconds}")));
        return new("SharedAccessSignature", $"sr={address}&sig={Uri.EscapeDataString(signature)}&se={seconds}&skn={keyName}");
    }

    private static ServiceBusNamespace OfConnectionString(string setting)
    {
        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = setting;
        }
        catch (ArgumentException)
        {
            throw Malformed();
        }

        if (parts.ContainsKey("EntityPath"))
            throw new FormatException("Vade:Azure:ServiceBus is the connection string of one queue; that of the namespace is needed.");
        if (Part("Endpoint") is not { } endpoint || !Uri.TryCreate(endpoint, UriKind.Absolute, out var url) || url.Scheme != "sb"
            || Part("SharedAccessKeyName") is not { } name || Part("SharedAccessKey") is not { } key)
            throw Malformed();
        // Only what plays Service Bus on this machine has no certificate.
        var scheme = url.IsLoopback ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        return new(new UriBuilder(scheme, url.Host, url.IsDefaultPort ? -1 : url.Port).Uri, (name, key), null);

        string? Part(string partName) => parts.TryGetValue(partName, out var value) && value is string { Length: > 0 } text ? text : null;
    }

    private static FormatException Malformed() => new(
        "Vade:Azure:ServiceBus is neither a namespace's connection string with Endpoint, SharedAccessKeyName and SharedAccessKey nor its name such as contoso.servicebus.windows.net.");

    private sealed record Permit(AuthenticationHeaderValue Header, DateTimeOffset Until);
}
