using System.Globalization;
using System.Security.Cryptography;
using Vade.Accounts;
using Vade.Functions.Hosting;
using Vade.Kernel;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;

namespace Vade.Functions;

/// <summary>
/// <c>vade restore --from EXPORTS --data NEW [--day yyyy-MM-dd] [--key FILE] [--blobs DIR]</c>: a new data folder from an
/// export, in which everything is verified before anything is written. It appears whole or not at all.
/// </summary>
internal static class RestoreCommand
{
    private static readonly string[] Options = ["--from", "--data", "--day", "--key", "--blobs"];

    /// <exception cref="SettingsException">An option is wrong, or a folder is not what it must be.</exception>
    /// <exception cref="ExportException">The export cannot be used; nothing was written.</exception>
    public static async Task Run(string[] args, CancellationToken cancellation)
    {
        var given = Read(args);
        var (from, day) = Source(given);
        var data = Path.GetFullPath(given.GetValueOrDefault("--data") ?? throw new SettingsException("restore needs --data with the new data folder."));
        if (File.Exists(data) || (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any()))
            throw new SettingsException($"{data} is not empty; restore makes a new data folder and never writes into one that is in use.");
        var blobs = given.GetValueOrDefault("--blobs");
        if (blobs is not null && !Directory.Exists(blobs))
            throw new SettingsException($"The folder {blobs} of --blobs is not there.");

        // Beside its place, so that it can take the place in one step; what an earlier try left is ours to remove.
        var unfinished = data + ".restoring";
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        // Of the environment the master key alone: a folder is restored, whatever the app is set to run on here.
        var settings = Settings.Read(new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Vade:Data", unfinished), new("Vade:Exports", from), new("Vade:Sandbox", "true"),
            new("Vade:MasterKey", Environment.GetEnvironmentVariable("Vade__MasterKey")),
        ]).Build());
        var keyFile = given.TryGetValue("--key", out var file) ? await ReadKey(file, cancellation) : null;
        settings = settings with { MasterKeys = keyFile is null ? settings.MasterKeys : MasterKeys.Parse(keyFile) };
        if (settings.MasterKeys is null)
            throw new SettingsException("The master key is missing: without it the secrets in the export stay shut, and nobody can tell whose export it is. Give it in Vade__MasterKey, or as the file master.key of the old data folder with --key.");

        await using var services = new ServiceCollection().AddLogging().AddEngine(settings).AddModules().BuildServiceProvider();
        var export = await VerifiedExport.Open(new FileArchive(from), day, services.GetRequiredService<SecretBox>(), cancellation);
        Say($"The export of {export.Root.Day:yyyy-MM-dd} is as it was signed: {export.Root.Rows} rows, {export.Root.Accounts} accounts, root {export.Root.Root}.");
        foreach (var problem in export.Unsound)
            Say($"This account was broken already when it was exported, and is restored as it was: {problem}.");

        Free(data);
        if (keyFile is not null)
            KeptFile.ReadOrMake(Path.Combine(unfinished, "master.key"), () => keyFile, out _);
        var restored = await Write(services, export, cancellation);
        var papers = blobs is null ? 0 : Copy(blobs, Path.Combine(unfinished, "blobs")) + await CopySmall(blobs, services.GetRequiredService<IBlobs>(), cancellation);
        await services.DisposeAsync();
        Directory.Move(unfinished, data);

        foreach (var (table, rows) in restored.Tables)
            Say($"  {table,-12}{rows,10} rows");
        Say($"Restored {restored.Rows} rows of {restored.Accounts} accounts into {data}.");
        Say(blobs is null
            ? "Papers (PDFs, originals, run lists) are not in an export: restore with --blobs and a copy of the old data folder."
            : $"Copied {papers} papers; those that are named by their hash have it.");
    }

    // A mounted volume, for one, is a folder that nothing can take the place of.
    private static void Free(string data)
    {
        try
        {
            if (Directory.Exists(data))
                Directory.Delete(data);
        }
        catch (IOException kept)
        {
            throw new SettingsException($"The empty folder {data} cannot be replaced ({kept.Message}); give one that is not there yet, below it for example.");
        }
    }

    private static async Task<Restored> Write(IServiceProvider services, VerifiedExport export, CancellationToken cancellation)
    {
        var restore = services.GetRequiredService<Restore>();
        var restored = await restore.Write(export, cancellation);
        // A sandbox's clock stands in its rows; messages are to be due by that one.
        await services.GetRequiredService<SandboxClock>().Follow(services.GetRequiredService<ITables>(), cancellation);
        await restore.FinishAccounts(export, cancellation);
        return restored;
    }

    private static Dictionary<string, string> Read(string[] args)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!Options.Contains(args[i], StringComparer.Ordinal))
                throw new SettingsException($"restore takes {string.Join(", ", Options)}, not {args[i]}.");
            if (i + 1 == args.Length || !given.TryAdd(args[i], args[i + 1]))
                throw new SettingsException($"restore needs one value behind {args[i]}.");
        }

        return given;
    }

    /// <summary>The folder of exports, or the signed root of one day in it.</summary>
    private static (string Folder, DateOnly? Day) Source(Dictionary<string, string> given)
    {
        var from = Path.GetFullPath(given.GetValueOrDefault("--from") ?? throw new SettingsException("restore needs --from with the folder of exports."));
        var day = given.GetValueOrDefault("--day");
        if (File.Exists(from))
            (from, day) = (Path.GetDirectoryName(Path.GetDirectoryName(from))!, day ?? Path.GetFileNameWithoutExtension(from));
        if (!Directory.Exists(from))
            throw new SettingsException($"The folder {from} of --from is not there.");
        if (day is null)
            return (from, null);
        return DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? (from, date)
            : throw new SettingsException($"'{day}' is not a day; give one such as 2026-11-30.");
    }

    private static async Task<string> ReadKey(string file, CancellationToken cancellation)
    {
        try
        {
            var text = await File.ReadAllTextAsync(file, cancellation);
            MasterKeys.Parse(text);
            return text;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new SettingsException($"The key file {file} cannot be used: {unusable.Message}");
        }
    }

    // Small papers stand in the old store's file.
    private static async Task<int> CopySmall(string from, IBlobs to, CancellationToken cancellation)
    {
        var file = Path.Combine(from, "vade.db");
        if (!File.Exists(file))
            return 0;
        var count = 0;
        using var old = new SqliteStore(file, TimeProvider.System);
        foreach (var (name, content) in old.Blobs(new FileBlobs(Path.Combine(from, "blobs"))).Small())
        {
            MustMatch(Path.GetFileName(name), Convert.ToHexStringLower(SHA256.HashData(content)), $"{name} in {file}");
            await to.Put(name, content, cancellation);
            count++;
        }

        return count;
    }

    // A name of 64 hex digits is the hash of what it names: a paper that was changed is not taken.
    private static void MustMatch(string name, string hash, string paper)
    {
        if (name.Length == 64 && name.All(char.IsAsciiHexDigitLower) && name != hash)
            throw new ExportException($"The paper {paper} has been changed: its SHA-256 is not its name.");
    }

    private static int Copy(string folder, string to)
    {
        var from = Path.Combine(folder, "blobs") is var below && Directory.Exists(below) ? below : folder;
        var count = 0;
        foreach (var file in Directory.EnumerateFiles(from, "*.blob", SearchOption.AllDirectories))
        {
            using (var content = File.OpenRead(file))
                MustMatch(Path.GetFileNameWithoutExtension(file), Convert.ToHexStringLower(SHA256.HashData(content)), file);
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
            count++;
        }

        return count;
    }

    private static void Say(FormattableString sentence) => Console.WriteLine(sentence.ToString(CultureInfo.InvariantCulture));

    private static void Say(string sentence) => Console.WriteLine(sentence);
}
