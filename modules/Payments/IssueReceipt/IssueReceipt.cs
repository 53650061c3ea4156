using Vade.Kernel.Messaging;

namespace Vade.Payments;

/// <summary>A payment was received: its receipt is due.</summary>
internal sealed class IssueReceipt(Receipts receipts) : IHandle<PaymentReceived>
{
    public Task Handle(PaymentReceived message, CancellationToken cancellation) =>
        receipts.Complete(message.Account, message.PaymentRef, cancellation);
}
