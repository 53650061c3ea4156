using System.Globalization;
using Vade.Kernel;

namespace Vade.Portal;

/// <summary>A bar: what it stands for, and an amount for each series, one upon another. Nothing is drawn below zero.</summary>
/// <param name="Label">Short; not every one is written under a crowded axis.</param>
public sealed record MoneyBar(string Label, params IReadOnlyList<decimal> Amounts);

/// <summary>
/// Where the parts of a bar chart stand, in the units of its view box. Pure, so that what is drawn can be checked against
/// what it is drawn from.
/// </summary>
internal sealed record MoneyChart(
    IReadOnlyList<ChartBox> Boxes, IReadOnlyList<(decimal Y, string Text)> Lines, IReadOnlyList<(decimal X, string Text)> Labels, decimal Top)
{
    public const decimal Width = 420m;
    public const decimal Height = 190m;
    public const decimal Left = 74m;
    public const decimal Right = 412m;
    private const decimal Ceiling = 10m;
    public const decimal Floor = 164m;
    private const decimal LetterWidth = 5.6m;
    private const decimal LabelSpace = 4m;

    public static MoneyChart Of(IReadOnlyList<MoneyBar> bars, Language language)
    {
        var highest = bars.Select(bar => bar.Amounts.Sum(Drawn)).DefaultIfEmpty().Max();
        var step = Step(highest);
        var top = Math.Max(step, Math.Ceiling(highest / step) * step);
        var room = (Right - Left) / Math.Max(1, bars.Count);
        var width = Math.Min(36m, room * 0.7m);
        var boxes = new List<ChartBox>();
        foreach (var (i, bar) in bars.Index())
        {
            var below = 0m;
            foreach (var (series, amount) in bar.Amounts.Index())
            {
                if (Drawn(amount) == 0m)
                    continue;
                boxes.Add(new(Left + room * i + (room - width) / 2m, YOf(below + amount), width, YOf(below) - YOf(below + amount), series, bar.Label, amount));
                below += amount;
            }
        }

        // As many labels as stand beside each other, the longest counted for all.
        var longest = bars.Select(bar => bar.Label.Length).DefaultIfEmpty(1).Max();
        var fitting = Math.Max(1, (int)((Right - Left) / (longest * LetterWidth + LabelSpace)));
        var every = Math.Max(1, (bars.Count + fitting - 1) / fitting);
        return new(
            boxes,
            [.. Enumerable.Range(0, (int)(top / step) + 1).Select(n => (YOf(n * step), Formats.Number(n * step, step < 1m ? 1 : 0, language)))],
            [.. bars.Index().Where(bar => bar.Index % every == 0).Select(bar => (Left + room * (bar.Index + 0.5m), bar.Item.Label))],
            top);

        decimal YOf(decimal amount) => Floor - (Floor - Ceiling) * amount / top;
    }

    private static decimal Drawn(decimal amount) => Math.Max(0m, amount);

    // 1, 2 or 5 times a power of ten, so that three to six lines are drawn.
    private static decimal Step(decimal highest)
    {
        var power = 0.1m;
        while (power * 50m < highest)
            power *= 10m;
        return highest <= power * 5m ? power : highest <= power * 10m ? power * 2m : highest <= power * 25m ? power * 5m : power * 10m;
    }

    internal static string Written(decimal value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}

/// <summary>A drawn part of a bar.</summary>
internal sealed record ChartBox(decimal X, decimal Y, decimal Width, decimal Height, int Series, string Label, decimal Amount);
