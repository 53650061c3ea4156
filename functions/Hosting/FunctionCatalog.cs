using System.Text.Json;
using Vade.Kernel.Storage;

namespace Vade.Functions.Hosting;

internal enum Trigger { Http, Timer, Queue, DeadLetter, Blob }

/// <summary>What a function.json says, as far as the host acts on it.</summary>
/// <param name="Binding">The trigger's name, under which its value stands in an invocation's Data.</param>
/// <param name="Queue">Of a queue function the queue, of a dead-letter function the queue whose messages gave up.</param>
/// <param name="Schedule">Of a timer, six fields, in UTC.</param>
/// <param name="Route">Of an HTTP function.</param>
/// <param name="Many">A value holds an array of messages.</param>
/// <param name="Binary">A value is base64 of bytes.</param>
/// <param name="OnServiceBus">Of a queue: the package was published for Service Bus and not for Storage Queues.</param>
/// <param name="Connection">Of a queue: the setting that tells the Functions host where it is.</param>
internal sealed record FunctionDefinition(
    string Name, Trigger Trigger, string Binding, string Queue, string Schedule, string Route, bool Many, bool Binary,
    bool OnServiceBus = false, string Connection = "");

/// <summary>The functions of this app, read from the folders beside the executable, as the Functions host reads them.</summary>
internal static class FunctionCatalog
{
    // How Service Bus addresses a queue's dead letters.
    private const string DeadLetterSuffix = "/$DeadLetterQueue";

    public static IReadOnlyList<FunctionDefinition> Read(string root) =>
        [.. Directory.EnumerateDirectories(root)
            .Select(folder => Path.Combine(folder, "function.json"))
            .Where(File.Exists)
            .OrderBy(file => file, StringComparer.Ordinal)
            .Select(file => Parse(Path.GetFileName(Path.GetDirectoryName(file))!, File.ReadAllBytes(file)))];

    /// <exception cref="InvalidDataException">The function has not exactly one trigger of a kind we know, or the file is none.</exception>
    public static FunctionDefinition Parse(string name, ReadOnlyMemory<byte> json)
    {
        try
        {
            return Read(name, json);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"The function.json of {name} cannot be read: {broken.Message}", broken);
        }
    }

    private static FunctionDefinition Read(string name, ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var triggers = document.RootElement.GetProperty("bindings").EnumerateArray()
            .Where(binding => Text(binding, "type").EndsWith("Trigger", StringComparison.Ordinal))
            .ToList();
        if (triggers is not [var trigger])
            throw new InvalidDataException($"The function {name} has {triggers.Count} triggers; it must have one.");

        var queue = Text(trigger, "queueName");
        var deadLetterOf = queue.EndsWith(DeadLetterSuffix, StringComparison.Ordinal) ? queue[..^DeadLetterSuffix.Length]
            : queue.EndsWith(QueueRules.PoisonSuffix, StringComparison.Ordinal) ? queue[..^QueueRules.PoisonSuffix.Length]
            : null;
        return new(
            name,
            Text(trigger, "type") switch
            {
                "httpTrigger" => Trigger.Http,
                "timerTrigger" => Trigger.Timer,
                "blobTrigger" => Trigger.Blob,
                "queueTrigger" or "serviceBusTrigger" => deadLetterOf is null ? Trigger.Queue : Trigger.DeadLetter,
                var other => throw new InvalidDataException($"The function {name} has a {other}, which is not known here."),
            },
            Text(trigger, "name"),
            deadLetterOf ?? queue,
            Text(trigger, "schedule"),
            Text(trigger, "route"),
            Text(trigger, "cardinality") == "many",
            Text(trigger, "dataType") == "binary",
            Text(trigger, "type") == "serviceBusTrigger",
            Text(trigger, "connection"));
    }

    private static string Text(JsonElement binding, string member) =>
        binding.TryGetProperty(member, out var value) ? value.GetString() ?? "" : "";
}
