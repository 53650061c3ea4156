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

/// <summary>The bodies of this module's API.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    Converters = [typeof(MoneyJson), typeof(DecimalJson), typeof(InstantJson)])]
[JsonSerializable(typeof(CustomerBody))]
[JsonSerializable(typeof(CustomerView))]
[JsonSerializable(typeof(ApiPage<CustomerView>))]
internal sealed partial class AccountsApiJson : JsonSerializerContext;
