namespace Vade.Documents.Sheets;

/// <summary>
/// A table as somebody else wrote it, read within limits. Headers are trimmed and looked up without regard to
/// case; rows that cannot be trusted as a whole stand in <paramref name="Rejected"/> instead of in <paramref name="Rows"/>.
/// </summary>
/// <param name="Headers">In the order of the file, without the empty ones; each occurs once.</param>
/// <param name="Rows">Rows with at least one value, in the order of the file.</param>
/// <param name="Rejected">A problem for each row that was left out, with its number: the importer adds these to its own.</param>
public sealed record Table(IReadOnlyList<string> Headers, IReadOnlyList<TableRow> Rows, IReadOnlyList<TableProblem> Rejected)
{
    public bool Has(string header) => Headers.Contains(header, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The decimal sign that the cells of these columns prove, all of them together, since one file has one.
    /// Numbers that a workbook stores as numbers say nothing about how a person types them.
    /// </summary>
    public DecimalSign DecimalSignOf(params IReadOnlyList<string> headers) =>
        DecimalSigns.Detect(Rows.SelectMany(_ => headers, (row, header) => row.IsNumber(header) ? null : row[header]));
}

/// <summary>A row and its number as the person sees it in the sheet: counted from 1, the header's row included.</summary>
public sealed class TableRow
{
    private readonly IReadOnlyDictionary<string, int> _places;
    private readonly TableCell[] _cells;

    internal TableRow(int number, IReadOnlyDictionary<string, int> places, TableCell[] cells) =>
        (Number, _places, _cells) = (number, places, cells);

    public int Number { get; }

    /// <summary>
    /// The trimmed text below this header; null when the cell is empty or the table has no such column. From a
    /// workbook: numbers as plain decimals with a dot, days as 2026-11-22, times as 2026-11-22T13:45:00 or
    /// 13:45:00, percentages in points with the sign (20%), yes and no as true and false.
    /// </summary>
    public string? this[string header] => Cell(header).Text;

    /// <summary>Whether a workbook stored this as a number, so that its dot is a decimal sign whatever the file's texts use.</summary>
    public bool IsNumber(string header) => Cell(header).IsNumber;

    /// <summary>
    /// The cell as a decimal, its percent sign dropped (20% and 20 are both 20). False for an empty cell, for what
    /// is no number, and for one that can be read in two ways (1.234) while the sign is not known.
    /// </summary>
    public bool TryDecimal(string header, DecimalSign sign, out decimal value)
    {
        var cell = Cell(header);
        return DecimalSigns.TryParse(cell.Text, cell.IsNumber ? DecimalSign.Dot : sign, out value);
    }

    private TableCell Cell(string header) => _places.TryGetValue(header, out var place) ? _cells[place] : default;
}

/// <summary>What stands in one cell; the default is an empty one.</summary>
internal readonly record struct TableCell(string? Text, bool IsNumber = false);

/// <summary>
/// What is wrong with a file or with one row of it. <paramref name="Code"/> is stable:
/// <c>empty, tooLarge, expandsTooFar, tooManyRows, tooManyColumns, tooManyCells, unsupportedFormat, notATable, damaged,
/// quoteNotClosed, duplicateHeader</c> for the whole file; <c>cellWithoutHeader, cellTooLong, cellError,
/// formulaWithoutValue</c> for a row.
/// </summary>
/// <param name="Message">English, one sentence that names the place and the cure.</param>
/// <param name="Row">As the person counts, from 1; null when the file as a whole is meant.</param>
/// <param name="Column">The header, or the column's letters where it has none.</param>
public sealed record TableProblem(string Code, string Message, int? Row = null, string? Column = null);

/// <summary>Either a table or the reason there is none.</summary>
public abstract record TableReadResult
{
    private TableReadResult() { }

    public sealed record Read(Table Table) : TableReadResult;

    public sealed record Refused(TableProblem Problem) : TableReadResult;
}

/// <summary>How much of somebody else's file is read before it is refused, so that memory stays bounded whatever it says.</summary>
public sealed record TableLimits
{
    public static TableLimits Default { get; } = new();

    /// <summary>The upload, in bytes.</summary>
    public int MaxBytes { get; init; } = 20_000_000;

    /// <summary>All parts of a workbook together once inflated, in bytes.</summary>
    public long MaxExpandedBytes { get; init; } = 200_000_000;

    /// <summary>How many times its own size a workbook may inflate to, once it is beyond <see cref="FreeExpandedBytes"/>.</summary>
    public int MaxExpansion { get; init; } = 200;

    /// <summary>What a small and very regular workbook may inflate to whatever the ratio, in bytes.</summary>
    public long FreeExpandedBytes { get; init; } = 10_000_000;

    /// <summary>Rows with values below the header.</summary>
    public int MaxRows { get; init; } = 200_000;

    public int MaxColumns { get; init; } = 200;

    /// <summary>Rows times columns, and the different texts that a workbook may share.</summary>
    public int MaxCells { get; init; } = 4_000_000;

    /// <summary>Characters of all cells together.</summary>
    public long MaxChars { get; init; } = 60_000_000;

    /// <summary>Characters of one cell; Excel's own limit.</summary>
    public int MaxCellChars { get; init; } = SheetText.MaxCellChars;
}
