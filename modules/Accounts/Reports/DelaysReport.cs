using Vade.Kernel;

namespace Vade.Accounts;

/// <summary>
/// What is open now, by how late it is (B17): a row for each customer. A day late weighs as much as the money that is
/// late. Another day than today ages by that day what is open now.
/// </summary>
internal sealed class DelaysReport(Debtors debtors) : IReport
{
    private static readonly Texts Texts = Texts.Of(typeof(DelaysReport).Assembly);

    public string Name => "delays";

    public string Title(Language language) => Texts[language, "report.delays"];

    public IReadOnlyList<ReportParameter> Parameters { get; } =
        [ReportParameter.Customer, new("asOf", ParameterKind.Day, Label: language => Texts[language, "report.asOf"])];

    public bool HasRange => false;

    private sealed record Ageing(Debtor Debtor, decimal[] Buckets, decimal LateDays)
    {
        public decimal Overdue => Buckets[1..].Sum();

        public int? AverageDaysLate => Average(LateDays, Overdue);
    }

    public async Task<ReportTable> Make(ReportQuery query, CancellationToken cancellation)
    {
        var day = query.Day("asOf") ?? query.Today;
        var rows = new List<Ageing>();
        await foreach (var debtor in debtors.Asked(query.Text("customer"), cancellation))
        {
            var (buckets, lateDays) = (new decimal[5], 0m);
            foreach (var item in debtor.Debts.Open.Where(item => item.Currency == query.Currency.Code))
            {
                var late = day.DayNumber - item.DueOn.DayNumber;
                buckets[Bucket(late)] += item.Remaining;
                lateDays += item.Remaining * Math.Max(0, late);
            }

            if (buckets.Any(amount => amount != 0m))
                rows.Add(new(debtor, buckets, lateDays));
        }

        var language = query.Language;
        string Header(string name) => Texts[language, "report." + name];
        // What is so many days late was due so many days before.
        Func<object?[], string?> Late(int? from, int? to) => row => PanelAddress.Invoices((string)row[0]!, to is { } most ? day.AddDays(-most) : null, from is { } least ? day.AddDays(-least) : null);
        return new(
            Header("delays"),
            [
                new("customer", Header("customer"), ReportColumnKind.Code, Opens: row => PanelAddress.Customer((string)row[0]!)),
                new("title", Header("title"), ReportColumnKind.Text),
                new("notDue", Header("notDue"), ReportColumnKind.Amount, Total: true, Opens: Late(null, 0)),
                new("days1To30", Header("days1To30"), ReportColumnKind.Amount, Total: true, Opens: Late(1, 30)),
                new("days31To60", Header("days31To60"), ReportColumnKind.Amount, Total: true, Opens: Late(31, 60)),
                new("days61To90", Header("days61To90"), ReportColumnKind.Amount, Total: true, Opens: Late(61, 90)),
                new("over90", Header("over90"), ReportColumnKind.Amount, Total: true, Opens: Late(91, null)),
                new("overdue", Header("overdue"), ReportColumnKind.Amount, Total: true, Opens: Late(1, null)),
                new("total", Header("remaining"), ReportColumnKind.Amount, Total: true, Opens: Late(null, null)),
                new("averageDaysLate", Header("averageDaysLate"), ReportColumnKind.Whole),
            ],
            [.. rows.OrderByDescending(row => row.Overdue).ThenBy(row => row.Debtor.Code, StringComparer.Ordinal).Select(row => new object?[]
            {
                row.Debtor.Code, row.Debtor.Title, row.Buckets[0], row.Buckets[1], row.Buckets[2], row.Buckets[3], row.Buckets[4],
                row.Overdue, row.Buckets.Sum(), row.AverageDaysLate,
            })],
            [(Header("asOf"), Formats.Date(day, language)), (Header("currency"), query.Currency.Code)],
            new Dictionary<string, int?>(StringComparer.Ordinal)
            {
                ["averageDaysLate"] = Average(rows.Sum(row => row.LateDays), rows.Sum(row => row.Overdue)),
            },
            new(null, "days1To30", "days31To60", "days61To90", "over90"));
    }

    internal static int Bucket(int daysLate) => daysLate switch { <= 0 => 0, <= 30 => 1, <= 60 => 2, <= 90 => 3, _ => 4 };

    private static int? Average(decimal lateDays, decimal overdue) =>
        overdue == 0m ? null : (int)Math.Round(lateDays / overdue, MidpointRounding.AwayFromZero);
}
