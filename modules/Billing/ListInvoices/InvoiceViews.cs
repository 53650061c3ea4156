using System.Globalization;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Billing;

/// <summary>A line of an invoice as the API answers it; amounts in the invoice's currency.</summary>
internal sealed record InvoiceLineView(string Description, string Quantity, string UnitPrice, string TaxRate, string Net, string Tax);

internal sealed record InvoiceTaxView(string TaxRate, string Net, string Tax);

/// <summary>An invoice as the API answers it; amounts are plain strings in its currency.</summary>
/// <param name="Period">The month it is for, yyyy-MM.</param>
/// <param name="Status">open, partlyPaid, paid or cancelled: derived from the ledger. What was written off counts as paid here.</param>
/// <param name="WrittenOff">What of it nobody paid and nobody asks for any more.</param>
internal sealed record InvoiceView(
    string Number,
    string Customer,
    string? Service,
    string Period,
    DateOnly IssuedOn,
    DateOnly DueOn,
    string Currency,
    IReadOnlyList<InvoiceLineView> Lines,
    IReadOnlyList<InvoiceTaxView> Taxes,
    string Net,
    string Tax,
    string Total,
    string Remaining,
    string WrittenOff,
    string Status,
    string PayUrl);

/// <param name="Customer">Its account; null for all.</param>
/// <param name="From">By issue date, inclusive; so is <paramref name="To"/>.</param>
internal sealed record InvoiceFilter(string? Customer, string? Service, string? Status, string? Period, DateOnly? From, DateOnly? To)
{
    public bool Passes(Invoice invoice) =>
        (Service is null || invoice.Service == Service)
        && (Period is null || invoice.Period == Period)
        && (From is null || invoice.IssuedOn >= From)
        && (To is null || invoice.IssuedOn <= To);
}

/// <summary>Makes invoices into what the API answers, each checked against its account.</summary>
internal sealed class InvoiceViews(AccountStore accounts, InvoiceReader invoices, InvoiceIndex index, LedgerReader ledger, CustomerReader customers, PayLinks links)
{
    // What one request may read through in search of matches; a page may then hold fewer than asked for.
    private const int ScannedMax = 2_000;
    private const int AtOnce = 200;

    public async Task<InvoiceView> Of(string account, Invoice invoice, CancellationToken cancellation)
    {
        var customer = await customers.Find(account, cancellation) ?? throw new InvalidOperationException($"The customer of {account} is missing.");
        var head = await ledger.Standing(account, cancellation);
        return Of(invoice, customer, head, await ledger.WrittenOffOf(account, head, cancellation));
    }

    /// <summary>The matches in the order of their numbers, and the number to go on behind.</summary>
    public async Task<(IReadOnlyList<InvoiceView> Items, string? Next)> Page(InvoiceFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        if (filter.Customer is { } account)
            return await PageOf(account, filter, after, limit, cancellation);

        var found = new List<InvoiceView>();
        var position = after is null ? null : Key.Of(after);
        for (var scanned = 0; scanned < ScannedMax;)
        {
            var pointers = await index.Page(position, AtOnce, cancellation);
            foreach (var group in pointers.GroupBy(pointer => pointer.Value.Account))
            {
                // One look at the account serves all of its invoices on the page.
                LedgerHead? head = null;
                Customer? customer = null;
                IReadOnlyDictionary<string, decimal>? writtenOff = null;
                foreach (var pointer in group)
                {
                    if (await invoices.Find(group.Key, pointer.Value.Ref, cancellation) is not { } invoice
                        || Key.Of(invoice.Number) != pointer.Key || !filter.Passes(invoice))
                        continue;
                    head ??= await ledger.Standing(group.Key, cancellation);
                    customer ??= await customers.Find(group.Key, cancellation);
                    writtenOff ??= await ledger.WrittenOffOf(group.Key, head, cancellation);
                    if (customer is not null && Of(invoice, customer, head, writtenOff) is var view && (filter.Status is null || view.Status == filter.Status))
                        found.Add(view);
                }
            }

            found.Sort((a, b) => string.CompareOrdinal(a.Number, b.Number));
            if (found.Count > limit)
                return ([.. found.Take(limit)], found[limit - 1].Number);
            if (pointers.Count < AtOnce)
                return (found, null);
            scanned += pointers.Count;
            position = pointers[^1].Key;
        }

        return (found, Key.Parts(position!)[0]);
    }

    private async Task<(IReadOnlyList<InvoiceView>, string?)> PageOf(
        string account, InvoiceFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        if (await customers.Find(account, cancellation) is not { } customer)
            return ([], null);
        var head = await ledger.Standing(account, cancellation);
        var writtenOff = await ledger.WrittenOffOf(account, head, cancellation);
        var found = new List<InvoiceView>();
        await foreach (var row in accounts.Tables.All(
            AccountStore.Table, account, KeyRange.Prefix(BillingRows.InvoicePrefix), BillingRows.InvoiceType, cancellation))
        {
            if (row.Value.State != InvoiceState.Pending && filter.Passes(row.Value) && string.CompareOrdinal(row.Value.Number, after) > 0)
                found.Add(Of(row.Value, customer, head, writtenOff));
        }

        var matching = found
            .Where(view => filter.Status is null || view.Status == filter.Status)
            .OrderBy(view => view.Number, StringComparer.Ordinal)
            .ToArray();
        return matching.Length > limit ? ([.. matching.Take(limit)], matching[limit - 1].Number) : (matching, null);
    }

    private InvoiceView Of(Invoice invoice, Customer customer, LedgerHead head, IReadOnlyDictionary<string, decimal> writtenOff)
    {
        var (status, remaining) = InvoiceReader.Status(invoice, head);
        var currency = Currency.Of(invoice.Currency);
        string Plain(decimal amount) => new Money(amount, currency).ToPlain();
        return new(
            invoice.Number, invoice.Customer, invoice.Service, invoice.Period, invoice.IssuedOn, invoice.DueOn, invoice.Currency,
            [.. invoice.Lines.Select(line => new InvoiceLineView(
                line.Description, Number(line.Quantity), Number(line.UnitPrice), Number(line.TaxRate), Plain(line.Net), Plain(line.Tax)))],
            [.. invoice.Taxes.Select(tax => new InvoiceTaxView(Number(tax.Rate), Plain(tax.Net), Plain(tax.Tax)))],
            Plain(invoice.Net), Plain(invoice.Tax), Plain(invoice.Total), Plain(remaining), Plain(writtenOff.GetValueOrDefault(invoice.Ref)), status,
            links.Url(PayLinks.ToInvoice(customer, invoice.Ref)));
    }

    private static string Number(decimal value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
