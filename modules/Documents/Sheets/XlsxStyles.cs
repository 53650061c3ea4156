using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;
using Vade.Kernel;

namespace Vade.Documents.Sheets;

/// <summary>How a cell looks, apart from its number format. The numbers are places in the tables below.</summary>
internal enum Look { Body, Header, Title, Subtitle, Total }

/// <summary>
/// The cell styles of one workbook: a style is registered when a cell first needs it, and the style sheet is
/// written after the last cell. Every font, fill and border says what it is, since an empty element is refused
/// by strict readers (facts: stack §3).
/// </summary>
internal sealed class XlsxStyles(Language language)
{
    private const string General = "General";
    private const uint FirstCustomFormat = 164;

    private readonly Dictionary<(string Format, Look Look), uint> _styles = new() { [(General, Look.Body)] = 0 };

    public uint Of(Look look) => Of(General, look);

    public uint Of(SheetColumn column, SheetCell cell, Look look) => Of(Format(column, cell), look);

    public Stylesheet ToStylesheet()
    {
        var formats = _styles.Keys.Select(k => k.Format).Where(f => f != General).Distinct(StringComparer.Ordinal).ToList();
        uint FormatId(string format) => format == General ? 0 : FirstCustomFormat + (uint)formats.IndexOf(format);
        var sheet = new Stylesheet();
        if (formats.Count > 0)
            sheet.Append(new NumberingFormats(formats.Select(f => new NumberingFormat { NumberFormatId = FormatId(f), FormatCode = f })) { Count = (uint)formats.Count });
        sheet.Append(
            new Fonts(Font(11), Font(11, bold: true), Font(14, bold: true), Font(11, rgb: "FF595959")) { Count = 4 },
            new Fills(
                new Fill(new PatternFill { PatternType = PatternValues.None }),
                // The second fill belongs to Excel: it shows gray 125 whatever stands there.
                new Fill(new PatternFill { PatternType = PatternValues.Gray125 }),
                new Fill(new PatternFill(new ForegroundColor { Rgb = "FFE9EEF5" }, new BackgroundColor { Indexed = 64 }) { PatternType = PatternValues.Solid })) { Count = 3 },
            new Borders(Border(), Border(bottom: true), Border(top: true)) { Count = 3 },
            new CellStyleFormats(new CellFormat { NumberFormatId = 0, FontId = 0, FillId = 0, BorderId = 0 }) { Count = 1 },
            new CellFormats(_styles.OrderBy(s => s.Value).Select(s => Style(FormatId(s.Key.Format), s.Key.Look))) { Count = (uint)_styles.Count },
            new CellStyles(new CellStyle { Name = "Normal", FormatId = 0, BuiltinId = 0 }) { Count = 1 });
        return sheet;
    }

    private uint Of(string format, Look look)
    {
        if (!_styles.TryGetValue((format, look), out var style))
            _styles[(format, look)] = style = (uint)_styles.Count;
        return style;
    }

    // A cell of another kind than its column's keeps a format that suits what it is.
    private string Format(SheetColumn column, SheetCell cell) => cell.Is switch
    {
        SheetCell.Form.Date => Day,
        SheetCell.Form.DateTime => Day + " hh:mm",
        SheetCell.Form.Number => column.Kind switch
        {
            ColumnKind.Integer => "#,##0",
            ColumnKind.Money => column.MinorDigits == 0 ? "#,##0" : "#,##0." + new string('0', column.MinorDigits),
            ColumnKind.Percent => "0.00%",
            _ => General,
        },
        _ => General,
    };

    private string Day => language switch
    {
        Language.En => "d mmm yyyy",
        Language.Es => @"dd\-mm\-yyyy",
        _ => @"dd\.mm\.yyyy",
    };

    private static CellFormat Style(uint formatId, Look look)
    {
        var style = new CellFormat
        {
            NumberFormatId = formatId,
            FontId = look switch { Look.Header or Look.Total => 1, Look.Title => 2, Look.Subtitle => 3, _ => 0u },
            FillId = look == Look.Header ? 2 : 0u,
            BorderId = look switch { Look.Header => 1, Look.Total => 2, _ => 0u },
            FormatId = 0,
            ApplyNumberFormat = formatId != 0,
            ApplyFont = look != Look.Body,
            ApplyFill = look == Look.Header,
            ApplyBorder = look is Look.Header or Look.Total,
        };
        if (look == Look.Header)
        {
            style.ApplyAlignment = true;
            style.Append(new Alignment { Vertical = VerticalAlignmentValues.Center, WrapText = true });
        }
        return style;
    }

    private static Font Font(double size, bool bold = false, string? rgb = null)
    {
        var font = new Font();
        if (bold)
            font.Append(new Bold());
        font.Append(new FontSize { Val = size }, rgb is null ? new Color { Theme = 1 } : new Color { Rgb = rgb }, new FontName { Val = "Calibri" }, new FontFamilyNumbering { Val = 2 });
        return font;
    }

    private static Border Border(bool top = false, bool bottom = false) => new(
        new LeftBorder(),
        new RightBorder(),
        top ? new TopBorder(new Color { Auto = true }) { Style = BorderStyleValues.Thin } : new TopBorder(),
        bottom ? new BottomBorder(new Color { Auto = true }) { Style = BorderStyleValues.Thin } : new BottomBorder(),
        new DiagonalBorder());
}
