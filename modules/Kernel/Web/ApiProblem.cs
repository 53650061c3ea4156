using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Vade.Kernel.Web;

/// <summary>One thing that is wrong: with a field of a JSON body (by its path: lines[0].quantity) or a query, or with a cell of a file.</summary>
/// <param name="Code">Stable, for programs: <c>unknown</c>, <c>required</c>, <c>money.minorDigits</c> …</param>
/// <param name="Message">For people: what is wrong and how to cure it.</param>
public sealed record ApiError(
    string Code,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Field = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Row = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Column = null);

/// <summary>The body of a refusal: application/problem+json.</summary>
internal sealed record ProblemBody(string Title, int Status, string Code, string Detail, IReadOnlyList<ApiError> Errors);

/// <summary>
/// A refusal of the API, as problem+json (contract: API habits): 400 for what cannot be read, 422 for what reads
/// well but breaks a rule, 409 for a conflict with what is there.
/// </summary>
public sealed class ApiProblem : IResult, IStatusCodeHttpResult
{
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(1);

    private readonly ProblemBody _body;
    private readonly TimeSpan? _retryAfter;

    private ApiProblem(int status, string title, string code, string detail, IReadOnlyList<ApiError>? errors = null, TimeSpan? retryAfter = null) =>
        (_body, _retryAfter) = (new(title, status, code, detail, errors ?? []), retryAfter);

    public int Status => _body.Status;
    public string Code => _body.Code;
    public string Detail => _body.Detail;
    public IReadOnlyList<ApiError> Errors => _body.Errors;
    int? IStatusCodeHttpResult.StatusCode => Status;

    public static ApiProblem BadRequest(string code, string detail, params IReadOnlyList<ApiError> errors) => new(400, "Cannot be read", code, detail, errors);

    public static ApiProblem Unauthorized(string detail) => new(401, "Not signed in", "unauthorized", detail);

    public static ApiProblem Forbidden(string detail) => new(403, "Not allowed", "forbidden", detail);

    public static ApiProblem NotFound(string detail) => new(404, "Not found", "notFound", detail);

    public static ApiProblem Conflict(string code, string detail) => new(409, "Conflict", code, detail);

    public static ApiProblem Rule(string code, string detail, params IReadOnlyList<ApiError> errors) => new(422, "Breaks a rule", code, detail, errors);

    public static ApiProblem TooMany(TimeSpan retryAfter) =>
        new(429, "Too many requests", "tooMany", "Too many requests came in a short time; try again later.", retryAfter: retryAfter);

    /// <summary>Others are changing the same thing right now; nothing was done.</summary>
    public static ApiProblem Busy() => new(503, "Busy", "busy", "Others are changing the same thing right now; try again.", retryAfter: BusyFor);

    internal static ApiProblem MethodNotAllowed(string method) => new(405, "Method not allowed", "method", $"{method} does nothing here.");

    internal static ApiProblem TooLarge(int bytesMax) => new(413, "Too large", "tooLarge", $"The body may have {bytesMax} bytes at most.");

    internal static ApiProblem Internal() => new(500, "Failed", "failed", "It failed on our side and has been logged; nothing is known to be done.");

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        if (_retryAfter is { } wait)
            response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(null, System.Globalization.CultureInfo.InvariantCulture);
        if (Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        return response.WriteAsJsonAsync(_body, WebJson.Default.ProblemBody, "application/problem+json", httpContext.RequestAborted);
    }
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class WebJson : JsonSerializerContext;
