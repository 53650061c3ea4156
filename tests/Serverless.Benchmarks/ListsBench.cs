using System.Globalization;
using System.Text.Json;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Storage;
using Vade.Payments;

namespace Vade.Benchmarks;

/// <summary>
/// What a page of a list and a report ask of the tables over so many rows of each kind. The rows are written as they
/// are, without the accounts behind them: what a page looks up in accounts is asked and counted, and answers nothing.
/// </summary>
internal static class ListsBench
{
    private const int PageRows = 50;
    private static readonly DateOnly First = new(2026, 1, 1);

    public static async Task Run(int rows)
    {
        await using var office = await Office.Open();
        await Seed(office, rows);
        var measured = new List<(string Name, long Reads, double CpuMs, int Rows)>();

        async Task Measure(string name, Func<Task<int>> work)
        {
            await work();
            office.Tally.Start();
            var cpu = Environment.CpuUsage.TotalTime;
            var found = await work();
            measured.Add((name, office.Tally.Read().TableReads, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds, found));
        }

        var (invoices, payments, customers) = (office.Get<InvoiceList>(), office.Get<PaymentList>(), office.Get<CustomerList>());
        async Task<int> Invoices(InvoiceFilter filter) => (await invoices.Page(filter, null, PageRows, default)).Items.Count;
        await Measure("invoices", () => Invoices(new()));
        await Measure("invoices, paid", () => Invoices(new(Status: "paid")));
        await Measure("invoices of a month, paid", () => Invoices(new(Status: "paid", From: new(2026, 6, 1), To: new(2026, 6, 30))));
        await Measure("invoices, a name that one customer has", () => Invoices(new(Text: "Güneş 77777 ")));
        await Measure("payments", async () => (await payments.Page(new(), null, PageRows, default)).Items.Count);
        await Measure("customers", async () => (await customers.Page(new(), null, PageRows, default)).Items.Count);
        await Measure("customers, overdue", async () => (await customers.Page(new(Overdue: true), null, PageRows, default)).Items.Count);
        await Measure("customers, a name that one has", async () => (await customers.Page(new("Güneş 77777 "), null, PageRows, default)).Items.Count);
        foreach (var report in office.Get<IEnumerable<IReport>>().Where(report => report.Name != "missing-invoices"))
        {
            await Measure("report " + report.Name, async () =>
                (await office.Call<JsonElement>(HttpMethod.Get, $"/api/v1/reports/{report.Name}?from=2026-01-01&to=2026-12-31")).GetProperty("rows").GetArrayLength());
        }

        await Measure("the office's figures, kept", async () => (await office.Get<OfficeFigures>().Read(null, default)).Expected.Count);
        Tell(rows, measured);
    }

    private static async Task Seed(Office office, int rows)
    {
        var tables = office.Get<ITables>();
        var directory = new Seeder<DirectoryRow>(tables, CustomerDirectory.Table, "customers", new(AccountsJson.Default.DirectoryRow));
        var issued = new Seeder<InvoiceRow>(tables, BillingRows.Table, "list", BillingRows.RowType);
        var services = new Seeder<ServicePointer>(tables, BillingRows.Table, "service", BillingRows.ServicePointerType);
        var received = new Seeder<PaymentRow>(tables, PaymentsRows.Table, "day", PaymentsRows.RowType);
        for (var i = 0; i < rows; i++)
        {
            var (account, day) = (string.Create(CultureInfo.InvariantCulture, $"C{i:D6}"), First.AddDays((int)((long)i * 300 / rows)));
            var number = InvoiceNumber.Format("VAD", 2026, i + 1);
            // One in thirty owes.
            var owes = i % 30 == 0;
            var item = new OpenItem("invoice-S1!1", number, "TRY", day, day.AddDays(14), 120m, 120m);
            var debts = new Debts(2, [new("TRY", owes ? 120m : 0m, 0m)], owes ? [item] : [], false, [], owes ? item.DueOn : null, i % 7 - 2);
            await directory.Add(account, account, new(TurkishText.SearchKey($"Güneş {i} A.Ş."), true, 1, $"Güneş {i} A.Ş.", true, null, debts));
            var row = new InvoiceRow(
                account, item.Ref, number, account, $"Güneş {i} A.Ş.", "S1", "2026-01", day, item.DueOn, "TRY", 100m, 20m, 120m, owes ? 120m : 0m, owes ? "open" : "paid", 2);
            await issued.Add(account, InvoiceRows.Issued + row.Place, row);
            if (owes)
                await issued.Add(account, InvoiceRows.Open + row.Place, row);
            await services.Add(account, account + Key.Separator + "S1", new(account, "S1", new(
                "S1", "Bakım", "TRY", [new("Bakım", 1m, 100m, 20m)], 1, First, null, null, false, ["email"], default, day.AddMonths(1), day)));
            var id = string.Create(CultureInfo.InvariantCulture, $"P{i:D19}");
            await received.Add(id, PaymentsRows.Listed(day) + Key.Separator + id, new(
                account, "payment-!" + id, 2, id, number, account, 120m, "TRY", "cash", null, null, id, "confirmed", day, false, true));
        }

        foreach (var end in new[] { directory.End(), issued.End(), services.End(), received.End() })
            await end;
    }

    /// <summary>Writes the rows of an index a hundred to a commit.</summary>
    private sealed class Seeder<T>(ITables tables, string table, string name, RowType<T> type)
    {
        private readonly Dictionary<string, List<Change>> _waiting = new(StringComparer.Ordinal);

        public async Task Add(string spreadBy, string key, T value)
        {
            var partition = SpreadIndex<T>.PartitionOf(name, spreadBy);
            if (!_waiting.TryGetValue(partition, out var changes))
                _waiting[partition] = changes = [];
            changes.Add(new Change.Put(key, type.Version, type.Write(value)));
            if (changes.Count == TableLimits.ChangesMax)
                await Write(partition, changes);
        }

        public async Task End()
        {
            foreach (var (partition, changes) in _waiting.Where(partition => partition.Value.Count > 0))
                await Write(partition, changes);
        }

        private async Task Write(string partition, List<Change> changes)
        {
            await tables.Commit(table, partition, [.. changes], default);
            changes.Clear();
        }
    }

    private static void Tell(int rows, IReadOnlyList<(string Name, long Reads, double CpuMs, int Rows)> measured)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Over {rows:N0} rows of each kind, the second time each."));
        Report.Table(
            ["what is opened", "table reads", "CPU ms", "rows shown"],
            measured.Select(one => new[] { one.Name, Report.Number(one.Reads, 0), Report.Number(one.CpuMs, 1), Report.Number(one.Rows, 0) }));
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            rows,
            reads = measured.ToDictionary(one => one.Name, one => one.Reads),
            cpuMs = measured.ToDictionary(one => one.Name, one => Math.Round(one.CpuMs, 1)),
        }));
    }
}
