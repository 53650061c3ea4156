using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Billing;
using Vade.Functions;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;
using Vade.Kernel.Web;

namespace Vade.Benchmarks;

/// <summary>
/// A month's billing of so many customers with an invoice of three lines each, from the timer to the last mail, by the
/// real modules over the durable embedded store. Preparing the customers is not counted, nor is a small office before,
/// for which the runtime compiles the code.
/// </summary>
internal static class BillingBench
{
    private const int MessagesAtOnce = 16;
    private const int WarmUp = 500;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly string[] Queues = ["accounts", "billing", "payments", "notifications"];

    private sealed class BenchClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 10, 31, 6, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed record Month(int Invoices, TimeSpan Cpu, TimeSpan Wall, Dictionary<string, double> Breakdown);

    public static async Task Run(int customers)
    {
        await Bill(WarmUp);
        Tell(customers, await Bill(customers));
    }

    private static async Task<Month> Bill(int customers)
    {
        var folder = Directory.CreateTempSubdirectory("vade-bench-").FullName;
        var clock = new BenchClock();
        var store = new SqliteStore(Path.Combine(folder, "vade.db"), clock);
        try
        {
            await using var services = Compose(folder, store, clock);
            await Prepare(services, customers);
            await Drain(services, store, clock, []);

            clock.Now = new(2026, 11, 1, 6, 0, 0, TimeSpan.Zero);
            var breakdown = new Dictionary<string, double>(StringComparer.Ordinal);
            var (cpu, wall) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
            await Measured(breakdown, nameof(BillingTimer), async () =>
            {
                await using var scope = services.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<BillingTimer>().Run(default);
            });
            await Drain(services, store, clock, breakdown);
            var (used, took) = (Environment.CpuUsage.TotalTime - cpu, Stopwatch.GetElapsedTime(wall));
            return new(await Count(services), used, took, breakdown);
        }
        finally
        {
            store.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ServiceProvider Compose(string folder, SqliteStore store, TimeProvider clock) => new ServiceCollection()
        .AddLogging()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Vade:Sandbox"] = "true" }).Build())
        .AddSingleton(clock)
        .AddSingleton<ITables>(store)
        .AddSingleton<IQueues>(store.Queues)
        .AddSingleton<IBlobs>(store.Blobs(new FileBlobs(Path.Combine(folder, "blobs"))))
        .AddSingleton(MasterKeys.OfFolder(folder))
        .AddSingleton<SecretBox>()
        .AddSingleton(new Deployment(sandbox: true, new Uri("http://vade.test")))
        .AddModules()
        .BuildServiceProvider();

    private static Task Prepare(ServiceProvider services, int customers) => Parallel.ForAsync(0, customers, async (i, cancellation) =>
    {
        var body = new CustomerBody($"ÖZGÜR {i} & Ş. İÇ TİC. A.Ş.", Emails: [$"c{i}@customer.example"]);
        var saved = (CustomerSaved.Kept)await services.GetRequiredService<SaveCustomer>().Save($"C{i}", body, cancellation);
        LineBody[] lines = [new("Sosyal medya danışmanlığı", 8500m, 20m), new("İçerik üretimi", 350m, 20m, 12m), new("Basılı katalog", 45m, 10m, 50m)];
        await services.GetRequiredService<SaveService>().Save(saved.Customer, "S1", new(lines, new(2026, 11, 1), "Aylık hizmet"), cancellation);
    });

    /// <summary>Handles all there is, and what was put off for up to an hour, counting CPU time by the kind of message.</summary>
    private static async Task Drain(ServiceProvider services, SqliteStore store, BenchClock clock, Dictionary<string, double> breakdown)
    {
        var until = clock.Now + TimeSpan.FromHours(1);
        var dispatcher = services.GetRequiredService<Dispatcher>();
        while (store.Queues.NextDue() is { } due && due <= until)
        {
            clock.Now = due > clock.Now ? due : clock.Now;
            foreach (var queue in Queues)
            {
                var messages = await store.Queues.Receive(queue, MessagesAtOnce, Lease, default);
                foreach (var kind in messages.GroupBy(message => StepOf(queue, message), StringComparer.Ordinal))
                {
                    await Measured(breakdown, kind.Key, () => Task.WhenAll(kind.Select(message => Task.Run(async () =>
                    {
                        await dispatcher.Dispatch(queue, message.Body, default);
                        await store.Queues.Complete(message, default);
                    }))));
                }
            }
        }
    }

    /// <summary>A message's handlers are named "Message&gt;Handler".</summary>
    private static string StepOf(string queue, ReceivedMessage message) => (Envelope.Read(message.Body)?.Handler ?? queue).Split('>')[0];

    private static async Task Measured(Dictionary<string, double> breakdown, string step, Func<Task> work)
    {
        var before = Environment.CpuUsage.TotalTime;
        await work();
        breakdown[step] = breakdown.GetValueOrDefault(step) + (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    }

    private static async Task<int> Count(ServiceProvider services)
    {
        var poison = await services.GetRequiredService<Poison>().List(null, 1, default);
        if (poison.Count > 0)
            throw new InvalidOperationException($"A message gave up: {poison[0].Value.Error}");
        var count = 0;
        string? after = null;
        while (await services.GetRequiredService<InvoiceIndex>().Page(after, 200, default) is { Count: > 0 } page)
            (count, after) = (count + page.Count, page[^1].Key);
        return count;
    }

    private static void Tell(int customers, Month month)
    {
        var (invoices, cpu, wall, breakdown) = month;
        if (invoices != customers)
            throw new InvalidOperationException($"{customers} customers, but {invoices} invoices.");
        var peakMb = Process.GetCurrentProcess().PeakWorkingSet64 / (1024.0 * 1024.0);
        Report.Table(
            ["step", "CPU ms", "ms an invoice"],
            breakdown.OrderByDescending(step => step.Value).Select(step => new[] { step.Key, Report.Number(step.Value, 0), Report.Number(step.Value / invoices, 3) }));
        Console.WriteLine(JsonSerializer.Serialize(
            new
            {
                customers,
                invoices,
                cpuMsPerInvoice = Math.Round(cpu.TotalMilliseconds / invoices, 3),
                invoicesPerSecond = Math.Round(invoices / wall.TotalSeconds, 1),
                peakMemoryMb = Math.Round(peakMb, 1),
                breakdown = breakdown.ToDictionary(step => step.Key, step => Math.Round(step.Value, 1)),
            }));
    }
}
