using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Notifications;

/// <summary>What was sent about an invoice, to whom, and why something was not.</summary>
internal sealed class DeliveryTimeline(AccountStore accounts) : ITimelineSource
{
    private const int ItemsMax = 300;

    public async Task<IReadOnlyList<TimelineItem>> Of(string account, Invoice invoice, CancellationToken cancellation)
    {
        var items = new List<TimelineItem>();
        await foreach (var row in accounts.Tables.All(
            AccountStore.Table, account, KeyRange.Prefix(NotificationsRows.DeliveryPrefix), NotificationsRows.DeliveryType, cancellation))
        {
            var delivery = row.Value;
            if (!delivery.About.Contains(invoice.Number))
                continue;
            items.Add(new(
                delivery.SettledAt ?? delivery.At,
                delivery.State switch
                {
                    DeliveryState.Sent => "sent",
                    DeliveryState.Skipped => "skipped",
                    DeliveryState.Failed => "failed",
                    DeliveryState.Unknown => "unknown",
                    _ => "sending",
                },
                $"{delivery.Kind} by {delivery.Channel}{(delivery.To.Length > 0 ? $" to {delivery.To}" : "")}",
                delivery.Reason ?? $"the {delivery.Kind} of {invoice.Number}"));
            if (items.Count == ItemsMax)
                break;
        }

        return items;
    }
}
