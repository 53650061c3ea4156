using System.Text.Json;
using System.Text.Json.Serialization;
using Vade.Kernel.Web;

namespace Vade.Accounts;

internal static class Remarks
{
    /// <summary>The rules that were broken, as a 422.</summary>
    public static ApiProblem ToApi(this IReadOnlyList<Remark> problems) => ApiProblem.Rule(
        problems[0].Code,
        problems.Count == 1 ? problems[0].Message : $"{problems.Count} members break a rule.",
        [.. problems.Select(problem => new ApiError(problem.Code, problem.Message, problem.Field))]);
}

/// <summary>Names of the API in small letters first: sale, invoiceCancelled; numbers are no names.</summary>
internal sealed class CamelCaseEnumJson<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>The bodies of this module's API.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    Converters =
    [
        typeof(MoneyJson), typeof(DecimalJson), typeof(InstantJson),
        typeof(CamelCaseEnumJson<PostingKind>), typeof(CamelCaseEnumJson<DocumentDirection>), typeof(CamelCaseEnumJson<DocumentKind>),
        typeof(CamelCaseEnumJson<OperationKind>),
    ],
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CustomerBody))]
[JsonSerializable(typeof(CustomerView))]
[JsonSerializable(typeof(ApiPage<CustomerView>))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(StatementView))]
[JsonSerializable(typeof(ExplanationView))]
[JsonSerializable(typeof(ApiPage<ForeseenView>))]
[JsonSerializable(typeof(DifferenceView))]
[JsonSerializable(typeof(ReportView))]
[JsonSerializable(typeof(DocumentBody))]
[JsonSerializable(typeof(DocumentView))]
[JsonSerializable(typeof(ApiPage<DocumentView>))]
[JsonSerializable(typeof(MergeBody))]
[JsonSerializable(typeof(MergePreview))]
[JsonSerializable(typeof(OpeningBody))]
[JsonSerializable(typeof(WriteOffBody))]
[JsonSerializable(typeof(PayoutBody))]
[JsonSerializable(typeof(CancelOperationBody))]
[JsonSerializable(typeof(OperationView))]
[JsonSerializable(typeof(ApiPage<OperationView>))]
internal sealed partial class AccountsApiJson : JsonSerializerContext;
