using Vade.Accounts;
using Vade.Kernel;

namespace Vade.Payments;

/// <summary>
/// What came in, by day, means and payment form (B17). Payments that were taken back are left out; those of a provider
/// in test mode have rows of their own, and are left out altogether where they settled nothing.
/// </summary>
internal sealed class CollectionsReport(PaymentList payments) : IReport
{
    public string Name => "collections";

    public IReadOnlyList<ReportParameter> Parameters { get; } =
    [
        ReportParameter.Customer,
        new(
            "means", ParameterKind.Text, RecordPayment.Means, Label: language => Words.Texts[language, "report.means"],
            ChoiceLabel: (means, language) => Words.Texts[language, "means." + means]),
    ];

    public string Title(Language language) => Words.Texts[language, "report.collections"];

    public async Task<ReportTable> Make(ReportQuery query, CancellationToken cancellation)
    {
        var sums = new Dictionary<(DateOnly On, string Means, string? Form, bool Test), (int Count, decimal Amount)>();
        var filter = new PaymentFilter(
            Customer: query.Text("customer"), From: query.From, To: query.To, Means: query.Text("means"), Currency: query.Currency.Code);
        await foreach (var payment in payments.InNoOrder(filter, cancellation))
        {
            if (payment is not { Posted: true, Status: not "cancelled" })
                continue;
            var key = (payment.ReceivedOn, payment.Means!, payment.Form, payment.Test);
            var (count, amount) = sums.GetValueOrDefault(key);
            sums[key] = (count + 1, amount + payment.Amount);
        }

        var language = query.Language;
        string Header(string name) => Words.Texts[language, "report." + name];
        string Opens(object?[] row) => string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"/panel/payments?from={row[0]:yyyy-MM-dd}&to={row[0]:yyyy-MM-dd}&means={((CodedCell)row[1]!).Code}{(query.Text("customer") is { } customer ? "&customer=" + Uri.EscapeDataString(customer) : "")}");
        return new(
            Header("collections"),
            [
                new("date", Header("date"), ReportColumnKind.Day, Opens: Opens),
                new("means", Header("means"), ReportColumnKind.Code),
                new("form", Header("form"), ReportColumnKind.Text),
                new("test", Header("test"), ReportColumnKind.Flag),
                new("count", Header("count"), ReportColumnKind.Whole, Total: true),
                new("amount", Header("amount"), ReportColumnKind.Amount, Total: true, Opens: Opens),
            ],
            [.. sums
                .OrderBy(row => row.Key.On).ThenBy(row => row.Key.Means, StringComparer.Ordinal)
                .ThenBy(row => row.Key.Form, StringComparer.Ordinal).ThenBy(row => row.Key.Test)
                .Select(row => new object?[]
                {
                    row.Key.On, new CodedCell(row.Key.Means, Words.Texts[language, "means." + row.Key.Means]), row.Key.Form, row.Key.Test,
                    row.Value.Count, row.Value.Amount,
                })],
            Totals: new Dictionary<string, int?>(StringComparer.Ordinal)
            {
                ["testCount"] = sums.Where(row => row.Key.Test).Sum(row => row.Value.Count),
            },
            Chart: new("date", "amount"));
    }
}
