using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vade.Kernel.Messaging;

namespace Vade.Functions.Hosting.Local;

/// <summary>The bodies of invocations as the Functions host writes them (facts: functions-host §1).</summary>
internal static class Payloads
{
    public static byte[] Timer(FunctionDefinition function, DateTimeOffset last, DateTimeOffset next, bool pastDue, DateTimeOffset now) =>
        Write(
            function,
            new JsonObject
            {
                ["Schedule"] = new JsonObject { ["AdjustForDST"] = true },
                ["ScheduleStatus"] = new JsonObject { ["Last"] = last, ["Next"] = next, ["LastUpdated"] = last },
                ["IsPastDue"] = pastDue,
            },
            [],
            now);

    /// <summary>One message of Service Bus: its text is a JSON string within a JSON string.</summary>
    public static byte[] Message(FunctionDefinition function, ReceivedMessage message, DateTimeOffset now)
    {
        var metadata = new JsonObject
        {
            ["DeliveryCount"] = Literal(message.DeliveryCount),
            ["LockToken"] = Literal(message.Receipt),
            ["EnqueuedTimeUtc"] = message.EnqueuedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", null),
            ["MessageId"] = Literal(message.Id),
            ["SequenceNumber"] = message.Id,
            ["ApplicationProperties"] = new JsonObject(),
        };
        return Write(function, Literal(message.Body), Shadowed(metadata, message.Body), now);
    }

    // The host copies the top-level members of a message over its own metadata; whoever trusted that would be wrong here too.
    private static JsonObject Shadowed(JsonObject metadata, string body)
    {
        JsonNode? parsed;
        try
        {
            parsed = JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return metadata;
        }

        if (parsed is not JsonObject members)
            return metadata;
        foreach (var (name, value) in members.Where(member => member.Value is not (null or JsonArray)))
        {
            if (metadata.FirstOrDefault(own => own.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Key is { } shadowed)
                metadata.Remove(shadowed);
            metadata[name] = value is JsonObject ? value.DeepClone() : Literal(value!.ToString());
        }

        return metadata;
    }

    private static byte[] Write(FunctionDefinition function, JsonNode value, JsonObject metadata, DateTimeOffset now)
    {
        if (!metadata.ContainsKey("sys"))
        {
            metadata["sys"] = new JsonObject
            {
                ["MethodName"] = function.Name,
                ["UtcNow"] = now.UtcDateTime,
                ["RandGuid"] = new Guid(RandomNumberGenerator.GetBytes(16)).ToString(),
            };
        }

        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["Data"] = new JsonObject { [function.Binding] = value },
            ["Metadata"] = metadata,
        });
    }

    private static string Literal<T>(T value) => JsonSerializer.Serialize(value);
}
