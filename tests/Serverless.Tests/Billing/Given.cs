using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Tests.Billing;

/// <summary>Customers and services as a test needs them, and what must hold of all books whatever happened.</summary>
internal static class Given
{
    public static async Task<Customer> Customer(this SliceHost host, string code, string language = "tr")
    {
        var customer = new Customer(
            code, $"{code} ÖZGÜR & Ş. İÇ TİC. A.Ş.", "4540536920", "TR", language, [$"{code.ToLowerInvariant()}@musteri.example"], [], null, false,
            new("Atatürk Cad. 1", "Çankaya", "Ankara", "06420", "TR"), null, "123456789");
        await host.Tables.Put(AccountStore.Table, AccountStore.Of(code), AccountsRows.Customer, customer, AccountsRows.CustomerType, default);
        return customer;
    }

    public static ServiceBody Monthly(string startsOn, string price = "1000.00", int months = 1, string? endsOn = null, bool prorate = false, string? currency = null) => new(
        [new("Sosyal medya danışmanlığı", Amount(price), 20m), new("Barındırma", 12.345m, 10m, 2m)],
        DateOnly.Parse(startsOn, System.Globalization.CultureInfo.InvariantCulture),
        Description: "Aylık hizmet",
        Currency: currency,
        Every: new(months),
        EndsOn: endsOn is null ? null : DateOnly.Parse(endsOn, System.Globalization.CultureInfo.InvariantCulture),
        Prorate: prorate);

    public static async Task Service(this SliceHost host, Customer customer, string code, ServiceBody body) =>
        await host.Get<SaveService>().Save(customer, code, body, default);

    public static Task RunBilling(this SliceHost host) => host.Fire<BillingTimer>();

    /// <summary>A run is sealed, and none of its messages is handled yet.</summary>
    public static async Task SealOnly(this SliceHost host)
    {
        await using var scope = host.Get<IServiceScopeFactory>().CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RunBillingHandler>().Handle(new(), default);
    }

    public static async Task<IReadOnlyList<Invoice>> Invoices(this SliceHost host, string code)
    {
        var invoices = new List<Invoice>();
        await foreach (var row in host.Tables.All(
            AccountStore.Table, AccountStore.Of(code), KeyRange.Prefix(BillingRows.InvoicePrefix), BillingRows.InvoiceType, default))
        {
            invoices.Add(row.Value);
        }

        return [.. invoices.OrderBy(invoice => invoice.Number, StringComparer.Ordinal)];
    }

    public static async Task<LedgerHead> Ledger(this SliceHost host, string code) =>
        await host.Get<LedgerReader>().Head(AccountStore.Of(code), default);

    /// <summary>Money comes in by hand, without the payments module: what settles what is the ledger's business.</summary>
    public static async Task Receives(this SliceHost host, string code, string reference, decimal amount, string currency = "TRY")
    {
        var account = AccountStore.Of(code);
        await host.Get<AccountStore>().Change(
            account,
            async stop =>
            {
                var session = await host.Get<Ledger>().Open(account, stop);
                var on = DateOnly.FromDateTime(host.Clock.GetUtcNow().UtcDateTime);
                session.Post(new(
                    "pay!" + reference, PostingKind.Payment, Vade.Kernel.Currency.Of(currency), on, reference,
                    [new(session.Accounts.Bank, amount), new(session.Accounts.Receivable, -amount)],
                    new Effect.Settles(new(reference, reference, currency, on, amount), null), ""));
                var batch = host.Get<AccountStore>().Batch(account);
                await session.Write(batch, stop);
                return new Decision<bool>(true, batch);
            },
            default);
    }

    /// <summary>
    /// The books of these customers are sound: every chain unbroken and equal to its open items, nothing pending or
    /// unpublished, every date invoiced exactly once, numbers from 1 without a gap in date order, no run left open,
    /// nothing forgotten and nothing given up.
    /// </summary>
    public static async Task BooksAreSound(this SliceHost host, params IReadOnlyList<string> codes)
    {
        var all = new List<Invoice>();
        foreach (var code in codes)
        {
            var account = AccountStore.Of(code);
            var entries = await host.Get<LedgerReader>().Entries(account, default);
            Assert.Null(LedgerReader.FirstBroken(account, entries));
            var head = await host.Ledger(code);
            Assert.Equal(entries.Count, head.Sequence);
            foreach (var balance in head.Balances)
                Assert.Equal(balance.Receivable, Bookkeeping.Owed(head, Vade.Kernel.Currency.Of(balance.Currency)));

            var rows = await host.Tables.Range(AccountStore.Table, account, KeyRange.All, 1000, default);
            Assert.DoesNotContain(rows, row => row.Key.StartsWith("outbox-", StringComparison.Ordinal) || row.Key.StartsWith("pending-", StringComparison.Ordinal));

            var invoices = await host.Invoices(code);
            Assert.All(invoices, invoice => Assert.NotEqual(InvoiceState.Pending, invoice.State));
            all.AddRange(invoices);
            foreach (var invoice in invoices)
            {
                Assert.Equal(invoice.Ref, (await host.Get<InvoiceIndex>().Find(invoice.Number, default))?.Ref);
                Assert.StartsWith("%PDF-1.7", System.Text.Encoding.ASCII.GetString(await host.Get<InvoiceReader>().Pdf(invoice, default), 0, 8), StringComparison.Ordinal);
            }
        }

        foreach (var series in all.GroupBy(invoice => invoice.Number[..7], StringComparer.Ordinal))
        {
            var ordered = series.OrderBy(invoice => invoice.Number, StringComparer.Ordinal).ToArray();
            Assert.Equal(Enumerable.Range(1, ordered.Length), ordered.Select(invoice => int.Parse(invoice.Number[7..], System.Globalization.CultureInfo.InvariantCulture)));
            Assert.Equal(ordered.Select(invoice => invoice.IssuedOn).Order(), ordered.Select(invoice => invoice.IssuedOn));
            Assert.All(ordered, invoice => Assert.Equal(invoice.Number[3..7], invoice.IssuedOn.Year.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        var book = await host.Get<Numbering>().Read(Numbering.Invoices, default);
        Assert.Empty(book?.Value.OpenRuns ?? []);
        Assert.Empty(await host.Get<MissingInvoices>().Find(default));
        Assert.Empty(await host.PoisonRows());
    }

    private static decimal Amount(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
