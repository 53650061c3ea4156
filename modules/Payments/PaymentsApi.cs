using System.Text.Json;
using System.Text.Json.Serialization;
using Vade.Kernel.Web;

namespace Vade.Payments;

/// <summary>Money that was received by hand, as a caller reports it.</summary>
/// <param name="Amount">In <paramref name="Currency"/>, the organisation's by default.</param>
/// <param name="Means">cash, card, transfer, check or other.</param>
/// <param name="Reference">The caller's own, unique in the organisation.</param>
/// <param name="ReceivedOn">Today by default; never later.</param>
/// <param name="Invoices">Numbers of the invoices it is for, in their order; by default the oldest due first.</param>
internal sealed record PaymentBody(
    decimal Amount, string Means, string Reference, string? Currency = null, DateOnly? ReceivedOn = null, IReadOnlyList<string>? Invoices = null);

internal sealed record CancelPaymentBody(string Reason);

internal sealed record AllocationView(string Invoice, string Amount);

/// <summary>A payment as the API answers it; amounts are plain strings in its currency.</summary>
/// <param name="ReceiptNumber">Null while the receipt is being made, and for a test payment that settles nothing.</param>
/// <param name="Form">The payment form that settings map the provider to.</param>
/// <param name="Status">confirmed or cancelled.</param>
/// <param name="Allocations">What it settles now, derived from the ledger.</param>
/// <param name="Advance">What of it waits for later invoices.</param>
internal sealed record PaymentView(
    string Id,
    string? ReceiptNumber,
    string Customer,
    string Amount,
    string Currency,
    string Means,
    string? Form,
    string? Provider,
    string Reference,
    string Status,
    DateOnly ReceivedOn,
    IReadOnlyList<AllocationView> Allocations,
    string Advance,
    bool Test);

/// <summary>The bodies of this module's API.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    Converters = [typeof(DecimalJson)])]
[JsonSerializable(typeof(PaymentBody))]
[JsonSerializable(typeof(CancelPaymentBody))]
[JsonSerializable(typeof(ReallocateBody))]
[JsonSerializable(typeof(PaymentView))]
[JsonSerializable(typeof(ApiPage<PaymentView>))]
internal sealed partial class PaymentsApiJson : JsonSerializerContext;
