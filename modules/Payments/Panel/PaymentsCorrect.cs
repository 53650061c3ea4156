using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>An item that a payment may settle.</summary>
/// <param name="Open">What is open of it without this payment.</param>
/// <param name="Typed">What of the payment is to be for it, as typed.</param>
public sealed record AllocationLine(string Number, DateOnly DueOn, Money Open, string Typed);

/// <summary>Taking a payment back, and letting it settle something else.</summary>
internal static class PaymentsCorrect
{
    public const int ReasonMax = 500;
    private const int LinesMax = 100;

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/payments/{id}/cancel", AskCancel).Needs(PaymentsPanel.Correct);
        panel.MapPost("/payments/{id}/cancel", Cancel).Needs(PaymentsPanel.Correct);
        panel.MapGet("/payments/{id}/allocations", AskAllocations).Needs(PaymentsPanel.Correct);
        panel.MapPost("/payments/{id}/allocations", Allocate).Needs(PaymentsPanel.Correct);
    }

    private static async Task<IResult> AskCancel(string id, PanelRequest panel, PaymentReader payments) =>
        await payments.FindById(id, panel.Cancellation) is var (_, payment) ? Question(panel, StatusCodes.Status200OK, payment, null) : panel.NotFound();

    private static async Task<IResult> Cancel(string id, PanelRequest panel, PaymentReader payments, CancelPayment cancel)
    {
        if (await payments.FindById(id, panel.Cancellation) is not var (account, payment))
            return panel.NotFound();
        var reason = panel.Field("reason");
        if (reason.Length is 0 or > ReasonMax || payment.Provider is not null)
            return Question(panel, StatusCodes.Status422UnprocessableEntity, payment, reason);
        panel.Audit($"payment {payment.Id}", reason);
        return await cancel.Cancel(account, payment.Ref, reason, panel.Cancellation) == CancelPaymentOutcome.OfProvider
            ? Question(panel, StatusCodes.Status422UnprocessableEntity, payment, reason)
            : panel.Done(PaymentsPanel.PathOf(payment.Id), Words.Texts[panel.Language, "payment.isCancelled"]);
    }

    private static IResult Question(PanelRequest panel, int status, Payment payment, string? reason) => panel.Page<CancelPaymentPage>(
        status, (nameof(CancelPaymentPage.Payment), payment), (nameof(CancelPaymentPage.Reason), reason));

    private static async Task<IResult> AskAllocations(string id, PanelRequest panel, PaymentReader payments, LedgerReader ledger)
    {
        if (await payments.FindById(id, panel.Cancellation) is not var (account, payment))
            return panel.NotFound();
        return Form(panel, StatusCodes.Status200OK, payment, await Lines(panel, account, payment, ledger, null), null);
    }

    private static async Task<IResult> Allocate(string id, PanelRequest panel, PaymentReader payments, LedgerReader ledger, ReallocatePayment reallocate)
    {
        if (await payments.FindById(id, panel.Cancellation) is not var (account, payment))
            return panel.NotFound();
        var (asked, wrong) = (new List<AllocationBody>(), false);
        foreach (var (i, number) in panel.Form["number"].OfType<string>().Take(LinesMax).Index())
        {
            var typed = i < panel.Form["amount"].Count ? panel.Form["amount"][i]?.Trim() ?? "" : "";
            if (typed.Length == 0)
                continue;
            if (!DecimalText.TryParse(typed, out var amount))
                wrong = true;
            else if (amount != 0m)
                asked.Add(new(number, amount));
        }

        if (wrong)
            return Form(panel, StatusCodes.Status422UnprocessableEntity, payment, await Lines(panel, account, payment, ledger, panel.Form["amount"]), "alloc.wrong.amount");
        // The form's nonce is the reference, so pressing twice moves once.
        switch (await reallocate.Reallocate(account, payment, new(panel.Nonce, asked), panel.Cancellation))
        {
            case ReallocateOutcome.Done:
                panel.Audit($"payment {payment.Id}", string.Join(", ", asked.Select(one => $"{one.Invoice}: {new Money(one.Amount, payment.Money.Currency).ToPlain()}")));
                return panel.Done(PaymentsPanel.PathOf(payment.Id), Words.Texts[panel.Language, "alloc.done"]);
            case ReallocateOutcome.Refused(var problems):
                return Form(panel, StatusCodes.Status422UnprocessableEntity, payment, await Lines(panel, account, payment, ledger, panel.Form["amount"]), "alloc.wrong." + problems[0].Code);
            default:
                throw new InvalidOperationException("A form's nonce stands for another allocation.");
        }
    }

    private static IResult Form(PanelRequest panel, int status, Payment payment, IReadOnlyList<AllocationLine> lines, string? problem) => panel.Page<AllocationsPage>(
        status, (nameof(AllocationsPage.Payment), payment), (nameof(AllocationsPage.Lines), lines),
        (nameof(AllocationsPage.Problem), problem is null ? null : Words.Texts[panel.Language, problem]));

    // What it settles now stands first, then what is due longest; what was paid out of it stays paid out.
    private static async Task<IReadOnlyList<AllocationLine>> Lines(
        PanelRequest panel, string account, Payment payment, LedgerReader ledger, IReadOnlyList<string?>? typed)
    {
        var currency = payment.Money.Currency;
        var head = await ledger.Head(account, panel.Cancellation);
        var settled = (await ledger.AllocationsOf(account, payment.Ref, panel.Cancellation)).Where(allocation => !Refs.IsSpent(allocation.Item.Ref))
            .GroupBy(allocation => allocation.Item.Ref, StringComparer.Ordinal)
            .Select(group => (group.First().Item, Amount: group.Sum(allocation => allocation.Amount))).Where(one => one.Amount > 0m).ToArray();
        return
        [
            .. settled.Select(one => (one.Item, one.Amount))
                .Concat(head.Due(currency).Where(item => settled.All(one => one.Item.Ref != item.Ref)).Select(item => (Item: item, Amount: 0m)))
                .Take(LinesMax)
                .Select((one, i) => new AllocationLine(
                    one.Item.Number, one.Item.DueOn, new((head.ItemOf(one.Item.Ref)?.Remaining ?? 0m) + one.Amount, currency),
                    typed is not null && i < typed.Count ? typed[i] ?? "" : one.Amount == 0m ? "" : Formats.Number(one.Amount, currency.MinorDigits, panel.Language))),
        ];
    }
}
