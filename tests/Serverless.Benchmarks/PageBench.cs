using System.Text.Json;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Benchmarks;

/// <summary>
/// The pay page as the app serves it over loopback, one view after the other: the server's time of its endpoint, and
/// the CPU time of the whole process, which also plays the browser.
/// </summary>
internal static class PageBench
{
    private const int WarmUp = 300;
    private static readonly int[] OpenInvoices = [1, 12, 5_000];

    private sealed record Result(double P50Ms, double P99Ms, double CpuMs, int Bytes);

    public static async Task Run(int views)
    {
        await using var office = await Office.Open();
        var results = new Dictionary<int, Result>();
        foreach (var open in OpenInvoices)
            results[open] = await Measure(office, await Link(office, open), views);
        Report.Table(
            ["open invoices", "p50 ms", "p99 ms", "CPU ms", "bytes"],
            results.Select(result => new[]
            {
                Report.Number(result.Key, 0), Report.Number(result.Value.P50Ms, 3), Report.Number(result.Value.P99Ms, 3),
                Report.Number(result.Value.CpuMs, 3), Report.Number(result.Value.Bytes, 0),
            }));
        Console.WriteLine(JsonSerializer.Serialize(results, JsonSerializerOptions.Web));
    }

    private static async Task<Result> Measure(Office office, string path, int views)
    {
        var bytes = 0;
        for (var i = 0; i < WarmUp; i++)
            bytes = (await office.Client.GetByteArrayAsync(path)).Length;
        office.Served.Clear();
        var cpu = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < views; i++)
            await office.Client.GetByteArrayAsync(path);
        var used = Environment.CpuUsage.TotalTime - cpu;
        var served = office.Served.Order().ToArray();
        return new(
            Math.Round(Report.Percentile(served, 50), 3), Math.Round(Report.Percentile(served, 99), 3), Math.Round(used.TotalMilliseconds / views, 3), bytes);
    }

    /// <summary>The link of the invoice where there is one, of the whole debt where there are several.</summary>
    private static async Task<string> Link(Office office, int open)
    {
        var customer = ((CustomerSaved.Kept)await office.Get<SaveCustomer>().Save($"P{open}", new($"Müşteri {open} A.Ş.", Emails: ["p@customer.example"]), default)).Customer;
        var line = new ServiceLine("Danışmanlık", 1m, 1250m, 20m);
        var invoice = ((ManualOutcome.Issued)await office.Get<ManualInvoices>().Create(
            customer, $"P{open}-0", [line], Currency.Of("TRY"), null, "", default)).Invoice;
        if (open > 1)
            await Owe(office, AccountStore.Of(customer.Code), invoice, open);
        var target = open == 1 ? PayLinks.ToInvoice(customer, invoice.Ref) : PayLinks.ToDebt(customer);
        await office.Get<PayLinks>().Register(target, default);
        await office.Drain();
        return "/p/" + office.Get<PayLinks>().Token(target);
    }

    // What a page reads is the head; that each of its items came to be by an invoice of its own changes nothing for it.
    private static Task Owe(Office office, string account, Invoice invoice, int open)
    {
        OpenItem[] items = [.. Enumerable.Range(0, open).Select(i => new OpenItem(
            i == 0 ? invoice.Ref : $"{invoice.Ref}-{i}", i == 0 ? invoice.Number : $"ESK2026{i:D9}", "TRY",
            invoice.IssuedOn.AddDays(-i % 700), invoice.DueOn.AddDays(-i % 700), invoice.Total, invoice.Total))];
        return office.Get<ITables>().Put(
            AccountStore.Table, account, AccountsRows.Head, new LedgerHead(open, invoice.Salt, [new("TRY", open * invoice.Total, 0m)], items, []),
            AccountsRows.HeadType, default);
    }
}
