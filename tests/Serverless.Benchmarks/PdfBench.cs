using System.Text.Json;
using Vade.Documents;
using Vade.Kernel;
using Vade.Tests.Documents;

namespace Vade.Benchmarks;

/// <summary>What it costs to print an invoice: milliseconds of CPU on one thread, and bytes.</summary>
internal static class PdfBench
{
    // Until the runtime has compiled the hot paths for the last time.
    private const int WarmUp = 1_000;

    private sealed record Result(double CpuMs, int Bytes);

    public static void Run(int count)
    {
        var results = new Dictionary<string, Result>
        {
            ["onePage"] = Measure(PdfSamples.Invoice(lines: 3), count),
            ["twoPages"] = Measure(PdfSamples.Invoice(lines: 40), count),
            ["cyrillic"] = Measure(PdfSamples.Invoice(Language.Ru), count),
        };
        Report.Table(["invoice", "CPU ms", "bytes"], results.Select(result => new[] { result.Key, Report.Number(result.Value.CpuMs, 3), Report.Number(result.Value.Bytes, 0) }));
        Console.WriteLine(JsonSerializer.Serialize(results, JsonSerializerOptions.Web));
    }

    private static Result Measure(InvoiceDocument invoice, int count)
    {
        var bytes = 0;
        for (var i = 0; i < WarmUp; i++)
            bytes = InvoicePdf.Render(invoice).Length;
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < count; i++)
            InvoicePdf.Render(invoice);
        return new((Environment.CpuUsage.TotalTime - before).TotalMilliseconds / count, bytes);
    }
}
