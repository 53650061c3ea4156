using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Payments;

/// <summary>Makes payments into what the API answers, each with what it settles by the ledger.</summary>
internal sealed class PaymentViews(PaymentReader payments, PaymentList list, LedgerReader ledger)
{
    public static string StatusOf(Payment payment) => payment.State == PaymentState.Cancelled ? "cancelled" : "confirmed";

    public async Task<PaymentView> Of(string account, Payment payment, CancellationToken cancellation) =>
        (await Of(account, [payment], cancellation))[0];

    /// <summary>In the order of the days they were received, and the place to go on behind.</summary>
    public async Task<ApiPage<PaymentView>> Page(PaymentFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        var (found, next) = await list.Search(filter, after, limit, cancellation);
        var views = new Dictionary<string, PaymentView>(StringComparer.Ordinal);
        foreach (var group in found.GroupBy(row => row.Value.Account, StringComparer.Ordinal))
        {
            // A row may point at a payment that was never committed, or that was on another day.
            var some = await Task.WhenAll(group.Select(async row =>
                await payments.Find(group.Key, row.Value.Ref, cancellation) is { } payment && PaymentsRows.Listed(payment) == row.Key
                && filter.Passes(PaymentRow.Of(group.Key, payment, 0)) ? payment : null));
            foreach (var view in await Of(group.Key, [.. some.OfType<Payment>()], cancellation))
                views[PaymentsRows.Listed(view.ReceivedOn) + Key.Separator + view.Id] = view;
        }

        return new([.. found.Where(row => views.ContainsKey(row.Key)).Select(row => views[row.Key])], next);
    }

    private async Task<IReadOnlyList<PaymentView>> Of(string account, IReadOnlyList<Payment> some, CancellationToken cancellation)
    {
        var allocations = await ledger.Allocations(account, cancellation);
        var head = await ledger.Head(account, cancellation);
        return [.. some.Select(payment => Of(payment, [.. allocations[payment.Ref]], head))];
    }

    private static PaymentView Of(Payment payment, IReadOnlyList<Allocation> allocations, LedgerHead head)
    {
        string Plain(decimal amount) => new Money(amount, payment.Money.Currency).ToPlain();
        return new(
            payment.Id, payment.ReceiptNumber, payment.Customer, Plain(payment.Amount), payment.Currency, payment.Means, payment.Form,
            payment.Provider, payment.Reference, StatusOf(payment), payment.ReceivedOn,
            [.. allocations.Select(allocation => new AllocationView(allocation.Item.Number, Plain(allocation.Amount)))],
            Plain(head.Credits.FirstOrDefault(credit => credit.Ref == payment.Ref)?.Left ?? 0m),
            payment.Test);
    }
}
