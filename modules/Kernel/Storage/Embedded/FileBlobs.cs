using System.Security.Cryptography;

namespace Vade.Kernel.Storage.Embedded;

/// <summary>
/// The blobs of a single machine: a file each, which appears whole or not at all. Several processes may share the
/// folder; of two puts of a name at once, one is the last.
/// </summary>
/// <param name="folder">Made when it is not there.</param>
/// <param name="durable">False leaves flushing to the operating system: for tests only.</param>
public sealed class FileBlobs(string folder, bool durable = true) : IBlobs
{
    // No name holds a full stop, so a blob's file collides neither with a folder ("a" and "a/b" may both be
    // blobs) nor with what is being written.
    private const string Suffix = ".blob";
    private readonly string unfinished = Path.Combine(folder, ".unfinished");

    public async Task Put(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        BlobRules.CheckPut(name, content);
        var file = FileOf(name);
        Directory.CreateDirectory(unfinished);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var written = Path.Combine(unfinished, RandomNumberGenerator.GetHexString(32, lowercase: true));
        try
        {
            using var handle = File.OpenHandle(written, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
            await RandomAccess.WriteAsync(handle, content, 0, cancellation);
            if (durable)
                RandomAccess.FlushToDisk(handle);
            File.Move(written, file, overwrite: true);

            // The renaming itself must outlive a loss of power too: a journalling file system writes it down
            // with the file that was renamed.
            if (durable)
                RandomAccess.FlushToDisk(handle);
        }
        catch
        {
            File.Delete(written);
            throw;
        }
    }

    public async Task<byte[]?> Find(string name, CancellationToken cancellation)
    {
        BlobRules.CheckName(name);
        try
        {
            return await File.ReadAllBytesAsync(FileOf(name), cancellation);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public Task Remove(string name, CancellationToken cancellation)
    {
        BlobRules.CheckName(name);
        try
        {
            File.Delete(FileOf(name));
        }
        catch (DirectoryNotFoundException)
        {
            // Never written: as removed as it can be.
        }

        return Task.CompletedTask;
    }

    private string FileOf(string name) => Path.Combine(folder, name + Suffix);
}
