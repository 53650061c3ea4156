using Vade.Kernel;
using Vade.Kernel.Messaging;

namespace Vade.Accounts;

/// <summary>Everything that is open, the latest first (B17). With from or to: what was issued on these days.</summary>
internal sealed class UnpaidReport(Debtors debtors) : IReport
{
    private static readonly Texts Texts = Texts.Of(typeof(UnpaidReport).Assembly);

    public string Name => "unpaid";

    public string Title(Language language) => Texts[language, "report.unpaid"];

    public IReadOnlyList<ReportParameter> Parameters { get; } =
    [
        ReportParameter.Customer, new("minDaysLate", ParameterKind.Whole, Label: language => Texts[language, "report.minDaysLate"]),
        new("minAmount", ParameterKind.Amount, Label: language => Texts[language, "report.minAmount"]),
    ];

    public async Task<ReportTable> Make(ReportQuery query, CancellationToken cancellation)
    {
        var found = new List<(Debtor Debtor, OpenItem Item, int DaysLate)>();
        await foreach (var debtor in debtors.Asked(query.Text("customer"), cancellation))
        {
            foreach (var item in debtor.Debts.Open.Where(item => item.Currency == query.Currency.Code))
            {
                var late = Math.Max(0, query.Today.DayNumber - item.DueOn.DayNumber);
                if (late >= (query.Whole("minDaysLate") ?? 0) && item.Remaining >= (query.Amount("minAmount") ?? 0m)
                    && (!query.IsRangeGiven || (item.On >= query.From && item.On <= query.To)))
                    found.Add((debtor, item, late));
            }
        }

        var language = query.Language;
        string Header(string name) => Texts[language, "report." + name];
        // Documents of the ERP and opening balances have no page of their own: their customer's shows them.
        var invoices = found.Where(row => row.Item.Ref.StartsWith("invoice-", StringComparison.Ordinal)).Select(row => row.Item.Number).ToHashSet(StringComparer.Ordinal);
        string Opens(object?[] row) => invoices.Contains((string)row[2]!) ? PanelAddress.Invoice((string)row[2]!) : PanelAddress.Customer((string)row[0]!);
        return new(
            Header("unpaid"),
            [
                new("customer", Header("customer"), ReportColumnKind.Code, Opens: row => PanelAddress.Customer((string)row[0]!)),
                new("title", Header("title"), ReportColumnKind.Text),
                new("number", Header("number"), ReportColumnKind.Code, Opens: Opens),
                new("issuedOn", Header("issuedOn"), ReportColumnKind.Day),
                new("dueOn", Header("dueOn"), ReportColumnKind.Day),
                new("daysLate", Header("daysLate"), ReportColumnKind.Whole),
                new("total", Header("amount"), ReportColumnKind.Amount, Total: true),
                new("remaining", Header("remaining"), ReportColumnKind.Amount, Total: true, Opens: Opens),
                new("hasEmail", Header("hasEmail"), ReportColumnKind.Flag),
                new("hasPhone", Header("hasPhone"), ReportColumnKind.Flag),
            ],
            [.. found
                .OrderByDescending(row => row.DaysLate).ThenBy(row => row.Item.DueOn)
                .ThenBy(row => row.Debtor.Code, StringComparer.Ordinal).ThenBy(row => row.Item.Number, StringComparer.Ordinal)
                .Select(row => new object?[]
                {
                    row.Debtor.Code, row.Debtor.Title, row.Item.Number, row.Item.On, row.Item.DueOn, row.DaysLate, row.Item.Total, row.Item.Remaining,
                    row.Debtor.HasEmail, row.Debtor.HasPhone,
                })],
            [(Header("asOf"), Formats.Date(query.Today, language)), (Header("currency"), query.Currency.Code)],
            Chart: new("dueOn", "remaining"));
    }
}
