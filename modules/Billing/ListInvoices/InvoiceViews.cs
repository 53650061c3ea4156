using System.Globalization;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Web;

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

/// <summary>Makes invoices into what the API answers, each checked against its account.</summary>
internal sealed class InvoiceViews(InvoiceReader invoices, InvoiceList list, LedgerReader ledger, CustomerReader customers, PayLinks links)
{
    private const int AccountsAtOnce = 20;

    public async Task<InvoiceView> Of(string account, Invoice invoice, CancellationToken cancellation)
    {
        var customer = await customers.Find(account, cancellation) ?? throw new InvalidOperationException($"The customer of {account} is missing.");
        var head = await ledger.Standing(account, cancellation);
        return Of(invoice, customer, head, await ledger.WrittenOffOf(account, head, cancellation));
    }

    /// <summary>The matches in the order of issue, and the place to go on behind.</summary>
    public async Task<ApiPage<InvoiceView>> Page(InvoiceFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        var (found, next) = await list.Search(filter, after, limit, cancellation);
        var views = new Dictionary<string, InvoiceView>(StringComparer.Ordinal);
        foreach (var some in found.GroupBy(row => row.Account, StringComparer.Ordinal).Chunk(AccountsAtOnce))
        {
            foreach (var view in (await Task.WhenAll(some.Select(group => Of(group.Key, group, cancellation)))).SelectMany(group => group))
                views[view.Number] = view;
        }

        return new([.. found.Where(row => views.ContainsKey(row.Number)).Select(row => views[row.Number]).Where(view => filter.Status is null || view.Status == filter.Status)], next);
    }

    // One look at the account serves all of its invoices on the page.
    private async Task<IReadOnlyList<InvoiceView>> Of(string account, IEnumerable<InvoiceRow> rows, CancellationToken cancellation)
    {
        if (await customers.Find(account, cancellation) is not { } customer)
            return [];
        var head = await ledger.Standing(account, cancellation);
        var writtenOff = await ledger.WrittenOffOf(account, head, cancellation);
        var views = new List<InvoiceView>();
        foreach (var row in rows)
        {
            if (await invoices.Find(account, row.Ref, cancellation) is { } invoice && invoice.Number == row.Number)
                views.Add(Of(invoice, customer, head, writtenOff));
        }

        return views;
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
