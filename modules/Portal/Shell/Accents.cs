using System.Globalization;

namespace Vade.Portal;

/// <summary>
/// Turns the one accent colour that an organisation chose into colours that can be read: text on it, and itself as
/// text on a light and on a dark page, each with a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3), whatever was chosen.
/// </summary>
internal static class Accents
{
    private const double ReadableContrast = 4.5;
    public const string LightPage = "#f5f6f8";
    public const string DarkCard = "#1d232b";

    /// <summary>The rules that stand at the head of the style sheet.</summary>
    public static string Rules(string accent)
    {
        var onLight = Readable(accent, LightPage, toBlack: true);
        var onDark = Readable(accent, DarkCard, toBlack: false);
        return $":root{{--accent:{onLight};--on-accent:{TextOn(onLight)}}}\n"
            + $"@media(prefers-color-scheme:dark){{:root{{--accent:{onDark};--on-accent:{TextOn(onDark)}}}}}\n";
    }

    /// <summary>The same for the panel, in the names of its style sheet's variables.</summary>
    public static string PanelRules(string accent)
    {
        var onLight = Readable(accent, LightPage, toBlack: true);
        var onDark = Readable(accent, DarkCard, toBlack: false);
        return $":root,:host,[data-bs-theme=light]{{{Variables(onLight)}}}\n[data-bs-theme=dark]{{{Variables(onDark)}}}\n";

        static string Variables(string colour) =>
            $"--tblr-primary:{colour};--tblr-primary-fg:{TextOn(colour)};--tblr-link-color:{colour};--tblr-link-hover-color:{colour};--panel-on-primary:{TextOn(colour)}";
    }

    /// <summary>Black or white, whichever reads better; one of them always has 4.5:1.</summary>
    public static string TextOn(string background) =>
        Contrast("#ffffff", background) >= Contrast("#000000", background) ? "#ffffff" : "#000000";

    /// <summary>The contrast of two colours by WCAG 2.2, from 1 to 21.</summary>
    public static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static string Readable(string colour, string background, bool toBlack)
    {
        var target = toBlack ? 0 : 255;
        var rgb = Parts(colour);
        for (var step = 0; Contrast(Text(rgb), background) < ReadableContrast && step < 64; step++)
            rgb = Array.ConvertAll(rgb, part => part + ((target - part) / 12) + Math.Sign(target - part));
        return Text(rgb);
    }

    private static double Luminance(string colour)
    {
        var linear = Array.ConvertAll(Parts(colour), part =>
        {
            var share = part / 255.0;
            return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
        });
        return (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
    }

    private static int[] Parts(string colour) =>
        [.. Enumerable.Range(0, 3).Select(i => int.Parse(colour.AsSpan(1 + (2 * i), 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];

    private static string Text(int[] rgb) =>
        string.Create(CultureInfo.InvariantCulture, $"#{Math.Clamp(rgb[0], 0, 255):x2}{Math.Clamp(rgb[1], 0, 255):x2}{Math.Clamp(rgb[2], 0, 255):x2}");
}
