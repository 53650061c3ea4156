using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Vade.Documents.Sheets;

/// <summary>Streams one worksheet: headings, the frozen header with its filter, the rows, the totals.</summary>
internal sealed class XlsxSheet(OpenXmlWriter writer, XlsxStyles styles)
{
    // Excel believes that 1900 was a leap year; only from this day on is its count of days a calendar's.
    private static readonly DateTime FirstDay = new(1900, 3, 1);
    private static readonly DateTime DayZero = new(1899, 12, 30);

    // One instance of each serves every cell: a writer's element is only its name.
    private readonly Row _row = new();
    private readonly Cell _cell = new();
    private readonly CellValue _value = new();
    private readonly CellFormula _formula = new();
    private readonly InlineString _inline = new();
    private readonly Text _text = new();
    private static readonly OpenXmlAttribute[] Preserve = [new("xml:space", "http://www.w3.org/XML/1998/namespace", "preserve")];

    private int _rowNumber;
    private string _rowText = "";

    public void Write(SheetDocument sheet, bool isFirst)
    {
        var columns = sheet.Columns;
        var letters = columns.Select((_, i) => Letters(i)).ToArray();
        var headerRow = sheet.Headings.Count == 0 ? 1 : sheet.Headings.Count + 2;
        writer.WriteStartDocument(standalone: true);
        writer.WriteStartElement(new Worksheet());
        writer.WriteElement(new SheetProperties(new PageSetupProperties { FitToPage = true }));
        writer.WriteElement(View(headerRow, isFirst));
        writer.WriteElement(new SheetFormatProperties { DefaultRowHeight = 15 });
        writer.WriteElement(new Columns(columns.Select((c, i) => new Column { Min = (uint)i + 1, Max = (uint)i + 1, Width = Math.Clamp(c.Width, 1, 255), CustomWidth = true })));
        writer.WriteStartElement(new SheetData());
        for (var i = 0; i < sheet.Headings.Count; i++)
        {
            StartRow(i + 1);
            WriteText(letters[0], SheetText.Header(sheet.Headings[i]), styles.Of(i == 0 ? Look.Title : Look.Subtitle));
            writer.WriteEndElement();
        }
        StartRow(headerRow);
        for (var i = 0; i < columns.Count; i++)
            WriteText(letters[i], SheetText.Header(columns[i].Header), styles.Of(Look.Header));
        writer.WriteEndElement();
        var totals = WriteRows(sheet, letters);
        var lastRow = _rowNumber;
        if (columns.Any(c => c.Total))
            WriteTotals(sheet, letters, totals, headerRow + 1, lastRow);
        writer.WriteEndElement();
        writer.WriteElement(new AutoFilter { Reference = $"A{headerRow}:{letters[^1]}{lastRow}" });
        writer.WriteElement(new PageSetup { PaperSize = 9, Orientation = OrientationValues.Landscape, FitToWidth = 1, FitToHeight = 0 });
        writer.WriteEndElement();
    }

    private decimal[] WriteRows(SheetDocument sheet, string[] letters)
    {
        var columns = sheet.Columns;
        var totals = new decimal[columns.Count];
        foreach (var row in sheet.Rows)
        {
            if (row.Count != columns.Count)
                throw new ArgumentException($"Row {_rowNumber + 1} of {sheet.Title} has {row.Count} cells for {columns.Count} columns.", nameof(sheet));
            if (_rowNumber + 1 >= XlsxWriter.MaxSheetRows)
                throw new ArgumentException($"{sheet.Title} has more rows than a sheet can hold.", nameof(sheet));
            StartRow(_rowNumber + 1);
            for (var i = 0; i < row.Count; i++)
            {
                Write(letters[i], columns[i], row[i], Look.Body);
                if (columns[i].Total)
                    totals[i] += row[i].Number;
            }
            writer.WriteEndElement();
        }
        return totals;
    }

    // The sum is a formula, so it follows an edit, with its value beside it for readers that do not calculate.
    private void WriteTotals(SheetDocument sheet, string[] letters, decimal[] totals, int firstRow, int lastRow)
    {
        StartRow(lastRow + 1);
        for (var i = 0; i < sheet.Columns.Count; i++)
        {
            var column = sheet.Columns[i];
            if (column.Total)
            {
                SheetCell total = totals[i];
                var formula = lastRow < firstRow ? null : $"SUM({letters[i]}{firstRow}:{letters[i]}{lastRow})";
                WriteValue(letters[i], Plain(OnSheet(column, totals[i])), styles.Of(column, total, Look.Total), formula);
            }
            else
            {
                Write(letters[i], column, i == 0 ? sheet.TotalLabel : null, Look.Total);
            }
        }
        writer.WriteEndElement();
    }

    private static SheetViews View(int headerRow, bool isFirst) => new(new SheetView(
        new Pane { VerticalSplit = headerRow, TopLeftCell = $"A{headerRow + 1}", ActivePane = PaneValues.BottomLeft, State = PaneStateValues.Frozen },
        new Selection { Pane = PaneValues.BottomLeft, ActiveCell = $"A{headerRow + 1}", SequenceOfReferences = new() { InnerText = $"A{headerRow + 1}" } })
    { WorkbookViewId = 0, TabSelected = isFirst });

    private void StartRow(int number)
    {
        _rowNumber = number;
        _rowText = number.ToString(CultureInfo.InvariantCulture);
        writer.WriteStartElement(_row, [new OpenXmlAttribute("r", "", _rowText)]);
    }

    private void Write(string letters, SheetColumn column, SheetCell cell, Look look)
    {
        switch (cell.Is)
        {
            case SheetCell.Form.Text:
                WriteText(letters, SheetText.Cell(cell.Words!), styles.Of(column, cell, look));
                break;
            case SheetCell.Form.Number:
                WriteValue(letters, Plain(OnSheet(column, cell.Number)), styles.Of(column, cell, look));
                break;
            case SheetCell.Form.Date or SheetCell.Form.DateTime when cell.At < FirstDay:
                WriteText(letters, CsvWriter.IsoText(cell), styles.Of(look));
                break;
            case SheetCell.Form.Date or SheetCell.Form.DateTime:
                WriteValue(letters, Plain(Math.Round((cell.At - DayZero).Ticks / (decimal)TimeSpan.TicksPerDay, 10)), styles.Of(column, cell, look));
                break;
            case SheetCell.Form.Empty when look == Look.Total:
                writer.WriteStartElement(_cell, Address(letters, styles.Of(look), null));
                writer.WriteEndElement();
                break;
        }
    }

    private void WriteText(string letters, string text, uint style)
    {
        writer.WriteStartElement(_cell, Address(letters, style, "inlineStr"));
        writer.WriteStartElement(_inline);
        writer.WriteStartElement(_text, text.Length > 0 && (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])) ? Preserve : []);
        writer.WriteString(SheetText.Escape(text));
        writer.WriteEndElement();
        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    private void WriteValue(string letters, string value, uint style, string? formula = null)
    {
        writer.WriteStartElement(_cell, Address(letters, style, null));
        if (formula is not null)
        {
            writer.WriteStartElement(_formula);
            writer.WriteString(formula);
            writer.WriteEndElement();
        }
        writer.WriteStartElement(_value);
        writer.WriteString(value);
        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    private List<OpenXmlAttribute> Address(string letters, uint style, string? type)
    {
        List<OpenXmlAttribute> attributes = [new("r", "", letters + _rowText)];
        if (style != 0)
            attributes.Add(new("s", "", style.ToString(CultureInfo.InvariantCulture)));
        if (type is not null)
            attributes.Add(new("t", "", type));
        return attributes;
    }

    // A workbook stores twenty percent as 0.2.
    private static decimal OnSheet(SheetColumn column, decimal number) =>
        column.Kind == ColumnKind.Percent ? number / 100m : number;

    private static string Plain(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A, B … Z, AA … of a column counted from 0.</summary>
    internal static string Letters(int column)
    {
        var letters = "";
        for (var rest = column + 1; rest > 0; rest = (rest - 1) / 26)
            letters = (char)('A' + (rest - 1) % 26) + letters;
        return letters;
    }
}
