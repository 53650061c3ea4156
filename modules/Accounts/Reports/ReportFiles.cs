using System.Globalization;
using System.Text.Json;
using Vade.Documents;
using Vade.Documents.Sheets;
using Vade.Kernel;

namespace Vade.Accounts;

/// <summary>A report in the forms in which it leaves the house.</summary>
internal static class ReportFiles
{
    /// <summary>The longest report that is printed: some hundred pages.</summary>
    public const int PrintedRowsMax = 3_000;
    private static readonly Texts Texts = Texts.Of(typeof(ReportFiles).Assembly);

    public static byte[] Json(ReportQuery query, ReportTable report)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("currency", query.Currency.Code);
            json.WriteStartArray("rows");
            foreach (var row in report.Rows)
            {
                json.WriteStartObject();
                for (var i = 0; i < report.Columns.Count; i++)
                    Write(json, report.Columns[i].Name, row[i], query.Currency);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("totals");
            for (var i = 0; i < report.Columns.Count; i++)
            {
                if (report.TotalOf(i) is { } total)
                    Write(json, report.Columns[i].Name, total, query.Currency);
            }

            if (!report.Columns.Any(column => column is { Name: "count", Total: true }))
                json.WriteNumber("count", report.Rows.Count);
            foreach (var (name, value) in report.Totals ?? new Dictionary<string, int?>())
                Write(json, name, value, query.Currency);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    public static byte[] Csv(ReportQuery query, ReportTable report)
    {
        using var stream = new MemoryStream();
        CsvWriter.Write(stream, Sheet(query, report), query.Language);
        return stream.ToArray();
    }

    public static byte[] Workbook(ReportQuery query, ReportTable report)
    {
        using var stream = new MemoryStream();
        XlsxWriter.Write(stream, query.Language, Sheet(query, report) with
        {
            Headings =
            [
                $"{query.Organisation.Name}: {report.Title}",
                .. FactsOf(query, report).Where(fact => fact.Value is not null).Select(fact => $"{fact.Label}: {fact.Value}"),
            ],
            TotalLabel = Texts[query.Language, "total"],
        });
        return stream.ToArray();
    }

    public static byte[] Pdf(ReportQuery query, ReportTable report, DateTimeOffset now)
    {
        var (organisation, language) = (query.Organisation, query.Language);
        var widest = report.Columns.Select(column => column.Kind).ToList().IndexOf(ReportColumnKind.Text);
        var totals = report.Columns.Select((_, i) => report.TotalOf(i)).ToArray();
        return ReportPdf.Render(new()
        {
            Language = language,
            Identity = string.Create(CultureInfo.InvariantCulture, $"report|{report.Title}|{query.From:yyyy-MM-dd}|{query.To:yyyy-MM-dd}|{query.Currency}|{now:O}"),
            IssuedAt = now,
            Organisation = new(organisation.Name) { AddressLines = organisation.Address ?? [] },
            Title = report.Title,
            Accent = Rgb.Find(organisation.Accent) ?? Rgb.DefaultAccent,
            Facts = FactsOf(query, report),
            Columns = [.. report.Columns.Select((column, i) => new ReportDocumentColumn(
                column.Header, column.Kind is ReportColumnKind.Whole or ReportColumnKind.Amount, TakesRest: i == Math.Max(widest, 0)))],
            Rows = [.. report.Rows.Select(row => row.Select(cell => Written(cell, query)).ToArray())],
            Totals = totals.Any(total => total is not null)
                ? [.. totals.Select((total, i) => i == 0 && total is null ? Texts[language, "total"] : Written(total, query))]
                : null,
            Empty = Texts[language, "report.empty"],
        });
    }

    private static SheetDocument Sheet(ReportQuery query, ReportTable report) => new(
        report.Title,
        [.. report.Columns.Select(column => column.Kind switch
        {
            ReportColumnKind.Text => SheetColumn.Text(column.Header, 36),
            ReportColumnKind.Day => SheetColumn.Date(column.Header),
            ReportColumnKind.Whole => SheetColumn.Integer(column.Header, total: column.Total),
            ReportColumnKind.Amount => SheetColumn.Money(column.Header, query.Currency.MinorDigits, total: column.Total),
            _ => SheetColumn.Text(column.Header, 20),
        })],
        report.Rows.Select(row => (IReadOnlyList<SheetCell>)[.. row.Select(cell => cell switch
        {
            decimal amount => (SheetCell)amount,
            int whole => (SheetCell)(decimal)whole,
            DateOnly day => (SheetCell)day,
            bool or CodedCell => (SheetCell)Written(cell, query),
            _ => (SheetCell)(string?)cell,
        })]));

    public static IReadOnlyList<(string Label, string? Value)> FactsOf(ReportQuery query, ReportTable report) =>
        report.Facts ??
        [
            (Texts[query.Language, "report.range"], $"{Formats.Date(query.From, query.Language)} – {Formats.Date(query.To, query.Language)}"),
            (Texts[query.Language, "report.currency"], query.Currency.Code),
        ];

    /// <summary>A cell as a person reads it.</summary>
    public static string Written(object? cell, ReportQuery query) => cell switch
    {
        decimal amount => Formats.Number(amount, query.Currency.MinorDigits, query.Language),
        int whole => Formats.Number(whole, 0, query.Language),
        DateOnly day => Formats.Date(day, query.Language),
        bool flag => Texts[query.Language, flag ? "report.yes" : "report.no"],
        CodedCell coded => coded.Written,
        _ => (string?)cell ?? "",
    };

    private static void Write(Utf8JsonWriter json, string name, object? cell, Currency currency)
    {
        json.WritePropertyName(name);
        switch (cell)
        {
            case null:
                json.WriteNullValue();
                break;
            case decimal amount:
                json.WriteStringValue(new Money(amount, currency).ToPlain());
                break;
            case int whole:
                json.WriteNumberValue(whole);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case DateOnly day:
                json.WriteStringValue(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case CodedCell coded:
                json.WriteStringValue(coded.Code);
                break;
            default:
                json.WriteStringValue((string)cell);
                break;
        }
    }
}
