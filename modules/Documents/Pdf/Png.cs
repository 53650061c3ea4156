using System.Buffers.Binary;
using System.IO.Compression;

namespace Vade.Documents.Pdf;

/// <summary>
/// A PNG of the kinds that logos come in, turned into plain RGB on white. Transparency is flattened once here instead of
/// being carried as a soft mask: smaller, faster, and nothing that an archive's reader could blend differently.
/// </summary>
internal static class Png
{
    private const int Grey = 0;
    private const int Colour = 2;
    private const int Palette = 3;
    private const int GreyAlpha = 4;
    private const int ColourAlpha = 6;

    public static bool IsOne(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);

    public static PdfImage Read(ReadOnlySpan<byte> file)
    {
        using var packed = new MemoryStream(file.Length);
        ReadOnlySpan<byte> header = default, palette = default, transparency = default;
        for (var at = 8; ;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            var type = file.Slice(at + 4, 4);
            var data = file.Slice(at + 8, length);
            if (type.SequenceEqual("IHDR"u8)) header = data;
            else if (type.SequenceEqual("PLTE"u8)) palette = data;
            else if (type.SequenceEqual("tRNS"u8)) transparency = data;
            else if (type.SequenceEqual("IDAT"u8)) packed.Write(data);
            else if (type.SequenceEqual("IEND"u8)) break;
            at += 12 + length;
        }

        int width = BinaryPrimitives.ReadInt32BigEndian(header), height = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        Logo.Refuse(width, height);
        var (bits, kind, interlaced) = (header[8], header[9], header[12] != 0);
        if (bits != 8 || interlaced)
            throw new FormatException($"The logo's PNG file has {bits} bits{(interlaced ? " and is interlaced" : "")}; save it with 8 bits, not interlaced.");
        var channels = kind switch
        {
            Grey or Palette => 1,
            GreyAlpha => 2,
            Colour => 3,
            ColourAlpha => 4,
            _ => throw new FormatException("The logo's PNG file is damaged."),
        };

        packed.Position = 0;
        var scanlines = new byte[height * (1 + width * channels)];
        using (var zlib = new ZLibStream(packed, CompressionMode.Decompress))
            zlib.ReadExactly(scanlines);
        Unfilter(scanlines, 1 + width * channels, channels);
        return Pack(width, height, Flatten(scanlines, width, height, kind, channels, palette, transparency));
    }

    /// <summary>Undoes the five row filters of PNG (ISO/IEC 15948 clause 9) in place; the first byte of a row names its filter.</summary>
    private static void Unfilter(byte[] scanlines, int stride, int channels)
    {
        var above = new byte[stride];
        for (var start = 0; start < scanlines.Length; start += stride)
        {
            var row = scanlines.AsSpan(start, stride);
            for (var i = 1; i < stride; i++)
            {
                var left = i > channels ? row[i - channels] : 0;
                var upperLeft = i > channels ? above[i - channels] : 0;
                var predicted = row[0] switch
                {
                    0 => 0,
                    1 => left,
                    2 => above[i],
                    3 => (left + above[i]) / 2,
                    4 => Paeth(left, above[i], upperLeft),
                    _ => throw new FormatException("The logo's PNG file is damaged."),
                };
                row[i] = (byte)((row[i] + predicted) & 0xFF);
            }
            row.CopyTo(above);
        }
    }

    private static int Paeth(int left, int above, int upperLeft)
    {
        var estimate = left + above - upperLeft;
        int toLeft = Math.Abs(estimate - left), toAbove = Math.Abs(estimate - above), toUpperLeft = Math.Abs(estimate - upperLeft);
        return toLeft <= toAbove && toLeft <= toUpperLeft ? left : toAbove <= toUpperLeft ? above : upperLeft;
    }

    private static byte[] Flatten(
        byte[] scanlines, int width, int height, int kind, int channels, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> transparency)
    {
        var pixels = new byte[width * height * 3];
        var stride = 1 + width * channels;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var from = scanlines.AsSpan(y * stride + 1 + x * channels, channels);
                var to = pixels.AsSpan((y * width + x) * 3, 3);
                var alpha = 255;
                switch (kind)
                {
                    case Palette:
                        palette.Slice(from[0] * 3, 3).CopyTo(to);
                        alpha = from[0] < transparency.Length ? transparency[from[0]] : 255;
                        break;
                    case Colour or ColourAlpha:
                        from[..3].CopyTo(to);
                        alpha = kind == ColourAlpha ? from[3] : IsKey(from, transparency) ? 0 : 255;
                        break;
                    default:
                        to.Fill(from[0]);
                        alpha = kind == GreyAlpha ? from[1] : IsKey(from, transparency) ? 0 : 255;
                        break;
                }
                for (var i = 0; i < 3; i++)
                    to[i] = (byte)((to[i] * alpha + 255 * (255 - alpha) + 127) / 255);
            }
        return pixels;
    }

    /// <summary>tRNS of a PNG without alpha names one colour, each sample in 16 bits, that stands for nothing.</summary>
    private static bool IsKey(ReadOnlySpan<byte> samples, ReadOnlySpan<byte> transparency)
    {
        if (transparency.Length != samples.Length * 2)
            return false;
        for (var i = 0; i < samples.Length; i++)
            if (transparency[2 * i + 1] != samples[i])
                return false;
        return true;
    }

    private static PdfImage Pack(int width, int height, byte[] pixels)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(pixels);
        using var dictionary = new PdfBuffer(256);
        dictionary.Add("/Type/XObject/Subtype/Image/BitsPerComponent 8/Filter/FlateDecode/ColorSpace/DeviceRGB/Width "u8)
            .Int(width).Add("/Height "u8).Int(height);
        return new PdfImage(width, height, IsMask: false, dictionary.Written.ToArray(), packed.ToArray());
    }
}
