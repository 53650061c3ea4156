using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Notifications;

/// <summary>
/// Plans deliveries: one for each address of each channel, also for a customer who cannot be reached, so that the log
/// forgets nobody. Planning again adds nothing and sends on what is not settled.
/// </summary>
internal sealed class Deliveries(AccountStore accounts, DeliveryLog log, Bus bus, TimeProvider clock)
{
    public const string Email = "email";
    private const int AddressLengthMax = 254;

    /// <param name="number">Identifies what it tells about, with the kind: an invoice number, a receipt number.</param>
    /// <param name="of">What the kind finds it by.</param>
    /// <param name="about">The invoice numbers that the log shows it under.</param>
    public Task Plan(
        string account, Customer customer, string kind, string number, string of, IReadOnlyList<string> about,
        string subject, IReadOnlyList<string> channels, CancellationToken cancellation) =>
        Plan(account, customer, kind, number, of, about, subject, Recipients(customer, channels), once: false, cancellation);

    /// <summary>Plans one mail to one address, which need not be the customer's, handed over at most once.</summary>
    public Task PlanOnce(
        string account, Customer customer, string kind, string number, string of, string subject, string address, CancellationToken cancellation) =>
        Plan(account, customer, kind, number, of, [kind], subject, [(Email, address, null)], once: true, cancellation);

    private async Task Plan(
        string account, Customer customer, string kind, string number, string of, IReadOnlyList<string> about,
        string subject, IEnumerable<(string Channel, string To, string? Reason)> recipients, bool once, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var planned = recipients.ToDictionary(
            recipient => NotificationsRows.Delivery(kind, number, recipient.Channel, recipient.To),
            recipient => recipient,
            StringComparer.Ordinal);
        var due = await accounts.Change(
            account,
            async stop =>
            {
                var there = await accounts.Tables.Page(
                    AccountStore.Table, account, KeyRange.Prefix(NotificationsRows.Deliveries(kind, number)), TableLimits.PageRowsMax,
                    NotificationsRows.DeliveryType, stop);
                var missing = planned.Where(item => there.All(row => row.Key != item.Key)).Select(item => (
                    item.Key,
                    Delivery: new Delivery(
                        Delivery.IdOf(account, item.Key), customer.Code, kind, of, about, item.Value.Channel, item.Value.To, Mail.SubjectOf(subject), now,
                        item.Value.Reason is null ? DeliveryState.Waiting : DeliveryState.Skipped, item.Value.Reason, Once: once)))
                    .ToArray();
                IReadOnlyList<Deliver> open =
                [
                    .. there.Where(row => !row.Value.IsSettled).Select(row => new Deliver(account, row.Key)),
                    .. missing.Where(item => !item.Delivery.IsSettled).Select(item => new Deliver(account, item.Key)),
                ];
                if (missing.Length == 0)
                    return new Decision<IReadOnlyList<Deliver>>(open, null);

                // The log points at them before they are there.
                await Task.WhenAll(missing.Select(item => log.Put(account, item.Key, item.Delivery, stop)));
                var batch = accounts.Batch(account);
                foreach (var (key, delivery) in missing)
                    batch.Insert(key, delivery, NotificationsRows.DeliveryType);
                return new(open, batch);
            },
            cancellation);
        if (due.Count > 0)
            await bus.Send(due, NotificationsJson.Default.Deliver, cancellation);
    }

    private static IEnumerable<(string Channel, string To, string? Reason)> Recipients(Customer customer, IReadOnlyList<string> channels)
    {
        foreach (var channel in channels.Distinct(StringComparer.Ordinal))
        {
            if (channel != Email)
                yield return (channel, "", Reasons.NoChannel);
            else if (customer.Emails.Count == 0)
                yield return (channel, "", Reasons.NoAddress);
            else
            {
                foreach (var address in customer.Emails.DistinctBy(address => address.Trim().ToLowerInvariant()))
                    yield return (channel, address.Trim(), IsAddress(address.Trim()) ? null : Reasons.BadAddress);
            }
        }
    }

    // Whether it exists only the carrier learns; what could end a header and begin another is no address.
    private static bool IsAddress(string address) =>
        address.Length <= AddressLengthMax
        && address.IndexOf('@', StringComparison.Ordinal) is > 0 and var at
        && at < address.Length - 1
        && !address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>' or ',' or ';' or '"');
}
