namespace Vade.Kernel.Storage.Embedded;

/// <summary>
/// The blobs of a single machine: small ones, which nearly all are, in the store's file beside the rows that name
/// them, so that a paper and its look-ups share one flush of the disk; large ones in files of their own.
/// </summary>
/// <param name="large">Also finds what was put there before the store's file held any.</param>
public sealed class SqliteBlobs : IBlobs
{
    // Where reading and writing a file of its own begins to cost less than rows do, with room to spare.
    private const int SmallBytesMax = 256 * 1024;

    private readonly SqliteFile file;
    private readonly FileBlobs large;

    internal SqliteBlobs(SqliteFile file, FileBlobs large) => (this.file, this.large) = (file, large);

    public async Task Put(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        BlobRules.CheckPut(name, content);
        if (content.Length <= SmallBytesMax)
        {
            await file.Write(
                session => session.Execute(
                    "INSERT INTO blobs (name, content) VALUES ($1, $2) ON CONFLICT DO UPDATE SET content = excluded.content",
                    name, SqliteSession.Bytes(content)),
                cancellation);
        }
        else
        {
            // A small one is found first: until it is gone the large one does not count, and then it is whole.
            await large.Put(name, content, cancellation);
            await RemoveSmall(name, cancellation);
        }
    }

    public async Task<byte[]?> Find(string name, CancellationToken cancellation)
    {
        BlobRules.CheckName(name);
        cancellation.ThrowIfCancellationRequested();
        return Small(name) ?? await large.Find(name, cancellation);
    }

    /// <summary>Every blob that stands in the store's file, by name; not the large ones.</summary>
    public IEnumerable<(string Name, byte[] Content)> Small()
    {
        for (var after = ""; file.Read(session => Next(session, after)) is { } next; after = next.Name)
            yield return next;
    }

    private static (string Name, byte[] Content)? Next(SqliteSession session, string after)
    {
        using var reader = session.Query("SELECT name, content FROM blobs WHERE name > $1 ORDER BY name LIMIT 1", after);
        return reader.Read() ? (reader.GetString(0), reader.GetFieldValue<byte[]>(1)) : null;
    }

    public async Task Remove(string name, CancellationToken cancellation)
    {
        BlobRules.CheckName(name);
        await large.Remove(name, cancellation);
        await RemoveSmall(name, cancellation);
    }

    private byte[]? Small(string name) =>
        file.Read(session => (byte[]?)session.Scalar("SELECT content FROM blobs WHERE name = $1", name));

    private async Task RemoveSmall(string name, CancellationToken cancellation)
    {
        if (Small(name) is not null)
            await file.Write(session => session.Execute("DELETE FROM blobs WHERE name = $1", name), cancellation);
    }
}
