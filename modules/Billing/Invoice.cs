using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vade.Accounts;
using Vade.Kernel;

namespace Vade.Billing;

/// <summary>A line of an invoice with its own rounded amounts (tax per line, then summed per rate; design §5).</summary>
public sealed record InvoiceLine(string Description, decimal Quantity, decimal UnitPrice, decimal TaxRate, decimal Net, decimal Tax);

/// <summary>The tax of one rate: the sum over its lines.</summary>
public sealed record InvoiceTax(decimal Rate, decimal Net, decimal Tax);

/// <summary>Seller or buyer as they were when the invoice was issued.</summary>
public sealed record Party(
    string Name,
    string? TaxId,
    string? TaxIdLabel,
    string? TaxOffice,
    IReadOnlyList<string> Address,
    string? Email = null,
    string? Phone = null);

public enum InvoiceState
{
    /// <summary>Committed, not numbered yet; nobody but the handler that finishes it sees it.</summary>
    Pending,
    Issued,
    Cancelled,
}

/// <summary>
/// An invoice: a snapshot that never changes once issued, but for being cancelled. What is still owed for it is
/// the ledger's to say (<see cref="LedgerHead.ItemOf"/>), never this row's.
/// </summary>
/// <param name="Ref">Its identity and row key: service + date, or the caller's reference.</param>
/// <param name="Number">Empty while pending.</param>
/// <param name="Customer">The customer's code.</param>
/// <param name="Service">The service's code; null outside any schedule.</param>
/// <param name="On">The date of the schedule that it is for.</param>
/// <param name="PastBalance">What the customer owed in this currency before this invoice.</param>
/// <param name="Salt">Makes the ledger's hash of this snapshot say nothing once the snapshot is erased.</param>
/// <param name="Part">So many days of the period where it is not invoiced whole.</param>
/// <param name="PdfHash">SHA-256 of the stored PDF; null while pending.</param>
public sealed record Invoice(
    string Ref,
    string Number,
    InvoiceState State,
    string Customer,
    string? Service,
    string? Description,
    DateOnly On,
    DateOnly? Through,
    DateOnly IssuedOn,
    DateOnly DueOn,
    DateTimeOffset IssuedAt,
    string Currency,
    IReadOnlyList<InvoiceLine> Lines,
    IReadOnlyList<InvoiceTax> Taxes,
    decimal Net,
    decimal Tax,
    decimal Total,
    Party Seller,
    Party Buyer,
    string Language,
    string PayerNumber,
    decimal PastBalance,
    string Salt,
    string? PdfHash,
    IReadOnlyList<string> Channels,
    string? CancelReason = null,
    DateTimeOffset? CancelledAt = null,
    Share? Part = null)
{
    /// <summary>The month it is for, yyyy-MM.</summary>
    public string Period => On.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public Money TotalMoney => new(Total, Kernel.Currency.Of(Currency));

    public Language Reader => Languages.Find(Language) ?? Kernel.Language.En;

    /// <summary>Under which identity it was posted, and its reversal.</summary>
    internal static string IssuePosting(string reference) => "issue!" + reference;

    internal static string CancelPosting(string reference) => "cancel!" + reference;

    /// <summary>What stands in the ledger for this invoice's content: SHA-256 over salt and content.</summary>
    public string Snapshot() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('|',
        [
            Salt, Ref, Number, IssuedOn.ToString("O", CultureInfo.InvariantCulture), DueOn.ToString("O", CultureInfo.InvariantCulture),
            Currency, Seller.Name, Seller.TaxId, Buyer.Name, Buyer.TaxId, .. Buyer.Address,
            .. Lines.Select(line => string.Create(CultureInfo.InvariantCulture,
                $"{line.Description}|{line.Quantity}|{line.UnitPrice}|{line.TaxRate}|{line.Net}|{line.Tax}")),
        ]))));

    /// <summary>The posting that makes the customer owe it.</summary>
    /// <param name="valueOn">The date of issue; later where a run is finished after its period was closed.</param>
    internal Posting Posting(LedgerAccounts chart, DateOnly valueOn) => new(
        IssuePosting(Ref),
        PostingKind.Invoice,
        Kernel.Currency.Of(Currency),
        valueOn,
        Number,
        [new(chart.Receivable, Total), new(chart.Sales, -Net), new(chart.Vat, -Tax)],
        new Effect.Opens(new OpenItem(Ref, Number, Currency, IssuedOn, DueOn, Total, Total)),
        Snapshot());

    /// <summary>The reversing posting.</summary>
    /// <param name="isMoved">The item stands in another account: what reverses it goes there and settles it.</param>
    internal Posting Reversal(LedgerAccounts chart, DateOnly today, bool isMoved = false) => new(
        CancelPosting(Ref),
        PostingKind.InvoiceCancelled,
        Kernel.Currency.Of(Currency),
        today,
        Number,
        [new(chart.Receivable, -Total), new(chart.Sales, Net), new(chart.Vat, Tax)],
        isMoved && Total > 0m ? new Effect.Settles(new Credit("cancel!" + Ref, Number, Currency, today, Total), [Ref]) : new Effect.Withdraws(Ref),
        Snapshot());

    /// <summary>The lines with their amounts: net and tax rounded per line, half away from zero.</summary>
    internal static (IReadOnlyList<InvoiceLine> Lines, IReadOnlyList<InvoiceTax> Taxes, decimal Net, decimal Tax) Amounts(
        IEnumerable<ServiceLine> lines, Currency currency, Share share)
    {
        var priced = lines.Select(line => (Line: line, Amounts: TaxMath.Line(line.Quantity, line.UnitPrice, line.TaxRate, currency))).ToArray();
        if (!share.IsWhole)
        {
            // A part of a term is a part of the whole net; the difference that rounding leaves goes on the last line.
            var whole = priced.Aggregate(Money.Zero(currency), (sum, line) => sum + line.Amounts.Net);
            var left = share.Take(whole);
            for (var i = 0; i < priced.Length; i++)
            {
                var net = i == priced.Length - 1 ? left : share.Take(priced[i].Amounts.Net);
                left -= net;
                priced[i].Amounts = TaxMath.OfNet(net, priced[i].Line.TaxRate);
            }
        }

        var total = TaxMath.Total(priced.Select(line => (line.Line.TaxRate, line.Amounts)), currency);
        return (
            [.. priced.Select(line => new InvoiceLine(
                line.Line.Description, line.Line.Quantity, line.Line.UnitPrice, line.Line.TaxRate, line.Amounts.Net.Amount, line.Amounts.Tax.Amount))],
            [.. total.ByRate.Select(rate => new InvoiceTax(rate.RatePercent, rate.Net.Amount, rate.Tax.Amount))],
            total.Net.Amount,
            total.Tax.Amount);
    }
}

/// <summary>An invoice was issued: its PDF is stored, its link works, the ledger holds it.</summary>
/// <param name="Account">The partition of the customer.</param>
/// <param name="Invoice">The invoice's <see cref="Invoice.Ref"/>.</param>
public sealed record InvoiceIssued(string Account, string Invoice);

/// <summary>An invoice was cancelled: the ledger holds the reversal, its link shows that nothing is owed.</summary>
public sealed record InvoiceCancelled(string Account, string Invoice);
