using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;

namespace Vade.Tests.Kernel.Storage;

/// <summary>What every archive does. An engine of another kind derives from it.</summary>
public abstract class ArchiveContract
{
    protected abstract IArchive Archive { get; }

    [Fact]
    public async Task What_was_put_is_found_and_nothing_else_is()
    {
        Assert.Null(await Archive.Find("2026-11-02/a.json", default));
        Assert.True(await Archive.Put("2026-11-02/a.json", "one"u8.ToArray(), default));
        Assert.Equal("one"u8.ToArray(), await Archive.Find("2026-11-02/a.json", default));
        Assert.Null(await Archive.Find("2026-11-02/a", default));
    }

    [Fact]
    public async Task The_same_bytes_may_be_put_again_and_others_never_take_their_place()
    {
        Assert.True(await Archive.Put("a", "one"u8.ToArray(), default));
        Assert.True(await Archive.Put("a", "one"u8.ToArray(), default));
        Assert.False(await Archive.Put("a", "two"u8.ToArray(), default));
        Assert.False(await Archive.Put("a", Array.Empty<byte>(), default));
        Assert.Equal("one"u8.ToArray(), await Archive.Find("a", default));
    }

    [Fact]
    public async Task Of_many_that_put_different_bytes_at_once_one_wins_and_the_others_are_told()
    {
        for (var round = 0; round < 20; round++)
        {
            var name = $"roots/{round}.json";
            var won = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() => Archive.Put(name, new byte[] { (byte)n }, default))));
            var winner = Array.IndexOf(won, true);
            Assert.Single(won, true);
            Assert.Equal([(byte)winner], (await Archive.Find(name, default))!);
        }
    }

    [Fact]
    public async Task A_folders_names_come_in_order_without_those_below_it()
    {
        foreach (var name in new[] { "roots/2026-11-03.json", "roots/2026-11-02.json", "roots/deeper/x", "other", "root" })
            Assert.True(await Archive.Put(name, "x"u8.ToArray(), default));
        Assert.Equal(["roots/2026-11-02.json", "roots/2026-11-03.json"], await Archive.Names("roots", default));
        Assert.Empty(await Archive.Names("nothing", default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a/..")]
    [InlineData(".a")]
    [InlineData("A")]
    [InlineData("a b")]
    [InlineData("ı")]
    public async Task A_name_that_not_every_archive_can_hold_is_refused(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Archive.Put(name, "x"u8.ToArray(), default));
        await Assert.ThrowsAsync<ArgumentException>(() => Archive.Find(name, default));
    }
}

public sealed class FileArchiveTests : ArchiveContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected override IArchive Archive => new FileArchive(_folder["exports"], durable: false);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_can_be_read_by_all_and_written_by_nobody()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Modes are Unix's.");
            return;
        }

        await Archive.Put("a.json", "x"u8.ToArray(), default);
        var mode = File.GetUnixFileMode(_folder["exports/a.json"]);
        Assert.Equal(UnixFileMode.None, mode & (UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
        Assert.True(mode.HasFlag(UnixFileMode.UserRead));
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder["exports/.unfinished"]), file => !file.EndsWith("gate.lock", StringComparison.Ordinal));
    }
}
