using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vade.Kernel.Messaging;

/// <summary>
/// What travels in a queue message: which handler is meant, how often it has been tried, and the message itself.
/// Everything stands below one member with an unusual name, because the Functions host copies the top-level
/// members of a body over its own metadata (facts: functions-host trap 4).
/// </summary>
/// <param name="Cause">What larger work it belongs to, such as a billing run: what that costs is counted (<see cref="Metering.Meter"/>).</param>
public sealed record Envelope(
    string Handler, int Attempt, JsonElement Body, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cause = null)
{
    public string Write() => JsonSerializer.Serialize(new Wrapper(this), EnvelopeJson.Default.Wrapper);

    /// <summary>The envelope in a message's text; null when the text is none, or lacks what a message needs to be sent again.</summary>
    public static Envelope? Read(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize(text, EnvelopeJson.Default.Wrapper)?.Vade
                is not { Handler: not null, Attempt: >= 1, Body.ValueKind: not JsonValueKind.Undefined } envelope)
                return null;
            // Half of a surrogate pair can be written as an escape and be read, but never be sent again.
            if (text.Contains("\\ud", StringComparison.OrdinalIgnoreCase))
                envelope.Write();
            return envelope;
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    internal sealed record Wrapper(Envelope Vade);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Envelope.Wrapper))]
[JsonSerializable(typeof(PoisonRow))]
[JsonSerializable(typeof(OutboxRow))]
[JsonSerializable(typeof(FinishAccount))]
[JsonSerializable(typeof(FinishAccounts))]
internal sealed partial class EnvelopeJson : JsonSerializerContext;
