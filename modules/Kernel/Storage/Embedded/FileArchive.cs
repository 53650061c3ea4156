using System.Security.Cryptography;
using Vade.Kernel.Security;

namespace Vade.Kernel.Storage.Embedded;

/// <summary>
/// The archive of a single machine: read-only files under their own names, so that a person can look at them with
/// ordinary tools. Several processes may share the folder; of two that put different bytes under a name, one is told.
/// Against the machine's owner a folder is no protection: copy it elsewhere, or verify by the signed roots.
/// </summary>
/// <param name="place">The folder, made with the first file.</param>
/// <param name="durable">False leaves flushing to the operating system: for tests only.</param>
public sealed class FileArchive(string place, bool durable = true) : IArchive
{
    // No name begins with a full stop.
    private readonly string _unfinished = Path.Combine(place, ".unfinished");

    public async Task<bool> Put(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        ArchiveRules.CheckPut(name, content);
        if (await Find(name, cancellation) is { } there)
            return Same(there, content);
        var file = Path.Combine(place, name);
        Directory.CreateDirectory(_unfinished);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var written = Path.Combine(_unfinished, RandomNumberGenerator.GetHexString(32, lowercase: true));
        try
        {
            using var handle = new FileStream(written, WriteOnce());
            await handle.WriteAsync(content, cancellation);
            handle.Flush(durable);

            // A move that must not overwrite looks first and moves then: only one process at a time may be here.
            using (KeptFile.Gate(Path.Combine(_unfinished, "gate.lock")))
            {
                if (!File.Exists(file))
                {
                    File.Move(written, file);
                    // The new name must outlive a loss of power too.
                    handle.Flush(durable);
                    return true;
                }
            }
        }
        finally
        {
            File.Delete(written);
        }

        return Same(await File.ReadAllBytesAsync(file, cancellation), content);
    }

    public async Task<byte[]?> Find(string name, CancellationToken cancellation)
    {
        ArchiveRules.CheckName(name);
        try
        {
            return await File.ReadAllBytesAsync(Path.Combine(place, name), cancellation);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public Task<IReadOnlyList<string>> Names(string folder, CancellationToken cancellation)
    {
        ArchiveRules.CheckName(folder);
        var directory = new DirectoryInfo(Path.Combine(place, folder));
        return Task.FromResult<IReadOnlyList<string>>(directory.Exists
            ? [.. directory.EnumerateFiles().Select(file => $"{folder}/{file.Name}").Order(StringComparer.Ordinal)]
            : []);
    }

    private static bool Same(byte[] there, ReadOnlyMemory<byte> content) => content.Span.SequenceEqual(there);

    private static FileStreamOptions WriteOnce()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Delete, Options = FileOptions.Asynchronous, BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        return options;
    }
}
