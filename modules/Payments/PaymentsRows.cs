using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vade.Kernel.Storage;

namespace Vade.Payments;

/// <summary>In which account an attempt stands. Written before the attempt: a reader checks that it is there.</summary>
/// <param name="At">A row without an attempt is dropped only when it is older than any commit may be.</param>
internal sealed record AttemptPointer(string Account, string Ref, DateTimeOffset At);

/// <summary>Where a payment of an id stands. Written before the payment.</summary>
internal sealed record PaymentPointer(string Account, string Ref);

/// <summary>The last attempt that was begun from a link.</summary>
internal sealed record LatestAttempt(string Ref);

/// <summary>That a payment waits for its receipt.</summary>
internal sealed record PendingReceipt(string PaymentRef);

/// <summary>A provider's notification as it came, before anything was made of it.</summary>
internal sealed record Notification(string Provider, byte[] Body, DateTimeOffset At);

/// <summary>The row keys of this module. Nobody else writes or reads them.</summary>
internal static class PaymentsRows
{
    public const string Table = "payments";
    public const string OpenAttempts = "open-attempts";
    public const string Live = "attempts-live";
    public const string PaymentPrefix = "payment-";
    public const string PendingReceiptPrefix = "pending-receipt-";

    public static readonly RowType<Attempt> AttemptType = new(PaymentsJson.Default.Attempt);
    public static readonly RowType<LiveAttempts> LiveType = new(PaymentsJson.Default.LiveAttempts);
    public static readonly RowType<LatestAttempt> LatestType = new(PaymentsJson.Default.LatestAttempt);
    public static readonly RowType<Payment> PaymentType = new(PaymentsJson.Default.Payment);
    public static readonly RowType<Reallocation> ReallocationType = new(PaymentsJson.Default.Reallocation);
    public static readonly RowType<PendingReceipt> PendingType = new(PaymentsJson.Default.PendingReceipt);
    public static readonly RowType<AttemptPointer> AttemptPointerType = new(PaymentsJson.Default.AttemptPointer);
    public static readonly RowType<PaymentPointer> PaymentPointerType = new(PaymentsJson.Default.PaymentPointer);
    public static readonly RowType<PaymentRow> RowType = new(PaymentsJson.Default.PaymentRow);
    public static readonly RowType<OfficeNumbers> FiguresType = new(PaymentsJson.Default.OfficeNumbers);
    public static readonly RowType<Notification> NotificationType = new(PaymentsJson.Default.Notification);

    public static string Attempt(string reference) => "attempt-" + reference;

    public static string Latest(string kind, string id) => $"attempts-latest-{kind}-{id}";

    /// <summary>Of a payment that a provider took.</summary>
    public static string Payment(string provider, string attempt) => PaymentPrefix + Key.Of(provider, attempt);

    /// <summary>Of a payment that was recorded by hand. A provider's id is never empty.</summary>
    public static string ManualPayment(string reference) => PaymentPrefix + Key.Of("", reference);

    public static string Reallocation(string reference) => "reallocation-" + Key.Of(reference);

    public static string PendingReceipt(string payment) => PendingReceiptPrefix + payment;

    /// <summary>Payments are listed by day.</summary>
    public static string Listed(Payment payment) => Listed(payment.ReceivedOn) + Key.Separator + payment.Id;

    public static string Listed(DateOnly on) => on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string ReceiptBlob(string hash) => $"receipts/{hash[..2]}/{hash}";
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Attempt))]
[JsonSerializable(typeof(LiveAttempts))]
[JsonSerializable(typeof(LatestAttempt))]
[JsonSerializable(typeof(Payment))]
[JsonSerializable(typeof(Reallocation))]
[JsonSerializable(typeof(PendingReceipt))]
[JsonSerializable(typeof(AttemptPointer))]
[JsonSerializable(typeof(PaymentPointer))]
[JsonSerializable(typeof(PaymentRow))]
[JsonSerializable(typeof(OfficeNumbers))]
[JsonSerializable(typeof(Notification))]
[JsonSerializable(typeof(SettleAttempt))]
[JsonSerializable(typeof(PaymentReceived))]
[JsonSerializable(typeof(PaymentCancelled))]
[JsonSerializable(typeof(ReceiptIssued))]
[JsonSerializable(typeof(PaymentNeedsAttention))]
[JsonSerializable(typeof(BankSession))]
[JsonSerializable(typeof(BankNotice))]
[JsonSerializable(typeof(NotifyShop))]
internal sealed partial class PaymentsJson : JsonSerializerContext;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PaymentsSettings))]
internal sealed partial class PaymentsSettingsJson : JsonSerializerContext;
