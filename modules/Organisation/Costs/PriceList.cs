using System.Text.Json.Serialization;
using Vade.Kernel.Metering;

namespace Vade.Organisation;

/// <summary>
/// What a cloud and a carrier ask, in US dollars: a dated snapshot to count with, which the section <c>prices</c> of the
/// settings replaces. Executions are counted without the time that they take.
/// </summary>
/// <param name="AsOf">When the prices were looked up, as one reads it.</param>
/// <param name="Email">Of each mail that was handed over.</param>
public sealed record PriceList(
    string AsOf = "2026-11, list prices, unverified in part",
    decimal TableOperationsPerMillion = 0.036m,
    decimal BlobReadsPerMillion = 0.4m,
    decimal BlobWritesPerMillion = 5.0m,
    decimal MessageOperationsPerMillion = 0.05m,
    decimal ExecutionsPerMillion = 0.40m,
    decimal Email = 0.0004m)
{
    public static readonly SettingsSection<PriceList> Section = new("prices", PriceJson.Default.PriceList, _ => new(), Problems);

    private const decimal Million = 1_000_000m;

    // Sent, received, completed.
    private const int OperationsOfMessage = 3;

    /// <summary>In US dollars.</summary>
    public decimal Of(Counts counts) =>
        ((counts[Counted.TableRead] + counts[Counted.TableWrite]) * TableOperationsPerMillion
            + counts[Counted.BlobRead] * BlobReadsPerMillion
            + counts[Counted.BlobWrite] * BlobWritesPerMillion
            + counts[Counted.Message] * OperationsOfMessage * MessageOperationsPerMillion
            + counts[Counted.Execution] * ExecutionsPerMillion) / Million
        + counts[Counted.Email] * Email;

    private static IEnumerable<SettingProblem> Problems(PriceList value)
    {
        (string Name, decimal Price)[] prices =
        [
            ("tableOperationsPerMillion", value.TableOperationsPerMillion), ("blobReadsPerMillion", value.BlobReadsPerMillion),
            ("blobWritesPerMillion", value.BlobWritesPerMillion), ("messageOperationsPerMillion", value.MessageOperationsPerMillion),
            ("executionsPerMillion", value.ExecutionsPerMillion), ("email", value.Email),
        ];
        foreach (var (name, _) in prices.Where(price => price.Price is < 0m or > 1_000_000m))
            yield return new(name, "price.range", "Give a price of 0 to 1,000,000 US dollars.");
        if (value.AsOf.Length > 100)
            yield return new("asOf", "asOf.length", "Give at most 100 characters.");
    }
}

[JsonSourceGenerationOptions(
    System.Text.Json.JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PriceList))]
internal sealed partial class PriceJson : JsonSerializerContext;
