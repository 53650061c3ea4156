using System.Globalization;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Payments;
using static Vade.Simulation.Check;

namespace Vade.Simulation;

/// <summary>What lists and reports read is what the accounts say, folded once more from the beginning.</summary>
internal sealed class ProjectionCheck(World world)
{
    public void Run()
    {
        var (invoices, payments) = (new Dictionary<string, InvoiceRow>(StringComparer.Ordinal), new Dictionary<string, PaymentRow>(StringComparer.Ordinal));
        var directory = Indexed<DirectoryRow>(CustomerDirectory.Table, "customers", new(AccountsJson.Default.DirectoryRow));
        var services = Indexed(BillingRows.Table, "service", BillingRows.ServicePointerType);
        foreach (var account in world.Store.Partitions(AccountStore.Table).ToArray())
        {
            var rows = Rows(AccountStore.Table, account).ToArray();
            var head = HeadOf(account);
            // At the end of a world nothing is on its way any more.
            var standing = head.MovedTo is { } survivor ? LedgerReader.Standing(account, head, HeadOf(survivor), []) : head;
            if (directory.TryGetValue(account, out var listed))
                CheckDebts(account, head, [.. Of(rows, AccountsRows.AllocationPrefix, AccountsRows.AllocationType)], listed);
            foreach (var invoice in Of(rows, BillingRows.InvoicePrefix, BillingRows.InvoiceType).Where(invoice => invoice.State != InvoiceState.Pending))
            {
                var row = InvoiceRow.Of(account, invoice, standing);
                invoices.Add(row.Place, row with { Sequence = 0 });
            }

            foreach (var payment in Of(rows, PaymentsRows.PaymentPrefix, PaymentsRows.PaymentType))
                payments.Add(PaymentsRows.Listed(payment), PaymentRow.Of(account, payment, 0));
            foreach (var service in Of(rows, BillingRows.ServicePrefix, BillingRows.ServiceType))
                CheckService(services.GetValueOrDefault(account + Key.Separator + Key.Of(service.Code)), account, service);
        }

        var list = Indexed(BillingRows.Table, "list", BillingRows.RowType);
        Same("invoices", invoices, List(list, InvoiceRows.Issued));
        Same("open invoices", invoices.Where(row => row.Value.IsOpen), List(list, InvoiceRows.Open));
        // A payment that was announced and then booked on another day left a pointer behind; lists pass it over.
        Same("payments", payments, Indexed(PaymentsRows.Table, "day", PaymentsRows.RowType)
            .Where(row => row.Value.Status is not null || payments.ContainsKey(row.Key))
            .Select(row => KeyValuePair.Create(row.Key, row.Value with { Sequence = 0 })));
    }

    private LedgerHead HeadOf(string account) =>
        Rows(AccountStore.Table, account).FirstOrDefault(row => row.Key == AccountsRows.Head) is { } stored ? AccountsRows.HeadType.Read(stored) : Bookkeeping.Empty(account);

    private static void CheckDebts(string account, LedgerHead head, AllocationRow[] history, DirectoryRow listed)
    {
        var folded = Debts.Of(head, [.. history.Where(row => row.Sequence > head.Sequence - Debts.EntriesConsidered)]);
        Must(Text(listed with { Debts = folded }) == Text(listed), Invariants.ProjectionsAgree, $"{account} is listed with {Text(listed)} and owes {Text(listed with { Debts = folded })}");
    }

    private static void CheckService(ServicePointer? listed, string account, Service service)
    {
        static Service Unbilled(Service service) => service with { BilledThrough = null, BilledOn = null };
        Must(
            listed?.Plan is { } plan
            && BillingRows.ServiceType.Write(Unbilled(plan)).Span.SequenceEqual(BillingRows.ServiceType.Write(Unbilled(service)).Span)
            && new Plan(account, "", plan, null).Dates(service.BilledOn ?? DateOnly.MinValue, DateOnly.MaxValue.AddYears(-1)).FirstOrDefault() == (service.NextOn() ?? default),
            Invariants.ProjectionsAgree,
            $"{service} of {account} is listed as {listed?.Plan}");
    }

    private static IEnumerable<KeyValuePair<string, InvoiceRow>> List(Dictionary<string, InvoiceRow> rows, string list) => rows
        .Where(row => row.Key.StartsWith(list, StringComparison.Ordinal))
        .Select(row => KeyValuePair.Create(row.Key[list.Length..], row.Value with { Sequence = row.Value.Sequence == 0 ? -1 : 0 }));

    private static void Same<T>(string what, IEnumerable<KeyValuePair<string, T>> folded, IEnumerable<KeyValuePair<string, T>> kept)
    {
        var (expected, found) = (folded.ToHashSet(), kept.ToHashSet());
        Must(expected.SetEquals(found), Invariants.ProjectionsAgree, $"{what}: listed {string.Join(", ", found.Except(expected).Take(2))} for {string.Join(", ", expected.Except(found).Take(2))}");
    }

    private Dictionary<string, T> Indexed<T>(string table, string name, RowType<T> type) => Enumerable.Range(0, SpreadIndex<T>.Buckets)
        .SelectMany(bucket => Rows(table, name + "-" + bucket.ToString("x", CultureInfo.InvariantCulture)))
        .ToDictionary(row => row.Key, type.Read, StringComparer.Ordinal);

    private IEnumerable<Row> Rows(string table, string partition)
    {
        var range = KeyRange.All;
        while (world.Store.Range(table, partition, range, TableLimits.PageRowsMax) is { Count: > 0 } page)
        {
            foreach (var row in page)
                yield return row;
            range = range.After(page[^1].Key);
        }
    }

    private static string Text(DirectoryRow row) => System.Text.Json.JsonSerializer.Serialize(row, AccountsJson.Default.DirectoryRow);

    private static IEnumerable<T> Of<T>(IEnumerable<Row> rows, string prefix, RowType<T> type) =>
        rows.Where(row => row.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(type.Read);
}
