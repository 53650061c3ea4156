using System.Security.Cryptography;
using System.Text;
using Vade.Documents.Sheets;
using Vade.Kernel.Messaging;

namespace Vade.Accounts;

/// <summary>
/// A file of what customers owed when the organisation came to us: a row is one item; a negative amount is an advance.
/// </summary>
internal sealed class ImportOpeningBalances(OpeningBalances openings, CustomerReader customers) : IImport
{
    public string Kind => "openingBalances";

    public IReadOnlyList<string> Columns { get; } = ["customer", "number", "issuedOn", "dueOn", "currency", "amount", "asOf"];

    public IReadOnlyList<string> Required { get; } = ["customer", "number", "amount", "asOf"];

    public IReadOnlyList<string> Decimals { get; } = ["amount"];

    public string? Identity(TableRow row) => $"{row["customer"]}\n{row["currency"]}\n{row["number"]}";

    public async Task<ImportStep> Read(TableRow row, DecimalSign sign, CancellationToken cancellation)
    {
        var problems = new List<Remark>();
        var amount = Cells.Decimal(row, "amount", sign, problems);
        var (issuedOn, dueOn, asOf) = (Cells.Date(row["issuedOn"], "issuedOn", problems), Cells.Date(row["dueOn"], "dueOn", problems), Cells.Date(row["asOf"], "asOf", problems));
        if (asOf is null && problems.TrueForAll(problem => problem.Field != "asOf"))
            problems.Add(new("asOf", "asOf.required", "Give the day the balance stood."));
        if (amount is null or 0m && problems.TrueForAll(problem => problem.Field != "amount"))
            problems.Add(new("amount", "amount.positive", "Give what is owed, or an advance with a minus."));
        var body = new OpeningBody(
            ReferenceOf(row), row["currency"], asOf,
            amount > 0m ? [new(amount.Value, row["number"] ?? "", issuedOn, dueOn)] : null,
            amount < 0m ? -amount.Value : 0m);
        if (problems.Count == 0)
            problems.AddRange((await openings.Problems(body, cancellation)).Select(problem => problem with { Field = problem.Field.Replace("items[0].", "", StringComparison.Ordinal).Replace("advance", "amount", StringComparison.Ordinal) }));
        if (problems.Count > 0)
            return new ImportStep.Refused(problems);
        if (await customers.OfCode(row["customer"] ?? "", cancellation) is not { } customer)
            return new ImportStep.Refused([new("customer", "customer.unknown", "There is no customer with this code; import customers first.")]);
        var account = AccountStore.Of(customer.Code);
        return await openings.IsKnown(account, body, cancellation)
            ? new ImportStep.Known()
            : new ImportStep.Change(account, async stop => await openings.Write(account, body, stop) switch
            {
                OperationOutcome.Refused refused => refused.Problems,
                OperationOutcome.OtherContent => [new("number", "number.used", "This item was imported before with other values; write it off, or correct it by hand.")],
                _ => [],
            });
    }

    // The same row again changes nothing, and the item of another customer may have the same number.
    private static string ReferenceOf(TableRow row) => "import " + Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{row["customer"]}\n{row["currency"]}\n{row["number"]}")).AsSpan(0, 16));
}
