using System.Globalization;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>
/// A report that <c>/reports/{name}</c> answers as JSON, CSV, workbook and paper. A module registers its own; all else is
/// the same for all.
/// </summary>
public interface IReport
{
    /// <summary>Its name in the address: small letters and hyphens.</summary>
    string Name { get; }

    /// <summary>What it is called, for who chooses among reports.</summary>
    string Title(Language language);

    /// <summary>What may be asked for besides from, to, currency and lang.</summary>
    IReadOnlyList<ReportParameter> Parameters { get; }

    /// <summary>False where from and to have no meaning.</summary>
    bool HasRange => true;

    Task<ReportTable> Make(ReportQuery query, CancellationToken cancellation);
}

public enum ParameterKind
{
    Text,
    Day,
    Whole,
    Amount,
}

/// <summary>A parameter of a report in the address.</summary>
/// <param name="Choices">The values that a text may have; null for any.</param>
/// <param name="Max">The largest whole number, from 0; nothing to the other kinds.</param>
/// <param name="Label">What it is called before its field.</param>
/// <param name="ChoiceLabel">What a choice is called; null where it is its own name.</param>
public sealed record ReportParameter(
    string Name, ParameterKind Kind, IReadOnlyList<string>? Choices = null, int Max = 36_500, Func<Language, string>? Label = null,
    Func<string, Language, string>? ChoiceLabel = null)
{
    public static ReportParameter Customer { get; } = new("customer", ParameterKind.Text, Label: language => AccountsWords.Texts[language, "report.customer"]);

    /// <summary>What is wrong with a value; null for nothing.</summary>
    internal string? Refusal(string text) => Kind switch
    {
        ParameterKind.Day => ReportQuery.TryDay(text, out _) ? null : "A date such as 2026-11-30 is expected here.",
        ParameterKind.Whole => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Max
            ? null : $"A whole number from 0 to {Max} is expected here.",
        ParameterKind.Amount => ReportQuery.TryAmount(text, out _) ? null : "An amount such as 100.00 is expected here.",
        _ => Choices?.Contains(text) == false ? $"{string.Join(", ", Choices)} is expected here." : null,
    };
}

/// <summary>What is asked of a report, checked.</summary>
/// <param name="Language">Of the headers of files.</param>
/// <param name="Today">The organisation's.</param>
/// <param name="Currency">The one whose amounts are reported.</param>
/// <param name="From">The first day, the current month's by default; <paramref name="To"/> the last, inclusive.</param>
/// <param name="IsRangeGiven">Somebody asked for these days.</param>
public sealed record ReportQuery(
    OrganisationSettings Organisation, Language Language, DateOnly Today, Currency Currency, DateOnly From, DateOnly To, bool IsRangeGiven,
    IReadOnlyDictionary<string, string> Given)
{
    public string? Text(string name) => Given.GetValueOrDefault(name);

    public DateOnly? Day(string name) => TryDay(Text(name), out var day) ? day : null;

    public int? Whole(string name) => Text(name) is { } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    public decimal? Amount(string name) => TryAmount(Text(name), out var amount) ? amount : null;

    // The years that a date's neighbours exist in, and no ledger reaches.
    internal static bool TryDay(string? text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day) && day.Year is > 1 and < 9999;

    internal static bool TryAmount(string? text, out decimal amount) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount);
}

public enum ReportColumnKind
{
    /// <summary>Words: a name. The cell is a text or null.</summary>
    Text,

    /// <summary>A code or a number that nobody calculates with. The cell is a text, a <see cref="CodedCell"/> or null.</summary>
    Code,

    /// <summary>The cell is a <see cref="DateOnly"/> or null.</summary>
    Day,

    /// <summary>The cell is an int or null.</summary>
    Whole,

    /// <summary>Of the report's currency. The cell is a decimal or null.</summary>
    Amount,

    /// <summary>The cell is a bool.</summary>
    Flag,
}

/// <summary>A word that machines know by a code and people by its name in their language.</summary>
public sealed record CodedCell(string Code, string Written);

/// <param name="Name">The member's name in JSON.</param>
/// <param name="Header">Written for the reader.</param>
/// <param name="Total">Its sum stands in the totals.</param>
/// <param name="Opens">Where in the panel a row's cell opens up into what it is made of; null for nowhere.</param>
public sealed record ReportColumn(string Name, string Header, ReportColumnKind Kind, bool Total = false, Func<object?[], string?>? Opens = null);

/// <summary>What of a report is drawn.</summary>
/// <param name="By">The column whose values the bars are, rows of the same value in one; null for a bar of each column's total.</param>
/// <param name="Columns">The amounts, from the floor up.</param>
public sealed record ReportChart(string? By, params IReadOnlyList<string> Columns);

/// <summary>A report's answer: rows of one cell for each column.</summary>
/// <param name="Facts">What the figures are of besides range and currency; each a label and a value for the reader.</param>
/// <param name="Totals">Whole numbers by name that are no column's sum; <c>count</c>, the number of rows, is there by itself.</param>
public sealed record ReportTable(
    string Title, IReadOnlyList<ReportColumn> Columns, IReadOnlyList<object?[]> Rows,
    IReadOnlyList<(string Label, string? Value)>? Facts = null, IReadOnlyDictionary<string, int?>? Totals = null, ReportChart? Chart = null)
{
    /// <summary>The sum of a column; a decimal or an int as its cells are, null where it has none.</summary>
    internal object? TotalOf(int column) => Columns[column] switch
    {
        { Total: false } => null,
        { Kind: ReportColumnKind.Amount } => Rows.Sum(row => (decimal?)row[column] ?? 0m),
        _ => Rows.Sum(row => (int?)row[column] ?? 0),
    };
}
