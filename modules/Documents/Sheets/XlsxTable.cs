using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Vade.Documents.Sheets;

/// <summary>
/// Reads the first visible sheet of a workbook straight from its parts. The Open XML SDK would inflate and hold
/// them before anybody could say stop.
/// </summary>
internal sealed class XlsxTable : IDisposable
{
    private const int MaxStyles = 70_000;
    private const int MaxSheets = 10_000;
    private const int MaxNameChars = 255;

    private readonly TableBuilder _table;
    private readonly TableLimits _limits;
    private readonly ZipArchive _zip;
    private readonly Expansion _expansion;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private List<(string Text, bool IsTooLong)> _shared = [];
    private List<NumberLook> _styles = [];
    private bool _since1904;

    private XlsxTable(ReadOnlyMemory<byte> file, TableBuilder table)
    {
        _table = table;
        _limits = table.Limits;
        _expansion = new Expansion(_limits, file.Length);
        MemoryMarshal.TryGetArray(file, out var bytes);
        _zip = new ZipArchive(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false));
        // No program gives a part a longer name, and the folders in it are put before the name of every other part.
        foreach (var entry in _zip.Entries.Where(entry => entry.FullName.Length <= MaxNameChars))
            _entries.TryAdd(entry.FullName.Replace('\\', '/').TrimStart('/'), entry);
    }

    public static void Read(ReadOnlyMemory<byte> file, TableBuilder table)
    {
        using var workbook = new XlsxTable(file, table);
        workbook.Read();
    }

    public void Dispose() => _zip.Dispose();

    private void Read()
    {
        if (!_entries.ContainsKey("[Content_Types].xml"))
            throw new RefusedException("unsupportedFormat", "The file is an archive or another kind of document, not a workbook; save the table as .xlsx or .csv.");
        var book = Relationships("_rels/.rels", "").FirstOrDefault(r => r.Type == "officeDocument")?.Target ?? "xl/workbook.xml";
        if (!book.EndsWith(".xml", StringComparison.OrdinalIgnoreCase))
            throw new RefusedException("unsupportedFormat", "The file is a binary workbook; save it as .xlsx.");
        var folder = book[..(book.LastIndexOf('/') + 1)];
        var parts = Relationships($"{folder}_rels/{book[folder.Length..]}.rels", folder);
        var sheet = FirstVisibleSheet(book, parts);
        if (parts.Find(r => r.Type == "sharedStrings") is { } strings && _entries.ContainsKey(strings.Target))
            _shared = SharedStrings(strings.Target);
        if (parts.Find(r => r.Type == "styles") is { } styles && _entries.ContainsKey(styles.Target))
            _styles = Styles(styles.Target);
        ReadSheet(sheet);
    }

    private XlsxPart Open(string name) => _entries.TryGetValue(name, out var entry)
        ? new XlsxPart(entry, _expansion, _limits.MaxCellChars)
        : throw RefusedException.Damaged($"its part {SheetText.Cut(name, 100)} is missing");

    private sealed record Relationship(string Id, string Type, string Target);

    private List<Relationship> Relationships(string name, string folder)
    {
        var found = new List<Relationship>();
        if (!_entries.ContainsKey(name))
            return found;
        using var part = Open(name);
        while (part.Next() && found.Count < MaxSheets)
            if (part.IsElement && part.Name == "Relationship" && part["Id"] is { } id && part["Target"] is { } target && part["Type"] is { } type)
                found.Add(new(id, type[(type.LastIndexOf('/') + 1)..], Resolve(folder, target)));
        return found;
    }

    // A target is relative to its source's folder, or counted from the root.
    private static string Resolve(string folder, string target)
    {
        var path = new List<string>();
        foreach (var step in (target.StartsWith('/') ? target : folder + target).Split('/'))
        {
            if (step == ".." && path.Count > 0)
                path.RemoveAt(path.Count - 1);
            else if (step is not ("" or "." or ".."))
                path.Add(step);
        }
        return string.Join('/', path);
    }

    private string FirstVisibleSheet(string book, List<Relationship> parts)
    {
        using var part = Open(book);
        var worksheets = parts.Where(r => r.Type == "worksheet").DistinctBy(r => r.Id).ToDictionary(r => r.Id, r => r.Target);
        string? first = null;
        while (first is null && part.Next())
        {
            if (!part.IsElement)
                continue;
            if (part.Name == "workbookPr")
                _since1904 = part["date1904"] is "1" or "true";
            else if (part.Name == "sheet" && part["state"] is null or "visible" && part["id"] is { } id)
                first = worksheets.GetValueOrDefault(id);
        }
        return first ?? throw RefusedException.Damaged("it shows no sheet with cells");
    }

    private List<(string, bool)> SharedStrings(string name)
    {
        var strings = new List<(string, bool)>();
        var chars = 0L;
        using var part = Open(name);
        while (part.Next())
        {
            if (!part.IsElement || part.Name != "si")
                continue;
            var text = part.RichText(out var isTooLong);
            chars += text.Length;
            if (strings.Count >= _limits.MaxCells || chars > _limits.MaxChars)
                throw new RefusedException("tooManyCells", "The workbook holds more text than one import takes; split it.");
            strings.Add((text, isTooLong));
        }
        return strings;
    }

    private List<NumberLook> Styles(string name)
    {
        var formats = new Dictionary<int, NumberLook>();
        var styles = new List<NumberLook>();
        var isInCellFormats = false;
        using var part = Open(name);
        while (part.Next() && styles.Count < MaxStyles && formats.Count < MaxStyles)
        {
            if (part.Name == "cellXfs")
                isInCellFormats = part is { IsElement: true, IsEmptyElement: false };
            else if (part.IsElement && part.Name == "numFmt" && Number(part["numFmtId"]) is { } id)
                formats[id] = XlsxNumbers.LookOf(part["formatCode"] ?? "");
            else if (part.IsElement && part.Name == "xf" && isInCellFormats)
                styles.Add(Number(part["numFmtId"]) is { } format ? formats.TryGetValue(format, out var look) ? look : XlsxNumbers.LookOf(format) : NumberLook.Plain);
        }
        return styles;
    }

    private void ReadSheet(string name)
    {
        var cells = new List<TableCell>();
        var row = 0;
        using var part = Open(name);
        while (part.Next())
        {
            if (!part.IsElement || part.Name != "row")
                continue;
            var number = part["r"] is { } written ? Number(written) ?? 0 : row + 1;
            if (number <= row || number > XlsxWriter.MaxSheetRows)
                throw RefusedException.Damaged("its rows are not in order");
            row = number;
            if (part.IsEmptyElement)
                continue;
            cells.Clear();
            TableProblem? fault = null;
            var depth = part.Depth;
            var column = -1;
            while (part.NextWithin(depth))
            {
                if (!part.IsElement || part.Name != "c")
                    continue;
                var at = part["r"] is { } address ? ColumnOf(address) : column + 1;
                if (at <= column)
                    throw RefusedException.Damaged("its cells are not in order");
                column = at;
                var cell = Cell(part, row, column, ref fault);
                if (cell.Text is null)
                    continue;
                if (column >= _limits.MaxColumns)
                    throw new RefusedException("tooManyColumns", string.Create(CultureInfo.InvariantCulture, $"Row {row} has a value beyond column {XlsxSheet.Letters(_limits.MaxColumns - 1)}, the last that is read."), row, XlsxSheet.Letters(column));
                while (cells.Count < column)
                    cells.Add(default);
                cells.Add(cell);
            }
            _table.Add(row, cells, fault);
        }
    }

    private TableCell Cell(XlsxPart part, int row, int column, ref TableProblem? fault)
    {
        var (type, style) = (part["t"] ?? "n", Number(part["s"]) ?? 0);
        if (part.IsEmptyElement)
            return default;
        var depth = part.Depth;
        var (hasFormula, isTooLong, value) = (false, false, (string?)null);
        while (part.NextWithin(depth))
        {
            if (!part.IsElement)
                continue;
            if (part.Name == "f")
                hasFormula = true;
            else if (part.Name == "v")
                value = part.Text(out isTooLong);
            else if (part.Name == "is")
                value = part.RichText(out isTooLong);
        }
        if (type == "s" && value is { Length: > 0 })
            (value, isTooLong) = Number(value) is { } index && index < _shared.Count ? _shared[index] : throw RefusedException.Damaged("a cell points at a text that is not there");
        if (isTooLong)
            fault ??= Fault("cellTooLong", row, column, $"holds more than {_limits.MaxCellChars} characters; shorten it");
        else if (type == "e")
            fault ??= Fault("cellError", row, column, $"shows the error {value}; mend the formula or type the value");
        else if (type == "n" && hasFormula && string.IsNullOrEmpty(value))
            fault ??= Fault("formulaWithoutValue", row, column, $"has a formula that was never calculated; open the file and save it again");
        return value is null or "" ? default : type switch
        {
            "n" => new(XlsxNumbers.Text(value, style < _styles.Count ? _styles[style] : NumberLook.Plain, _since1904), IsNumber: true),
            "b" => new(value is "1" or "true" ? "true" : "false"),
            "d" => new(value.EndsWith("T00:00:00", StringComparison.Ordinal) ? value[..^9] : value),
            _ => new(value),
        };
    }

    private TableProblem Fault(string code, int row, int column, FormattableString what) => new(
        code, string.Create(CultureInfo.InvariantCulture, $"Cell {XlsxSheet.Letters(column)}{row} {what.ToString(CultureInfo.InvariantCulture)}."), row, _table.NameOf(column));

    // B12 is column 1. More letters than Excel's last column has are refused before they overflow.
    private static int ColumnOf(string address)
    {
        var column = 0;
        foreach (var c in address.AsSpan(0, Math.Min(address.Length, 4)))
        {
            if (!char.IsAsciiLetter(c))
                break;
            column = column * 26 + (char.ToUpperInvariant(c) - 'A' + 1);
        }
        return column is >= 1 and <= 16_384 ? column - 1 : throw RefusedException.Damaged("a cell has an address that no sheet has");
    }

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
