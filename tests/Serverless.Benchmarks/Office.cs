using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Billing;
using Vade.Functions;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;

namespace Vade.Benchmarks;

/// <summary>
/// The whole app over a durable store in a folder of its own, with a clock that stands still until it is moved.
/// Nothing happens by itself: timers are fired and queues are drained here.
/// </summary>
internal sealed class Office : IAsyncDisposable
{
    private const string Key = "bench-key-of-all-scopes";
    private const int MessagesAtOnce = 16;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly string[] Queues = ["accounts", "billing", "payments", "notifications"];

    private readonly string? _folder;
    private readonly VadeHost _host;
    private readonly BenchClock _clock;

    private Office(string? folder, VadeHost host, BenchClock clock, Tally tally)
    {
        (_folder, _host, _clock, Tally) = (folder, host, clock, tally);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = host.Address };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    private sealed class BenchClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 10, 31, 6, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>With the API's key; follows no redirects.</summary>
    public HttpClient Client { get; }

    public Tally Tally { get; }

    /// <summary>How long the app took for each request, routing and what every request passes left out, in order.</summary>
    public List<TimeSpan> Served { get; } = [];

    /// <param name="data">A folder that stays; by default one that goes with the office.</param>
    public static async Task<Office> Open(string? data = null)
    {
        var folder = data ?? Directory.CreateTempSubdirectory("vade-bench-").FullName;
        var (clock, tally) = (new BenchClock(), new Tally());
        Office? office = null;
        var host = await VadeHost.Start(
            [
                "--port", "0", "--data", folder, "--Vade:Sandbox", "true", "--Vade:ApiKey", Key, "--Vade:Host:Functions", "http",
                "--Vade:Organisation:Name", "Ufuk Danışmanlık A.Ş.", "--Logging:LogLevel:Default", "Warning",
            ],
            services => services
                .AddSingleton<TimeProvider>(clock)
                .AddSingleton<ITables>(provider => new Tally.Tables(provider.GetRequiredService<SqliteStore>(), tally))
                .AddSingleton<IBlobs>(provider => new Tally.Blobs(
                    provider.GetRequiredService<SqliteStore>().Blobs(new FileBlobs(Path.Combine(folder, "blobs"))), tally))
                .AddSingleton<IQueues>(provider => new Tally.Queues(provider.GetRequiredService<SqliteQueues>(), tally)),
            app => app.Use(async (context, next) =>
            {
                tally.Request();
                var since = TimeProvider.System.GetTimestamp();
                await next(context);
                lock (office!.Served)
                    office.Served.Add(TimeProvider.System.GetElapsedTime(since));
            }));
        return office = new(data is null ? folder : null, host, clock, tally);
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public void MoveTo(DateTimeOffset instant) => _clock.Now = instant > _clock.Now ? instant : _clock.Now;

    public Task FireBilling() => Fire<BillingTimer>();

    private async Task Fire<T>()
        where T : IRunTimer
    {
        await using var scope = _host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<T>().Run(default);
    }

    /// <summary>So many customers with a monthly service of three lines from November 2026 on.</summary>
    public async Task Prepare(int customers)
    {
        await Parallel.ForAsync(0, customers, async (i, cancellation) =>
        {
            var body = new CustomerBody($"ÖZGÜR {i} & Ş. İÇ TİC. A.Ş.", Emails: [$"c{i}@customer.example"]);
            var saved = (CustomerSaved.Kept)await Get<SaveCustomer>().Save($"C{i}", body, cancellation);
            LineBody[] lines = [new("Sosyal medya danışmanlığı", 8500m, 20m), new("İçerik üretimi", 350m, 20m, 12m), new("Basılı katalog", 45m, 10m, 50m)];
            await Get<SaveService>().Save(saved.Customer, "S1", new(lines, new(2026, 11, 1), "Aylık hizmet"), cancellation);
        });
        await Drain();
    }

    /// <summary>Handles all there is, and what was put off for up to an hour.</summary>
    /// <param name="measured">Runs each step's work: the messages of a kind that were received together.</param>
    public async Task Drain(Func<string, Func<Task>, Task>? measured = null)
    {
        var until = _clock.Now + TimeSpan.FromHours(1);
        var (dispatcher, queues) = (Get<Dispatcher>(), Get<SqliteQueues>());
        while (queues.NextDue() is { } due && due <= until)
        {
            MoveTo(due);
            foreach (var queue in Queues)
            {
                var messages = await queues.Receive(queue, MessagesAtOnce, Lease, default);
                foreach (var kind in messages.GroupBy(message => StepOf(queue, message), StringComparer.Ordinal))
                {
                    Task Handle() => Task.WhenAll(kind.Select(message => Task.Run(async () =>
                    {
                        await dispatcher.Dispatch(queue, message.Body, default);
                        await queues.Complete(message, default);
                    })));
                    await (measured is null ? Handle() : measured(kind.Key, Handle));
                }
            }
        }

        if (await Get<Poison>().List(null, 1, default) is [var poison, ..])
            throw new InvalidOperationException($"A message gave up: {poison.Value.Error}");
    }

    public async Task<T> Call<T>(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body switch { null => null, string csv => new StringContent(csv, Encoding.UTF8, "text/csv"), _ => JsonContent.Create(body) },
        };
        using var response = await Client.SendAsync(request);
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadFromJsonAsync<T>())!
            : throw new InvalidOperationException($"{method} {path} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A message's handlers are named "Message&gt;Handler".</summary>
    private static string StepOf(string queue, ReceivedMessage message) => (Envelope.Read(message.Body)?.Handler ?? queue).Split('>')[0];
}
