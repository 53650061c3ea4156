using System.Text;

namespace Vade.Kernel.Security;

/// <summary>
/// A small secret file that is made once and then read by every process over the same folder, also when several start
/// at once: they all get the same text.
/// </summary>
public static class KeptFile
{
    private const int TriesMax = 20_000;

    /// <summary>The file's text; made, for its owner's eyes only, where there is none.</summary>
    /// <param name="isMade">Whether this call made it.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static string ReadOrMake(string file, Func<string> make, out bool isMade)
    {
        ArgumentNullException.ThrowIfNull(make);
        isMade = false;
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            using var gate = Gate(file + ".lock");
            isMade = !File.Exists(file);
            if (isMade)
                Write(file, make());
        }

        return File.ReadAllText(file);
    }

    private static void Write(string file, string text)
    {
        var aside = file + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Delete };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(aside, options);
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush(flushToDisk: true);

        // Takes the name whole and in one step; flushed again so that the name, too, outlives a loss of power.
        File.Move(aside, file);
        stream.Flush(flushToDisk: true);
    }

    // A move that must not overwrite looks first and moves then, so two processes could both move: only one of them
    // may be here at a time. The lock goes with the process that holds it, however that ends.
    internal static FileStream Gate(string file)
    {
        var wait = new SpinWait();
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (wait.Count < TriesMax)
            {
                wait.SpinOnce();
            }
        }
    }
}
