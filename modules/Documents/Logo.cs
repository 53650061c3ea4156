using Vade.Documents.Pdf;

namespace Vade.Documents;

/// <summary>
/// An organisation's logo, read once from its PNG or JPEG file and made ready to be copied into any number of
/// documents. Immutable; keep it as long as the file does not change, because reading a PNG costs far more than
/// drawing it.
/// </summary>
public sealed class Logo
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    /// <summary>The largest picture that is read, in pixels; a small file may unpack to an enormous one.</summary>
    public const int MaxPixels = 4_000_000;

    private Logo(PdfImage image) => Image = image;

    public int Width => Image.Width;
    public int Height => Image.Height;
    internal PdfImage Image { get; }

    /// <summary>
    /// Reads a JPEG (grey or colour; CMYK is refused, because our documents speak sRGB) or a PNG (8 bits, grey, colour
    /// or palette, not interlaced). Transparency is laid on white.
    /// </summary>
    /// <exception cref="FormatException">The file is none of these; the message says what it is and what would do.</exception>
    public static Logo Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > MaxBytes)
            throw new FormatException($"The logo's file has {file.Length} bytes; at most {MaxBytes} are taken.");
        try
        {
            return new Logo(
                Png.IsOne(file) ? Png.Read(file)
                : Jpeg.IsOne(file) ? Jpeg.Read(file)
                : throw new FormatException("The logo is neither a PNG nor a JPEG file."));
        }
        catch (Exception broken) when (broken is ArgumentException or IndexOutOfRangeException or InvalidDataException or IOException or OverflowException)
        {
            throw new FormatException("The logo's file is damaged.", broken);
        }
    }

    internal static void Refuse(int width, int height)
    {
        if (width <= 0 || height <= 0 || (long)width * height > MaxPixels)
            throw new FormatException($"The logo is {width} × {height} pixels; at most {MaxPixels} in all are taken.");
    }
}
