using Vade.Accounts;
using Vade.Documents.Sheets;
using Vade.Kernel.Messaging;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>
/// A file of services: a row is what the body of <c>PUT /customers/{code}/services/{service}</c> is. Lines are written
/// <c>description|quantity|unitPrice|taxRate</c>, several of them with <c>;</c> between.
/// </summary>
internal sealed class ImportServices(CustomerReader customers, SaveService services, Settings settings) : IImport
{
    public string Kind => "services";

    public IReadOnlyList<string> Columns { get; } =
        ["customer", "service", "description", "currency", "lines", "every.months", "startsOn", "endsOn", "dueDays", "prorate", "channels"];

    public IReadOnlyList<string> Required { get; } = ["customer", "service", "lines", "startsOn"];

    public IReadOnlyList<string> Decimals => [];

    public string? Identity(TableRow row) =>
        row["customer"] is { } customer && row["service"] is { } service ? $"{customer}\n{service}" : null;

    public async Task<ImportStep> Read(TableRow row, DecimalSign sign, CancellationToken cancellation)
    {
        var problems = new List<Remark>();
        var customer = row["customer"] is { Length: > 0 } code ? await customers.Find(AccountStore.Of(code), cancellation) : null;
        if (customer is null)
            problems.Add(new("customer", "customer.unknown", $"There is no customer with the code {row["customer"]}."));
        if (row["service"] is null)
            problems.Add(new("service", "service.required", "Give the service a code."));
        var startsOn = Cells.Date(row["startsOn"], "startsOn", problems);
        if (row["startsOn"] is null)
            problems.Add(new("startsOn", "startsOn.required", "Give the date of the first invoice."));

        var body = new ServiceBody(
            Lines(row["lines"], sign, problems),
            startsOn ?? DateOnly.MinValue,
            row["description"],
            row["currency"],
            Cells.Whole(row["every.months"], "every.months", problems) is { } months ? new(months) : null,
            Cells.Date(row["endsOn"], "endsOn", problems),
            Cells.Whole(row["dueDays"], "dueDays", problems),
            Cells.Flag(row["prorate"], "prorate", problems) ?? false,
            Cells.List(row["channels"]));
        if (problems.Count == 0)
        {
            var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
            problems.AddRange(ServiceRules.Problems(row["service"]!, body, organisation).Select(problem => new Remark(problem.Field!, problem.Code, problem.Message)));
        }

        if (problems.Count > 0)
            return new ImportStep.Refused(problems);
        return await services.IsKnown(customer!, row["service"]!, body, cancellation)
            ? new ImportStep.Known()
            : new ImportStep.Change(AccountStore.Of(customer!.Code), async stop =>
            {
                await services.Write(customer, row["service"]!, body, stop);
                return [];
            });
    }

    private static List<LineBody> Lines(string? cell, DecimalSign sign, List<Remark> problems)
    {
        // The importer sees no numbers in this column; the cell's own tell their sign where they can.
        var told = DecimalSigns.Detect((cell ?? "").Split([';', '|'], StringSplitOptions.TrimEntries).Where(part => part.Length > 0 && part.All(c => char.IsAsciiDigit(c) || c is '.' or ',')));
        if (told is DecimalSign.Dot or DecimalSign.Comma)
            sign = told;
        var lines = new List<LineBody>();
        foreach (var text in Cells.List(cell) ?? [])
        {
            var parts = text.Split('|', StringSplitOptions.TrimEntries);
            if (parts.Length == 4
                && DecimalSigns.TryParse(parts[1], sign, out var quantity)
                && DecimalSigns.TryParse(parts[2], sign, out var unitPrice)
                && DecimalSigns.TryParse(parts[3], sign, out var taxRate))
            {
                lines.Add(new(parts[0], unitPrice, taxRate, quantity));
            }
            else
            {
                problems.Add(new($"lines[{lines.Count}]", "line.form", "Write a line as description|quantity|unitPrice|taxRate, such as Hosting|1|1000.00|20."));
                break;
            }
        }

        return lines;
    }
}
