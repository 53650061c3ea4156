using System.Globalization;
using Vade.Documents.Sheets;
using Vade.Kernel;
using Vade.Kernel.Messaging;

namespace Vade.Accounts;

/// <summary>A file of the ERP's documents: a row is what the body of <c>PUT /customers/{customer}/documents/{number}</c> is.</summary>
internal sealed class ImportDocuments(TakeDocument documents) : IImport
{
    public string Kind => "documents";

    public IReadOnlyList<string> Columns { get; } =
    [
        "customer", "number", "direction", "kind", "date", "dueOn", "currency", "net", "tax", "total", "electronic", "remaining", "asOf",
    ];

    public IReadOnlyList<string> Required { get; } = ["customer", "number", "direction", "date", "total"];

    public IReadOnlyList<string> Decimals { get; } = ["net", "tax", "total", "remaining"];

    public string? Identity(TableRow row) => $"{row["customer"]}\n{row["direction"]}\n{row["number"]}";

    public async Task<ImportStep> Read(TableRow row, DecimalSign sign, CancellationToken cancellation)
    {
        var problems = new List<Remark>();
        var body = new DocumentBody(
            Named<DocumentDirection>(row["direction"], "direction", problems),
            Named<DocumentKind>(row["kind"], "kind", problems),
            Cells.Date(row["date"], "date", problems),
            Cells.Date(row["dueOn"], "dueOn", problems),
            row["currency"],
            Cells.Decimal(row, "net", sign, problems),
            Cells.Decimal(row, "tax", sign, problems),
            Cells.Decimal(row, "total", sign, problems),
            Cells.Flag(row["electronic"], "electronic", problems),
            Cells.Decimal(row, "remaining", sign, problems),
            Instant(row["asOf"], problems));
        var draft = await documents.Read(row["number"] ?? "", body, cancellation);
        // A cell that cannot be read is not missing as well.
        problems.AddRange(draft.Problems.Where(problem => problems.TrueForAll(other => other.Field != problem.Field)).ToArray());
        if (problems.Count > 0)
            return new ImportStep.Refused(problems);

        var customer = row["customer"] ?? "";
        return await documents.Known(customer, draft, cancellation) switch
        {
            DocumentTaken.NoCustomer => new ImportStep.Refused([new("customer", "customer.unknown", "There is no customer with this code; import customers first.")]),
            not null => new ImportStep.Known(),
            null => new ImportStep.Change(AccountStore.Of(customer), async stop =>
                await documents.Write(AccountStore.Of(customer), draft, stop) is DocumentTaken.Refused refused ? refused.Problems : []),
        };
    }

    private static T? Named<T>(string? text, string field, List<Remark> problems)
        where T : struct, Enum
    {
        if (text is null)
            return null;
        if (char.IsAsciiLetter(text[0]) && Enum.TryParse<T>(text, ignoreCase: true, out var named) && Enum.IsDefined(named))
            return named;
        problems.Add(new(field, "type", $"Give {string.Join(" or ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}."));
        return null;
    }

    private static DateTimeOffset? Instant(string? text, List<Remark> problems)
    {
        if (text is null)
            return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant))
            return instant;
        problems.Add(new("asOf", "type", "Give an instant such as 2026-11-30T08:00:00Z."));
        return null;
    }
}
