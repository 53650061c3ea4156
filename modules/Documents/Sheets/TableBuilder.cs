using System.Collections.Frozen;
using System.Globalization;

namespace Vade.Documents.Sheets;

/// <summary>Why a file is given up; it never leaves <see cref="TableReader"/>.</summary>
internal sealed class RefusedException(TableProblem problem) : Exception(problem.Message)
{
    public RefusedException(string code, string message, int? row = null, string? column = null)
        : this(new TableProblem(code, message, row, column)) { }

    public TableProblem Problem { get; } = problem;

    public static RefusedException Damaged(string what) =>
        new("damaged", $"The workbook cannot be read: {what}. Open it, save it again and send the new file.");
}

/// <summary>Takes rows as a file gives them and keeps those of the table: the first row with a value is the header.</summary>
internal sealed class TableBuilder(TableLimits limits)
{
    private readonly List<TableRow> _rows = [];
    private readonly List<TableProblem> _rejected = [];
    private string[]? _headers;
    private FrozenDictionary<string, int> _places = FrozenDictionary<string, int>.Empty;
    private long _cells;
    private long _chars;

    public TableLimits Limits => limits;

    public bool HasHeader => _headers is not null;

    /// <param name="fault">What makes this row unusable, found while its cells were read.</param>
    public void Add(int number, List<TableCell> cells, TableProblem? fault)
    {
        if (fault is null && cells.TrueForAll(c => c.Text is null))
            return;
        if (_headers is null)
        {
            if (fault is not null)
                throw new RefusedException(fault);
            Header(number, cells);
            return;
        }
        if (_rows.Count + _rejected.Count >= limits.MaxRows)
            throw new RefusedException("tooManyRows", Invariant($"The file has more than {limits.MaxRows} rows; split it."), number);
        fault ??= WithoutHeader(number, cells);
        if (fault is not null)
        {
            _rejected.Add(fault);
            return;
        }
        _cells += _headers.Length;
        foreach (var cell in cells)
            _chars += cell.Text?.Length ?? 0;
        if (_cells > limits.MaxCells || _chars > limits.MaxChars)
            throw new RefusedException("tooManyCells", "The file holds more cells or text than one import takes; split it.", number);
        var kept = new TableCell[_headers.Length];
        for (var i = 0; i < Math.Min(cells.Count, kept.Length); i++)
            kept[i] = cells[i];
        _rows.Add(new TableRow(number, _places, kept));
    }

    public Table Build() => _headers is null
        ? throw new RefusedException("empty", "The file holds no header row.")
        : new Table([.. _headers.Where(h => h.Length > 0)], _rows, _rejected);

    /// <summary>The name of a column in a message: its header, else its letters.</summary>
    public string NameOf(int column) =>
        _headers is not null && column < _headers.Length && _headers[column].Length > 0 ? _headers[column] : XlsxSheet.Letters(column);

    private void Header(int number, List<TableCell> cells)
    {
        var headers = cells.Select(c => c.Text is { } text ? SheetText.Header(text) : "").ToArray();
        var places = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < headers.Length; i++)
            if (headers[i].Length > 0 && !places.TryAdd(headers[i], i))
                throw new RefusedException("duplicateHeader", Invariant($"The header {headers[i]} stands in column {XlsxSheet.Letters(places[headers[i]])} and again in {XlsxSheet.Letters(i)} of row {number}; keep one."), number, headers[i]);
        _headers = headers;
        _places = places.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private TableProblem? WithoutHeader(int number, List<TableCell> cells)
    {
        for (var i = 0; i < cells.Count; i++)
            if (cells[i].Text is not null && (i >= _headers!.Length || _headers[i].Length == 0))
                return new("cellWithoutHeader", Invariant($"Row {number} has a value in column {XlsxSheet.Letters(i)}, which has no header; give it one, or put quotes around a value that holds the separator."), number, XlsxSheet.Letters(i));
        return null;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
