using Azure;
using Azure.Storage.Blobs;

namespace Vade.Kernel.Storage.Azure;

/// <summary>
/// Blobs in one private container of a storage account, which is made when the first put finds none. Every call
/// can be repeated, so the SDK retries them all.
/// </summary>
public sealed class AzureBlobs(BlobContainerClient container) : IBlobs
{
    private const string Missing = "ContainerNotFound";

    public Task Put(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        BlobRules.CheckPut(name, content);
        return AzureCall.Run(
            "A blob",
            () => container.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(content), overwrite: true, cancellation),
            Missing,
            () => container.CreateIfNotExistsAsync(cancellationToken: cancellation),
            cancellation);
    }

    public Task<byte[]?> Find(string name, CancellationToken cancellation)
    {
        BlobRules.CheckName(name);
        return Read("A blob", container.GetBlobClient(name), cancellation);
    }

    /// <summary>The bytes, or null where there is no such blob, or no container yet.</summary>
    internal static Task<byte[]?> Read(string what, BlobClient blob, CancellationToken cancellation) => AzureCall.Run<byte[]?>(
        what,
        async () =>
        {
            try
            {
                return (await blob.DownloadContentAsync(cancellation)).Value.Content.ToArray();
            }
            catch (RequestFailedException absent) when (absent.Status == 404)
            {
                return null;
            }
        },
        cancellation);

    public Task Remove(string name, CancellationToken cancellation)
    {
        BlobRules.CheckName(name);
        return AzureCall.Run("A blob", () => container.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: cancellation), cancellation);
    }
}
