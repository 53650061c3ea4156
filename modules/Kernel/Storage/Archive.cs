namespace Vade.Kernel.Storage;

/// <summary>
/// The archive port: a place where what was put stays as it is. A folder on one machine; in the cloud a container of
/// its own under a time-based immutability policy, so that not even its owner can change it. A name is made of parts of
/// [a-z0-9.-] joined by '/', no part begins with a full stop, at most 200 characters.
/// </summary>
public interface IArchive
{
    /// <summary>Puts the bytes under a new name, whole or not at all. True as well when exactly these are there already.</summary>
    /// <returns>False when other bytes stand under the name; they stay.</returns>
    Task<bool> Put(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>The bytes, or null.</summary>
    Task<byte[]?> Find(string name, CancellationToken cancellation);

    /// <summary>The names directly under a folder (<c>roots</c> gives <c>roots/2026-11-01.json</c>), in ordinal order.</summary>
    Task<IReadOnlyList<string>> Names(string folder, CancellationToken cancellation);
}

/// <summary>What every archive refuses, as an <see cref="ArgumentException"/>.</summary>
public static class ArchiveRules
{
    public static void CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > BlobLimits.NameLengthMax
            || name.Split('/').Any(part => part.Length == 0 || part[0] == '.' || !part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')))
            throw new ArgumentException($"'{name}' is not a name of the archive: parts of [a-z0-9.-] joined by '/', none begins with a full stop, at most {BlobLimits.NameLengthMax} characters.", nameof(name));
    }

    public static void CheckPut(string name, ReadOnlyMemory<byte> content)
    {
        CheckName(name);
        if (content.Length > BlobLimits.BytesMax)
            throw new ArgumentException($"'{name}' has {content.Length} bytes; {BlobLimits.BytesMax} are allowed.", nameof(content));
    }
}
