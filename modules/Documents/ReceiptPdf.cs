using Vade.Documents.Layout;
using Vade.Documents.Templates;
using Vade.Kernel;

namespace Vade.Documents;

/// <summary>A receipt as a PDF that can be archived (PDF/A-3b) and read aloud (PDF/UA-1).</summary>
public static class ReceiptPdf
{
    /// <inheritdoc cref="InvoicePdf.Render"/>
    public static byte[] Render(ReceiptDocument receipt)
    {
        var language = receipt.Language;
        var labels = Labels.In(language);
        var accent = receipt.Accent.ReadableOnWhite();
        var cancelled = receipt.Cancelled ? labels.Cancelled : null;
        var title = $"{labels.Receipt} {receipt.Number}";
        using var sheet = new Sheet(
            Parts.Properties(title, receipt.Receiver, language, receipt.IssuedAt, receipt.Identity), title, labels.Page, cancelled);

        var page = new Column();
        page.Head(receipt.Receiver, receipt.Logo, labels.Receipt, receipt.Number, cancelled, accent);
        page.Parties(labels, (labels.Receiver, receipt.Receiver), (labels.Payer, receipt.Payer));
        page.Facts(
            accent,
            (labels.ReceivedOn, Formats.Date(receipt.ReceivedOn, language)),
            (labels.Means, receipt.Means),
            (labels.Reference, receipt.Reference));
        if (receipt.Allocations.Count > 0)
        {
            page.Text(labels.SettledInvoices).Heading().Bold().Size(1000);
            page.Gap(800);
            page.Table(table =>
            {
                table.Accent(accent).Relative(1, labels.Invoice).Auto(labels.Amount, Align.Right);
                foreach (var allocation in receipt.Allocations)
                    table.Row(allocation.Invoice, Formats.Money(allocation.Amount, language));
            });
        }
        var advance = receipt.Advance is { IsZero: false } left ? new[] { (labels.Advance, Formats.Money(left, language)) } : [];
        page.Totals(accent, advance, (labels.AmountReceived, Formats.Money(receipt.Amount, language)));
        if (!string.IsNullOrWhiteSpace(receipt.AmountInWords))
        {
            page.Gap(600);
            page.Text($"{labels.InWords}: {receipt.AmountInWords}").Size(850).Muted().Right();
        }
        page.Notes(labels, receipt.Notes);
        return sheet.Finish(page);
    }
}
