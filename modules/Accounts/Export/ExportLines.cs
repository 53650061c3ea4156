using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>A row of an export, and the line of the file on which it stands, from 1.</summary>
internal sealed record ExportedRow(string Table, Row Row, int Line);

/// <summary>
/// Writes rows as NDJSON under gzip: a line for each, <c>{"table":…,"partition":…,"key":…,"version":…,"body":{…}}</c>,
/// the body byte by byte as it is stored. (A body that is not JSON on one line would stand as base64 under "bytes".)
/// </summary>
internal sealed class ExportLines : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly MemoryStream _file = new();
    private readonly GZipStream _zip;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;

    public ExportLines() => (_zip, _json) = (new(_file, CompressionLevel.Fastest), new(_line, Options));

    public int Rows { get; private set; }

    /// <summary>Before compression.</summary>
    public long Bytes { get; private set; }

    public void Add(string table, Row row)
    {
        _line.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("table", table);
        _json.WriteString("partition", row.Partition);
        _json.WriteString("key", row.Key);
        _json.WriteNumber("version", row.Version);
        if (IsJsonOnOneLine(row.Body.Span))
        {
            _json.WritePropertyName("body");
            _json.WriteRawValue(row.Body.Span, skipInputValidation: true);
        }
        else
        {
            _json.WriteBase64String("bytes", row.Body.Span);
        }

        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
        _zip.Write(_line.WrittenSpan);
        Rows++;
        Bytes += _line.WrittenCount;
    }

    /// <summary>The whole file.</summary>
    public byte[] Close()
    {
        _zip.Dispose();
        return _file.ToArray();
    }

    public void Dispose()
    {
        _zip.Dispose();
        _json.Dispose();
        _file.Dispose();
    }

    /// <exception cref="ExportException">A line is not what <see cref="Add"/> writes.</exception>
    public static IEnumerable<ExportedRow> Read(string name, byte[] file)
    {
        using var zip = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
        using var lines = new StreamReader(zip);
        for (var number = 1; lines.ReadLine() is { } line; number++)
            yield return Parse(line) is { } row ? row with { Line = number } : throw new ExportException($"Line {number} of {name} is not a row.");
    }

    private static ExportedRow? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            return new(
                row.GetProperty("table").GetString()!,
                new Row(
                    row.GetProperty("partition").GetString()!,
                    row.GetProperty("key").GetString()!,
                    row.GetProperty("version").GetInt32(),
                    row.TryGetProperty("body", out var body) ? JsonMarshal.GetRawUtf8Value(body).ToArray() : row.GetProperty("bytes").GetBytesFromBase64(),
                    ""),
                0);
        }
        catch (Exception malformed) when (malformed is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    // A value may have blanks around it, which reading a line would not give back.
    private static bool IsJsonOnOneLine(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || body.ContainsAny((byte)'\n', (byte)'\r') || body[0] <= ' ' || body[^1] <= ' ' || !System.Text.Unicode.Utf8.IsValid(body))
            return false;
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>An export that cannot be used; the message is a sentence that says what is wrong, and where.</summary>
public sealed class ExportException(string message) : Exception(message);
