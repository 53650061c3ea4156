using System.Globalization;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Payments;

namespace Vade.Notifications;

/// <summary>Something that happened, as the customer's own pages tell it.</summary>
/// <param name="Kind">invoice, cancellation or receipt.</param>
/// <param name="Number">Of the invoice or the receipt.</param>
/// <param name="Of">What its paper is found by: the invoice's number, the payment's id.</param>
/// <param name="DueOn">Of an invoice.</param>
/// <param name="ReadAt">Null until the customer said so.</param>
internal sealed record CustomerNotice(
    string Kind, string Number, string Of, DateTimeOffset At, decimal Amount, string Currency, DateOnly? DueOn = null, DateTimeOffset? ReadAt = null)
{
    public Money Money => new(Amount, Kernel.Currency.Of(Currency));
}

/// <summary>Everything up to this instant counts as read.</summary>
internal sealed record NoticesRead(DateTimeOffset Through);

/// <summary>
/// What the customer should know, whatever becomes of mails: a row in the account for each fact, the newest first,
/// written by the handlers of the news and keyed by what it tells, so that news heard twice is one notice.
/// </summary>
internal sealed class CustomerNotices(AccountStore accounts, TimeProvider clock)
{
    public const int CountedMax = 99;

    private Task Put(string account, CustomerNotice notice, CancellationToken cancellation) => accounts.Tables.Insert(
        AccountStore.Table, account, NotificationsRows.Notice(notice), notice, NotificationsRows.CustomerNoticeType, cancellation);

    public Task Add(string account, Invoice invoice, CancellationToken cancellation) => Put(
        account,
        invoice is { State: InvoiceState.Cancelled, CancelledAt: { } at }
            ? new("cancellation", invoice.Number, invoice.Number, at, invoice.Total, invoice.Currency)
            : new("invoice", invoice.Number, invoice.Number, invoice.IssuedAt, invoice.Total, invoice.Currency, invoice.DueOn),
        cancellation);

    public Task Add(string account, Payment payment, CancellationToken cancellation) => Put(
        account, new("receipt", payment.ReceiptNumber!, payment.Id, payment.At, payment.Amount, payment.Currency), cancellation);

    /// <summary>The newest behind a key, each with whether it is unread.</summary>
    public async Task<IReadOnlyList<(string Key, CustomerNotice Notice, bool IsNew)>> Page(
        string account, string? after, int limit, CancellationToken cancellation)
    {
        var through = await Through(account, cancellation);
        var range = KeyRange.Prefix(NotificationsRows.NoticePrefix);
        if (after is not null && after.StartsWith(NotificationsRows.NoticePrefix, StringComparison.Ordinal))
            range = range.After(after);
        var rows = await accounts.Tables.Page(AccountStore.Table, account, range, limit, NotificationsRows.CustomerNoticeType, cancellation);
        return [.. rows.Select(row => (row.Key, row.Value, row.Value.ReadAt is null && !(row.Value.At <= through)))];
    }

    /// <summary>How many are unread, counted to <see cref="CountedMax"/>.</summary>
    public async Task<int> Unread(string account, CancellationToken cancellation) =>
        (await Page(account, null, CountedMax, cancellation)).Count(row => row.IsNew);

    public async Task Read(string account, string key, CancellationToken cancellation)
    {
        if (key.StartsWith(NotificationsRows.NoticePrefix, StringComparison.Ordinal)
            && key.Length <= TableLimits.KeyLengthMax
            && await accounts.Find(account, key, NotificationsRows.CustomerNoticeType, cancellation) is { Value.ReadAt: null } stored)
        {
            // Another tab that was faster has said the same.
            await accounts.Tables.Replace(
                AccountStore.Table, account, stored, stored.Value with { ReadAt = clock.GetUtcNow() }, NotificationsRows.CustomerNoticeType, cancellation);
        }
    }

    public Task ReadAll(string account, CancellationToken cancellation) => accounts.Tables.Put(
        AccountStore.Table, account, NotificationsRows.NoticesRead, new NoticesRead(clock.GetUtcNow()), NotificationsRows.NoticesReadType, cancellation);

    private async Task<DateTimeOffset?> Through(string account, CancellationToken cancellation) =>
        (await accounts.Find(account, NotificationsRows.NoticesRead, NotificationsRows.NoticesReadType, cancellation))?.Value.Through;
}
