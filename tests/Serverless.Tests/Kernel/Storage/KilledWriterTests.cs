using System.Diagnostics;
using System.Globalization;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;

namespace Vade.Tests.Kernel.Storage;

/// <summary>A process that writes is killed without warning; what it had been told is written must be there.</summary>
public sealed class KilledWriterTests : IDisposable
{
    private const string FolderVariable = "VADE_TEST_KILLED_WRITER";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_a_killed_process_was_told_is_written_is_there_and_its_last_commit_is_whole_or_absent()
    {
        var acknowledged = await KillAfter(acknowledgements: 25);

        using var store = new SqliteStore(folder["vade.db"], TimeProvider.System);
        var blobs = store.Blobs(new FileBlobs(folder["blobs"]));
        var keys = (await store.Range("killed", "p", KeyRange.All, 1000, default)).Select(row => row.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var round in acknowledged)
        {
            Assert.Superset(new HashSet<string>([round + "-a", round + "-b"], StringComparer.Ordinal), keys);
            Assert.Equal(SizeOf(round), (await blobs.Find(round, default))?.Length);
        }

        Assert.Equal(keys.Count(key => key.EndsWith("-a", StringComparison.Ordinal)), keys.Count(key => key.EndsWith("-b", StringComparison.Ordinal)));
        Assert.InRange(store.Queues.Count("killed"), acknowledged.Length, acknowledged.Length + 1);
        Assert.True(await store.Commit("killed", "p", [new Change.Insert("after", 1, default)], default));
    }

    /// <summary>The process that is killed: run by the test above, never by itself.</summary>
    [Fact(Explicit = true)]
    public async Task Write_until_killed()
    {
        var data = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(data is null, "Run by the test that kills it.");
        using var store = new SqliteStore(Path.Combine(data!, "vade.db"), TimeProvider.System);
        var blobs = store.Blobs(new FileBlobs(Path.Combine(data!, "blobs")));
        for (var i = 1; i < 500; i++)
        {
            var round = i.ToString("d4", CultureInfo.InvariantCulture);
            await blobs.Put(round, new byte[SizeOf(round)], default);
            await store.Queues.Send("killed", [new OutgoingMessage(round, TimeSpan.Zero)], default);
            await store.Commit("killed", "p", [new Change.Insert(round + "-a", 1, new byte[500]), new Change.Insert(round + "-b", 1, default)], default);
            await File.AppendAllTextAsync(Path.Combine(data!, "acknowledged"), round + "\n");
        }
    }

    private async Task<string[]> KillAfter(int acknowledgements)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Serverless.Tests.exe" : "Serverless.Tests"))
        {
            ArgumentList = { "-explicit", "only", "-method", $"{typeof(KilledWriterTests).FullName}.{nameof(Write_until_killed)}" },
            Environment = { [FolderVariable] = folder["."] },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var writer = Process.Start(start)!;
        var output = writer.StandardOutput.ReadToEndAsync();
        while (Acknowledged().Length < acknowledgements)
        {
            Assert.False(writer.HasExited && Acknowledged().Length < acknowledgements, writer.HasExited ? await output : "");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        writer.Kill();
        await writer.WaitForExitAsync();
        return Acknowledged();
    }

    // Every third one is too large to stand beside the rows.
    private static int SizeOf(string round) => int.Parse(round, CultureInfo.InvariantCulture) % 3 == 0 ? 300_000 : 1000;

    private string[] Acknowledged() => File.Exists(folder["acknowledged"])
        ? [.. File.ReadAllLines(folder["acknowledged"]).Where(line => line.Length == 4)]
        : [];
}
