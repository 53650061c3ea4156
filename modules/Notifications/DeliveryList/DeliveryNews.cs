using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Portal;

namespace Vade.Notifications;

/// <summary>What was sent to a customer, to which address, and why something was not: for the panel's page about them.</summary>
internal sealed class DeliveryNews(AccountStore accounts) : ICustomerNews
{
    private static readonly string[] Kinds = ["invoice", "cancellation", "receipt", "signIn", "confirmAddress"];

    public async Task<IReadOnlyList<CustomerNewsItem>> Of(string account, Language language, CancellationToken cancellation)
    {
        var items = new List<CustomerNewsItem>();
        await foreach (var row in accounts.Tables.All(
            AccountStore.Table, account, KeyRange.Prefix(NotificationsRows.DeliveryPrefix), NotificationsRows.DeliveryType, cancellation))
        {
            var delivery = row.Value;
            var kind = Kinds.Contains(delivery.Kind) ? Letter.Texts[language, "news." + delivery.Kind] : delivery.Kind;
            var (state, tone) = delivery.State switch
            {
                DeliveryState.Sent => ("news.sent", Tone.Plain),
                DeliveryState.Skipped => ("news.skipped", Tone.Plain),
                DeliveryState.Failed => ("news.failed", Tone.Bad),
                DeliveryState.Unknown => ("news.unknown", Tone.Warn),
                _ => ("news.sending", Tone.Plain),
            };
            string?[] details = [delivery.To, string.Join(", ", delivery.About), delivery.Reason];
            items.Add(new(
                delivery.SettledAt ?? delivery.At,
                $"{kind}: {Letter.Texts[language, state]}",
                string.Join(" · ", details.Where(detail => !string.IsNullOrEmpty(detail))) is { Length: > 0 } said ? said : null,
                tone));
        }

        return items;
    }
}
