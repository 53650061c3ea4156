using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;

namespace Vade.Tests.Kernel.Storage;

public sealed class SqliteTablesTests : TablesContract, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SqliteStore store;

    public SqliteTablesTests() => store = Open();

    protected override ITables Tables => store;

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Two_stores_over_one_file_lose_no_increment()
    {
        using var other = Open();
        await CountTogether([store, other], rounds: 10);
    }

    [Fact]
    public async Task Many_may_open_a_new_file_at_once()
    {
        for (var round = 0; round < 5; round++)
        {
            var file = folder[$"new{round}/vade.db"];
            var stores = await Task.WhenAll(Enumerable.Range(0, 8)
                .Select(_ => Task.Run(() => new SqliteStore(file, TimeProvider.System))));
            await Task.WhenAll(stores.Select((one, i) => one.Commit("opened", "p", [new Change.Insert($"{i}", 1, default)], default)));

            Assert.Equal(8, (await stores[0].Range("opened", "p", KeyRange.All, 10, default)).Count);
            foreach (var one in stores)
                one.Dispose();
        }
    }

    [Fact]
    public async Task A_file_opened_again_holds_what_was_written_and_never_repeats_an_etag()
    {
        await store.Commit("opened", "p", [new Change.Insert("a", 1, default)], default);
        var first = await store.Find("opened", "p", "a", default);
        await store.Commit("opened", "p", [new Change.Delete("a", null)], default);
        store.Dispose();

        using var again = Open();
        await again.Commit("opened", "p", [new Change.Insert("a", 1, default)], default);
        Assert.NotEqual(first!.ETag, (await again.Find("opened", "p", "a", default))!.ETag);
    }

    [Fact]
    public async Task A_store_whose_file_another_process_keeps_locked_is_busy_and_recovers()
    {
        using var impatient = new SqliteStore(folder["vade.db"], TimeProvider.System, durable: false, TimeSpan.FromMilliseconds(50));
        using (var other = new SqliteSession(folder["vade.db"], durable: false, TimeSpan.FromSeconds(1)))
        {
            other.Execute("BEGIN IMMEDIATE");
            await Assert.ThrowsAsync<StoreBusyException>(() => impatient.Commit("busy", "p", [new Change.Put("a", 1, default)], default));
            Assert.Null(await impatient.Find("busy", "p", "a", default));
        }

        Assert.True(await impatient.Commit("busy", "p", [new Change.Insert("a", 1, default)], default));
    }

    private SqliteStore Open() => new(folder["vade.db"], TimeProvider.System, durable: false);
}
