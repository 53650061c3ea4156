namespace Vade.Kernel.Storage;

/// <summary>
/// The blob port: files on one machine, Azure Blob Storage in the cloud. Blobs are private; downloads go
/// through the app. A name is made of parts of [a-z0-9-] joined by '/', at most 200 characters.
/// </summary>
public interface IBlobs
{
    /// <summary>Writes the blob whole, or leaves what was there. Writing the same name again replaces it.</summary>
    Task Put(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>The blob's bytes, or null.</summary>
    Task<byte[]?> Find(string name, CancellationToken cancellation);

    Task Remove(string name, CancellationToken cancellation);
}

public static class BlobLimits
{
    public const int NameLengthMax = 200;
    /// <summary>Nothing we keep is larger; an upload above it is refused before it gets here.</summary>
    public const int BytesMax = 64 * 1024 * 1024;
}
