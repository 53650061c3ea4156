using System.Security.Cryptography;
using System.Text.Json;
using Vade.Kernel.Storage;

namespace Vade.Billing;

/// <summary>A sealed run: this list will issue, number = first + position, whoever handles it and however often.</summary>
/// <param name="Manifest">Blob that names the chunks of the list; both are named by their own bytes.</param>
/// <param name="IssuedOn">Its year is the year of the numbers.</param>
internal sealed record BillingRun(
    string Id, string Series, long FirstNumber, int Count, DateOnly IssuedOn, string Manifest, int Chunks, bool Closed, DateTimeOffset SealedAt);

/// <summary>Every item of a chunk was found issued.</summary>
internal sealed record ChunkDone(int Chunk, DateTimeOffset At);

/// <summary>An invoice to issue: this service, for the period that begins on this date.</summary>
/// <param name="Through">
/// The last day of the period by the rhythm at the time of sealing; the service may be given another one before it is
/// issued. Null in lists of older releases: then the service as it stands decides.
/// </param>
internal sealed record RunItem(string Account, string Service, DateOnly On, DateOnly? Through = null);

/// <summary>A part of the list, sorted by account; an account is never split over two.</summary>
/// <param name="First">The position of its first item in the whole list.</param>
internal sealed record RunChunk(int First, IReadOnlyList<RunItem> Items);

internal sealed record RunManifest(IReadOnlyList<string> Chunks);

/// <summary>The sealed lists, as immutable blobs.</summary>
internal sealed class RunLists(IBlobs blobs)
{
    public const int ChunkItemsMax = 400;

    /// <summary>Writes the list and returns the name of its manifest. The same list has the same name.</summary>
    public async Task<(string Manifest, int Chunks)> Write(IReadOnlyList<RunItem> items, CancellationToken cancellation)
    {
        var names = new List<string>();
        foreach (var chunk in Chunks(items))
            names.Add(await Put(JsonSerializer.SerializeToUtf8Bytes(chunk, BillingJson.Default.RunChunk), cancellation));
        return (await Put(JsonSerializer.SerializeToUtf8Bytes(new RunManifest(names), BillingJson.Default.RunManifest), cancellation), names.Count);
    }

    public async Task<RunChunk> Read(BillingRun run, int chunk, CancellationToken cancellation)
    {
        var manifest = await Manifest(run, cancellation);
        return JsonSerializer.Deserialize(await Get(manifest.Chunks[chunk], cancellation), BillingJson.Default.RunChunk)!;
    }

    public async IAsyncEnumerable<RunItem> All(
        BillingRun run, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var name in (await Manifest(run, cancellation)).Chunks)
        {
            foreach (var item in JsonSerializer.Deserialize(await Get(name, cancellation), BillingJson.Default.RunChunk)!.Items)
                yield return item;
        }
    }

    // Cut between accounts, so that one message and one batch can hold all that an account is due in a run. An
    // account with more items than a chunk gets a chunk of its own, as long as it is.
    internal static IEnumerable<RunChunk> Chunks(IReadOnlyList<RunItem> items)
    {
        var first = 0;
        while (first < items.Count)
        {
            var end = Math.Min(first + ChunkItemsMax, items.Count);
            while (end < items.Count && items[end].Account == items[end - 1].Account)
                end++;
            yield return new(first, [.. items.Skip(first).Take(end - first)]);
            first = end;
        }
    }

    private async Task<RunManifest> Manifest(BillingRun run, CancellationToken cancellation) =>
        JsonSerializer.Deserialize(await Get(run.Manifest, cancellation), BillingJson.Default.RunManifest)!;

    private async Task<string> Put(byte[] bytes, CancellationToken cancellation)
    {
        var name = "runs/" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        await blobs.Put(name, bytes, cancellation);
        return name;
    }

    private async Task<byte[]> Get(string name, CancellationToken cancellation) =>
        await blobs.Find(name, cancellation) ?? throw new InvalidOperationException($"The sealed list {name} is missing.");
}
