using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Web;
using Vade.Portal;

namespace Vade.Billing;

/// <summary>Something that happened to the invoice, for its page.</summary>
public sealed record InvoiceEvent(DateTimeOffset At, string What, string? Detail, Tone Tone);

/// <summary>What the page of an invoice shows, written for its reader where that needs more than the page knows.</summary>
/// <param name="Seen">The customer's looks at the PDF, the oldest first.</param>
public sealed record InvoiceShown(
    Invoice Invoice, string Customer, Money Remaining, string Status, Tone Tone, string PayUrl, bool CanBePaid, bool CanBeCancelled,
    IReadOnlyList<Explanation> Why, IReadOnlyList<InvoiceEvent> Events, IReadOnlyList<PaperView> Seen);

/// <summary>The page of an invoice and its PDF.</summary>
internal static class InvoicesShow
{
    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/invoices/{number}", Show).Needs(InvoicesPanel.See);
        panel.MapGet("/invoices/{number}/pdf", Pdf).Needs(InvoicesPanel.See);
    }

    private static async Task<IResult> Show(
        string number, PanelRequest panel, InvoiceReader invoices, CustomerReader customers, LedgerReader ledger, ExplainInvoice explain, PayLinks links,
        PaperViews views, IEnumerable<ITimelineSource> sources, CancellationToken cancellation)
    {
        if (await Find(number, invoices, cancellation) is not var (account, invoice))
            return panel.NotFound();
        var customer = await customers.Find(account, cancellation) ?? throw new InvalidOperationException($"The customer of {account} is missing.");
        var (status, remaining) = InvoiceReader.Status(invoice, await ledger.Head(account, cancellation));
        var (word, tone) = InvoicesPanel.Status(status, invoice.DueOn, panel.Today, panel.Language);
        var seen = (await views.Of(account, Paper.Invoice, invoice.Number, cancellation)).Where(view => view.By is Viewer.Link or Viewer.My);
        return panel.Page<InvoicePage>((nameof(InvoicePage.Shown), new InvoiceShown(
            invoice,
            customer.Title,
            new(status == "cancelled" ? 0m : remaining, invoice.TotalMoney.Currency),
            word,
            tone,
            links.Url(PayLinks.ToInvoice(customer, invoice.Ref)),
            remaining > 0m && status != "cancelled",
            status != "cancelled" && remaining == invoice.Total,
            await explain.Of(account, invoice, panel.Language, cancellation),
            [.. (await TimelineEndpoint.Read(sources, account, invoice, cancellation)).Select(item => Event(item, invoice, panel.Language))],
            [.. seen])));
    }

    private static async Task<IResult> Pdf(
        string number, HttpRequest request, PanelRequest panel, InvoiceReader invoices, PaperViews views, CancellationToken cancellation)
    {
        if (await Find(number, invoices, cancellation) is not var (account, invoice))
            return panel.NotFound();
        var pdf = await invoices.Pdf(invoice, cancellation);
        await views.Note(request, account, Paper.Invoice, invoice.Number, Viewer.Staff, saved: false, cancellation, panel.Staff.Id);
        return TypedResults.File(pdf, "application/pdf");
    }

    private static async Task<(string Account, Invoice Invoice)?> Find(string number, InvoiceReader invoices, CancellationToken cancellation) =>
        PathName.Decode(number) is { } name ? await invoices.FindByNumber(name, cancellation) : null;

    // Kinds that a later module brings are shown by their own names until they have words here.
    internal static InvoiceEvent Event(TimelineItem item, Invoice invoice, Language language)
    {
        var key = "event." + item.Kind;
        var known = Words.Texts.Keys.Contains(key, StringComparer.Ordinal);
        // Only what needs no translation: an amount, an address, a program; and a reason, which somebody wrote.
        var to = item.Detail.IndexOf(" to ", StringComparison.Ordinal);
        var detail = item.Kind switch
        {
            "created" => Formats.Money(invoice.TotalMoney, language),
            "issued" => Words.Texts.Format(language, "event.dueOn", Formats.Date(invoice.DueOn, language)),
            "sent" or "sending" => to >= 0 ? item.Detail[(to + 4)..] : item.Detail,
            "skipped" or "failed" or "unknown" => $"{(to >= 0 ? item.Detail[(to + 4)..] + " · " : "")}{item.Because}",
            "cancelled" => item.Because,
            "paymentCancelled" => $"{item.Detail} · {item.Because}",
            _ => item.Detail,
        };
        return new(item.At, known ? Words.Texts[language, key] : item.Kind, detail, item.Kind switch
        {
            "paid" or "sent" => Tone.Good,
            "failed" or "paymentCancelled" or "cancelled" => Tone.Bad,
            "skipped" or "unknown" => Tone.Warn,
            "viewed" or "downloaded" => Tone.Info,
            _ => Tone.Plain,
        });
    }

    internal static string Iso(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);
}
