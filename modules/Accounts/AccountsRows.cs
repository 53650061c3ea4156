using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>The row keys of this module in the partition of an account. Nobody else writes or reads them.</summary>
internal static class AccountsRows
{
    public const string Head = "head";
    public const string Customer = "customer";
    public const string Choices = "choices";
    public const string ContactPrefix = "contact-";
    public const string EntryPrefix = "entry-";
    public const string AllocationPrefix = "allocation-";
    public const string DocumentPrefix = "document-";
    public const string MovePrefix = "pending-move-";
    public const string OperationPrefix = "operation-";

    public static readonly RowType<LedgerHead> HeadType = new(AccountsJson.Default.LedgerHead);
    public static readonly RowType<Entry> EntryType = new(AccountsJson.Default.Entry);
    public static readonly RowType<PostingMark> PostingType = new(AccountsJson.Default.PostingMark);
    public static readonly RowType<AllocationRow> AllocationType = new(AccountsJson.Default.AllocationRow);
    public static readonly RowType<Customer> CustomerType = new(AccountsJson.Default.Customer);
    public static readonly RowType<AddressWish> WishType = new(AccountsJson.Default.AddressWish);
    public static readonly RowType<MyChoices> ChoicesType = new(AccountsJson.Default.MyChoices);
    public static readonly RowType<ErpDocument> DocumentType = new(AccountsJson.Default.ErpDocument);
    public static readonly RowType<Move> MoveType = new(AccountsJson.Default.Move);
    public static readonly RowType<Operation> OperationType = new(AccountsJson.Default.Operation);
    public static readonly RowType<MonthTurnover> MonthType = new(AccountsJson.Default.MonthTurnover);

    /// <summary>Entries stand by value date, then sequence: a statement reads one range.</summary>
    public static string Entry(Entry entry) => $"{Entry(entry.ValueOn)}-{entry.Sequence.ToString("D10", CultureInfo.InvariantCulture)}";

    public static string Entry(DateOnly from) => EntryPrefix + from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Posting(string id) => "posting-" + Key.Of(id);

    public static string Allocation(long sequence, int part) =>
        string.Create(CultureInfo.InvariantCulture, $"{Allocations(sequence)}{part}");

    public static string Allocations(long sequence) => string.Create(CultureInfo.InvariantCulture, $"{AllocationPrefix}{sequence:D10}-");

    /// <summary>What left a merged account with this entry and has not arrived, in the order of leaving.</summary>
    public static string Move(long sequence) => string.Create(CultureInfo.InvariantCulture, $"{MovePrefix}{sequence:D10}");

    /// <summary>Direction and number together: an ERP's sale and a supplier's invoice may carry the same number.</summary>
    public static string Document(DocumentDirection direction, string number) =>
        $"{DocumentPrefix}{(direction == DocumentDirection.Sale ? "sale" : "purchase")}{Key.Separator}{Key.Of(number)}";

    /// <summary>What the office did, by the caller's reference.</summary>
    public static string Operation(string reference) => OperationPrefix + Key.Of(reference);

    /// <summary>An address that waits for its confirmation.</summary>
    public static string Wish(string id) => ContactPrefix + id;

    public static string Month(string month) => "month-" + month;
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LedgerHead))]
[JsonSerializable(typeof(Entry))]
[JsonSerializable(typeof(PostingMark))]
[JsonSerializable(typeof(AllocationRow))]
[JsonSerializable(typeof(MonthTurnover))]
[JsonSerializable(typeof(Move))]
[JsonSerializable(typeof(MoveOn))]
[JsonSerializable(typeof(CustomerMerged))]
[JsonSerializable(typeof(Operation))]
[JsonSerializable(typeof(OperationPointer))]
[JsonSerializable(typeof(Customer))]
[JsonSerializable(typeof(MyChoices))]
[JsonSerializable(typeof(AddressWish))]
[JsonSerializable(typeof(ErpDocument))]
[JsonSerializable(typeof(LinkTarget))]
[JsonSerializable(typeof(Lookup))]
[JsonSerializable(typeof(DirectoryRow))]
internal sealed partial class AccountsJson : JsonSerializerContext;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters = [typeof(Vade.Kernel.Web.DecimalJson)])]
[JsonSerializable(typeof(LedgerAccounts))]
internal sealed partial class AccountsSettingsJson : JsonSerializerContext;
