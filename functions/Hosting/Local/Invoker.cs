using System.Net.Http.Headers;
using System.Text.Json;

namespace Vade.Functions.Hosting.Local;

/// <summary>
/// Calls the app's own endpoints over loopback, as the Functions host does, and holds their answers to the same
/// rules: a success has a JSON object; an empty one would hang the real host and counts as a failure here
/// (facts: functions-host traps 1 and 2).
/// </summary>
internal sealed partial class Invoker(InvocationGuard guard, ILogger<Invoker> log) : IDisposable
{
    /// <summary>host.json's functionTimeout, after which the real host would kill the process.</summary>
    public static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
    {
        Timeout = LongestRun,
    };

    /// <summary>Where the app's endpoints are; set once it listens.</summary>
    public void CallAt(Uri address) => _client.BaseAddress = address;

    /// <summary>Whether the function ran and said so.</summary>
    public async Task<bool> Invoke(FunctionDefinition function, byte[] body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + function.Name) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        guard.Sign(request);
        try
        {
            using var response = await _client.SendAsync(request, cancellation);
            if (!response.IsSuccessStatusCode)
                return false;
            var complaint = Complaint(response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync(cancellation));
            if (complaint is null)
                return true;
            LogAnswer(function.Name, complaint);
        }
        catch (HttpRequestException problem)
        {
            LogCall(function.Name, problem);
        }
        catch (OperationCanceledException problem) when (!cancellation.IsCancellationRequested)
        {
            LogCall(function.Name, problem);
        }

        return false;
    }

    /// <summary>What the host would find wrong with the body of a success; null for nothing.</summary>
    public static string? Complaint(string? mediaType, ReadOnlySpan<byte> body)
    {
        if (body.Trim(" \t\r\n"u8).IsEmpty || body.Trim(" \t\r\n"u8).SequenceEqual("null"u8))
            return "the answer is empty, and the host would wait for ever";
        if (mediaType is not ("application/json" or "text/json"))
            return $"the answer is {mediaType ?? "untyped"}, not application/json";
        try
        {
            return JsonSerializer.Deserialize(body, InvocationJson.Default.InvocationAnswer) is null ? "the answer is null" : null;
        }
        catch (JsonException)
        {
            return "the answer is not an object with Outputs, Logs and ReturnValue";
        }
    }

    public void Dispose() => _client.Dispose();

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function} was called and answered wrongly: {Complaint}.")]
    private partial void LogAnswer(string function, string complaint);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function} could not be called.")]
    private partial void LogCall(string function, Exception problem);
}
