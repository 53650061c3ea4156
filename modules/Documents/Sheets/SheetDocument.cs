namespace Vade.Documents.Sheets;

/// <summary>
/// One table that leaves the house as a sheet of a workbook or as a CSV file. The rows are walked once while
/// they are written and never held, so a query may stream through.
/// </summary>
/// <param name="Title">The sheet's name; shortened to 31 characters and freed of what Excel forbids. Not printed in CSV.</param>
/// <param name="Columns">At least one.</param>
/// <param name="Rows">One cell for each column; another count is an <see cref="ArgumentException"/> while writing.</param>
public sealed record SheetDocument(string Title, IReadOnlyList<SheetColumn> Columns, IEnumerable<IReadOnlyList<SheetCell>> Rows)
{
    /// <summary>Lines above the table, the first as the title; only in a workbook, since a CSV file is read by machines.</summary>
    public IReadOnlyList<string> Headings { get; init; } = [];

    /// <summary>The word in the first column of the row of totals, in the reader's language.</summary>
    public string? TotalLabel { get; init; }
}

/// <summary>What a column holds, which decides its number format and its width.</summary>
public enum ColumnKind
{
    /// <summary>Anything said in words, and every code or number that is not calculated with.</summary>
    Text,

    /// <summary>A count, grouped by thousands.</summary>
    Integer,

    /// <summary>An amount with the currency's minor digits, grouped by thousands.</summary>
    Money,

    /// <summary>A quantity or a factor with as many digits as it has.</summary>
    Quantity,

    /// <summary>A calendar day.</summary>
    Date,

    /// <summary>A day and a wall-clock time, to the minute, in the zone the caller chose.</summary>
    DateTime,

    /// <summary>A rate in percent points: 20 is shown as 20.00% in a workbook and stands as 20 in CSV.</summary>
    Percent,
}

/// <summary>A column: its header, what it holds, how wide it is (in characters) and whether a sum stands below it.</summary>
/// <param name="MinorDigits">Digits behind the decimal sign of a <see cref="ColumnKind.Money"/> column: 0 for CLP, 2 for most.</param>
public sealed record SheetColumn(string Header, ColumnKind Kind, double Width, bool Total = false, int MinorDigits = 2)
{
    public static SheetColumn Text(string header, double width = 24) => new(header, ColumnKind.Text, width);
    public static SheetColumn Integer(string header, double width = 12, bool total = false) => new(header, ColumnKind.Integer, width, total);
    public static SheetColumn Quantity(string header, double width = 14, bool total = false) => new(header, ColumnKind.Quantity, width, total);
    public static SheetColumn Date(string header, double width = 13) => new(header, ColumnKind.Date, width);
    public static SheetColumn DateTime(string header, double width = 18) => new(header, ColumnKind.DateTime, width);
    public static SheetColumn Percent(string header, double width = 10) => new(header, ColumnKind.Percent, width);

    public static SheetColumn Money(string header, int minorDigits = 2, double width = 18, bool total = false) =>
        new(header, ColumnKind.Money, width, total, minorDigits);
}

/// <summary>
/// A typed cell, made from a plain value by assignment: text stays text whatever it starts with, a number is a
/// number, a day is a day. null is an empty cell.
/// </summary>
public readonly record struct SheetCell
{
    internal enum Form : byte { Empty, Text, Number, Date, DateTime }

    private SheetCell(Form form, string? text = null, decimal number = 0m, DateTime at = default) =>
        (Is, Words, Number, At) = (form, text, number, at);

    internal Form Is { get; }
    internal string? Words { get; }
    internal decimal Number { get; }
    internal DateTime At { get; }

    public static implicit operator SheetCell(string? text) =>
        string.IsNullOrEmpty(text) ? default : new(Form.Text, text);

    public static implicit operator SheetCell(decimal? number) =>
        number is { } n ? new(Form.Number, number: n) : default;

    public static implicit operator SheetCell(DateOnly? day) =>
        day is { } d ? new(Form.Date, at: d.ToDateTime(TimeOnly.MinValue)) : default;

    /// <summary>A wall-clock time as it is to be shown; turning an instant into one is the caller's, who knows the zone.</summary>
    public static implicit operator SheetCell(DateTime? at) =>
        at is { } a ? new(Form.DateTime, at: a) : default;
}
