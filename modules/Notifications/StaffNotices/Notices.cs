using System.Globalization;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Payments;

namespace Vade.Notifications;

/// <summary>Something that a person of the organisation should look at.</summary>
/// <param name="Kind">What happened: <c>paymentNeedsAttention</c>, <c>deliveryFailed</c> or <c>contactChanged</c>.</param>
/// <param name="About">The row that it is about, as its module keys it.</param>
/// <param name="Reason">A stable word of the module's; of a changed contact, several with a comma between.</param>
public sealed record Notice(string Kind, string Account, string About, string Reason, DateTimeOffset At);

/// <summary>
/// What waits for staff, one notice for each fact, however often it was reported, the newest first. Each member of
/// staff has read everything up to an instant of their own.
/// </summary>
public sealed class Notices(ITables tables)
{
    /// <summary>More than this is told as "so many and more".</summary>
    public const int CountedMax = 10;

    internal const string Table = "notices";
    private const string Partition = "open";
    private const string ReadPartition = "read";
    private const string FactPrefix = "fact!";
    private const string NewestPrefix = "newest!";
    private const int InstantLength = 19;
    private static readonly RowType<Notice> Type = new(NotificationsJson.Default.Notice);

    /// <summary>Notes it; a notice that is there already stays as it is, and where it is.</summary>
    internal Task Add(Notice notice, CancellationToken cancellation)
    {
        // The fact's own row refuses a second one; the other stands where the newest are read first.
        var fact = Key.Of(notice.Kind, notice.Account, notice.About, notice.Reason);
        var instant = (DateTimeOffset.MaxValue.UtcTicks - notice.At.UtcTicks).ToString("D" + InstantLength, CultureInfo.InvariantCulture);
        var body = Type.Write(notice);
        return tables.Commit(
            Table, Partition,
            [new Change.Insert(FactPrefix + fact, Type.Version, body), new Change.Insert($"{NewestPrefix}{instant}{Key.Separator}{fact}", Type.Version, body)],
            cancellation);
    }

    /// <summary>Those that nobody has dealt with, the newest first, behind one of them.</summary>
    public Task<IReadOnlyList<Stored<Notice>>> Page(string? after, int limit, CancellationToken cancellation)
    {
        var range = KeyRange.Prefix(NewestPrefix);
        return tables.Page(
            Table, Partition, after is not null && after.StartsWith(NewestPrefix, StringComparison.Ordinal) ? range.After(after) : range, limit, Type, cancellation);
    }

    /// <summary>Somebody has dealt with it.</summary>
    /// <param name="key">As <see cref="Page"/> gave it.</param>
    public Task Remove(string key, CancellationToken cancellation) => tables.Remove(
        Table, Partition, [key, FactPrefix + key[(NewestPrefix.Length + InstantLength + 1)..]], cancellation);

    /// <summary>Up to when this member of staff has read; null for one who never said so.</summary>
    internal async Task<DateTimeOffset?> ReadThrough(string staff, CancellationToken cancellation) =>
        (await tables.Find(Table, ReadPartition, staff, NotificationsRows.NoticesReadType, cancellation))?.Value.Through;

    /// <summary>How many this member of staff has not read, counted to <see cref="CountedMax"/>. Two small reads at once.</summary>
    internal async Task<int> Unread(string staff, CancellationToken cancellation)
    {
        var newest = Page(null, CountedMax, cancellation);
        var through = await ReadThrough(staff, cancellation);
        return (await newest).Count(row => !(row.Value.At <= through));
    }

    /// <summary>This member of staff has read everything up to then. What was read stays read.</summary>
    internal async Task Read(string staff, DateTimeOffset through, CancellationToken cancellation)
    {
        var mark = new NoticesRead(through);
        var before = await tables.Find(Table, ReadPartition, staff, NotificationsRows.NoticesReadType, cancellation);
        // Who is overtaken here has another tab, which said the same.
        if (before is null)
            await tables.Insert(Table, ReadPartition, staff, mark, NotificationsRows.NoticesReadType, cancellation);
        else if (before.Value.Through < through)
            await tables.Replace(Table, ReadPartition, before, mark, NotificationsRows.NoticesReadType, cancellation);
    }
}

internal sealed class PaymentNeedsAttentionHandler(Notices notices, TimeProvider clock) : IHandle<PaymentNeedsAttention>
{
    public const string Kind = "paymentNeedsAttention";

    public Task Handle(PaymentNeedsAttention message, CancellationToken cancellation) =>
        notices.Add(new(Kind, message.Account, message.PaymentRef, message.Reason, clock.GetUtcNow()), cancellation);
}
