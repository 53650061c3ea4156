using System.Net.Http.Headers;
using System.Xml;

namespace Vade.Documents.Sheets;

/// <summary>
/// Reads a table that somebody else made, CSV or XLSX, told apart by content. Whatever the bytes are, the answer
/// is a value and memory stays within the limits; only a failing stream throws.
/// </summary>
public static class TableReader
{
    /// <summary>The table in this body, read synchronously.</summary>
    /// <param name="contentType">Only its charset counts, and only for text that is not valid UTF-8.</param>
    public static TableReadResult Read(Stream body, string? contentType, TableLimits limits)
    {
        using var file = new MemoryStream();
        var chunk = new byte[16_384];
        for (int read; (read = body.Read(chunk)) > 0; file.Write(chunk, 0, read))
            if (file.Length + read > limits.MaxBytes)
                return TooLarge(limits);
        return Parse(file.GetBuffer().AsMemory(0, (int)file.Length), contentType, limits);
    }

    /// <summary>The same for a request's body, which may only be read asynchronously.</summary>
    public static async Task<TableReadResult> ReadAsync(Stream body, string? contentType, TableLimits limits, CancellationToken stop)
    {
        using var file = new MemoryStream();
        var chunk = new byte[16_384];
        for (int read; (read = await body.ReadAsync(chunk, stop)) > 0; file.Write(chunk, 0, read))
            if (file.Length + read > limits.MaxBytes)
                return TooLarge(limits);
        return Parse(file.GetBuffer().AsMemory(0, (int)file.Length), contentType, limits);
    }

    private static TableReadResult Parse(ReadOnlyMemory<byte> file, string? contentType, TableLimits limits)
    {
        var table = new TableBuilder(limits);
        try
        {
            if (file.Span.StartsWith("PK\x03\x04"u8) || file.Span.StartsWith("PK\x05\x06"u8))
                XlsxTable.Read(file, table);
            else if (file.Span.StartsWith<byte>([0xD0, 0xCF, 0x11, 0xE0]))
                throw new RefusedException("unsupportedFormat", "The file is an old .xls or a workbook with a password; save it as .xlsx without one.");
            else
                CsvTable.Read(file.Span, Charset(contentType), table);
            return new TableReadResult.Read(table.Build());
        }
        catch (RefusedException refused)
        {
            return new TableReadResult.Refused(refused.Problem);
        }
        // What ZIP and XML say of bytes that are neither; the bytes are in memory, so none of these is the network.
        catch (Exception broken) when (broken is InvalidDataException or XmlException or IOException or NotSupportedException or ArgumentException or OverflowException)
        {
            return new TableReadResult.Refused(RefusedException.Damaged("it is cut short or changed").Problem);
        }
    }

    private static TableReadResult.Refused TooLarge(TableLimits limits) => new(new TableProblem(
        "tooLarge", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The file has more than {limits.MaxBytes / 1_000_000m:0.#} MB; split it.")));

    private static string? Charset(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) ? type.CharSet?.Trim('"') : null;
}
