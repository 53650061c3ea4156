using System.Globalization;
using System.Text;
using Vade.Kernel;

namespace Vade.Documents.Sheets;

/// <summary>How a CSV file says its days.</summary>
public enum CsvDates
{
    /// <summary>2026-11-22 and 2026-11-22T13:45:00.</summary>
    Iso,

    /// <summary>As the language writes them: 22.11.2026 13:45.</summary>
    Language,
}

/// <summary>
/// Writes the same table as CSV: UTF-8 with a byte order mark (else Excel guesses the encoding), CRLF, the
/// header as the first line, no headings and no totals, since machines read it back. Separator and decimal
/// sign are those that the language's Excel expects: comma and dot in English, semicolon and comma elsewhere.
/// </summary>
public static class CsvWriter
{
    /// <summary>Writes the table and leaves the stream open; synchronous, as <see cref="XlsxWriter"/> is.</summary>
    /// <exception cref="ArgumentException">A row has another number of cells than columns.</exception>
    public static void Write(Stream output, SheetDocument sheet, Language language, CsvDates dates = CsvDates.Iso)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true) { NewLine = "\r\n" };
        var separator = language == Language.En ? ',' : ';';
        WriteLine(writer, separator, sheet.Columns.Select(c => Harmless(SheetText.Header(c.Header))));
        foreach (var row in sheet.Rows)
        {
            if (row.Count != sheet.Columns.Count)
                throw new ArgumentException($"A row of {sheet.Title} has {row.Count} cells for {sheet.Columns.Count} columns.", nameof(sheet));
            WriteLine(writer, separator, row.Select((cell, i) => Plain(sheet.Columns[i], cell, language, dates)));
        }
    }

    internal static string IsoText(SheetCell cell) =>
        cell.At.ToString(cell.Is == SheetCell.Form.Date ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);

    private static string Plain(SheetColumn column, SheetCell cell, Language language, CsvDates dates) => cell.Is switch
    {
        SheetCell.Form.Text => Harmless(SheetText.Cell(cell.Words!)),
        SheetCell.Form.Number => Number(column, cell.Number, language),
        SheetCell.Form.Empty => "",
        _ when dates == CsvDates.Iso => IsoText(cell),
        SheetCell.Form.Date => Formats.Date(DateOnly.FromDateTime(cell.At), language),
        _ => Formats.Date(DateOnly.FromDateTime(cell.At), language) + cell.At.ToString(" HH:mm", CultureInfo.InvariantCulture),
    };

    // No grouping: a separator of thousands is what readers stumble over.
    private static string Number(SheetColumn column, decimal number, Language language)
    {
        var plain = column.Kind == ColumnKind.Money
            ? number.ToString("F" + column.MinorDigits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            : number.ToString("0.############################", CultureInfo.InvariantCulture);
        return language == Language.En ? plain : plain.Replace('.', ',');
    }

    // A spreadsheet runs a cell that starts like this; the apostrophe makes it words. Numbers never come here.
    private static string Harmless(string text) =>
        text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? "'" + text : text;

    private static void WriteLine(StreamWriter writer, char separator, IEnumerable<string> fields)
    {
        var first = true;
        foreach (var field in fields)
        {
            if (!first)
                writer.Write(separator);
            first = false;
            if (field.AsSpan().IndexOfAny([separator, '"', '\n', '\r']) >= 0)
                writer.Write($"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            else
                writer.Write(field);
        }
        writer.WriteLine();
    }
}
