using System.Globalization;
using System.Text;
using CsCheck;
using Vade.Kernel.Storage;

namespace Vade.Tests.Kernel.Storage;

/// <summary>What every table engine must do. Each test works in a partition of its own.</summary>
public abstract class TablesContract
{
    private const string Table = "contract";
    private static int partitions;

    private readonly string partition = "p" + Interlocked.Increment(ref partitions).ToString(CultureInfo.InvariantCulture);

    protected abstract ITables Tables { get; }

    [Fact]
    public async Task What_was_inserted_is_found_with_its_version_and_an_etag()
    {
        Assert.True(await Commit(Insert("a", "{\"x\":\"ğ\"}", version: 3)));

        var row = await Find("a");

        Assert.Equal((partition, "a", 3, "{\"x\":\"ğ\"}"), (row!.Partition, row.Key, row.Version, Text(row)));
        Assert.NotEmpty(row.ETag);
    }

    [Fact]
    public async Task What_was_never_written_is_absent()
    {
        Assert.Null(await Find("a"));
        Assert.Empty(await Range(KeyRange.All));
        Assert.Null(await Tables.Find("neverused", partition, "a", default));
    }

    [Fact]
    public async Task A_row_is_inserted_once()
    {
        Assert.True(await Commit(Insert("a", "1")));
        Assert.False(await Commit(Insert("a", "2")));
        Assert.Equal("1", Text((await Find("a"))!));
    }

    [Fact]
    public async Task A_row_is_replaced_only_by_who_read_its_last_state()
    {
        await Commit(Insert("a", "1"));
        var first = await Find("a");
        Assert.True(await Commit(new Change.Replace("a", 2, Bytes("2"), first!.ETag)));
        Assert.False(await Commit(new Change.Replace("a", 2, Bytes("3"), first.ETag)));

        var second = await Find("a");
        Assert.Equal(("2", 2), (Text(second!), second!.Version));
        Assert.NotEqual(first.ETag, second.ETag);
        Assert.False(await Commit(new Change.Replace("absent", 1, Bytes("3"), second.ETag)));
        Assert.Null(await Find("absent"));
    }

    [Fact]
    public async Task A_put_writes_whatever_is_there_and_changes_the_etag()
    {
        Assert.True(await Commit(Put("a", "1")));
        var first = await Find("a");
        Assert.True(await Commit(Put("a", "1")));
        var second = await Find("a");

        Assert.Equal("1", Text(second!));
        Assert.NotEqual(first!.ETag, second!.ETag);
        Assert.False(await Commit(new Change.Delete("a", first.ETag)));
    }

    [Fact]
    public async Task A_row_is_deleted_by_its_etag_or_without_one_but_must_exist()
    {
        Assert.False(await Commit(new Change.Delete("a", null)));
        await Commit(Insert("a", "1"), Insert("b", "1"));
        var (a, b) = (await Find("a"), await Find("b"));
        await Commit(Put("a", "2"));

        Assert.False(await Commit(new Change.Delete("a", a!.ETag)));
        Assert.True(await Commit(new Change.Delete("a", null)));
        Assert.True(await Commit(new Change.Delete("b", b!.ETag)));
        Assert.Empty(await Range(KeyRange.All));
    }

    [Fact]
    public async Task A_row_deleted_and_written_anew_has_another_etag()
    {
        await Commit(Insert("a", "1"));
        var first = await Find("a");
        await Commit(new Change.Delete("a", null));
        await Commit(Insert("a", "1"));

        Assert.False(await Commit(new Change.Replace("a", 1, Bytes("2"), first!.ETag)));
    }

    [Fact]
    public async Task One_conflict_leaves_nothing_of_the_whole_commit()
    {
        await Commit(Insert("a", "1"), Insert("b", "1"), Insert("c", "1"));
        var a = await Find("a");

        Change[] conflicts = [Insert("c", "9"), new Change.Replace("c", 1, Bytes("9"), a!.ETag + "1"), new Change.Delete("d", null)];
        foreach (var conflict in conflicts)
        {
            Assert.False(await Commit(
                new Change.Replace("a", 1, Bytes("2"), a.ETag), new Change.Delete("b", null), Insert("e", "2"), Put("f", "2"), conflict));
        }

        Assert.Equal(["a=1", "b=1", "c=1"], (await Range(KeyRange.All)).Select(row => $"{row.Key}={Text(row)}"));
        Assert.Equal(a.ETag, (await Find("a"))!.ETag);
    }

    [Fact]
    public async Task Removing_passes_over_what_is_not_there()
    {
        await Commit(Insert("a", "1"), Insert("b", "1"), Insert("c", "1"));
        await Tables.Remove(Table, partition, ["a", "absent", "c"], default);
        await Tables.Remove(Table, partition, ["absent"], default);
        await Tables.Remove(Table, partition, [], default);

        Assert.Equal(["b"], (await Range(KeyRange.All)).Select(row => row.Key));
    }

    [Fact]
    public async Task More_rows_than_a_commit_holds_can_be_removed_at_once()
    {
        var keys = Numbered(250);
        foreach (var some in keys.Chunk(100))
            await Commit([.. some.Select(key => Put(key, "1"))]);
        await Tables.Remove(Table, partition, keys, default);

        Assert.Empty(await Range(KeyRange.All));
    }

    [Fact]
    public async Task A_whole_table_is_read_page_by_page_in_the_order_of_partition_and_key()
    {
        // A table of its own, and keys that a careless comparison would put in another order.
        var table = "scan" + partition;
        string[] names = ["A", "a", "a!1", "a1", "b"], rows = ["", "!", "-0", "0", "Z", "a"];
        foreach (var one in names)
            await Tables.Commit(table, one, [.. rows.Select(row => Put("k" + row, one + row))], default);

        foreach (var limit in (int[])[1, 4, 1000])
        {
            var (seen, after) = (new List<string>(), (RowPlace?)null);
            while (await Tables.Scan(table, after, limit, default) is { Count: > 0 } page)
            {
                Assert.InRange(page.Count, 1, limit);
                seen.AddRange(page.Select(row => $"{row.Partition}/{row.Key}={Text(row)}"));
                after = new(page[^1].Partition, page[^1].Key);
            }

            Assert.Equal(names.SelectMany(one => rows.Select(row => $"{one}/k{row}={one + row}")), seen);
        }

        Assert.Empty(await Tables.Scan("neverused", null, 10, default));
    }

    [Fact]
    public async Task Partitions_and_tables_do_not_see_each_other()
    {
        await Commit(Insert("a", "1"));

        Assert.Null(await Tables.Find(Table, partition + "0", "a", default));
        Assert.Null(await Tables.Find("contract2", partition, "a", default));
        Assert.Empty(await Tables.Range(Table, partition + "0", KeyRange.All, 10, default));
    }

    [Fact]
    public async Task Rows_come_in_ordinal_order_of_what_their_keys_were_made_of()
    {
        var names = Gen.Char.Select(c => char.IsSurrogate(c) ? 'İ' : c).Array[0, 4].Select(chars => new string(chars));
        var round = 0;
        await Gen.Select(names, names).Array[100].SampleAsync(
            async pairs =>
            {
                var set = Key.Of($"{++round}", "");
                var written = pairs.Concat(" !\"#$%&./0>?@[\\]^az~\u007f\u0080ğİ\uffff".Select(c => (c.ToString(), "")))
                    .Distinct().ToDictionary(pair => set + Key.Of(pair.Item1, pair.Item2), StringComparer.Ordinal);
                foreach (var some in written.Keys.Chunk(100))
                    await Commit([.. some.Select(key => Insert(key, "1"))]);

                var read = await Range(KeyRange.Prefix(set));

                Assert.Equal(
                    written.Values.OrderBy(pair => pair.Item1, StringComparer.Ordinal).ThenBy(pair => pair.Item2, StringComparer.Ordinal),
                    read.Select(row => Key.Parts(row.Key)).Select(parts => (parts[1], parts[2])));
            },
            iter: 5,
            threads: 1);
    }

    [Fact]
    public async Task A_range_runs_from_its_first_key_to_before_its_last()
    {
        await Commit(Insert("a", "1"), Insert("b!1", "1"), Insert("b!2", "1"), Insert("b~1234", "1"), Insert("bb", "1"), Insert("c", "1"));

        Assert.Equal(["b!1", "b!2"], await Keys(KeyRange.Between("b", "bb")));
        Assert.Equal(["b!1", "b!2"], await Keys(KeyRange.Prefix("b!")));
        Assert.Equal(["b!1", "b!2", "bb", "b~1234"], await Keys(KeyRange.Prefix("b")));
        Assert.Equal(["b!2"], await Keys(KeyRange.Prefix("b!").After("b!1")));
        Assert.Equal(["c"], await Keys(KeyRange.All.After("b~1234")));
        Assert.Empty(await Keys(KeyRange.Between("c", "a")));
    }

    [Fact]
    public async Task Two_thousand_five_hundred_rows_are_read_page_by_page()
    {
        var keys = Numbered(2500);
        foreach (var some in keys.Chunk(100))
            await Commit([.. some.Select(key => Put(key, "1"))]);

        var (read, pages, range) = (new List<string>(), 0, KeyRange.All);
        while (await Range(range, 1000) is { Count: > 0 } page)
        {
            read.AddRange(page.Select(row => row.Key));
            range = range.After(page[^1].Key);
            pages++;
        }

        Assert.Equal(keys, read);
        Assert.Equal(3, pages);
    }

    [Fact]
    public async Task The_largest_body_is_kept_to_the_byte()
    {
        var body = new byte[TableLimits.BodyBytesMax];
        for (var i = 0; i < body.Length; i++)
            body[i] = (byte)(i % 251);
        Assert.True(await Commit(new Change.Insert("a", 1, body)));
        Assert.Equal(body, (await Find("a"))!.Body.ToArray());
        await Refused(new Change.Insert("b", 1, new byte[TableLimits.BodyBytesMax + 1]));
    }

    [Fact]
    public async Task A_body_may_be_a_slice_of_a_larger_buffer()
    {
        await Commit(new Change.Insert("a", 1, Bytes("-{}-").AsMemory(1, 2)));
        Assert.Equal("{}", Text((await Find("a"))!));
    }

    [Fact]
    public async Task A_hundred_changes_are_a_commit_and_one_more_is_refused()
    {
        var changes = Numbered(101).Select(key => Insert(key, "1")).ToArray();
        Assert.True(await Commit(changes[..100]));
        await Refused(changes);
        await Refused();
    }

    [Fact]
    public async Task Four_mebibytes_as_a_request_are_a_commit_and_one_byte_more_is_refused()
    {
        // Not of the largest rows: the emulator counts base64 where Azure counts bytes.
        var changes = new Change[5];
        for (var i = 0; i < 4; i++)
            changes[i] = new Change.Put("k" + i, 1, new byte[TableLimits.BodyBytesMax * 3 / 4]);
        var left = TableLimits.CommitBytesMax
            - changes[..4].Sum(change => TableRules.BytesOf(partition, change))
            - TableRules.BytesOf(partition, new Change.Put("k4", 1, default));
        var size = left / 4 * 3;
        changes[4] = new Change.Put("k4", 1, new byte[size]);
        Assert.True(await Commit(changes));
        changes[4] = new Change.Put("k4", 1, new byte[size + 1]);
        await Refused(changes);
    }

    [Fact]
    public async Task A_key_occurs_once_in_a_commit()
    {
        await Refused(Put("a", "1"), new Change.Delete("a", null));
        Assert.Null(await Find("a"));
    }

    [Fact]
    public async Task A_key_has_1_to_512_legal_characters()
    {
        await Commit(Insert(new string('k', 512), "1"), Insert(" !\"$&'()*+,-.09:;<=>@AZ[]^_`az{|}~", "1"));
        Assert.Equal(2, (await Range(KeyRange.All)).Count);

        string[] illegal = ["", new string('k', 513), "a/b", "a\\b", "a#b", "a?b", "a%b", "a\0", "a\t", "a\u007f", "ğ", "\ud800"];
        foreach (var key in illegal)
        {
            await Refused(Insert(key, "1"));
            await Refused(new Change.Delete(key, null));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Find(key));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Tables.Find(Table, key, "a", default));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Tables.Range(Table, key, KeyRange.All, 1, default));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Tables.Remove(Table, partition, [key], default));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Tables.Commit(Table, key, [Insert("a", "1")], default));
        }
    }

    [Fact]
    public async Task A_table_has_the_name_of_an_azure_table()
    {
        foreach (var table in new[] { "", "ab", "1ab", "Abc", "a-b", "a_b", "çek", new string('a', 64), "tables" })
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Tables.Find(table, partition, "a", default));
    }

    [Fact]
    public async Task A_page_a_version_and_an_etag_are_within_their_bounds()
    {
        foreach (var limit in new[] { -1, 0, 1001 })
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Tables.Range(Table, partition, KeyRange.All, limit, default));
        await Refused(Insert("a", "1", version: 0));
        foreach (var etag in new[] { "", "*" })
        {
            await Refused(new Change.Replace("a", 1, Bytes("1"), etag));
            await Refused(new Change.Delete("a", etag));
        }
    }

    [Fact]
    public async Task Of_many_who_insert_a_row_at_once_one_succeeds()
    {
        var inserted = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() => Commit(Insert("a", $"{i}")))));
        Assert.Single(inserted, won => won);
    }

    [Fact]
    public Task Sixteen_writers_who_compare_and_swap_lose_no_increment() => CountTogether([Tables], rounds: 10);

    [Fact]
    public async Task A_reader_never_sees_half_a_commit()
    {
        var keys = Numbered(20);
        await Commit([.. keys.Select(key => Put(key, "0"))]);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var reads = 0;
            do
            {
                var page = await Range(KeyRange.All);
                Assert.Equal(20, page.Count);
                Assert.Single(page.Select(Text).Distinct());
                reads++;
            }
            while (!done.IsCancellationRequested);
            return reads;
        });

        for (var i = 1; i <= 50; i++)
            Assert.True(await Commit([.. keys.Select(key => Put(key, $"{i}"))]));
        await done.CancelAsync();
        Assert.True(await reading > 0);
    }

    /// <summary>Sixteen writers, spread over the engines, raise one number each so many times.</summary>
    protected async Task CountTogether(ITables[] engines, int rounds)
    {
        await engines[0].Commit(Table, partition, [Insert("sum", "0")], default);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            var engine = engines[i % engines.Length];
            for (var done = 0; done < rounds;)
            {
                var row = (await engine.Find(Table, partition, "sum", default))!;
                var next = int.Parse(Text(row), CultureInfo.InvariantCulture) + 1;
                if (await engine.Commit(Table, partition, [new Change.Replace("sum", 1, Bytes($"{next}"), row.ETag)], default))
                    done++;
            }
        })));

        Assert.Equal($"{16 * rounds}", Text((await engines[^1].Find(Table, partition, "sum", default))!));
    }

    private Task<bool> Commit(params Change[] changes) => Tables.Commit(Table, partition, changes, default);

    private Task<Row?> Find(string key) => Tables.Find(Table, partition, key, default);

    private Task<IReadOnlyList<Row>> Range(KeyRange range, int limit = 1000) => Tables.Range(Table, partition, range, limit, default);

    private async Task<string[]> Keys(KeyRange range) => [.. (await Range(range)).Select(row => row.Key)];

    private Task Refused(params Change[] changes) => Assert.ThrowsAnyAsync<ArgumentException>(() => Commit(changes));

    private static Change.Insert Insert(string key, string body, int version = 1) => new(key, version, Bytes(body));

    private static Change.Put Put(string key, string body) => new(key, 1, Bytes(body));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(Row row) => Encoding.UTF8.GetString(row.Body.Span);

    private static string[] Numbered(int count) =>
        [.. Enumerable.Range(0, count).Select(i => i.ToString("d5", CultureInfo.InvariantCulture))];
}
