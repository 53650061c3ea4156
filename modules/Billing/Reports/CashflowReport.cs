using System.Globalization;
using Vade.Accounts;
using Vade.Kernel;

namespace Vade.Billing;

/// <summary>What is going to come in, by ISO week from this one on (B26).</summary>
internal sealed class CashflowReport(Forecast forecast) : IReport
{
    private const int WeeksByDefault = 13;
    private const int WeeksMax = 60;

    public string Name => "cashflow";

    public string Title(Language language) => Words.Texts[language, "report.cashflow"];

    public IReadOnlyList<ReportParameter> Parameters { get; } =
        [new("weeks", ParameterKind.Whole, Max: WeeksMax, Label: language => Words.Texts[language, "report.weeks"])];

    public bool HasRange => false;

    public async Task<ReportTable> Make(ReportQuery query, CancellationToken cancellation)
    {
        var weeks = Math.Max(1, query.Whole("weeks") ?? WeeksByDefault);
        var first = query.Today.AddDays(-(((int)query.Today.DayOfWeek + 6) % 7));
        var days = await forecast.Of(query.Currency, query.Today, first.AddDays(7 * weeks - 1), cancellation);
        var language = query.Language;
        string Header(string name) => Words.Texts[language, "report." + name];
        return new(
            Header("cashflow"),
            [
                new("week", Header("week"), ReportColumnKind.Code),
                new("from", Header("from"), ReportColumnKind.Day),
                new("to", Header("to"), ReportColumnKind.Day),
                new("invoices", Header("fromInvoices"), ReportColumnKind.Amount, Total: true),
                new("plans", Header("fromPlans"), ReportColumnKind.Amount, Total: true),
                new("total", Header("expected"), ReportColumnKind.Amount, Total: true),
                new("count", Header("count"), ReportColumnKind.Whole, Total: true),
            ],
            [.. Enumerable.Range(0, weeks).Select(week => first.AddDays(7 * week)).Select(monday =>
            {
                ExpectedDay[] its = [.. days.Where(day => day.On >= monday && day.On < monday.AddDays(7))];
                var (open, planned) = (its.Sum(day => day.FromInvoices), its.Sum(day => day.FromPlans));
                return new object?[] { WeekOf(monday), monday, monday.AddDays(6), open, planned, open + planned, its.Sum(day => day.Count) };
            })],
            [(Header("asOf"), Formats.Date(query.Today, language)), (Header("currency"), query.Currency.Code)],
            Chart: new("from", "invoices", "plans"));
    }

    private static string WeekOf(DateOnly day)
    {
        var date = day.ToDateTime(TimeOnly.MinValue);
        return string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(date):D4}-W{ISOWeek.GetWeekOfYear(date):D2}");
    }
}
