using System.Globalization;
using System.Text;

namespace Vade.Documents.Sheets;

/// <summary>
/// Reads CSV as it is met: any of three separators, Turkish Windows or Unicode, quoted line breaks. Written out
/// here because a refused file must name its row and no field may grow past its limit before somebody looks.
/// </summary>
internal sealed class CsvTable
{
    private const char NoSeparator = '\0';

    private readonly TableBuilder _table;
    private readonly string _text;
    private readonly char _separator;
    private readonly StringBuilder _field = new();
    private int _at;

    private CsvTable(TableBuilder table, string text)
    {
        _table = table;
        _text = text;
        _at = 0;
        // Excel's own hint, which it does not show as a row.
        if (text.Length >= 5 && text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text[4] is ';' or ',' or '\t' or '|' && (text.Length == 5 || text[5] is '\r' or '\n'))
        {
            _separator = text[4];
            _at = 5;
            EndLine();
        }
        else
        {
            _separator = SeparatorOf(text);
        }
    }

    /// <param name="charset">The encoding that the sender claims, asked only when the bytes are not Unicode.</param>
    public static void Read(ReadOnlySpan<byte> file, string? charset, TableBuilder table)
    {
        var text = Decode(file, charset);
        if (text.TrimStart().StartsWith('<') || text.StartsWith("%PDF", StringComparison.Ordinal) || text.StartsWith("{\\rtf", StringComparison.Ordinal))
            throw new RefusedException("unsupportedFormat", "The file is a web page or a document, whatever its name says; save it as .xlsx or .csv.");
        new CsvTable(table, text).ReadRows();
    }

    private void ReadRows()
    {
        var cells = new List<TableCell>();
        for (var row = 1; _at < _text.Length; row++)
        {
            var start = _at;
            cells.Clear();
            TableProblem? fault = null;
            var column = 0;
            do
            {
                var cell = Field(row, out var isTooLong);
                if (isTooLong)
                    fault ??= new("cellTooLong", string.Create(CultureInfo.InvariantCulture, $"Row {row} has a value of more than {_table.Limits.MaxCellChars} characters in column {_table.NameOf(column)}."), row, _table.NameOf(column));
                if (column < _table.Limits.MaxColumns)
                    cells.Add(new(cell));
                else if (cell is not null)
                    throw new RefusedException("tooManyColumns", string.Create(CultureInfo.InvariantCulture, $"Row {row} has more than {_table.Limits.MaxColumns} columns."), row);
                column++;
            }
            while (_at < _text.Length && _text[_at] == _separator && ++_at > 0);
            EndLine();
            if (!_table.HasHeader && HasControls(_text.AsSpan(start, _at - start)))
                throw new RefusedException("notATable", "The file is neither a workbook nor a text table.");
            _table.Add(row, cells, fault);
        }
    }

    // Leaves _at on the separator, the line's end or the text's end.
    private string? Field(int row, out bool isTooLong)
    {
        _field.Clear();
        isTooLong = false;
        if (_at < _text.Length && _text[_at] == '"')
        {
            for (_at++; ; _at++)
            {
                if (_at >= _text.Length)
                    throw new RefusedException("quoteNotClosed", string.Create(CultureInfo.InvariantCulture, $"A quotation mark opens in row {row} and is never closed."), row);
                if (_text[_at] == '"' && (++_at >= _text.Length || _text[_at] != '"'))
                    break;
                isTooLong |= !Keep(_text[_at]);
            }
        }
        // What follows a closing quote up to the separator belongs to the value, as in every spreadsheet.
        for (; _at < _text.Length && _text[_at] != _separator && _text[_at] is not ('\r' or '\n'); _at++)
            isTooLong |= !Keep(_text[_at]);
        var value = SheetText.Clean(_field.ToString()).Trim();
        // The apostrophe that our own files put before a would-be formula.
        if (value is ['\'', '=' or '+' or '-' or '@', ..])
            value = value[1..];
        return value.Length == 0 ? null : value;
    }

    private bool Keep(char c)
    {
        if (_field.Length >= _table.Limits.MaxCellChars)
            return false;
        _field.Append(c);
        return true;
    }

    private void EndLine()
    {
        if (_at < _text.Length && _text[_at] == '\r')
            _at++;
        if (_at < _text.Length && _text[_at] == '\n')
            _at++;
    }

    // The sign that the header uses most, outside quotes; lists within a cell are below it and do not count.
    private static char SeparatorOf(string text)
    {
        var (semicolons, commas, tabs) = (0, 0, 0);
        var isQuoted = false;
        foreach (var c in text.AsSpan().TrimStart("\r\n \0"))
        {
            if (c == '"')
                isQuoted = !isQuoted;
            else if (isQuoted)
                continue;
            else if (c is '\r' or '\n')
                break;
            else if (c == ';')
                semicolons++;
            else if (c == ',')
                commas++;
            else if (c == '\t')
                tabs++;
        }
        return (semicolons, commas, tabs) switch
        {
            (0, 0, 0) => NoSeparator,
            _ when tabs > semicolons && tabs > commas => '\t',
            _ when semicolons >= commas => ';',
            _ => ',',
        };
    }

    // Stray NULs and a DOS end-of-file are forgiven; anything else below a blank is not text.
    private static bool HasControls(ReadOnlySpan<char> header)
    {
        foreach (var c in header)
            if (c < ' ' && c is not ('\t' or '\r' or '\n' or '\0' or '\u001A'))
                return true;
        return false;
    }

    private static string Decode(ReadOnlySpan<byte> file, string? charset)
    {
        var text = file switch
        {
            [0xEF, 0xBB, 0xBF, .. var rest] => Encoding.UTF8.GetString(rest),
            [0xFF, 0xFE, .. var rest] => Encoding.Unicode.GetString(rest),
            [0xFE, 0xFF, .. var rest] => Encoding.BigEndianUnicode.GetString(rest),
            [not 0, 0, not 0, 0, ..] => Encoding.Unicode.GetString(file),
            [0, not 0, 0, not 0, ..] => Encoding.BigEndianUnicode.GetString(file),
            _ when System.Text.Unicode.Utf8.IsValid(file) => Encoding.UTF8.GetString(file),
            _ => Claimed(charset).GetString(file),
        };
        // A NUL between a quote and the separator would otherwise hide the quote.
        return text.TrimStart('\uFEFF').Replace("\0", "", StringComparison.Ordinal);
    }

    // Turkish Windows unless the sender names another one-byte encoding.
    private static Encoding Claimed(string? charset)
    {
        const int turkish = 1254;
        var claimed = charset is null ? null : CodePagesEncodingProvider.Instance.GetEncoding(charset);
        return claimed is { IsSingleByte: true } ? claimed : CodePagesEncodingProvider.Instance.GetEncoding(turkish)!;
    }
}
