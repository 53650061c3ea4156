using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vade.Benchmarks;

/// <summary>
/// What a cloud asks, in US dollars: prices.json beside the executable, or the file that <c>VADE_PRICES</c> names. A
/// dated snapshot to count with: tables, blobs (hot) and queues by the operation, Functions (Flex Consumption) by the
/// execution and by the time that an instance of so many gigabytes works.
/// </summary>
internal sealed record Prices(
    string Date,
    string Source,
    decimal TableOperationsPerMillion,
    decimal BlobReadsPerMillion,
    decimal BlobWritesPerMillion,
    decimal ServiceBusOperationsPerMillion,
    decimal StorageQueueOperationsPerMillion,
    decimal ExecutionsPerMillion,
    decimal GigabyteSecond,
    decimal InstanceGigabytes)
{
    private const decimal Million = 1_000_000m;

    public static Prices Read() => JsonSerializer.Deserialize(
        File.ReadAllBytes(Environment.GetEnvironmentVariable("VADE_PRICES") ?? Path.Combine(AppContext.BaseDirectory, "prices.json")), PricesJson.Default.Prices)!;

    /// <summary>Tables, blobs and queues.</summary>
    public decimal OfOperations(Operations count) =>
        (count.Tables * TableOperationsPerMillion
            + count.BlobReads * BlobReadsPerMillion
            + count.BlobWrites * BlobWritesPerMillion
            + count.Queues * ServiceBusOperationsPerMillion) / Million;

    /// <summary>Executions, and the measured CPU time as the least that an instance worked for them.</summary>
    public decimal OfFunctions(Operations count, TimeSpan cpu) =>
        count.Executions * ExecutionsPerMillion / Million + (decimal)cpu.TotalSeconds * InstanceGigabytes * GigabyteSecond;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Prices))]
internal sealed partial class PricesJson : JsonSerializerContext;
