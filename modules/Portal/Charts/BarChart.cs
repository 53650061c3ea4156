using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;

namespace Vade.Portal;

/// <summary>A bar: what stands below it, and a part for each series, stacked from the bottom; negative parts are not drawn.</summary>
/// <param name="Written">The parts as the reader writes them, for the table.</param>
public sealed record Bar(string Label, IReadOnlyList<decimal> Parts, IReadOnlyList<string> Written);

/// <summary>
/// A chart of stacked bars as markup: an SVG that takes the text's colour and says what it shows, and the same figures as
/// a table to fold open. No script, no style; the classes <c>chart</c>, <c>chart-part-0</c> … are there for a style sheet.
/// </summary>
public sealed record BarChart
{
    // In units of the drawing, which is as wide as its place.
    private const int Width = 640;
    private const int Height = 200;
    private const int Floor = 168;
    private const int Top = 12;
    private const int LabelsMax = 8;
    private static readonly string[] Opacities = ["0.85", "0.4", "0.2"];

    /// <summary>Unique on the page: letters, digits and hyphens.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>One sentence that says what somebody who sees the chart would take from it.</summary>
    public required string Description { get; init; }

    /// <summary>At the head of the labels' column in the table, and what opens it.</summary>
    public required string LabelHeader { get; init; }

    public required string TableSummary { get; init; }

    /// <summary>The names of the parts, at most three.</summary>
    public required IReadOnlyList<string> Series { get; init; }

    public required IReadOnlyList<Bar> Bars { get; init; }

    /// <summary>The largest sum as the reader writes it, beside the line at the top.</summary>
    public required string Largest { get; init; }

    public MarkupString ToMarkup()
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<figure class=\"chart\"><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-labelledby=\"{Id}-t {Id}-d\" fill=\"currentColor\">")
            .Append(CultureInfo.InvariantCulture, $"<title id=\"{Id}-t\">{Text(Title)}</title><desc id=\"{Id}-d\">{Text(Description)}</desc>")
            .Append(CultureInfo.InvariantCulture, $"<rect class=\"chart-axis\" x=\"0\" y=\"{Floor}\" width=\"{Width}\" height=\"1\" fill-opacity=\"0.5\"/>");
        if (Bars.Count > 0 && Bars.Max(Sum) is var largest and > 0m)
        {
            html.Append(CultureInfo.InvariantCulture, $"<rect class=\"chart-axis\" x=\"0\" y=\"{Top}\" width=\"{Width}\" height=\"1\" fill-opacity=\"0.15\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{Top - 2}\" font-size=\"11\">{Text(Largest)}</text>");
            DrawBars(html, largest);
        }

        DrawLabels(html);
        html.Append("</svg>");
        AddTable(html);
        return new(html.Append("</figure>").ToString());
    }

    private void DrawBars(StringBuilder html, decimal largest)
    {
        for (var i = 0; i < Bars.Count; i++)
        {
            var y = Floor;
            for (var part = 0; part < Bars[i].Parts.Count; part++)
            {
                var height = (int)Math.Round(Math.Max(0m, Bars[i].Parts[part]) * (Floor - Top) / largest, MidpointRounding.AwayFromZero);
                if (height == 0)
                    continue;
                y -= height;
                html.Append(CultureInfo.InvariantCulture,
                    $"<rect class=\"chart-part-{part}\" x=\"{Left(i)}\" y=\"{y}\" width=\"{Math.Max(1, Left(i + 1) - Left(i) - Gap)}\" height=\"{height}\" fill-opacity=\"{Opacities[Math.Min(part, 2)]}\"/>");
            }
        }
    }

    // As many labels as can be read beside each other; the table has them all.
    private void DrawLabels(StringBuilder html)
    {
        var step = Math.Max(1, (Bars.Count + LabelsMax - 1) / LabelsMax);
        for (var i = 0; i < Bars.Count; i += step)
            html.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left(i)}\" y=\"{Floor + 16}\" font-size=\"11\">{Text(Bars[i].Label)}</text>");
    }

    private void AddTable(StringBuilder html)
    {
        html.Append(CultureInfo.InvariantCulture, $"<details><summary>{Text(TableSummary)}</summary><table><caption>{Text(Title)}</caption><thead><tr><th scope=\"col\">{Text(LabelHeader)}</th>");
        foreach (var name in Series)
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\" class=\"number\">{Text(name)}</th>");
        html.Append("</tr></thead><tbody>");
        foreach (var bar in Bars)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{Text(bar.Label)}</th>");
            foreach (var written in bar.Written)
                html.Append(CultureInfo.InvariantCulture, $"<td class=\"number\">{Text(written)}</td>");
            html.Append("</tr>");
        }

        html.Append("</tbody></table></details>");
    }

    private int Gap => Bars.Count > 40 ? 1 : 4;

    private int Left(int bar) => Width * bar / Math.Max(1, Bars.Count);

    private static decimal Sum(Bar bar) => bar.Parts.Sum(part => Math.Max(0m, part));

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
