using System.Globalization;

namespace Vade.Documents;

/// <summary>An sRGB colour, each component 0 to 255.</summary>
public readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    /// <summary>A deep sea green: the accent of an organisation that has chosen none.</summary>
    public static readonly Rgb DefaultAccent = new(0x14, 0x5C, 0x5A);

    internal static readonly Rgb White = new(255, 255, 255);

    /// <summary>Nearly black: what is read.</summary>
    internal static readonly Rgb Ink = new(0x1B, 0x22, 0x2C);

    /// <summary>Labels and small print; 5.8:1 on white.</summary>
    internal static readonly Rgb Muted = new(0x5A, 0x64, 0x72);

    /// <summary>Hairlines between rows.</summary>
    internal static readonly Rgb Hairline = new(0xDD, 0xE1, 0xE7);

    internal static readonly Rgb Alarm = new(0xB4, 0x23, 0x18);

    /// <summary>The colour of "#145C5A" or "145c5a"; null when it is not six hexadecimal digits.</summary>
    public static Rgb? Find(string? hex)
    {
        var digits = hex.AsSpan().Trim().TrimStart('#');
        return digits.Length == 6 && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? new Rgb((byte)(value >> 16), (byte)((value >> 8) & 0xFF), (byte)(value & 0xFF))
            : null;
    }

    /// <summary>This colour, darkened where needed until text in it can be read on white, whatever accent was chosen.</summary>
    internal Rgb ReadableOnWhite()
    {
        // Squares stand for the sRGB curve: they rate a colour slightly brighter than it is, so the limit holds.
        // A relative luminance of 0.18 is a contrast of 4.5:1, which WCAG asks of text.
        const long darkEnough = 18L * 100 * 255 * 255;
        var colour = this;
        while (2126L * colour.Red * colour.Red + 7152L * colour.Green * colour.Green + 722L * colour.Blue * colour.Blue > darkEnough)
            colour = new Rgb((byte)(colour.Red * 19 / 20), (byte)(colour.Green * 19 / 20), (byte)(colour.Blue * 19 / 20));
        return colour;
    }

    /// <summary>This colour on white at so many percent: a calm background.</summary>
    internal Rgb Tint(int percent) => new(Mix(Red, percent), Mix(Green, percent), Mix(Blue, percent));

    private static byte Mix(byte component, int percent) => (byte)(255 - (255 - component) * percent / 100);
}
