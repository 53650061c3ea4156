using System.Diagnostics;
using System.Text.Json;
using Vade.Billing;

namespace Vade.Benchmarks;

/// <summary>
/// A month's billing of so many customers with an invoice of three lines each, from the timer to the last mail, by the
/// real modules over the durable embedded store. Preparing the customers is not counted, nor is a small office before,
/// for which the runtime compiles the code.
/// </summary>
internal static class BillingBench
{
    private const int WarmUp = 500;

    private sealed record Month(int Invoices, TimeSpan Cpu, TimeSpan Wall, Dictionary<string, double> Breakdown);

    public static async Task Run(int customers)
    {
        await Bill(WarmUp);
        Tell(customers, await Bill(customers));
    }

    private static async Task<Month> Bill(int customers)
    {
        await using var office = await Office.Open();
        await office.Prepare(customers);
        office.MoveTo(new(2026, 11, 1, 6, 0, 0, TimeSpan.Zero));
        var breakdown = new Dictionary<string, double>(StringComparer.Ordinal);
        var (cpu, wall) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        await Measured(nameof(BillingTimer), office.FireBilling);
        await office.Drain(Measured);
        var (used, took) = (Environment.CpuUsage.TotalTime - cpu, Stopwatch.GetElapsedTime(wall));
        return new(await Count(office.Get<InvoiceIndex>()), used, took, breakdown);

        async Task Measured(string step, Func<Task> work)
        {
            var before = Environment.CpuUsage.TotalTime;
            await work();
            breakdown[step] = breakdown.GetValueOrDefault(step) + (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
        }
    }

    private static async Task<int> Count(InvoiceIndex invoices)
    {
        var count = 0;
        string? after = null;
        while (await invoices.Page(after, 1_000, default) is { Count: > 0 } page)
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
