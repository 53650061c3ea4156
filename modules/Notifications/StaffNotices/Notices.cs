using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Payments;

namespace Vade.Notifications;

/// <summary>Something that a person of the organisation should look at.</summary>
/// <param name="Kind">What happened: <c>paymentNeedsAttention</c> or <c>deliveryFailed</c>.</param>
/// <param name="About">The row that it is about, as its module keys it.</param>
/// <param name="Reason">A stable word of the module's.</param>
public sealed record Notice(string Kind, string Account, string About, string Reason, DateTimeOffset At);

/// <summary>
/// What waits for staff, one row for each fact, however often it was reported. Seen, the row goes.
/// </summary>
public sealed class Notices(ITables tables)
{
    internal const string Table = "notices";
    private const string Partition = "open";
    private static readonly RowType<Notice> Type = new(NotificationsJson.Default.Notice);

    /// <summary>Notes it; a notice that is there already stays as it is.</summary>
    internal Task Add(Notice notice, CancellationToken cancellation) =>
        tables.Insert(Table, Partition, Key.Of(notice.Kind, notice.Account, notice.About, notice.Reason), notice, Type, cancellation);

    /// <summary>Those that nobody has dealt with, in the order of their keys, behind one of them.</summary>
    public Task<IReadOnlyList<Stored<Notice>>> Page(string? after, int limit, CancellationToken cancellation) =>
        tables.Page(Table, Partition, after is null ? KeyRange.All : KeyRange.All.After(after), limit, Type, cancellation);

    /// <summary>Somebody has dealt with it.</summary>
    public Task Remove(string key, CancellationToken cancellation) => tables.Remove(Table, Partition, [key], cancellation);
}

internal sealed class PaymentNeedsAttentionHandler(Notices notices, TimeProvider clock) : IHandle<PaymentNeedsAttention>
{
    private const string Kind = "paymentNeedsAttention";

    public Task Handle(PaymentNeedsAttention message, CancellationToken cancellation) =>
        notices.Add(new(Kind, message.Account, message.PaymentRef, message.Reason, clock.GetUtcNow()), cancellation);
}
