using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>How the latest attempt from a link stands. While it is being checked the page asks again by itself, not for ever.</summary>
internal sealed class ResultPages(AccountStore accounts, SettleAttempts attempts, PaymentReader payments, Looks looks)
{
    private const string Round = "n";
    private const int QuickRounds = 10;
    private const int RoundsMax = 30;
    private const int QuickSeconds = 2;
    private const int SlowSeconds = 10;

    public static async Task<Results<SeeOther, RazorComponentResult>> Show(
        string token, HttpContext context, PayLinks links, PayPages pages, ResultPages results, CancellationToken cancellation)
    {
        if (await links.Resolve(token, cancellation) is not var (scope, customer))
            return await pages.NotFound(context.Request, cancellation);
        return await results.Latest(scope, cancellation) is { } attempt
            ? await results.Page(context, token, scope, customer, attempt, cancellation)
            : new SeeOther(PageLanguage.Keep(context.Request, $"/p/{token}"));
    }

    /// <summary>A page that holds the provider's form, for providers that are reached by one.</summary>
    public async Task<RazorComponentResult> Continue(
        HttpContext context, string token, LinkTarget scope, Customer customer, GoTo to, Money amount, CancellationToken cancellation)
    {
        var language = PageLanguage.Of(context.Request, customer.Reader);
        context.AllowFormTo(new Uri(to.Url));
        return Of(new(
            await looks.Get(cancellation), language, Words.Texts[language, "result.goTitle"], new(Words.Texts[language, "result.go"]),
            Formats.Money(amount, language), Back(context, token, scope), Words.Texts[language, "result.back"], null, to.Url, to.Fields, null, null));
    }

    private async Task<Attempt?> Latest(LinkTarget scope, CancellationToken cancellation) =>
        await accounts.Find(scope.Account, PaymentsRows.Latest(scope.Kind, scope.Id), PaymentsRows.LatestType, cancellation) is { Value.Ref: var reference }
            ? await attempts.Find(scope.Account, reference, cancellation)
            : null;

    private async Task<RazorComponentResult> Page(
        HttpContext context, string token, LinkTarget scope, Customer customer, Attempt attempt, CancellationToken cancellation)
    {
        var language = PageLanguage.Of(context.Request, customer.Reader);
        var payment = attempt.State == AttemptState.Confirmed
            ? await payments.Find(scope.Account, PaymentsRows.Payment(attempt.Provider, attempt.Ref), cancellation)
            : null;
        var round = int.TryParse(context.Request.Query[Round], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        var asksAgain = attempt.IsLive && round < RoundsMax;
        var (key, note) = attempt switch
        {
            { State: AttemptState.Confirmed } => ("result.paidTitle", Paid(payment, language)),
            { State: AttemptState.Declined } => ("result.notPaidTitle", new PayNote(Words.Texts[language, "declined." + Known(attempt.Reason)], "wrong")),
            _ => ("result.checkingTitle", new PayNote(Words.Texts[language, asksAgain ? "result.checking" : "result.checkingLong"])),
        };
        if (attempt is { IsLive: true, GoTo: { } to })
            context.AllowFormTo(new Uri(to.Url));
        return Of(new(
            await looks.Get(cancellation), language, Words.Texts[language, key], note, Formats.Money(payment?.Money ?? attempt.Money, language),
            Back(context, token, scope),
            Words.Texts[language, attempt.State == AttemptState.Declined ? "result.again" : "result.back"],
            payment?.ReceiptHash is null ? null : $"/p/{token}/receipt.pdf",
            attempt.IsLive ? attempt.GoTo?.Url : null,
            attempt.IsLive ? attempt.GoTo?.Fields : null,
            asksAgain ? round < QuickRounds ? QuickSeconds : SlowSeconds : null,
            PageLanguage.Keep(context.Request, $"/p/{token}/result?{Round}={(round + 1).ToString(CultureInfo.InvariantCulture)}")));
    }

    private static PayNote Paid(Payment? payment, Language language) => new(
        payment is { Advance: > 0m } ? Words.Texts.Format(language, "result.paidAdvance", Formats.Money(new(payment.Advance, payment.Money.Currency), language))
        : Words.Texts[language, "result.paid"],
        "well");

    private static string Known(string? reason) => DeclineReasons.All.Contains(reason) ? reason! : DeclineReasons.Declined;

    // What was chosen was chosen by a customer who is signed in.
    private static string Back(HttpContext context, string token, LinkTarget scope) =>
        PageLanguage.Keep(context.Request, scope.Kind == PayLinks.Chosen ? "/my" : $"/p/{token}");

    private static RazorComponentResult Of(ResultView view) => Pages.Of<ResultPage>(new() { [nameof(ResultPage.View)] = view });
}
