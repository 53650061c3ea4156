using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Web;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>The form of a payment as it was typed, and what is wrong with it.</summary>
/// <param name="Open">What the customer owes in any currency, the oldest due first.</param>
/// <param name="Chosen">Numbers of what it is for; none for the oldest due first.</param>
/// <param name="Problems">Field and what is wrong with it, for the reader.</param>
public sealed record TypedPayment(
    Customer Customer, IReadOnlyList<OpenItem> Open, string Amount, string Currency, string Means, string ReceivedOn, IReadOnlyList<string> Chosen,
    IReadOnlyDictionary<string, string> Problems)
{
    internal string? Problem(string field) => Problems.GetValueOrDefault(field);
}

/// <summary>What would be recorded.</summary>
/// <param name="Seen">Stands for all that was typed: what is recorded is what was looked at.</param>
public sealed record PaymentPreview(Payment Would, string Seen);

/// <summary>Money that somebody brought or sent: typed, looked at, then recorded once.</summary>
internal static class PaymentsNew
{
    private const int ItemsShown = 200;

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/payments/new", Ask).Needs(PaymentsPanel.Write);
        panel.MapPost("/payments/new", Post).Needs(PaymentsPanel.Write);
    }

    private static async Task<IResult> Ask(PanelRequest panel, CustomerReader customers, LedgerReader ledger)
    {
        var code = panel.Query("customer")?.Trim();
        if (code is null || await customers.OfCode(code, panel.Cancellation) is not { } customer)
            return panel.Page<PaymentForPage>((nameof(PaymentForPage.Code), code));
        var open = await Open(customer, ledger, panel.Cancellation);
        var chosen = open.FirstOrDefault(item => item.Number == panel.Query("invoice"));
        var currency = chosen?.Currency ?? panel.Organisation.Currency;
        return Form(panel, StatusCodes.Status200OK, new(
            customer, open, chosen is null ? "" : Formats.Number(chosen.Remaining, Currency.Of(currency).MinorDigits, panel.Language), currency, "transfer",
            panel.Today.ToString("O", CultureInfo.InvariantCulture), chosen is null ? [] : [chosen.Number], new Dictionary<string, string>(StringComparer.Ordinal)), null);
    }

    private static async Task<IResult> Post(PanelRequest panel, CustomerReader customers, LedgerReader ledger, RecordPayment record)
    {
        if (await customers.OfCode(panel.Field("customer"), panel.Cancellation) is not { } customer)
            return panel.Page<PaymentForPage>(StatusCodes.Status422UnprocessableEntity, (nameof(PaymentForPage.Code), panel.Field("customer")));
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        var typed = new TypedPayment(
            customer, await Open(customer, ledger, panel.Cancellation), panel.Field("amount"), panel.Field("currency"), panel.Field("means"), panel.Field("receivedOn"),
            [.. panel.Form["invoice"].OfType<string>().Distinct(StringComparer.Ordinal)], problems);
        if (!DecimalText.TryParse(typed.Amount, out var amount))
            problems["amount"] = Words.Texts[panel.Language, "take.wrong.amount"];
        var day = PaymentsPanel.Day(typed.ReceivedOn);
        if (day is null)
            problems["receivedOn"] = Words.Texts[panel.Language, "take.wrong.day"];
        if (problems.Count > 0)
            return Form(panel, StatusCodes.Status422UnprocessableEntity, typed, null);

        // The form's nonce is the reference, so pressing twice records once.
        var body = new PaymentBody(amount, typed.Means, panel.Nonce, typed.Currency, day, typed.Chosen.Count > 0 ? typed.Chosen : null);
        var seen = LinkToken.Hash(JsonSerializer.Serialize(body with { Reference = customer.Code }, PaymentsApiJson.Default.PaymentBody));
        if (panel.Field("step") == "record" && panel.Field("seen") == seen)
        {
            switch (await record.Record(customer, body, panel.Cancellation))
            {
                case RecordOutcome.Recorded { Payment: var payment }:
                    panel.Audit($"customer {customer.Code}", $"payment {payment.Id}, {payment.Money.ToPlain()} {payment.Currency}");
                    return panel.Done(PaymentsPanel.PathOf(payment.Id), Words.Texts.Format(panel.Language, "take.done", panel.Money(payment.Money)));
                case RecordOutcome.Refused(var refused):
                    Tell(refused);
                    return Form(panel, StatusCodes.Status422UnprocessableEntity, typed, null);
                default:
                    throw new InvalidOperationException("A form's nonce stands for another payment.");
            }
        }

        var (would, wrong) = await record.Preview(customer, body, panel.Cancellation);
        Tell(wrong);
        return would is null
            ? Form(panel, StatusCodes.Status422UnprocessableEntity, typed, null)
            : Form(panel, StatusCodes.Status200OK, typed, new(would, seen));

        void Tell(IEnumerable<ApiError> errors)
        {
            foreach (var error in errors)
                problems.TryAdd(error.Field?.Split('[')[0] ?? "amount", Words.Texts[panel.Language, "take.wrong." + error.Code]);
        }
    }

    private static IResult Form(PanelRequest panel, int status, TypedPayment typed, PaymentPreview? preview) => panel.Page<NewPaymentPage>(
        status, (nameof(NewPaymentPage.Typed), typed), (nameof(NewPaymentPage.Preview), preview));

    private static async Task<IReadOnlyList<OpenItem>> Open(Customer customer, LedgerReader ledger, CancellationToken cancellation) =>
    [
        .. (await ledger.Head(AccountStore.Of(customer.Code), cancellation)).Open
            .OrderBy(item => item.DueOn).ThenBy(item => item.Number, StringComparer.Ordinal).Take(ItemsShown),
    ];
}
