using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vade.Accounts;
using Vade.Kernel.Storage;

namespace Vade.Billing;

/// <summary>Where an invoice of a number stands. Written before the invoice: a reader checks that it is there.</summary>
internal sealed record InvoicePointer(string Account, string Ref);

/// <summary>
/// That a service stands in an account, and what it says: for looking through all services. Written before it, completed
/// after it.
/// </summary>
/// <param name="Plan">Null before its commit, and in rows of older releases. How far it is billed may be out of date.</param>
internal sealed record ServicePointer(string Account, string Service, Service? Plan = null);

/// <summary>A date on which a service is to be invoiced. Each service that has not ended has one, its next.</summary>
/// <param name="WrittenAt">A row without a service is dropped only when it is older than any commit may be.</param>
internal sealed record DueRow(string Account, string Service, DateOnly On, DateTimeOffset WrittenAt);

/// <summary>The row keys of this module. Nobody else writes or reads them.</summary>
internal static class BillingRows
{
    public const string Table = "billing";
    public const string ServicePrefix = "service-";
    public const string InvoicePrefix = "invoice-";
    public const string PendingPrefix = "pending-invoice-";

    public static readonly RowType<Service> ServiceType = new(BillingJson.Default.Service);
    public static readonly RowType<Invoice> InvoiceType = new(BillingJson.Default.Invoice);
    public static readonly RowType<PendingInvoice> PendingType = new(BillingJson.Default.PendingInvoice);
    public static readonly RowType<InvoicePointer> PointerType = new(BillingJson.Default.InvoicePointer);
    public static readonly RowType<ServicePointer> ServicePointerType = new(BillingJson.Default.ServicePointer);
    public static readonly RowType<InvoiceRow> RowType = new(BillingJson.Default.InvoiceRow);
    public static readonly RowType<DueRow> DueType = new(BillingJson.Default.DueRow);
    public static readonly RowType<NumberBook> BookType = new(BillingJson.Default.NumberBook);
    public static readonly RowType<GivenNumber> GivenType = new(BillingJson.Default.GivenNumber);
    public static readonly RowType<ChunkDone> DoneType = new(BillingJson.Default.ChunkDone);
    public static readonly RowType<BillingRun> RunType = new(BillingJson.Default.BillingRun);

    public const string BulkJobKey = "job";
    public const string BulkPartPrefix = "part-";
    public static readonly RowType<BulkJob> BulkJobType = new(BillingJson.Default.BulkJob);
    public static readonly RowType<BulkPart> BulkPartType = new(BillingJson.Default.BulkPart);

    /// <summary>What staff asked to be done to many invoices is a partition of its own.</summary>
    public static string Bulk(string id) => "bulk-" + id;

    public static string BulkPart(string account) => BulkPartPrefix + account;

    public static string Service(string code) => ServicePrefix + Key.Of(code);

    /// <summary>The identity of a scheduled invoice: service and date. The revision leaves room for a corrected one.</summary>
    public static string Invoice(string service, DateOnly on) =>
        InvoicePrefix + Key.Of(service, on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "1");

    /// <summary>The identity of an invoice outside any schedule: the caller's reference.</summary>
    public static string ManualInvoice(string reference) => InvoicePrefix + Key.Of("", reference);

    public static string Pending(string invoice) => PendingPrefix + invoice;

    /// <summary>Invoices are listed by the day of issue, then by number.</summary>
    public static string Listed(DateOnly issuedOn, string number) => Listed(issuedOn) + Key.Separator + Key.Of(number);

    public static string Listed(DateOnly issuedOn) => issuedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Due rows stand by date, so that what is due is one range of each bucket.</summary>
    public static string Due(DateOnly on, string account, string service) =>
        on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + Key.Separator + account + Key.Separator + Key.Of(service);

    public static string DueBehind(DateOnly today) => today.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The blob of an invoice's PDF, named by its bytes.</summary>
    public static string PdfBlob(string hash) => $"invoices/{hash[..2]}/{hash}";
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Service))]
[JsonSerializable(typeof(Invoice))]
[JsonSerializable(typeof(PendingInvoice))]
[JsonSerializable(typeof(InvoicePointer))]
[JsonSerializable(typeof(ServicePointer))]
[JsonSerializable(typeof(DueRow))]
[JsonSerializable(typeof(InvoiceRow))]
[JsonSerializable(typeof(NumberBook))]
[JsonSerializable(typeof(GivenNumber))]
[JsonSerializable(typeof(BillingRun))]
[JsonSerializable(typeof(RunChunk))]
[JsonSerializable(typeof(RunManifest))]
[JsonSerializable(typeof(ChunkDone))]
[JsonSerializable(typeof(InvoiceIssued))]
[JsonSerializable(typeof(InvoiceCancelled))]
[JsonSerializable(typeof(RunBilling))]
[JsonSerializable(typeof(FanOutChunk))]
[JsonSerializable(typeof(CheckChunk))]
[JsonSerializable(typeof(IssueInvoices))]
[JsonSerializable(typeof(BulkJob))]
[JsonSerializable(typeof(BulkPart))]
[JsonSerializable(typeof(RunBulk))]
[JsonSerializable(typeof(DoBulk))]
[JsonSerializable(typeof(InvoiceSendAsked))]
[JsonSerializable(typeof(CustomerMerged))]
internal sealed partial class BillingJson : JsonSerializerContext;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(BillingSettings))]
internal sealed partial class BillingSettingsJson : JsonSerializerContext;
