using Vade.Documents.Sheets;
using Vade.Kernel.Messaging;

namespace Vade.Accounts;

/// <summary>A file of customers: a row is what the body of <c>PUT /customers/{code}</c> is.</summary>
internal sealed class ImportCustomers(SaveCustomer customers) : IImport
{
    private const int TurkishTaxIdDigits = 10;

    public string Kind => "customers";

    public IReadOnlyList<string> Columns { get; } =
    [
        "code", "title", "taxId", "country", "language", "emails", "reconciliationEmails", "phone", "whatsApp", "address",
        "address.line", "address.district", "address.city", "address.postalCode", "address.country", "dueDays",
    ];

    public IReadOnlyList<string> Required { get; } = ["code", "title"];

    public IReadOnlyList<string> Decimals => [];

    public string? Identity(TableRow row) => row["code"];

    public async Task<ImportStep> Read(TableRow row, DecimalSign sign, CancellationToken cancellation)
    {
        var problems = new List<Remark>();
        var body = new CustomerBody(
            row["title"], TaxIdOf(row), row["country"], row["language"], Cells.List(row["emails"]), Cells.List(row["reconciliationEmails"]),
            row["phone"], Cells.Flag(row["whatsApp"], "whatsApp", problems), AddressOf(row), Cells.Whole(row["dueDays"], "dueDays", problems));
        var draft = await customers.Read(row["code"] ?? "", body, cancellation);
        problems.AddRange(draft.Problems);
        if (problems.Count > 0)
            return new ImportStep.Refused(problems);
        if (await customers.Unchanged(draft.Customer, cancellation) is not null)
            return new ImportStep.Known();
        return new ImportStep.Change(AccountStore.Of(draft.Customer.Code), async stop =>
        {
            await customers.Write(draft, stop);
            return [];
        });
    }

    // A workbook that keeps a tax id as a number has lost its leading zeros.
    private static string? TaxIdOf(TableRow row) =>
        row.IsNumber("taxId") && row["country"] is null or "TR" or "tr"
        && row["taxId"] is { Length: >= 7 and < TurkishTaxIdDigits } digits ? digits.PadLeft(TurkishTaxIdDigits, '0') : row["taxId"];

    private static Address AddressOf(TableRow row)
    {
        // "line, district, city, postalCode", of which the ends may be missing.
        var parts = row["address"]?.Split(',', 4, StringSplitOptions.TrimEntries) ?? [];
        return new(
            row["address.line"] ?? parts.ElementAtOrDefault(0),
            row["address.district"] ?? parts.ElementAtOrDefault(1),
            row["address.city"] ?? parts.ElementAtOrDefault(2),
            row["address.postalCode"] ?? parts.ElementAtOrDefault(3),
            row["address.country"]);
    }
}
