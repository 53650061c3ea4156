using System.Globalization;

namespace Vade.Benchmarks;

internal static class Report
{
    /// <summary>A table with aligned columns, the first one of text.</summary>
    public static void Table(string[] headers, IEnumerable<string[]> rows)
    {
        string[][] all = [headers, .. rows];
        var widths = headers.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
            Console.WriteLine(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));
        Console.WriteLine();
    }

    /// <param name="sorted">Ascending.</param>
    /// <returns>Milliseconds.</returns>
    public static double Percentile(TimeSpan[] sorted, int percent) =>
        sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)].TotalMilliseconds;

    public static string Number(double value, int decimals = 2) => value.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
