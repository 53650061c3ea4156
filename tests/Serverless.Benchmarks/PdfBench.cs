using System.Text;
using System.Text.Json;
using Vade.Documents;
using Vade.Kernel;
using Vade.Tests.Documents;

namespace Vade.Benchmarks;

/// <summary>What it costs to print an invoice: milliseconds of CPU on one thread, and bytes. The best of several rounds.</summary>
internal static class PdfBench
{
    private const int Rounds = 5;

    // Until the runtime has compiled the hot paths for the last time, which it does in the background.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private sealed record Result(double CpuMs, int Bytes, int Pages);

    public static void Run(int count)
    {
        var invoices = new Dictionary<string, InvoiceDocument>
        {
            ["onePage"] = PdfSamples.Invoice(lines: 3),
            ["onePageWithoutQr"] = PdfSamples.Invoice(lines: 3) with { PayLink = null },
            ["twoPages"] = PdfSamples.Invoice(lines: 30),
            ["cyrillic"] = PdfSamples.Invoice(Language.Ru),
        };
        for (var since = Environment.CpuUsage.TotalTime; Environment.CpuUsage.TotalTime - since < WarmUp;)
        {
            foreach (var invoice in invoices.Values)
                InvoicePdf.Render(invoice);
        }

        var results = invoices.ToDictionary(invoice => invoice.Key, invoice => Measure(invoice.Value, Math.Max(1, count / Rounds)));
        Report.Table(
            ["invoice", "CPU ms", "bytes", "pages"],
            results.Select(result => new[]
            {
                result.Key, Report.Number(result.Value.CpuMs, 3), Report.Number(result.Value.Bytes, 0), Report.Number(result.Value.Pages, 0),
            }));
        Console.WriteLine(JsonSerializer.Serialize(results, JsonSerializerOptions.Web));
    }

    private static Result Measure(InvoiceDocument invoice, int count)
    {
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < count; i++)
                InvoicePdf.Render(invoice);
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / count);
        }

        var pdf = InvoicePdf.Render(invoice);
        return new(Math.Round(best, 3), pdf.Length, Pages(pdf));
    }

    // The page tree lies deflated. Outside it, what is deflated and nothing else are the pages and the map of the letters.
    private static int Pages(byte[] pdf) => Encoding.Latin1.GetString(pdf).Split("<</Filter/FlateDecode/Length").Length - 2;
}
