using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Vade.Kernel.Web;

/// <summary>What a request's body said, or why it is refused.</summary>
public readonly record struct ApiBody<T>(T? Value, ApiProblem? Problem)
{
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Ok => Problem is null;
}

/// <summary>Reads JSON bodies by the habits of the contract.</summary>
public static class ApiBody
{
    public const int BytesMax = 1024 * 1024;

    /// <summary>
    /// The body as a value. An unknown, doubled or wrongly typed member is refused by its path, all of them at
    /// once; a member that is null counts as absent and takes its default; a missing required one is a broken rule,
    /// and required is a record's parameter that has no default and cannot be null.
    /// The content type is not asked for, since many clients forget it.
    /// </summary>
    public static async Task<ApiBody<T>> Read<T>(HttpRequest request, JsonTypeInfo<T> json)
        where T : class
    {
        var bytes = await Bytes(request, BytesMax);
        return bytes is null ? new(null, ApiProblem.TooLarge(BytesMax)) : Parse(bytes, json);
    }

    /// <summary>The raw body, or null when it is larger than allowed.</summary>
    public static async Task<byte[]?> Bytes(HttpRequest request, int bytesMax)
    {
        if (request.ContentLength > bytesMax)
            return null;
        using var body = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0)
            {
                if (body.Length + read > bytesMax)
                    return null;
                body.Write(buffer, 0, read);
            }

            return body.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal static ApiBody<T> Parse<T>(ReadOnlyMemory<byte> bytes, JsonTypeInfo<T> json)
        where T : class
    {
        if (bytes.IsEmpty)
            return new(null, ApiProblem.BadRequest("json.empty", "The body is empty; it must be a JSON object."));
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var cleaned = new ArrayBufferWriter<byte>();
            var check = new StrictJson(json.Options);
            using (var writer = new Utf8JsonWriter(cleaned))
                check.Copy(document.RootElement, json, writer, "");
            if (check.Unreadable.Count > 0)
                return new(null, ApiProblem.BadRequest("json.members", Sum(check.Unreadable), [.. check.Unreadable, .. check.Broken]));
            if (check.Broken.Count > 0)
                return new(null, ApiProblem.Rule(check.Broken[0].Code, Sum(check.Broken), check.Broken));
            return new(JsonSerializer.Deserialize(cleaned.WrittenSpan, json)!, null);
        }
        catch (JsonException problem)
        {
            return new(null, ApiProblem.BadRequest("json.syntax", $"The body is not JSON: {problem.Message}"));
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is JSON, but no text.
            return new(null, ApiProblem.BadRequest("json.syntax", "The body holds text that is not Unicode."));
        }
    }

    private static string Sum(IReadOnlyList<ApiError> errors) => errors.Count == 1 ? $"{errors[0].Field}: {errors[0].Message}" : $"{errors.Count} members are wrong.";
}
