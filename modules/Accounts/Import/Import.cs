using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Documents.Sheets;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>
/// A kind of file that <c>POST /imports/{kind}</c> takes. A row means what the body of a PUT means and takes the same
/// path; it must be harmless to take a row again.
/// </summary>
public interface IImport
{
    /// <summary>The name in the path: customers, services …</summary>
    string Kind { get; }

    /// <summary>The headers that may stand, named as in JSON; another one is refused.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>Those that must stand.</summary>
    IReadOnlyList<string> Required { get; }

    /// <summary>Those with decimal numbers, from which the file's decimal sign is told.</summary>
    IReadOnlyList<string> Decimals { get; }

    /// <summary>What a row is about; a second row about the same is refused. Null where that cannot be told.</summary>
    string? Identity(TableRow row);

    /// <summary>Reads one row and compares it with what is there. Changes nothing.</summary>
    /// <param name="sign">The file's decimal sign, or the one usual in the organisation's language.</param>
    Task<ImportStep> Read(TableRow row, DecimalSign sign, CancellationToken cancellation);
}

/// <summary>What a row comes to.</summary>
public abstract record ImportStep
{
    private ImportStep()
    {
    }

    /// <param name="Problems">By JSON path: the importer finds the column.</param>
    public sealed record Refused(IReadOnlyList<Remark> Problems) : ImportStep;

    /// <summary>All of it is there already.</summary>
    public sealed record Known : ImportStep;

    /// <summary>Something is to be written in this account. The importer has sent the finishing message before it asks for it.</summary>
    /// <param name="Apply">Writes; gives the problems that only showed then.</param>
    public sealed record Change(string Account, Func<CancellationToken, Task<IReadOnlyList<Remark>>> Apply) : ImportStep;
}

/// <summary>What became of a file.</summary>
/// <param name="Rows">Rows with at least one value.</param>
/// <param name="Accepted">Those that hold now, whether they changed anything or not.</param>
/// <param name="Rejected">Every problem, by the row as a person counts it and the header.</param>
internal sealed record ImportReport(int Rows, int Accepted, IReadOnlyList<ApiError> Rejected);

/// <summary>What a file came to as a whole.</summary>
internal abstract record FileTaken
{
    private FileTaken()
    {
    }

    /// <summary>It is no table, or too large a one.</summary>
    public sealed record Unreadable(ApiError Problem) : FileTaken;

    public sealed record WrongHeaders(IReadOnlyList<ApiError> Problems) : FileTaken;

    public sealed record Taken(ImportReport Report) : FileTaken;
}

/// <summary>Takes files of up to 20 MB and 100,000 rows, CSV or XLSX.</summary>
internal sealed class Importer(AccountStore accounts, IEnumerable<IImport> imports, Settings settings)
{
    private const int RowsAtOnce = 200;
    private const int WritersAtOnce = 8;
    private static readonly TableLimits Limits = new() { MaxBytes = 20_000_000, MaxRows = 100_000, MaxColumns = 60 };

    // "*/*": what a file is shows in its bytes, and many clients name another type or none.
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/imports/{kind}", Post)
        .WithSummary("Takes a file: the headers are the JSON names, ';' stands between list items")
        .Accepts<string>("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "*/*")
        .Produces<ImportReport>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(422);

    private static async Task<IResult> Post(string kind, HttpRequest request, Importer importer, CancellationToken cancellation)
    {
        if (importer.Find(kind) is not { } import)
            return ApiProblem.NotFound($"There is no import called {kind}; there are {importer.Kinds}.");
        return await importer.Take(import, request.Body, request.ContentType, cancellation) switch
        {
            FileTaken.Unreadable { Problem: var problem } => ApiProblem.BadRequest(problem.Code, problem.Message, problem),
            FileTaken.WrongHeaders { Problems: var wrong } => ApiProblem.Rule(
                wrong[0].Code, wrong.Count == 1 ? wrong[0].Message : $"{wrong.Count} headers are wrong.", [.. wrong]),
            FileTaken.Taken { Report: var report } => TypedResults.Json(report, AccountsApiJson.Default.ImportReport),
            _ => throw new InvalidOperationException("A file is read or refused."),
        };
    }

    /// <summary>The kind of file that is called so; null for none.</summary>
    public IImport? Find(string kind) => imports.FirstOrDefault(import => import.Kind == kind);

    private string Kinds => string.Join(", ", imports.Select(import => import.Kind).Order(StringComparer.Ordinal));

    /// <summary>Takes a file as it comes, CSV or XLSX.</summary>
    /// <param name="contentType">As its sender calls it; what it is shows in its bytes.</param>
    public async Task<FileTaken> Take(IImport import, Stream file, string? contentType, CancellationToken cancellation) =>
        await TableReader.ReadAsync(file, contentType, Limits, cancellation) switch
        {
            TableReadResult.Refused { Problem: var problem } => new FileTaken.Unreadable(new(problem.Code, problem.Message, Row: problem.Row, Column: problem.Column)),
            TableReadResult.Read { Table: var table } when HeaderProblems(import, table) is { Length: > 0 } wrong => new FileTaken.WrongHeaders(wrong),
            TableReadResult.Read { Table: var table } => new FileTaken.Taken(await Take(import, table, cancellation)),
            _ => throw new InvalidOperationException("A file is read or refused."),
        };

    public async Task<ImportReport> Take(IImport import, Table table, CancellationToken cancellation)
    {
        var sign = table.DecimalSignOf([.. import.Decimals]);
        if (sign == DecimalSign.Unknown)
            sign = (await settings.Get(OrganisationSettings.Section, cancellation)).Reader == Language.En ? DecimalSign.Dot : DecimalSign.Comma;

        var rejected = new ConcurrentDictionary<int, IReadOnlyList<Remark>>();
        var firstRows = new Dictionary<string, int>(StringComparer.Ordinal);
        var rows = table.Rows.Where(row => IsFirst(import, row, firstRows, rejected)).ToArray();
        foreach (var group in rows.Chunk(RowsAtOnce))
        {
            // The finishing messages are sent between reading and writing: a message for many accounts, and none for
            // a row that changes nothing.
            var changes = new ConcurrentBag<(TableRow Row, ImportStep.Change Change)>();
            await ForEach(group, async (row, stop) =>
            {
                var step = await import.Read(row, sign, stop);
                if (step is ImportStep.Change change)
                    changes.Add((row, change));
                else if (step is ImportStep.Refused refused)
                    rejected[row.Number] = refused.Problems;
            }, cancellation);
            await accounts.FinishLater(changes.Select(change => change.Change.Account).Distinct(StringComparer.Ordinal), cancellation);
            await ForEach(changes, async (item, stop) =>
            {
                if (await item.Change.Apply(stop) is { Count: > 0 } problems)
                    rejected[item.Row.Number] = problems;
            }, cancellation);
        }

        var problems = rejected.SelectMany(row => row.Value.Select(problem => new ApiError(
            problem.Code, problem.Message, Row: row.Key, Column: ColumnOf(table, problem.Field))));
        var unread = table.Rejected.Select(problem => new ApiError(problem.Code, problem.Message, Row: problem.Row, Column: problem.Column));
        var unreadRows = table.Rejected.Select(problem => problem.Row).Distinct().Count();
        return new(
            table.Rows.Count + unreadRows,
            table.Rows.Count - rejected.Count,
            [.. problems.Concat(unread).OrderBy(problem => problem.Row)]);
    }

    // Of two rows about the same one would win by chance.
    private static bool IsFirst(
        IImport import, TableRow row, Dictionary<string, int> firstRows, ConcurrentDictionary<int, IReadOnlyList<Remark>> rejected)
    {
        if (import.Identity(row) is not { } identity || firstRows.TryAdd(identity, row.Number))
            return true;
        rejected[row.Number] = [new(import.Required[0], "row.duplicate", $"Row {firstRows[identity]} is about the same; it was taken.")];
        return false;
    }

    private static ApiError[] HeaderProblems(IImport import, Table table) =>
    [
        .. table.Headers
            .Where(header => !import.Columns.Contains(header, StringComparer.OrdinalIgnoreCase))
            .Select(header => new ApiError("column.unknown", $"The column {header} is not known; the columns are {string.Join(", ", import.Columns)}.", Column: header)),
        .. import.Required
            .Where(header => !table.Has(header))
            .Select(header => new ApiError("column.missing", $"The column {header} is missing.", Column: header)),
    ];

    // emails[1] stands in the column emails; address.city in that or in address.
    private static string ColumnOf(Table table, string field)
    {
        var column = field.Split('[')[0];
        return table.Has(column) ? column : column.Split('.')[0];
    }

    private static Task ForEach<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> each, CancellationToken cancellation) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = WritersAtOnce, TaskScheduler = TaskScheduler.Current, CancellationToken = cancellation },
            async (item, stop) => await each(item, stop));
}

/// <summary>Reads the cells that mean the same in every kind of file.</summary>
public static class Cells
{
    // The API takes eighteen digits; what a cell can hold beyond them overflows in the first sum.
    private const decimal NumberMax = 999_999_999_999_999_999m;

    /// <summary>The items of a list, separated by <c>;</c>; null for an empty cell.</summary>
    public static IReadOnlyList<string>? List(string? text) =>
        text?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Yes or no as people write it; null for an empty cell, a problem for anything else.</summary>
    public static bool? Flag(string? text, string field, List<Remark> problems)
    {
        switch (TurkishText.SearchKey(text))
        {
            case "":
                return null;
            case "true" or "1" or "yes" or "y" or "x" or "evet" or "e" or "var" or "si" or "beli" or "да":
                return true;
            case "false" or "0" or "no" or "n" or "-" or "hayir" or "h" or "yok" or "xeyr" or "нет":
                return false;
            default:
                problems.Add(new(field, "type", "Give true or false."));
                return null;
        }
    }

    /// <summary>A whole number; null for an empty cell, a problem for anything else.</summary>
    public static int? Whole(string? text, string field, List<Remark> problems)
    {
        if (text is null)
            return null;
        if (int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number))
            return number;
        problems.Add(new(field, "type", "Give a whole number."));
        return null;
    }

    /// <summary>A date as yyyy-MM-dd or dd.MM.yyyy (also with / and -); null for an empty cell, a problem for anything else.</summary>
    public static DateOnly? Date(string? text, string field, List<Remark> problems)
    {
        if (text is null)
            return null;
        string[] forms = ["yyyy-MM-dd", "dd.MM.yyyy", "d.M.yyyy", "dd/MM/yyyy", "d/M/yyyy", "dd-MM-yyyy", "yyyy-MM-ddTHH:mm:ss"];
        if (DateTime.TryParseExact(text, forms, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var date))
            return DateOnly.FromDateTime(date);
        problems.Add(new(field, "type", "Give a date such as 2026-11-30 or 30.11.2026."));
        return null;
    }

    /// <summary>A decimal number by the file's sign; null for an empty cell, a problem for anything else.</summary>
    public static decimal? Decimal(TableRow row, string column, DecimalSign sign, List<Remark> problems)
    {
        if (row[column] is null)
            return null;
        if (row.TryDecimal(column, sign, out var number))
        {
            if (Math.Abs(number) <= NumberMax)
                return number;
            problems.Add(new(column, "decimal.digits", "The number may have 18 digits at most."));
            return null;
        }

        problems.Add(new(column, "type", "Give a number such as 1234.50."));
        return null;
    }
}
