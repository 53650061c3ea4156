using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>A payment as its customer reads it.</summary>
/// <param name="ReceiptUrl">Null while the receipt is being made.</param>
public sealed record MyPayment(string On, string Amount, string Means, string? State, string For, string? ReceiptNumber, string? ReceiptUrl);

public sealed record MyPaymentsView(MyFrame Frame, IReadOnlyList<MyPayment> Payments, string? NextUrl);

/// <summary>What the customer has paid, the newest first, with the receipts.</summary>
internal static class MyPayments
{
    public const string Path = "/my/payments";
    private const int Shown = 20;
    private const int NumbersShown = 3;

    public static void Map(IEndpointRouteBuilder app)
    {
        var my = app.MapMy();
        my.MapGet("/payments", Show);
        my.MapGet("/payments/{id}/receipt.pdf", Receipt);
    }

    private static async Task<IResult> Show(HttpContext context, PaymentReader payments, CancellationToken cancellation)
    {
        var visitor = context.Visitor();
        var after = context.Request.Query["after"].ToString();
        var all = (await payments.Of(visitor.Account, cancellation)).Reverse();
        // Behind the one that was last on the page before; a made-up one begins anew.
        var rest = after.Length > 0 && all.Any(payment => payment.Id == after) ? all.SkipWhile(payment => payment.Id != after).Skip(1) : all;
        var page = rest.Take(Shown + 1).ToArray();
        return Pages.Of<MyPaymentsPage>(new()
        {
            [nameof(MyPaymentsPage.View)] = new MyPaymentsView(
                await context.Frame(Words.Texts[visitor.Language, "my.payments"], Path, cancellation),
                [.. page.Take(Shown).Select(payment => View(payment, visitor.Language))],
                page.Length > Shown ? PageLanguage.Keep(context.Request, $"{Path}?after={page[Shown - 1].Id}") : null),
        });
    }

    private static async Task<IResult> Receipt(string id, HttpContext context, PaymentReader payments, PaperViews views, CancellationToken cancellation)
    {
        var visitor = context.Visitor();
        if (await payments.FindById(id, cancellation) is not var (account, payment)
            || account != visitor.Account
            || await payments.Receipt(payment, cancellation) is not { } pdf)
            return await My.NotFound(context, cancellation);
        var saved = context.Request.Query.ContainsKey("save");
        await views.Note(context.Request, account, Paper.Receipt, payment.ReceiptNumber!, Viewer.My, saved, cancellation);
        return saved ? PayEndpoints.File(pdf, payment.ReceiptNumber!) : TypedResults.File(pdf, "application/pdf");
    }

    private static MyPayment View(Payment payment, Language language)
    {
        var numbers = payment.Settled.Select(settled => settled.Number).Distinct(StringComparer.Ordinal).ToArray();
        var words = numbers.Length switch
        {
            0 => Words.Texts[language, "my.advance"],
            <= NumbersShown => string.Join(", ", numbers),
            _ => Words.Texts.Format(language, "my.andMore", string.Join(", ", numbers.Take(NumbersShown)), numbers.Length - NumbersShown),
        };
        return new(
            Formats.Date(payment.ReceivedOn, language), Formats.Money(payment.Money, language), payment.Form ?? Words.Texts[language, "means." + payment.Means],
            payment.State == PaymentState.Cancelled ? Words.Texts[language, "my.paymentCancelled"] : payment.Test ? Words.Texts[language, "my.paymentTest"] : null,
            words, payment.ReceiptNumber,
            payment.ReceiptHash is null ? null : $"{Path}/{payment.Id}/receipt.pdf");
    }
}
