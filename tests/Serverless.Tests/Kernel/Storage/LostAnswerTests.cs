using System.Net;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Azure;

namespace Vade.Tests.Kernel.Storage;

/// <summary>Azure's tables behind a network that loses requests and answers.</summary>
public sealed class LostAnswerTests(Azurite azurite) : IAsyncLifetime
{
    private const string Table = "lost";
    private static int partitions;

    private readonly string partition = $"p{Interlocked.Increment(ref partitions)}";
    private readonly Network network = new();
    private AzureTables tables = null!;

    public async ValueTask InitializeAsync()
    {
        var connection = await azurite.Connection();
        tables = new(Client(retries: 2), Client(retries: 0));
        Assert.True(await Commit(new Change.Insert("there", 1, default)));

        TableServiceClient Client(int retries)
        {
            var options = new TableClientOptions { Transport = new HttpClientTransport(new HttpClient(network, disposeHandler: false)) };
            (options.Retry.MaxRetries, options.Retry.Delay) = (retries, TimeSpan.FromMilliseconds(1));
            return new(connection, options);
        }
    }

    public ValueTask DisposeAsync()
    {
        network.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Who_finds_his_own_rows_after_a_lost_answer_is_not_told_that_somebody_else_was_there()
    {
        network.LoseAnswers(1);
        await Assert.ThrowsAsync<StoreBusyException>(() => Commit(new Change.Insert("a", 1, new byte[] { 1 })));
        Assert.Equal([1], (await Find("a"))!.Body.ToArray());

        var etag = (await Find("a"))!.ETag;
        network.LoseAnswers(1);
        await Assert.ThrowsAsync<StoreBusyException>(() => Commit(new Change.Replace("a", 1, new byte[] { 2 }, etag), new Change.Insert("b", 1, default)));
        Assert.Equal([2], (await Find("a"))!.Body.ToArray());

        network.LoseAnswers(1);
        await Assert.ThrowsAsync<StoreBusyException>(() => Commit(new Change.Delete("b", null)));
        Assert.Null(await Find("b"));
    }

    [Fact]
    public async Task What_can_be_repeated_lands_although_its_answer_was_lost()
    {
        network.LoseAnswers(2);
        Assert.True(await Commit(new Change.Put("a", 1, default), new Change.Put("b", 1, default)));

        network.LoseAnswers(1);
        await tables.Remove(Table, partition, ["a", "b"], default);
        Assert.Null(await Find("a"));
        Assert.Null(await Find("b"));
    }

    [Fact]
    public async Task A_commit_that_did_not_arrive_is_sent_again_and_a_conflict_that_was_answered_is_believed()
    {
        network.LoseRequests(2);
        Assert.True(await Commit(new Change.Insert("a", 1, default)));
        Assert.False(await Commit(new Change.Insert("a", 1, default)));
    }

    [Fact]
    public async Task A_store_that_stays_throttled_is_busy()
    {
        network.Answer(HttpStatusCode.ServiceUnavailable);
        await Assert.ThrowsAsync<StoreBusyException>(() => Commit(new Change.Insert("a", 1, default)));
        await Assert.ThrowsAsync<StoreBusyException>(() => Find("a"));
        await Assert.ThrowsAsync<StoreBusyException>(() => tables.Range(Table, partition, KeyRange.All, 10, default));
        await Assert.ThrowsAsync<StoreBusyException>(() => tables.Remove(Table, partition, ["a"], default));
        network.Answer(null);
        Assert.Null(await Find("a"));
    }

    [Fact]
    public async Task A_caller_who_stops_waiting_is_told_that_he_stopped()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tables.Commit(Table, partition, [new Change.Insert("a", 1, default)], stopped.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tables.Find(Table, partition, "a", stopped.Token));
    }

    [Fact]
    public async Task One_call_is_enough_once_the_table_is_there()
    {
        var keys = Enumerable.Range(0, 100).Select(i => $"{i:d3}").ToArray();
        Assert.Equal(1, await Calls(() => Commit(new Change.Insert("a", 1, default))));
        Assert.Equal(1, await Calls(() => Commit([.. keys.Select(key => new Change.Insert(key, 1, default))])));
        Assert.Equal(1, await Calls(() => tables.Remove(Table, partition, keys, default)));
        Assert.Equal(1, await Calls(() => Find("a")));

        async Task<int> Calls(Func<Task> work)
        {
            var before = network.Requests;
            await work();
            return network.Requests - before;
        }
    }

    [Fact]
    public async Task Etags_of_another_engine_fit_no_row()
    {
        foreach (var etag in new[] { "17", "W/", "W/\"", "W/\"a\"b", "\"17\"" })
        {
            Assert.False(await Commit(new Change.Replace("there", 1, default, etag)));
            Assert.False(await Commit(new Change.Delete("there", etag), new Change.Put("x", 1, default)));
        }

        Assert.Null(await Find("x"));
    }

    private Task<bool> Commit(params Change[] changes) => tables.Commit(Table, partition, changes, default);

    private Task<Row?> Find(string key) => tables.Find(Table, partition, key, default);

    private sealed class Network() : DelegatingHandler(new SocketsHttpHandler())
    {
        private int requestsToLose;
        private int answersToLose;
        private HttpStatusCode? always;

        public int Requests { get; private set; }

        public void LoseRequests(int count) => requestsToLose = count;

        public void LoseAnswers(int count) => answersToLose = count;

        public void Answer(HttpStatusCode? status) => always = status;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            if (always is { } status)
                return new(status);
            if (requestsToLose-- > 0)
                throw new HttpRequestException("The connection was refused.");
            var answer = await base.SendAsync(request, cancellationToken);
            if (answersToLose-- <= 0)
                return answer;
            answer.Dispose();
            throw new HttpRequestException("The connection was reset.");
        }
    }
}
