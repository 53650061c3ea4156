using System.Diagnostics;
using System.Text.Json;

namespace Vade.Benchmarks;

/// <summary>The preview of 400 days over so many customers with a service each: what it asks of the store, and how long it takes.</summary>
internal static class PreviewBench
{
    private const int Times = 5;

    public static async Task Run(int customers)
    {
        await using var office = await Office.Open();
        await office.Prepare(customers);
        await office.Drain();

        var rows = new List<string[]>();
        var figures = new Dictionary<string, object>(StringComparer.Ordinal) { ["customers"] = customers };
        foreach (var (name, path) in new[] { ("first page", "/api/v1/preview?days=400&limit=200"), ("a month on", "/api/v1/preview?days=400&limit=200&after=2026-12-01!"), ("one customer", "/api/v1/preview?days=400&customer=C1") })
        {
            office.Tally.Start();
            var begun = Stopwatch.GetTimestamp();
            var items = 0;
            for (var i = 0; i < Times; i++)
                items = (await office.Call<JsonElement>(HttpMethod.Get, path)).GetProperty("items").GetArrayLength();
            var milliseconds = Stopwatch.GetElapsedTime(begun).TotalMilliseconds / Times;
            var reads = office.Tally.Read().TableReads / (double)Times;
            rows.Add([name, items.ToString(System.Globalization.CultureInfo.InvariantCulture), Report.Number(reads, 0), Report.Number(milliseconds, 0)]);
            figures[name.Replace(' ', '_')] = new { items, tableReads = reads, milliseconds = Math.Round(milliseconds, 1) };
        }

        Report.Table(["preview of 400 days", "items", "table reads", "ms"], rows);
        Console.WriteLine(JsonSerializer.Serialize(figures));
    }
}
