using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>What a payment settles, for its page.</summary>
/// <param name="Url">The invoice's page; null for what has none.</param>
public sealed record SettledItem(string Number, Money Amount, string? Url);

/// <summary>What the page of a payment shows.</summary>
/// <param name="Why">How its amount was used, and its entries in the ledger.</param>
public sealed record PaymentShown(Payment Payment, string Customer, IReadOnlyList<SettledItem> Settles, Money Advance, IReadOnlyList<Explanation> Why);

/// <summary>The page of a payment and its receipt.</summary>
internal static class PaymentsShow
{
    // The row key that an invoice's reference is; others have no page of their own here.
    private const string InvoicePrefix = "invoice-";

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/payments/{id}", Show).Needs(PaymentsPanel.See);
        panel.MapGet("/payments/{id}/receipt.pdf", Receipt).Needs(PaymentsPanel.See);
    }

    private static async Task<IResult> Show(
        string id, PanelRequest panel, PaymentReader payments, CustomerReader customers, LedgerReader ledger, ExplainAccount explain, CancellationToken cancellation)
    {
        if (await payments.FindById(id, cancellation) is not var (account, payment))
            return panel.NotFound();
        var customer = await customers.Find(account, cancellation);
        var currency = payment.Money.Currency;
        var advance = (await ledger.Head(account, cancellation)).Credits.FirstOrDefault(credit => credit.Ref == payment.Ref)?.Left ?? 0m;
        SettledItem[] settles =
        [
            .. (await ledger.AllocationsOf(account, payment.Ref, cancellation)).Select(allocation => new SettledItem(
                allocation.Item.Number, new(allocation.Amount, currency),
                allocation.Item.Ref.StartsWith(InvoicePrefix, StringComparison.Ordinal) ? UrlOf(allocation.Item.Number) : null)),
        ];
        Explanation?[] entries =
        [
            await explain.Entry(account, "payment!" + payment.Ref, panel.Language, cancellation),
            await explain.Entry(account, "cancel!" + payment.Ref, panel.Language, cancellation),
        ];
        return panel.Page<PaymentPage>((nameof(PaymentPage.Shown), new PaymentShown(
            payment, customer?.Title ?? payment.Customer, settles, new(advance, currency),
            [Used(payment, settles, new(advance, currency), panel.Language), .. entries.OfType<Explanation>()])));
    }

    /// <summary>How the amount was used. One that was taken back, or is no money, settles nothing.</summary>
    internal static Explanation Used(Payment payment, IReadOnlyList<SettledItem> settles, Money advance, Language language)
    {
        List<Explanation> parts = [.. settles.Select(item => new Explanation(Words.Texts.Format(language, "payment.settles", item.Number), item.Amount, null, [], Url: item.Url))];
        if (advance.IsPositive)
            parts.Add(Explanation.Fact(Words.Texts[language, "payment.advance"], Words.Texts[language, "payment.advanceSays"], advance));
        var rest = parts.Aggregate(payment.Money, (left, part) => left - part.Amount!.Value);
        if (!rest.IsZero)
            parts.Add(Explanation.Fact(Words.Texts[language, "payment.unused"], Words.Texts[language, payment.State == PaymentState.Cancelled ? "payment.unusedCancelled" : "payment.unusedSays"], rest));
        return Explanation.Sum(Words.Texts[language, "payment.used"], payment.Money, parts);
    }

    private static async Task<IResult> Receipt(string id, PanelRequest panel, PaymentReader payments, CancellationToken cancellation) =>
        await payments.FindById(id, cancellation) is var (_, payment) && await payments.Receipt(payment, cancellation) is { } pdf
            ? TypedResults.File(pdf, "application/pdf")
            : panel.NotFound();

    private static string UrlOf(string number) => "/panel/invoices/" + Kernel.Web.PathName.Encode(number);
}
