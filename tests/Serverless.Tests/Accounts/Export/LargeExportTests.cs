using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;
using Vade.Tests.Kernel.Storage;

namespace Vade.Tests.Accounts;

/// <summary>More rows than a page, a file or a lane holds, and rows that change while they are read.</summary>
public sealed class LargeExportTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 2, 0, 20, 0, TimeSpan.Zero);

    [Fact]
    public async Task Many_files_in_several_lanes_hold_every_row_once_and_no_account_is_cut()
    {
        await using var host = SliceHost.Start("2026-11-01T22:00:00Z");
        // One account is larger than a file, one ends with a page, and the rest are small.
        await Fill(host.Tables, AccountStore.Table, "BIG", 6_500);
        await Fill(host.Tables, AccountStore.Table, "AAA", 1_000);
        for (var account = 0; account < 400; account++)
            await Fill(host.Tables, AccountStore.Table, $"C{account:D3}", account % 90);
        await Fill(host.Tables, "billing", "number-0", 100, bodyBytes: 900_000);
        await Fill(host.Tables, "directory", "customers-0", 12_345);

        var first = await host.Night();
        await HoldsEverything(host, first, lanes: 2);

        // The next night is cut into lanes where the files of this one ended.
        var second = await host.Night();
        var files = await HoldsEverything(host, second, lanes: 3);
        Assert.True(files.Count(file => file.Root is null) >= 2 * ExportPlans.FilesPerLaneMin);
        Assert.All(files, file => Assert.True(file.Rows <= ExportWriter.RowsMax + 6_500));

        foreach (var account in new[] { "AAA", "BIG", "C001", "C399" })
            Assert.True((await host.Get<Exports>().Prove(second.Day, account, default))!.Proves(second.Root));
    }

    [Fact]
    public async Task Many_who_write_the_same_lane_at_once_leave_one_file_for_each_place()
    {
        await using var host = SliceHost.Start("2026-11-02T00:20:00Z");
        for (var account = 0; account < 300; account++)
            await Fill(host.Tables, AccountStore.Table, $"C{account:D3}", 60);
        await Fill(host.Tables, "directory", "customers-0", 12_345);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Do<RunExport>(host, new()))));
        var day = new DateOnly(2026, 11, 2);
        for (var round = 0; round < 12; round++)
            await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() => Do<ExportLane>(host, new(day, n % 2)))));
        await host.Drain();
        var root = Assert.IsType<SignedRoot>(await host.Get<Exports>().Find(day, default));
        await HoldsEverything(host, root, lanes: 2);
        Assert.Empty(await host.PoisonRows());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public async Task What_points_at_accounts_is_read_only_when_the_last_account_has_been(int first, int last)
    {
        await using var host = SliceHost.Start("2026-11-02T00:20:00Z");
        for (var account = 0; account < 20; account++)
            await Fill(host.Tables, AccountStore.Table, $"C{account:D3}", 60);
        var day = new DateOnly(2026, 11, 2);
        var cut = new Place(AccountStore.Table, "C009", Key.Last);
        var plan = await ExportPlans.Make(host.Archive(), host.Get<IEnumerable<TableRegistration>>(), day, host.Clock.GetUtcNow(), default);
        plan = plan with { Accounts = [new([AccountStore.Table], null, cut), new([AccountStore.Table], cut, null)] };
        await host.Get<SigningKeys>().Get(default);
        await host.Tables.Insert(ExportRows.Table, ExportRows.Plans, ExportRows.Day(day), plan, ExportRows.PlanType, default);

        await Do<ExportLane>(host, new(day, first));
        Assert.Equal(0, host.MessagesWaiting());
        await Do<ExportLane>(host, new(day, last));
        Assert.Equal(1, host.MessagesWaiting());
        await host.Drain();
        await HoldsEverything(host, (await host.Get<Exports>().Find(day, default))!, lanes: 3);
    }

    [Fact]
    public async Task Whatever_a_body_holds_comes_back_byte_by_byte()
    {
        using var lines = new ExportLines();
        byte[][] bodies =
        [
            "{}"u8.ToArray(), "{ \"a\" : 1.10 }"u8.ToArray(), "{\"a\":\"\\u0131 ı \u2028 \\n\"}"u8.ToArray(), [], " {}"u8.ToArray(), "{} "u8.ToArray(),
            "{\n}"u8.ToArray(), "no json"u8.ToArray(), [0, 255, 10, 13], [34, 255, 34], "{}{}"u8.ToArray(), "\"\""u8.ToArray(), "null"u8.ToArray(),
        ];
        foreach (var (index, body) in bodies.Index())
            lines.Add("settings", new Row("p!\"20x", $"k{index}", index + 1, body, "etag"));
        var rows = ExportLines.Read("file", lines.Close()).ToArray();
        Assert.Equal(bodies.Length, rows.Length);
        foreach (var (index, row) in rows.Index())
        {
            Assert.Equal(("settings", "p!\"20x", $"k{index}", index + 1, index + 1), (row.Table, row.Row.Partition, row.Row.Key, row.Row.Version, row.Line));
            Assert.Equal(bodies[index], row.Row.Body.ToArray());
        }

        var problem = Assert.Throws<ExportException>(() => ExportLines.Read("file", Zipped("{\"table\":\"settings\"}\n")).Count());
        Assert.Equal("Line 1 of file is not a row.", problem.Message);
        await Task.CompletedTask;
    }

    /// <summary>
    /// Every commit moves all three witnesses together: far apart in a long account, one on each of its pages. However
    /// often a writer comes in between two pages, what is read has them all at the same count.
    /// </summary>
    [Fact]
    public async Task A_long_account_is_read_as_it_was_at_one_moment()
    {
        using var folder = new TemporaryFolder();
        using var store = new SqliteStore(folder["vade.db"], TimeProvider.System, durable: false);
        await Fill(store, AccountStore.Table, "C1", 2_500);
        string[] witnesses = ["row-00000000", "row-00001200", "row-00002400"];
        for (var interruptions = 0; interruptions <= 6; interruptions++)
        {
            var (left, count) = (interruptions, 0);
            var tables = new InterruptedTables(store, async () =>
            {
                if (left-- > 0)
                {
                    count++;
                    await store.Commit(AccountStore.Table, "C1", [.. witnesses.Select(key => new Change.Put(key, 1, Encoding.UTF8.GetBytes($"{count}")))], default);
                }
            });
            var group = Assert.Single(await new StoreReader(tables).Read(new([AccountStore.Table], null, null), null, default).ToListAsync());
            Assert.Equal(2_500, group.Rows.Count);
            var seen = group.Rows.Where(row => witnesses.Contains(row.Key)).Select(row => Encoding.UTF8.GetString(row.Body.Span)).Distinct();
            Assert.Single(seen);
        }
    }

    [Fact]
    public async Task An_account_that_never_rests_is_left_to_a_later_message()
    {
        using var folder = new TemporaryFolder();
        using var store = new SqliteStore(folder["vade.db"], TimeProvider.System, durable: false);
        await Fill(store, AccountStore.Table, "C1", 1_500);
        var tables = new InterruptedTables(store, () => store.Commit(AccountStore.Table, "C1", [new Change.Put("row-00000000", 1, "{}"u8.ToArray())], default));
        await Assert.ThrowsAsync<StoreBusyException>(() => new StoreReader(tables).Account("C1", default));
    }

    private static async Task<IReadOnlyList<ExportFile>> HoldsEverything(SliceHost host, SignedRoot root, int lanes)
    {
        var archive = host.Archive();
        var expected = (await host.AllRows()).Select(Short).ToHashSet();
        var manifest = await archive.Manifest(root, default);
        var accounts = new HashSet<string>();
        var rows = 0;
        foreach (var file in manifest.Files)
        {
            var content = ExportLines.Read(file.Name!, await archive.File(file, default)).ToArray();
            rows += content.Length;
            Assert.All(content, row => Assert.Contains(Short($"{row.Table}|{row.Row.Partition}|{row.Row.Key}|{row.Row.Version}|{Encoding.UTF8.GetString(row.Row.Body.Span)}"), expected));
            var inFile = content.Where(row => row.Table == AccountStore.Table).Select(row => row.Row.Partition).Distinct().ToArray();
            Assert.Equal(file.Accounts, inFile.Length);
            Assert.All(inFile, account => Assert.True(accounts.Add(account), $"{account} is in two files."));
        }

        Assert.Equal(expected.Count, rows);
        Assert.Equal(lanes, manifest.Files.Select(file => file.Lane).Distinct().Count());
        Assert.Equal(rows, (await host.Verified(archive, root.Day)).Root.Rows);
        return manifest.Files;
    }

    private static async Task Do<TMessage>(SliceHost host, TMessage message)
    {
        await using var scope = host.Get<IServiceScopeFactory>().CreateAsyncScope();
        await ((IHandle<TMessage>)(object)scope.ServiceProvider.GetRequiredService<RunExportHandler>()).Handle(message, default);
    }

    private static string Short(string row) => row.Length <= 200 ? row : $"{row[..100]}… {row.Length} {string.GetHashCode(row, StringComparison.Ordinal)}";

    private static async Task Fill(ITables tables, string table, string partition, int rows, int bodyBytes = 20)
    {
        var body = Encoding.UTF8.GetBytes($"{{\"text\":\"{new string('x', bodyBytes)}\"}}");
        foreach (var keys in Enumerable.Range(0, rows).Chunk(Math.Min(100, 3_000_000 / bodyBytes)))
            await tables.Commit(table, partition, [.. keys.Select(key => new Change.Put($"row-{key:D8}", 1, body))], default);
    }

    private static byte[] Zipped(string text)
    {
        using var file = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.Fastest))
            zip.Write(Encoding.UTF8.GetBytes(text));
        return file.ToArray();
    }

    /// <summary>Between any two reads somebody else comes in.</summary>
    private sealed class InterruptedTables(ITables inner, Func<Task> interrupt) : ITables
    {
        public Task<Row?> Find(string table, string partition, string key, CancellationToken cancellation) => inner.Find(table, partition, key, cancellation);

        public async Task<IReadOnlyList<Row>> Range(string table, string partition, KeyRange range, int limit, CancellationToken cancellation)
        {
            var rows = await inner.Range(table, partition, range, limit, cancellation);
            await interrupt();
            return rows;
        }

        public async Task<IReadOnlyList<Row>> Scan(string table, RowPlace? after, int limit, CancellationToken cancellation)
        {
            var rows = await inner.Scan(table, after, limit, cancellation);
            await interrupt();
            return rows;
        }

        public Task<bool> Commit(string table, string partition, IReadOnlyList<Change> changes, CancellationToken cancellation) => inner.Commit(table, partition, changes, cancellation);

        public Task Remove(string table, string partition, IReadOnlyList<string> keys, CancellationToken cancellation) => inner.Remove(table, partition, keys, cancellation);
    }
}
