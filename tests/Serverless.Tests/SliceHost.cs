using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Tests;

/// <summary>
/// The real modules over the embedded store in a temporary folder, with a clock and a queue pump that the test
/// drives. Any call to store, blobs or queues can be made to kill the process (<see cref="CrashAt"/>); what was
/// written stays, and <see cref="Restart"/> is the process coming back.
/// </summary>
internal sealed class SliceHost : IAsyncDisposable
{
    public static readonly string[] Queues = ["accounts", "billing", "payments", "notifications"];
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private readonly Action<IServiceCollection>? _more;
    private SqliteStore _store = null!;
    private ServiceProvider _services = null!;

    private SliceHost(string now, Action<IServiceCollection>? more) =>
        (Clock, _more) = (new SliceClock(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)), more);

    public FakeTimeProvider Clock { get; }

    public CrashPoint Crash { get; } = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("vade-slice-").FullName;

    public ITables Tables => _store;

    /// <param name="now">An instant with its zone.</param>
    /// <param name="more">Registers further modules.</param>
    /// <param name="prepare">Puts files into the folder before it is opened.</param>
    public static SliceHost Start(string now = "2026-11-01T06:00:00Z", Action<IServiceCollection>? more = null, Action<string>? prepare = null)
    {
        var host = new SliceHost(now, more);
        prepare?.Invoke(host.Folder);
        host.Open();
        return host;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>The process dies and another one opens the same store.</summary>
    public async Task Restart()
    {
        await Close();
        Crash.Disarm();
        Open();
    }

    /// <summary>The n-th call from now to store, blobs or queues throws, before or after it has done its work.</summary>
    public void CrashAt(int call, bool afterwards) => Crash.Arm(call, afterwards);

    /// <summary>Handles every message that is due, and those that these send, until none is due.</summary>
    public async Task Drain(CancellationToken cancellation = default)
    {
        var dispatcher = Get<Dispatcher>();
        for (var round = 0; round < 100_000; round++)
        {
            var handled = 0;
            foreach (var queue in Queues)
            {
                foreach (var message in await _store.Queues.Receive(queue, 16, Lease, cancellation))
                {
                    await dispatcher.Dispatch(queue, message.Body, cancellation);
                    await _store.Queues.Complete(message, cancellation);
                    handled++;
                }
            }

            if (handled == 0)
                return;
        }

        throw new InvalidOperationException("The queues never empty.");
    }

    /// <summary>Moves the clock and handles what falls due on the way, each at its instant.</summary>
    public async Task Advance(TimeSpan by, CancellationToken cancellation = default)
    {
        var target = Clock.GetUtcNow() + by;
        await Drain(cancellation);
        while (_store.Queues.NextDue() is { } due && due <= target)
        {
            if (due > Clock.GetUtcNow())
                Clock.SetUtcNow(due);
            await Drain(cancellation);
        }

        // A message whose lease a dead process still holds comes back when the lease ends.
        Clock.SetUtcNow(target);
        await Drain(cancellation);
    }

    /// <summary>Fires a timer and handles what it sends.</summary>
    public async Task Fire<TTimer>(CancellationToken cancellation = default)
        where TTimer : IRunTimer
    {
        await using (var scope = _services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<TTimer>().Run(cancellation);
        await Drain(cancellation);
    }

    public int MessagesWaiting() => Queues.Sum(_store.Queues.Count);

    public async Task<IReadOnlyList<PoisonRow>> PoisonRows() =>
        [.. (await Get<Poison>().List(null, 1000, default)).Select(row => row.Value)];

    public async ValueTask DisposeAsync()
    {
        await Close();
        Directory.Delete(Folder, recursive: true);
    }

    private void Open()
    {
        _store = new SqliteStore(Path.Combine(Folder, "vade.db"), Clock, durable: false);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Vade:Sandbox"] = "true" })
            .Build());
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton<ITables>(new CrashingTables(_store, Crash));
        services.AddSingleton<IQueues>(new CrashingQueues(_store.Queues, Crash));
        services.AddSingleton<IBlobs>(new CrashingBlobs(new FileBlobs(Path.Combine(Folder, "blobs"), durable: false), Crash));
        services.AddSingleton<IArchive>(new CrashingArchive(new FileArchive(Path.Combine(Folder, "exports"), durable: false), Crash));
        services.AddSingleton(MasterKeys.OfFolder(Folder));
        services.AddSingleton<SecretBox>();
        services.AddSingleton(new ApiKey(null));
        services.AddSingleton(new Deployment(sandbox: true, new Uri("http://vade.test")));
        services.AddKernel().AddOrganisation().AddAccounts().AddBilling();
        _more?.Invoke(services);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
    }

    private async Task Close()
    {
        await _services.DisposeAsync();
        _store.Dispose();
    }
}

/// <summary>Shows what the test sets; pauses between two tries pass in real time, so that nobody waits for the test.</summary>
internal sealed class SliceClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime, period);
}

/// <summary>The process was killed here.</summary>
internal sealed class CrashException(int call) : Exception($"Killed at call {call}.");

/// <summary>Counts calls and kills at the one that was armed, and at every call after it: a dead process does nothing more.</summary>
internal sealed class CrashPoint
{
    private int _left = int.MaxValue;
    private bool _afterwards;
    private bool _dead;

    public int Calls { get; private set; }

    /// <summary>Whether the armed call came.</summary>
    public bool Struck => _dead;

    public void Arm(int call, bool afterwards) => (_left, _afterwards, _dead, Calls) = (call, afterwards, false, 0);

    public void Disarm() => (_left, _dead) = (int.MaxValue, false);

    public async Task<T> Around<T>(Func<Task<T>> work)
    {
        bool strikes;
        lock (this)
        {
            Calls++;
            if (_dead)
                throw new CrashException(Calls);
            strikes = --_left == 0;
            _dead = strikes;
        }

        if (strikes && !_afterwards)
            throw new CrashException(Calls);
        var result = await work();
        return strikes ? throw new CrashException(Calls) : result;
    }

    public Task Around(Func<Task> work) => Around(async () =>
    {
        await work();
        return true;
    });
}

internal sealed class CrashingTables(ITables inner, CrashPoint crash) : ITables
{
    public Task<Row?> Find(string table, string partition, string key, CancellationToken cancellation) =>
        crash.Around(() => inner.Find(table, partition, key, cancellation));

    public Task<IReadOnlyList<Row>> Range(string table, string partition, KeyRange range, int limit, CancellationToken cancellation) =>
        crash.Around(() => inner.Range(table, partition, range, limit, cancellation));

    public Task<IReadOnlyList<Row>> Scan(string table, RowPlace? after, int limit, CancellationToken cancellation) =>
        crash.Around(() => inner.Scan(table, after, limit, cancellation));

    public Task<bool> Commit(string table, string partition, IReadOnlyList<Change> changes, CancellationToken cancellation) =>
        crash.Around(() => inner.Commit(table, partition, changes, cancellation));

    public Task Remove(string table, string partition, IReadOnlyList<string> keys, CancellationToken cancellation) =>
        crash.Around(() => inner.Remove(table, partition, keys, cancellation));
}

internal sealed class CrashingQueues(IQueues inner, CrashPoint crash) : IQueues
{
    public Task Send(string queue, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellation) =>
        crash.Around(() => inner.Send(queue, messages, cancellation));
}

internal sealed class CrashingBlobs(IBlobs inner, CrashPoint crash) : IBlobs
{
    public Task Put(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        crash.Around(() => inner.Put(name, content, cancellation));

    public Task<byte[]?> Find(string name, CancellationToken cancellation) =>
        crash.Around(() => inner.Find(name, cancellation));

    public Task Remove(string name, CancellationToken cancellation) =>
        crash.Around(() => inner.Remove(name, cancellation));
}

internal sealed class CrashingArchive(IArchive inner, CrashPoint crash) : IArchive
{
    public Task<bool> Put(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        crash.Around(() => inner.Put(name, content, cancellation));

    public Task<byte[]?> Find(string name, CancellationToken cancellation) =>
        crash.Around(() => inner.Find(name, cancellation));

    public Task<IReadOnlyList<string>> Names(string folder, CancellationToken cancellation) =>
        crash.Around(() => inner.Names(folder, cancellation));
}
