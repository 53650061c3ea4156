using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CsCheck;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;

namespace Vade.Tests.Kernel.Storage;

/// <summary>Writers that share a transaction must not notice each other.</summary>
public sealed class WriteTurnsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TemporaryFolder folder = new();
    private readonly SqliteFile file;

    public WriteTurnsTests()
    {
        file = new SqliteFile(folder["vade.db"], durable: false, Patience);
        using var session = new SqliteSession(folder["vade.db"], durable: false, Patience);
        session.Execute("CREATE TABLE notes (note TEXT PRIMARY KEY)");
        session.Execute("CREATE TABLE children (parent TEXT REFERENCES notes DEFERRABLE INITIALLY DEFERRED)");
    }

    public void Dispose()
    {
        file.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Writers_that_came_while_another_wrote_share_a_transaction_and_see_each_other_in_the_order_they_came()
    {
        var first = Gated(out var open);
        var a = Note("a");
        var b = file.Write(session => (Inside: Notes(session), Outside: file.Read(Notes)), default);
        open.Set();

        Assert.Equal(("first a", "first"), await b);
        await Task.WhenAll(first, a);
        Assert.Equal("a first", file.Read(Sorted));
    }

    [Fact]
    public async Task One_that_is_refused_or_fails_takes_back_only_its_own_work()
    {
        var first = Gated(out var open);
        var a = Note("a");
        var refused = file.Write(session => { Add(session, "half"); return false; }, default, keep: landed => landed);
        var failed = file.Write<bool>(session => { Add(session, "other half"); throw new InvalidOperationException("It broke."); }, default);
        var broken = file.Write(session => { Add(session, "third half"); Add(session, "a"); return true; }, default);
        var b = Note("b");
        open.Set();

        await Task.WhenAll(first, a, b);
        Assert.False(await refused);
        Assert.Equal("It broke.", (await Assert.ThrowsAsync<InvalidOperationException>(() => failed)).Message);
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => broken);
        Assert.Equal("a b first", file.Read(Sorted));
    }

    [Fact]
    public async Task Where_the_commit_fails_all_fail_also_the_refused_and_nothing_is_kept()
    {
        var first = Gated(out var open);
        var a = Note("a");
        var refused = file.Write(session => false, default, keep: landed => landed);
        var orphan = file.Write(session => session.Execute("INSERT INTO children VALUES ('nobody')"), default);
        open.Set();

        await first;
        foreach (var write in new Task[] { a, refused, orphan })
            await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => write);
        Assert.Equal("first", file.Read(Sorted));

        await Note("next");
        Assert.Equal("first next", file.Read(Sorted));
    }

    [Fact]
    public async Task One_that_is_cancelled_while_it_waits_is_not_run_and_one_that_runs_is_answered()
    {
        using var source = new CancellationTokenSource();
        using var open = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var running = file.Write(
            session =>
            {
                begun.Set();
                open.Wait();
                return Add(session, "running");
            },
            source.Token);
        Assert.True(begun.Wait(Patience));
        var waiting = file.Write(session => Add(session, "waiting"), source.Token);
        var other = Note("other");
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => file.Write(session => Add(session, "late"), source.Token));
        open.Set();

        await Task.WhenAll(running, other);
        Assert.Equal("other running", file.Read(Sorted));
    }

    [Fact]
    public async Task Who_still_waits_when_the_store_closes_is_told_so()
    {
        var first = Gated(out var open);
        var waiting = Note("waiting");
        var closing = Task.Run(file.Dispose);
        while (!waiting.IsCompleted && !closing.IsCompleted)
        {
            if (IsClosed())
                open.Set();
            await Task.Yield();
        }

        await closing;
        await first;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);

        bool IsClosed()
        {
            try
            {
                file.Read(Notes);
                return false;
            }
            catch (ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <summary>
    /// Any commits of any writers at once, some to be refused: each landed whole or not at all, as its answer says, and of
    /// several that insert the same row exactly one did.
    /// </summary>
    [Fact]
    public void Whatever_many_write_at_once_the_answers_tell_what_is_there() =>
        Gen.Int[0, 7].Array[1, 3].Array[1, 40].Sample(
            commits => Race(commits).GetAwaiter().GetResult(), iter: 60, threads: 1);

    private async Task<bool> Race(int[][] commits)
    {
        using var races = new TemporaryFolder();
        using var store = new SqliteStore(races["race.db"], TimeProvider.System, durable: false);
        var landed = new ConcurrentDictionary<int, bool>();
        await Parallel.ForEachAsync(commits.Index(), new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (commit, stop) =>
        {
            var body = Encoding.UTF8.GetBytes(commit.Index.ToString(CultureInfo.InvariantCulture));
            var changes = commit.Item.Distinct().Select(key => (Change)new Change.Insert($"{key}", 1, body)).ToArray();
            landed[commit.Index] = await store.Commit("race", "p", changes, stop);
            // What was answered is there for every reader at once.
            var rows = await store.Range("race", "p", KeyRange.All, 100, stop);
            if (landed[commit.Index] && changes.Any(change => rows.All(row => row.Key != change.Key || !row.Body.Span.SequenceEqual(body))))
                throw new InvalidOperationException("A commit that landed is not there.");
            await store.Queues.Send("race", [new OutgoingMessage($"{commit.Index}", TimeSpan.Zero)], stop);
        });

        var rows = await store.Range("race", "p", KeyRange.All, 100, default);
        var expected = landed.Where(commit => commit.Value)
            .SelectMany(commit => commits[commit.Key].Distinct().Select(key => ($"{key}", commit.Key.ToString(CultureInfo.InvariantCulture))))
            .Order();
        return expected.SequenceEqual(rows.Select(row => (row.Key, Encoding.UTF8.GetString(row.Body.Span))).Order())
            && rows.GroupBy(row => row.Body.Span.Length == 0 ? "" : Encoding.UTF8.GetString(row.Body.Span))
                .All(group => group.Select(row => row.ETag).Distinct().Count() == 1)
            && store.Queues.Count("race") == commits.Length
            // Whoever was refused was refused by something that stands.
            && landed.Where(commit => !commit.Value).All(commit => commits[commit.Key].Any(key => rows.Any(row => row.Key == $"{key}")));
    }

    /// <summary>A write that has begun and goes on when the event is set: whoever writes meanwhile waits.</summary>
    private Task<int> Gated(out ManualResetEventSlim open)
    {
        var gate = open = new ManualResetEventSlim();
        // Not disposed here: the write still sets it.
        var begun = new ManualResetEventSlim();
        var write = file.Write(
            session =>
            {
                begun.Set();
                gate.Wait();
                return Add(session, "first");
            },
            default);
        Assert.True(begun.Wait(Patience));
        return write;
    }

    private Task<int> Note(string note) => file.Write(session => Add(session, note), default);

    private static int Add(SqliteSession session, string note) => session.Execute("INSERT INTO notes VALUES ($1)", note);

    private static string Notes(SqliteSession session) => (string?)session.Scalar("SELECT group_concat(note, ' ') FROM (SELECT note FROM notes ORDER BY rowid)") ?? "";

    private static string Sorted(SqliteSession session) => string.Join(' ', Notes(session).Split(' ').Order(StringComparer.Ordinal));
}
