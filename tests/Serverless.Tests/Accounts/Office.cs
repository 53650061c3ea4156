using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Tests.Accounts;

/// <summary>An organisation's accounts over a real store in a folder of its own, at noon of 15 November 2026 UTC.</summary>
internal sealed class Office : IAsyncDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "vade-accounts-" + System.Security.Cryptography.RandomNumberGenerator.GetHexString(12));
    private readonly SqliteStore _store;
    private readonly WebApplication _app;

    public Office()
    {
        _store = new SqliteStore(Path.Combine(_folder, "data.db"), Clock, durable: false);
        Tables = new CrashingTables(_store);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("Vade:Organisation:Name", "Örnek A.Ş."), new("Vade:Organisation:TaxId", "1234567890")]);
        builder.Services
            .AddKernel().AddOrganisation().AddAccounts()
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton<ITables>(Tables)
            .AddSingleton<IQueues>(_store.Queues)
            .AddSingleton<IBlobs>(new FileBlobs(Path.Combine(_folder, "blobs"), durable: false))
            .AddSingleton<IArchive>(new FileArchive(Path.Combine(_folder, "exports"), durable: false))
            .AddSingleton(MasterKeys.Parse("test:" + Convert.ToBase64String(new byte[32])))
            .AddSingleton(new Deployment(sandbox: true, new Uri("http://127.0.0.1:7071")));
        _app = builder.Build();
        _app.UseApiProblems();
        _app.MapGroup("/api/v1").MapOrganisation().MapAccounts();
    }

    public FakeTimeProvider Clock { get; } = new SliceClock(new DateTimeOffset(2026, 11, 15, 12, 0, 0, TimeSpan.Zero));

    public CrashingTables Tables { get; }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public AccountStore Accounts => Get<AccountStore>();

    public int Waiting(string queue) => _store.Queues.Count(queue);

    /// <summary>The messages that are due, as the queue's function gets them.</summary>
    public async Task<IReadOnlyList<string>> Receive(string queue) =>
        [.. (await _store.Queues.Receive(queue, 32, TimeSpan.FromMinutes(1), default)).Select(message => message.Body)];

    /// <summary>Handles what is due in the queue of accounts.</summary>
    public async Task Handle()
    {
        while (await Receive(AccountStore.Queue) is { Count: > 0 } bodies)
        {
            foreach (var body in bodies)
                await Get<Dispatcher>().Dispatch(AccountStore.Queue, body, default);
        }
    }

    /// <summary>What the finishing message does.</summary>
    public async Task Finish(string account)
    {
        foreach (var module in _app.Services.GetServices<IFinishAccount>())
            await module.Finish(account, default);
        await Accounts.PublishLeft(account, default);
    }

    /// <summary>A client of the API over a real socket.</summary>
    public async Task<HttpClient> Client()
    {
        await _app.StartAsync();
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new HttpClient { BaseAddress = new Uri(address + "/api/v1/") };
    }

    /// <summary>Posts in one commit, as a handler does.</summary>
    public Task Post(string account, params Posting[] postings) => Accounts.Change(
        account,
        async stop =>
        {
            var session = await Get<Ledger>().Open(account, stop);
            foreach (var posting in postings)
                session.Post(posting);
            var batch = Accounts.Batch(account);
            await session.Write(batch, stop);
            return new Decision<bool>(true, batch);
        },
        default);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>A process that dies at a storage call: before it, or after it has landed but before anybody heard.</summary>
internal sealed class CrashingTables(ITables inner) : ITables
{
    private int _callsLeft = int.MaxValue;
    private bool _landed;

    public void DieAt(int call, bool landed) => (_callsLeft, _landed) = (call, landed);

    public void Live() => _callsLeft = int.MaxValue;

    public Task<Row?> Find(string table, string partition, string key, CancellationToken cancellation) =>
        Call(() => inner.Find(table, partition, key, cancellation));

    public Task<IReadOnlyList<Row>> Range(string table, string partition, KeyRange range, int limit, CancellationToken cancellation) =>
        Call(() => inner.Range(table, partition, range, limit, cancellation));

    public Task<IReadOnlyList<Row>> Scan(string table, RowPlace? after, int limit, CancellationToken cancellation) =>
        Call(() => inner.Scan(table, after, limit, cancellation));

    public Task<bool> Commit(string table, string partition, IReadOnlyList<Change> changes, CancellationToken cancellation) =>
        Call(() => inner.Commit(table, partition, changes, cancellation));

    public Task Remove(string table, string partition, IReadOnlyList<string> keys, CancellationToken cancellation) =>
        Call(async () =>
        {
            await inner.Remove(table, partition, keys, cancellation);
            return true;
        });

    private async Task<T> Call<T>(Func<Task<T>> call)
    {
        var dies = _callsLeft != int.MaxValue && --_callsLeft <= 0;
        if (dies && !_landed)
            throw new CrashException();
        var result = await call();
        return dies ? throw new CrashException() : result;
    }
}

internal sealed class CrashException : Exception;
