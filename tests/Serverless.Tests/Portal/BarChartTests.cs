using System.Globalization;
using System.Xml.Linq;
using CsCheck;
using Vade.Portal;

namespace Vade.Tests.Portal;

public sealed class BarChartTests
{
    [Fact]
    public void Whatever_the_figures_are_the_chart_is_well_formed_stays_in_its_frame_and_says_everything_in_its_table() =>
        Gen.Select(Gen.String, Gen.Decimal[-100m, 1_000_000m].Array[2]).Array[0, 70].Sample(
            bars =>
            {
                var chart = new BarChart
                {
                    Id = "c1", Title = "Tahsilat <&>", Description = "Ay boyunca", LabelHeader = "Gün", TableSummary = "Rakamlar", Series = ["a", "b"], Largest = "1",
                    Bars = [.. bars.Select(bar => new Bar(Clean(bar.Item1), bar.Item2, [.. bar.Item2.Select(part => part.ToString(CultureInfo.InvariantCulture))]))],
                };
                var markup = chart.ToMarkup().Value;
                Assert.DoesNotContain("style=", markup, StringComparison.Ordinal);
                var figure = XElement.Parse(markup);
                Assert.Equal("img", figure.Element("svg")!.Attribute("role")!.Value);
                Assert.Equal("Tahsilat <&>", figure.Element("svg")!.Element("title")!.Value);
                foreach (var rect in figure.Descendants("rect"))
                {
                    int Of(string name) => int.Parse(rect.Attribute(name)!.Value, CultureInfo.InvariantCulture);
                    Assert.True(Of("x") >= 0 && Of("y") >= 10 && Of("x") + Of("width") <= 640 && Of("y") + Of("height") <= 170, rect.ToString());
                }

                Assert.Equal(bars.Length, figure.Descendants("tbody").Single().Elements("tr").Count());
                Assert.Equal(chart.Bars.Select(bar => bar.Label), figure.Descendants("tbody").Single().Elements("tr").Select(row => row.Element("th")!.Value));
            },
            iter: 300);

    private static string Clean(string text) => string.Concat(text.Where(c => c is >= ' ' and < '\u3000'));
}
