using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vade.Kernel.Storage;

namespace Vade.Notifications;

/// <summary>Where a delivery of the log stands. Written before the delivery: a reader checks that it is there.</summary>
internal sealed record DeliveryPointer(string Account, string Key);

/// <summary>The row keys of this module. Nobody else writes or reads them.</summary>
internal static class NotificationsRows
{
    public const string LogTable = "deliveries";
    public const string DeliveryPrefix = "delivery-";
    public const string NoticePrefix = "notice-";
    public const string NoticesRead = "notices-read";
    private const int AddressHashBytes = 10;

    public static readonly RowType<Delivery> DeliveryType = new(NotificationsJson.Default.Delivery);
    public static readonly RowType<DeliveryPointer> PointerType = new(NotificationsJson.Default.DeliveryPointer);

    public static readonly RowType<CustomerNotice> CustomerNoticeType = new(NotificationsJson.Default.CustomerNotice);
    public static readonly RowType<NoticesRead> NoticesReadType = new(NotificationsJson.Default.NoticesRead);

    /// <summary>A notice for the customer: the newest stands first, and what it tells is part of the key.</summary>
    public static string Notice(CustomerNotice notice) =>
        $"{NoticePrefix}{(DateTimeOffset.MaxValue.UtcTicks - notice.At.UtcTicks).ToString("D19", CultureInfo.InvariantCulture)}{Key.Separator}{Key.Of(notice.Kind, notice.Of)}";

    /// <summary>The identity of a delivery in its account: what it tells, by which channel, to which address.</summary>
    /// <param name="about">A number of ours, of few characters.</param>
    public static string Delivery(string kind, string about, string channel, string address) =>
        $"{Deliveries(kind, about)}{Key.Of(channel)}{Key.Separator}{Address(address)}";

    /// <summary>What every delivery of this kind about this number begins with.</summary>
    public static string Deliveries(string kind, string about) => $"{DeliveryPrefix}{Key.Of(kind, about)}{Key.Separator}";

    // Keys turn up in messages, poison rows and logs, so the address itself stands only in the row, which can be
    // erased. The case of an address has no meaning to anybody who sends mail.
    private static string Address(string address) => address.Length == 0
        ? "none"
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.ToLowerInvariant())).AsSpan(0, AddressHashBytes));
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Delivery))]
[JsonSerializable(typeof(DeliveryPointer))]
[JsonSerializable(typeof(Deliver))]
[JsonSerializable(typeof(MailboxItem))]
[JsonSerializable(typeof(MailboxEntry))]
[JsonSerializable(typeof(Billing.InvoiceIssued))]
[JsonSerializable(typeof(Billing.InvoiceCancelled))]
[JsonSerializable(typeof(Billing.InvoiceSendAsked))]
[JsonSerializable(typeof(Payments.ReceiptIssued))]
[JsonSerializable(typeof(Payments.PaymentNeedsAttention))]
[JsonSerializable(typeof(Accounts.SignInLinkMade))]
[JsonSerializable(typeof(Accounts.AddressToConfirm))]
[JsonSerializable(typeof(Accounts.ContactChanged))]
[JsonSerializable(typeof(CustomerNotice))]
[JsonSerializable(typeof(NoticesRead))]
[JsonSerializable(typeof(Notice))]
internal sealed partial class NotificationsJson : JsonSerializerContext;
