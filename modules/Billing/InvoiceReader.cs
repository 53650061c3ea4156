using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Billing;

/// <summary>What other modules may ask about invoices.</summary>
public sealed class InvoiceReader(AccountStore accounts, IBlobs blobs, ITables tables)
{
    private readonly InvoiceIndex _index = new(tables);

    /// <summary>The invoice of an account; null when there is none or it has no number yet.</summary>
    public async Task<Invoice?> Find(string account, string reference, CancellationToken cancellation) =>
        await accounts.Find(account, reference, BillingRows.InvoiceType, cancellation) is { Value: { State: not InvoiceState.Pending } invoice }
            ? invoice
            : null;

    /// <summary>The invoice that has this number, with the account it stands in.</summary>
    public async Task<(string Account, Invoice Invoice)?> FindByNumber(string number, CancellationToken cancellation) =>
        await _index.Find(number, cancellation) is { } pointer
        && await Find(pointer.Account, pointer.Ref, cancellation) is { } invoice
        && invoice.Number == number
            ? (pointer.Account, invoice)
            : null;

    /// <summary>The stored PDF: what was sent is what is downloaded for ever.</summary>
    public async Task<byte[]> Pdf(Invoice invoice, CancellationToken cancellation) =>
        invoice.PdfHash is { } hash && await blobs.Find(BillingRows.PdfBlob(hash), cancellation) is { } pdf
            ? pdf
            : throw new InvalidOperationException($"The PDF of invoice {invoice.Number} is missing.");

    /// <summary>open, partlyPaid, paid or cancelled, and what is still owed: derived from the ledger.</summary>
    public static (string Status, decimal Remaining) Status(Invoice invoice, LedgerHead head)
    {
        var remaining = head.ItemOf(invoice.Ref)?.Remaining ?? 0m;
        var status = invoice.State == InvoiceState.Cancelled ? "cancelled"
            : remaining == 0m ? "paid"
            : remaining < invoice.Total ? "partlyPaid"
            : "open";
        return (status, remaining);
    }
}

/// <summary>Invoices by number. Rows are written before the invoice they point at.</summary>
internal sealed class InvoiceIndex(ITables tables)
{
    private readonly SpreadIndex<InvoicePointer> _index = new(tables, BillingRows.Table, "number", BillingRows.PointerType);

    public Task Put(string number, InvoicePointer pointer, CancellationToken cancellation) =>
        _index.Put(number, Key.Of(number), pointer, cancellation);

    public async Task<InvoicePointer?> Find(string number, CancellationToken cancellation) =>
        (await _index.Find(number, Key.Of(number), cancellation))?.Value;

    /// <summary>Pointers in the order of their numbers, behind one of them.</summary>
    public Task<IReadOnlyList<Stored<InvoicePointer>>> Page(string? after, int limit, CancellationToken cancellation) =>
        _index.Page(after is null ? KeyRange.All : KeyRange.All.After(after), limit, cancellation);
}
