using System.Text;
using System.Text.Json;

namespace Vade.Functions.Hosting;

/// <summary>The body of an invocation was not what a host sends.</summary>
internal sealed class InvocationException(string message) : Exception(message);

/// <summary>
/// Decodes the body of an invocation. Depending on the trigger, the host writes a value as a JSON string within a
/// JSON string, as an array within a string, as base64 or as it is; its documentation shows yet another form, so
/// every one of them is understood (facts: functions-host §1). Metadata is never read: members of a message are
/// copied over it.
/// </summary>
internal static class Invocation
{
    /// <summary>The texts of the messages in the invocation of a queue function, in their order.</summary>
    /// <exception cref="InvocationException">There is no trigger value that could hold a message.</exception>
    public static IReadOnlyList<string> Messages(FunctionDefinition function, ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        try
        {
            var value = TriggerValue(document.RootElement, function.Binding);
            if (function.Many)
                return [.. Elements(value).Select(One)];
            return [function.Binary ? Bytes(value) : One(value)];
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, and a byte that is no UTF-8, are JSON until somebody asks for the text.
            throw new InvocationException("The body holds text that is not Unicode.");
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            throw new InvocationException("The body is not JSON.");
        }
    }

    private static JsonElement TriggerValue(JsonElement root, string binding)
    {
        if (root.ValueKind != JsonValueKind.Object || Member(root, "Data") is not { ValueKind: JsonValueKind.Object } data)
            throw new InvocationException("The body has no Data.");
        if (Member(data, binding) is { } named)
            return named;
        // The host copies the name from function.json; another one can only come from a changed folder.
        var members = data.EnumerateObject().Take(2).ToList();
        return members is [var only] ? only.Value : throw new InvocationException($"Data has no member '{binding}'.");
    }

    private static JsonElement? Member(JsonElement element, string name)
    {
        foreach (var member in element.EnumerateObject())
        {
            if (string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase))
                return member.Value;
        }

        return null;
    }

    private static string One(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            return value.ValueKind is JsonValueKind.Null ? throw new InvocationException("The message is null.") : value.GetRawText();
        var text = value.GetString()!;
        return Literal(text) ?? text;
    }

    // A message that is itself a JSON string cannot be told from a doubly encoded one; ours are objects.
    private static string? Literal(string text)
    {
        if (!text.StartsWith('"') || !text.EndsWith('"'))
            return null;
        try
        {
            using var inner = JsonDocument.Parse(text);
            return inner.RootElement.ValueKind == JsonValueKind.String ? inner.RootElement.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IReadOnlyList<JsonElement> Elements(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
            return [.. value.EnumerateArray()];
        if (value.ValueKind != JsonValueKind.String)
            return [value];
        try
        {
            using var inner = JsonDocument.Parse(value.GetString()!);
            return inner.RootElement.ValueKind == JsonValueKind.Array
                ? [.. inner.RootElement.EnumerateArray().Select(element => element.Clone())]
                : [value];
        }
        catch (JsonException)
        {
            return [value];
        }
    }

    private static string Bytes(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes) ? Encoding.UTF8.GetString(bytes) : One(value);
}
