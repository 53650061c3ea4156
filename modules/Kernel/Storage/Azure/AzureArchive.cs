using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Vade.Kernel.Storage.Azure;

/// <summary>
/// The archive in a container of its own, which the deployment puts under a time-based immutability policy; then not
/// even the account's owner changes what stands in it. Here, every blob is written on the condition that there is none.
/// </summary>
public sealed class AzureArchive(BlobContainerClient container) : IArchive
{
    private const string Missing = "ContainerNotFound";

    public async Task<bool> Put(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        ArchiveRules.CheckPut(name, content);
        var options = new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } };
        var isNew = await AzureCall.Run(
            "The archive",
            async () =>
            {
                try
                {
                    await container.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(content), options, cancellation);
                    return true;
                }
                catch (RequestFailedException taken) when (taken.Status == 412 || taken.ErrorCode == BlobErrorCode.BlobAlreadyExists)
                {
                    return false;
                }
            },
            Missing,
            () => container.CreateIfNotExistsAsync(cancellationToken: cancellation),
            cancellation);
        // The SDK sends again when an answer is lost; then it is our own blob that stands in the way.
        return isNew || (await Find(name, cancellation) is { } there && content.Span.SequenceEqual(there));
    }

    public Task<byte[]?> Find(string name, CancellationToken cancellation)
    {
        ArchiveRules.CheckName(name);
        return AzureBlobs.Read("The archive", container.GetBlobClient(name), cancellation);
    }

    public Task<IReadOnlyList<string>> Names(string folder, CancellationToken cancellation)
    {
        ArchiveRules.CheckName(folder);
        return AzureCall.Run<IReadOnlyList<string>>(
            "The archive",
            async () =>
            {
                var names = new List<string>();
                try
                {
                    await foreach (var item in container.GetBlobsByHierarchyAsync(
                        BlobTraits.None, BlobStates.None, "/", folder + "/", cancellation))
                    {
                        if (item.IsBlob)
                            names.Add(item.Blob.Name);
                    }
                }
                catch (RequestFailedException absent) when (absent.ErrorCode == Missing)
                {
                    // Nothing was ever put there.
                }

                return [.. names.Order(StringComparer.Ordinal)];
            },
            cancellation);
    }
}
