using System.Text.Json;
using System.Text.Json.Serialization;
using Vade.Kernel.Web;

namespace Vade.Billing;

/// <summary>The bodies of this module's API.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    Converters = [typeof(MoneyJson), typeof(DecimalJson), typeof(InstantJson)])]
[JsonSerializable(typeof(ServiceBody))]
[JsonSerializable(typeof(ServiceView))]
[JsonSerializable(typeof(ApiPage<ServiceView>))]
[JsonSerializable(typeof(InvoiceBody))]
[JsonSerializable(typeof(CancelBody))]
[JsonSerializable(typeof(InvoiceView))]
[JsonSerializable(typeof(ApiPage<InvoiceView>))]
[JsonSerializable(typeof(Vade.Accounts.ExplanationView[]))]
[JsonSerializable(typeof(TimelineBody))]
internal sealed partial class BillingApiJson : JsonSerializerContext;
