using System.Globalization;
using System.Text;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;

namespace Vade.Tests.Kernel.Storage;

/// <summary>What every blob engine must do. Each test works under a name of its own.</summary>
public abstract class BlobsContract
{
    private static int names;

    protected string Name { get; } = "contract-" + Interlocked.Increment(ref names).ToString(CultureInfo.InvariantCulture);

    protected abstract IBlobs Blobs { get; }

    [Fact]
    public async Task A_blob_is_found_to_the_byte()
    {
        foreach (var size in new[] { 0, 1, 4096, 1_000_000 })
        {
            var content = new byte[size];
            for (var i = 0; i < size; i++)
                content[i] = (byte)(i % 251);
            await Blobs.Put(Name + "/size/" + size.ToString(CultureInfo.InvariantCulture), content, default);
            Assert.Equal(content, await Blobs.Find(Name + "/size/" + size.ToString(CultureInfo.InvariantCulture), default));
        }
    }

    [Fact]
    public async Task A_blob_written_again_is_replaced()
    {
        await Put(Name, "a longer first");
        await Put(Name, "second");
        Assert.Equal("second", await Text(Name));
    }

    [Fact]
    public async Task What_was_never_written_or_was_removed_is_absent()
    {
        Assert.Null(await Text(Name));
        Assert.Null(await Text(Name + "/deep/down"));
        await Blobs.Remove(Name + "/deep/down", default);
        await Put(Name, "here");
        await Blobs.Remove(Name, default);
        await Blobs.Remove(Name, default);
        Assert.Null(await Text(Name));
    }

    [Fact]
    public async Task A_name_may_begin_with_another_name()
    {
        await Put(Name + "/a", "1");
        await Put(Name, "2");
        await Put(Name + "/a/b", "3");

        Assert.Equal(("1", "2", "3"), (await Text(Name + "/a"), await Text(Name), await Text(Name + "/a/b")));
    }

    [Fact]
    public async Task A_name_has_up_to_200_legal_characters()
    {
        await Put(Name.PadRight(200, 'x'), "1");
        string[] illegal = ["", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "A", "a b", "a.b", "a\\b", "ğ", "a\0", "~", "c:", new string('a', 201)];
        foreach (var name in illegal)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Put(name, "1"));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Text(name));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Blobs.Remove(name, default));
        }
    }

    [Fact]
    public Task A_blob_above_the_limit_is_refused() =>
        Assert.ThrowsAnyAsync<ArgumentException>(() => Blobs.Put(Name, new byte[BlobLimits.BytesMax + 1], default));

    [Fact]
    public async Task Of_many_puts_of_a_name_at_once_one_is_kept_whole_and_readers_see_only_whole_ones()
    {
        await Put(Name, new string('z', 50_000));
        using var done = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
                AssertWhole(await Text(Name));
        });
        await Task.WhenAll("abcdefghijklmnop".Select(letter => Task.Run(() => Put(Name, new string(letter, 50_000)))));
        await done.CancelAsync();
        await reading;
        AssertWhole(await Text(Name));

        static void AssertWhole(string? text)
        {
            Assert.Equal(50_000, text?.Length);
            Assert.Single(text!.Distinct());
        }
    }

    private Task Put(string name, string text) => Blobs.Put(name, Encoding.UTF8.GetBytes(text), default);

    private async Task<string?> Text(string name) => await Blobs.Find(name, default) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
}

public sealed class FileBlobsTests : BlobsContract, IDisposable
{
    private readonly TemporaryFolder folder = new();

    protected override IBlobs Blobs => new FileBlobs(folder["blobs"], durable: false);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_put_leaves_nothing_unfinished_behind_whether_it_ends_or_not()
    {
        var blobs = new FileBlobs(folder["blobs"]);
        await blobs.Put(Name, new byte[10], default);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blobs.Put(Name, new byte[20], cancelled.Token));

        Assert.Equal(10, (await blobs.Find(Name, default))!.Length);
        Assert.Equal([Name + ".blob"], Directory.GetFiles(folder["blobs"], "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }
}

public sealed class SqliteBlobsTests : BlobsContract, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SqliteStore store;

    public SqliteBlobsTests() => store = new SqliteStore(folder["vade.db"], TimeProvider.System, durable: false);

    protected override IBlobs Blobs => store.Blobs(new FileBlobs(folder["blobs"], durable: false));

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_blob_may_become_large_and_small_again_and_be_removed_at_any_size()
    {
        foreach (var size in new[] { 10, 300_000, 262_144, 262_145, 0 })
        {
            await Blobs.Put(Name, new byte[size], default);
            Assert.Equal(size, (await Blobs.Find(Name, default))!.Length);
        }

        await Blobs.Remove(Name, default);
        Assert.Null(await Blobs.Find(Name, default));
    }

    [Fact]
    public async Task A_blob_that_an_earlier_release_left_in_a_file_is_found_replaced_and_removed()
    {
        var earlier = new FileBlobs(folder["blobs"], durable: false);
        await earlier.Put(Name, new byte[10], default);
        Assert.Equal(10, (await Blobs.Find(Name, default))!.Length);

        await Blobs.Put(Name, new byte[20], default);
        Assert.Equal(20, (await Blobs.Find(Name, default))!.Length);
        await Blobs.Remove(Name, default);
        Assert.Null(await Blobs.Find(Name, default));
    }
}
