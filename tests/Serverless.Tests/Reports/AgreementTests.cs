using CsCheck;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;
using Vade.Payments;
using Vade.Tests.Billing;
using Vade.Tests.Payments;

namespace Vade.Tests.Reports;

/// <summary>Whatever happened to an office, its lists and reports say what its ledgers say.</summary>
public sealed class AgreementTests
{
    private static readonly string[] Codes = ["C1", "120/02", "Çağ#3"];
    private static readonly Currency[] Currencies = [Currency.TRY, Currency.USD];

    /// <param name="Kind">What happens, of <see cref="Do"/>.</param>
    private sealed record Deed(int Kind, int Customer, int Currency, int Amount, int Days);

    private static readonly Gen<Deed[]> Histories = Gen.Select(
        Gen.Int[0, 9], Gen.Int[0, Codes.Length - 1], Gen.Int[0, 1], Gen.Int[1, 400], Gen.Int[0, 40],
        (kind, customer, currency, amount, days) => new Deed(kind, customer, currency, amount, days)).Array[25, 35];

    [Fact]
    [Trait("Feature", "B17")]
    [Trait("Feature", "B20")]
    [Trait("Feature", "B21")]
    public async Task After_any_history_every_report_equals_a_fold_over_the_ledgers_and_every_status_the_ledgers()
    {
        var (open, collected) = (0, 0);
        await Histories.SampleAsync(
            async history =>
            {
                await using var host = PaymentsGiven.Start();
                var customers = await Customers(host);
                for (var i = 0; i < history.Length; i++)
                    await Do(host, customers[history[i].Customer], history[i], i);
                await host.Advance(TimeSpan.FromMinutes(30));

                Assert.Empty(await host.PoisonRows());
                await StatusesAgree(host);
                foreach (var currency in Currencies)
                {
                    await UnpaidAgrees(host, currency);
                    await DelaysAgree(host, currency);
                    await CollectionsAgree(host, currency);
                    await CashflowAgrees(host, currency);
                }

                await OverdueAgrees(host);
                await ARebuildWritesTheSame(host);
                open += (await Make(host, "unpaid", Currency.TRY)).Rows.Count;
                collected += (await Make(host, "collections", Currency.TRY, ("from", "2020-01-01"))).Rows.Count;
            },
            iter: 6, threads: 1, seed: "0N0XIzNsQ0O2");

        // Where nothing happens, nothing is proved.
        Assert.True(open > 10 && collected > 10, $"{open} open, {collected} collected");
    }

    private static async Task<Customer[]> Customers(SliceHost host)
    {
        var customers = new List<Customer>();
        foreach (var (code, i) in Codes.Select((code, i) => (code, i)))
        {
            var body = new CustomerBody($"Ticaret {i} A.Ş.", Emails: i == 0 ? [] : ["a@musteri.example"], DueDays: 10 * i);
            customers.Add(Assert.IsType<CustomerSaved.Kept>(await host.Get<SaveCustomer>().Save(code, body, default)).Customer);
        }

        return [.. customers];
    }

    private static async Task Do(SliceHost host, Customer customer, Deed deed, int turn)
    {
        var (currency, account) = (Currencies[deed.Currency], AccountStore.Of(customer.Code));
        var invoices = await host.Invoices(customer.Code);
        switch (deed.Kind)
        {
            case <= 3:
                await host.Invoice(customer, $"R{turn}", deed.Amount, currency.Code);
                break;
            case <= 6:
                var chosen = deed.Days % 3 == 0 ? invoices.Where(invoice => invoice.Currency == currency.Code).Take(2).Select(invoice => invoice.Number).ToArray() : null;
                await host.Get<RecordPayment>().Record(
                    customer, new(deed.Amount * 1.5m, RecordPayment.Means[deed.Days % 3], $"P{turn}", currency.Code, Today(host).AddDays(-deed.Days % 5), chosen), default);
                break;
            case 7 when (await host.Payments(customer.Code)).FirstOrDefault(payment => payment.State == PaymentState.Confirmed) is { } payment:
                await host.Get<CancelPayment>().Cancel(account, payment.Ref, "yanlış", default);
                break;
            case 8 when invoices.FirstOrDefault(invoice => invoice.State == InvoiceState.Issued) is { } invoice:
                await host.Get<CancelInvoices>().Cancel(account, invoice.Ref, "yanlış", default);
                break;
            case 9:
                await host.Get<TakeDocument>().Take(
                    customer.Code, $"F{deed.Amount % 4}",
                    new(
                        deed.Days % 4 == 0 ? DocumentDirection.Purchase : DocumentDirection.Sale, deed.Amount % 3 == 0 ? DocumentKind.Return : DocumentKind.Invoice,
                        Today(host).AddDays(-deed.Days), Today(host).AddDays(20 - deed.Days), currency.Code, Total: deed.Amount),
                    default);
                break;
            default:
                break;
        }

        await host.Advance(TimeSpan.FromDays(deed.Days));
    }

    private static async Task StatusesAgree(SliceHost host)
    {
        var truth = new Dictionary<string, (string, decimal)>(StringComparer.Ordinal);
        foreach (var code in Codes)
        {
            var head = await host.Ledger(code);
            foreach (var invoice in await host.Invoices(code))
            {
                var (status, remaining) = InvoiceReader.Status(invoice, head);
                truth[invoice.Number] = (status, status == "cancelled" ? 0m : remaining);
            }
        }

        var all = await Rows(host, new());
        Assert.Equal(truth.Count, all.Count);
        Assert.All(all, row => Assert.Equal(truth[row.Number], (row.Status, row.Remaining)));
        Assert.All(all, row => Assert.True(row.Sequence > 0));
        foreach (var status in new[] { "open", "partlyPaid", "paid", "cancelled" })
        {
            Assert.Equal(
                truth.Where(invoice => invoice.Value.Item1 == status).Select(invoice => invoice.Key).Order(StringComparer.Ordinal),
                (await Rows(host, new(Status: status))).Select(row => row.Number).Order(StringComparer.Ordinal));
        }

        foreach (var code in Codes)
            Assert.Equal((await host.Invoices(code)).Count, (await Rows(host, new(Customer: code))).Count);
        var streamed = new List<InvoiceRow>();
        await foreach (var row in host.Get<InvoiceList>().All(new(), default))
            streamed.Add(row);
        Assert.Equal(all, streamed);
    }

    /// <summary>Page by page, three at a time.</summary>
    private static async Task<List<InvoiceRow>> Rows(SliceHost host, InvoiceFilter filter)
    {
        var rows = new List<InvoiceRow>();
        for (string? after = null; ;)
        {
            var page = await host.Get<InvoiceList>().Page(filter, after, 3, default);
            rows.AddRange(page.Items);
            if ((after = page.Next) is null)
                return rows;
        }
    }

    private static async Task UnpaidAgrees(SliceHost host, Currency currency)
    {
        var table = await Make(host, "unpaid", currency);
        var folded = (await Open(host, currency)).Select(open => (open.Code, open.Item.Number, open.Item.Remaining));
        Assert.Equal(
            folded.Order(),
            table.Rows.Select(row => ((string)Cell(table, row, "customer")!, (string)Cell(table, row, "number")!, (decimal)Cell(table, row, "remaining")!)).Order());
        var late = (await Make(host, "unpaid", currency, ("minDaysLate", "10"))).Rows.Count;
        Assert.Equal((await Open(host, currency)).Count(open => Today(host).DayNumber - open.Item.DueOn.DayNumber >= 10), late);
    }

    private static async Task DelaysAgree(SliceHost host, Currency currency)
    {
        var table = await Make(host, "delays", currency);
        var open = await Open(host, currency);
        string[] buckets = ["notDue", "days1To30", "days31To60", "days61To90", "over90"];
        for (var i = 0; i < buckets.Length; i++)
        {
            var (least, most) = i switch { 0 => (int.MinValue, 0), 4 => (91, int.MaxValue), _ => (30 * i - 29, 30 * i) };
            var folded = open.Where(one => Today(host).DayNumber - one.Item.DueOn.DayNumber is var late && late >= least && late <= most).Sum(one => one.Item.Remaining);
            Assert.Equal(folded, table.Rows.Sum(row => (decimal)Cell(table, row, buckets[i])!));
        }

        Assert.Equal(open.Sum(one => one.Item.Remaining), table.Rows.Sum(row => (decimal)Cell(table, row, "total")!));
    }

    private static async Task CollectionsAgree(SliceHost host, Currency currency)
    {
        var table = await Make(host, "collections", currency, ("from", "2020-01-01"), ("to", "2030-01-01"));
        var all = (await Task.WhenAll(Codes.Select(host.Payments))).SelectMany(payments => payments)
            .Where(payment => payment.State == PaymentState.Confirmed && payment.Currency == currency.Code).ToArray();
        Assert.Equal(
            all.GroupBy(payment => (payment.ReceivedOn, payment.Means)).Select(group => (group.Key.ReceivedOn, group.Key.Means, group.Count(), group.Sum(payment => payment.Amount))).Order(),
            table.Rows.Select(row => ((DateOnly)Cell(table, row, "date")!, ((CodedCell)Cell(table, row, "means")!).Code, (int)Cell(table, row, "count")!, (decimal)Cell(table, row, "amount")!)).Order());
        // The ledger holds the same: what was received is what receivables were credited for.
        var entries = (await Task.WhenAll(Codes.Select(code => host.Get<LedgerReader>().Entries(AccountStore.Of(code), default)))).SelectMany(entries => entries);
        Assert.Equal(
            -entries.Where(entry => entry.Currency == currency.Code && entry.Kind is PostingKind.Payment or PostingKind.PaymentCancelled)
                .Where(entry => entry.Currency == currency.Code).Sum(entry => entry.Own),
            table.Rows.Sum(row => (decimal)Cell(table, row, "amount")!));
    }

    // Nothing is planned here: everything that is open comes within the weeks that are looked at, and nothing else.
    private static async Task CashflowAgrees(SliceHost host, Currency currency)
    {
        var table = await Make(host, "cashflow", currency, ("weeks", "60"));
        Assert.Equal(60, table.Rows.Count);
        Assert.Equal((await Open(host, currency)).Sum(open => open.Item.Remaining), table.Rows.Sum(row => (decimal)Cell(table, row, "total")!));
    }

    private static async Task OverdueAgrees(SliceHost host)
    {
        var late = new List<string>();
        foreach (var code in Codes)
        {
            if ((await host.Ledger(code)).Open.Any(item => item.DueOn < Today(host)))
                late.Add(code);
        }

        var listed = await host.Get<CustomerList>().Page(new(Overdue: true), null, 50, default);
        Assert.Equal(late.Order(StringComparer.Ordinal), listed.Items.Select(debtor => debtor.Code).Order(StringComparer.Ordinal));
    }

    private static async Task ARebuildWritesTheSame(SliceHost host)
    {
        var kept = await AllRows(host);
        await host.Fire<RebuildTimer>();
        Assert.Equal(kept, await AllRows(host));

        // Also where nothing is left of them, and where they come from another life.
        foreach (var (table, partition, key) in kept.Where(row => row.Partition.StartsWith("list-", StringComparison.Ordinal)).Select(row => (row.Table, row.Partition, row.Key)))
            await host.Tables.Remove(table, partition, [key], default);
        await host.Get<CustomerDirectory>().WriteDebts(new(AccountStore.Of(Codes[0]), await host.Ledger(Codes[0]), await host.Ledger(Codes[0])), Debts.None with { Sequence = 999 }, default);
        foreach (var lane in Rebuild.Lanes)
            await host.Tables.Remove(CustomerDirectory.Table, Rebuild.Partition, [lane], default);
        await host.Fire<RebuildTimer>();
        Assert.Equal(kept, await AllRows(host));
    }

    private static async Task<List<(string Table, string Partition, string Key, string Body)>> AllRows(SliceHost host)
    {
        var rows = new List<(string, string, string, string)>();
        foreach (var (table, name) in new[] { (CustomerDirectory.Table, "customers"), (BillingRows.Table, "list"), (BillingRows.Table, "service"), (PaymentsRows.Table, "day") })
        {
            for (var bucket = 0; bucket < 16; bucket++)
            {
                var partition = $"{name}-{bucket:x}";
                foreach (var row in await host.Tables.Range(table, partition, KeyRange.All, 1000, default))
                    rows.Add((table, partition, row.Key, Unsequenced(System.Text.Encoding.UTF8.GetString(row.Body.Span))));
            }
        }

        return rows;
    }

    // A row that no posting touched since carries an older sequence than a rebuilt one, and says the same.
    private static string Unsequenced(string json) => System.Text.RegularExpressions.Regex.Replace(
        json, "\"(q|sequence)\":[0-9]+", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));

    private static async Task<List<(string Code, OpenItem Item)>> Open(SliceHost host, Currency currency)
    {
        var open = new List<(string, OpenItem)>();
        foreach (var code in Codes)
            open.AddRange((await host.Ledger(code)).Open.Where(item => item.Currency == currency.Code).Select(item => (code, item)));
        return open;
    }

    private static async Task<ReportTable> Make(SliceHost host, string name, Currency currency, params (string Name, string Value)[] given)
    {
        var report = host.Get<IEnumerable<IReport>>().Single(report => report.Name == name);
        var query = new Microsoft.AspNetCore.Http.QueryCollection(given.Append(("currency", currency.Code)).ToDictionary(
            pair => pair.Item1, pair => new Microsoft.Extensions.Primitives.StringValues(pair.Item2), StringComparer.Ordinal));
        var organisation = await host.Get<Settings>().Get(OrganisationSettings.Section, default);
        return await report.Make(ReportEndpoints.Read(report, query, organisation, organisation.Today(host.Clock)).Query!, default);
    }

    private static object? Cell(ReportTable table, object?[] row, string name) => row[table.Columns.ToList().FindIndex(column => column.Name == name)];

    private static DateOnly Today(SliceHost host) => new OrganisationSettings("").Today(host.Clock);
}
