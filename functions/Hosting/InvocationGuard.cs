using System.Security.Cryptography;
using System.Text;

namespace Vade.Functions.Hosting;

/// <summary>
/// Tells the host's own calls from what the internet sends to the same port (facts: functions-host trap 5). Under
/// the Functions host a public request carries the public Host or forwarding headers, and cannot shed them. When
/// the app is its own host there may be a proxy that sets no headers at all, so only a secret of this process counts.
/// </summary>
internal sealed class InvocationGuard
{
    private const string SecretHeader = "X-Vade-Host-Secret";
    public const string InvocationHeader = "X-Azure-Functions-InvocationId";

    private readonly string? _secret;

    private InvocationGuard(string? secret) => _secret = secret;

    public static InvocationGuard OfFunctionsHost => new(null);

    public static InvocationGuard OfOwnHost() => new(RandomNumberGenerator.GetHexString(64));

    /// <summary>Whether the request is an invocation by the host.</summary>
    public bool Admits(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsPost(request.Method))
            return false;
        if (_secret is not null)
            return request.Headers[SecretHeader] is [{ } given]
                && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(_secret));
        return request.Host.Host is "127.0.0.1" or "localhost"
            && request.Host.Port == context.Connection.LocalPort
            && request.Headers.ContainsKey(InvocationHeader)
            && !request.Headers.Keys.Any(IsForwarding);
    }

    /// <summary>Makes the local host's own call one that is admitted.</summary>
    public void Sign(HttpRequestMessage request)
    {
        request.Headers.Add(InvocationHeader, RandomNumberGenerator.GetHexString(32, lowercase: true));
        if (_secret is not null)
            request.Headers.Add(SecretHeader, _secret);
    }

    private static bool IsForwarding(string header) =>
        header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("X-Original-", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase);
}
