using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>
/// The pages behind a pay link. The token in the path is the proof, so there is no cookie and no antiforgery token
/// (design §7); a GET changes nothing.
/// </summary>
internal static class PayEndpoints
{
    private const string Pdf = "application/pdf";

    public static void Map(IEndpointRouteBuilder app)
    {
        var link = app.MapGroup("/p/{token}").ExcludeFromDescription().AddEndpointFilter(Patience);
        link.MapGet("", Show);
        link.MapPost("", Pay).DisableAntiforgery();
        link.MapGet("result", ResultPages.Show);
        link.MapGet("why", WhyPages.Show);
        link.MapGet("pdf", InvoicePdf);
        link.MapGet("invoices/{number}/pdf", DebtInvoicePdf);
        link.MapGet("receipt.pdf", Receipt);
    }

    private static async Task<RazorComponentResult> Show(
        string token, HttpContext context, PayLinks links, PayPages pages, CancellationToken cancellation) =>
        await links.Resolve(token, cancellation) is var (scope, customer)
            ? await pages.Show(context, token, scope, customer, [], null, cancellation)
            : await pages.NotFound(context.Request, cancellation);

    private static async Task<Results<SeeOther, RazorComponentResult>> Pay(
        string token, [FromForm] string? currency, [FromForm] string? due, [FromForm] string? amount,
        HttpContext context, PayLinks links, PayPages pages, ResultPages results, StartPayment start, CancellationToken cancellation)
    {
        if (await links.Resolve(token, cancellation) is not var (scope, customer))
            return await pages.NotFound(context.Request, cancellation);
        var language = PageLanguage.Of(context.Request, customer.Reader);
        if (Currency.Find(currency) is not { } money || Shown(due, money) is not { } shown)
            return await pages.Show(context, token, scope, customer, [Note("note.changed", "wrong")], null, cancellation);

        var asked = shown;
        if (amount is not null)
        {
            var (typed, problem) = Asked(amount, shown, language);
            if (problem is not null)
                return await pages.Show(context, token, scope, customer, [], new(money.Code, amount, problem), cancellation);
            asked = typed!.Value;
        }

        return await start.Start(scope, shown, asked, language, cancellation) switch
        {
            PayOutcome.Go { To: { Fields: null } to } => new SeeOther(to.Url),
            PayOutcome.Go(var to) => await results.Continue(context, token, scope, customer, to, asked, cancellation),
            PayOutcome.Checking => new SeeOther(PageLanguage.Keep(context.Request, $"/p/{token}/result")),
            PayOutcome.UnderWay(var other) => await Again(PayPages.UnderWay(language, other)),
            PayOutcome.Refused => await Again(Note("note.refused", "wrong")),
            PayOutcome.NoProvider => await Again(Note("pay.noProvider", "wrong")),
            _ => await Again(Note("note.changed", "wrong")),
        };

        PayNote Note(string key, string tone) => new(Words.Texts[language, key], tone);
        Task<RazorComponentResult> Again(PayNote note) => pages.Show(context, token, scope, customer, [note], null, cancellation);
    }

    private static Money? Shown(string? due, Currency currency) =>
        decimal.TryParse(due, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
        && value > 0m && currency.Round(value) == value
            ? new Money(value, currency)
            : null;

    private static (Money? Amount, string? Problem) Asked(string text, Money due, Language language)
    {
        var currency = due.Currency;
        var most = Formats.Money(due, language);
        return !DecimalText.TryParse(text, out var value) ? (null, Words.Texts.Format(language, "typed.unreadable", Formats.Number(due.Amount, currency.MinorDigits, language)))
            : currency.Round(value) != value ? (null, Words.Texts.Format(language, "typed.digits", currency.Code, currency.MinorDigits))
            : value <= 0m ? (null, Words.Texts[language, "typed.nothing"])
            : value > due.Amount ? (null, Words.Texts.Format(language, "typed.tooMuch", most))
            : (new Money(value, currency), null);
    }

    private static async Task<Results<FileContentHttpResult, RazorComponentResult>> InvoicePdf(
        string token, HttpContext context, PayLinks links, PayPages pages, InvoiceReader invoices, PaperViews views, CancellationToken cancellation) =>
        await links.Resolve(token, cancellation) is ({ Kind: PayLinks.Invoice } scope, _)
        && await invoices.Find(scope.Account, scope.Id, cancellation) is { } invoice
            ? await Seen(context, scope, invoice, invoices, views, cancellation)
            : await pages.NotFound(context.Request, cancellation);

    private static async Task<Results<FileContentHttpResult, RazorComponentResult>> DebtInvoicePdf(
        string token, string number, HttpContext context, PayLinks links, PayPages pages, InvoiceReader invoices, PaperViews views, CancellationToken cancellation) =>
        await links.Resolve(token, cancellation) is ({ Kind: not PayLinks.Invoice } scope, _)
        && PathName.Decode(number) is { } name
        && await invoices.FindByNumber(name, cancellation) is var (account, invoice)
        && account == scope.Account
        && scope.Items?.Contains(invoice.Ref) != false
            ? await Seen(context, scope, invoice, invoices, views, cancellation)
            : await pages.NotFound(context.Request, cancellation);

    private static async Task<FileContentHttpResult> Seen(
        HttpContext context, LinkTarget scope, Invoice invoice, InvoiceReader invoices, PaperViews views, CancellationToken cancellation)
    {
        var pdf = await invoices.Pdf(invoice, cancellation);
        await views.Note(context.Request, scope.Account, Paper.Invoice, invoice.Number, Viewer.Link, saved: true, cancellation);
        return File(pdf, invoice.Number);
    }

    private static async Task<Results<FileContentHttpResult, RazorComponentResult>> Receipt(
        string token, HttpContext context, PayLinks links, PayPages pages, PaymentReader payments, PaperViews views, CancellationToken cancellation)
    {
        if (await links.Resolve(token, cancellation) is not var (scope, _)
            || await pages.ReceiptOf(scope, cancellation) is not { } payment
            || await payments.Receipt(payment, cancellation) is not { } pdf)
            return await pages.NotFound(context.Request, cancellation);
        await views.Note(context.Request, scope.Account, Paper.Receipt, payment.ReceiptNumber!, Viewer.Link, saved: true, cancellation);
        return File(pdf, payment.ReceiptNumber!);
    }

    /// <summary>Saved under the document's number, in characters that every system takes.</summary>
    internal static FileContentHttpResult File(byte[] pdf, string number) =>
        TypedResults.File(pdf, Pdf, string.Concat(number.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-')) + ".pdf");

    // Contention is ours to bear: the customer reads that it is being checked, never an error.
    private static async ValueTask<object?> Patience(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        // What a link shows is one customer's alone.
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        try
        {
            return await next(context);
        }
        catch (StoreBusyException)
        {
            var request = context.HttpContext.Request;
            var pages = (PayPages)context.HttpContext.RequestServices.GetService(typeof(PayPages))!;
            return await pages.Message(request, "busy", StatusCodes.Status200OK, context.HttpContext.RequestAborted);
        }
    }
}
