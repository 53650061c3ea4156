using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;

namespace Vade.Payments;

/// <summary>What payments know of an invoice: what settled it, and what was taken back.</summary>
internal sealed class PaymentTimeline(PaymentReader payments, LedgerReader ledger) : ITimelineSource
{
    public async Task<IReadOnlyList<TimelineItem>> Of(string account, Invoice invoice, CancellationToken cancellation)
    {
        var allocations = await ledger.Allocations(account, cancellation);
        var all = await payments.Of(account, cancellation);
        var settled = all.Select(payment => (Payment: payment, Amount: SettledBy(payment, allocations, invoice))).Where(item => item.Amount > 0m).ToArray();
        string Plain(decimal amount) => $"{new Money(amount, invoice.TotalMoney.Currency).ToPlain()} {invoice.Currency}";

        var items = new List<TimelineItem>();
        var events = settled.Select(item => (At: Later(item.Payment.At, invoice.IssuedAt), item.Payment, item.Amount))
            .Concat(settled.Where(item => item.Payment.CancelledAt is not null).Select(item => (At: item.Payment.CancelledAt!.Value, item.Payment, Amount: -item.Amount)));
        var paid = 0m;
        foreach (var (at, payment, amount) in events.OrderBy(item => item.At))
        {
            paid += amount;
            items.Add(amount < 0m
                ? new(at, "paymentCancelled", Plain(-amount), $"payment {payment.Id}: {payment.CancelReason}")
                : new(at, paid >= invoice.Total ? "paid" : "partlyPaid", Plain(amount), $"payment {payment.Id}{(payment.ReceiptNumber is { } receipt ? $", receipt {receipt}" : "")}"));
        }

        return items;
    }

    // A payment that was cancelled settles nothing any more; its own row remembers what it did. One made in advance
    // settles invoices that came later, which only the ledger knows.
    private static decimal SettledBy(Payment payment, ILookup<string, Allocation> allocations, Invoice invoice) => payment.State == PaymentState.Cancelled
        ? payment.Settled.Where(settled => settled.Number == invoice.Number).Sum(settled => settled.Amount)
        : allocations[payment.Ref].Where(allocation => allocation.Item.Ref == invoice.Ref).Sum(allocation => allocation.Amount);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
