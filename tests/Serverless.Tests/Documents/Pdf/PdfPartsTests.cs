using System.Buffers.Binary;
using System.IO.Compression;
using CsCheck;
using UglyToad.PdfPig;
using Vade.Documents;
using Vade.Documents.Pdf;
using static Vade.Tests.Documents.PdfSamples;

namespace Vade.Tests.Documents;

public sealed class PdfPartsTests
{
    [Theory]
    [InlineData("regular", "common")]
    [InlineData("regular", "full")]
    [InlineData("bold", "common")]
    [InlineData("bold", "full")]
    public void A_font_file_has_the_widths_that_lines_are_broken_on_and_needs_no_glyph_that_it_lacks(string face, string extent)
    {
        var ttf = Inflate(Resource($"{face}-{extent}.zlib"));
        var tables = new Dictionary<string, byte[]>();
        for (var i = 0; i < BinaryPrimitives.ReadUInt16BigEndian(ttf.AsSpan(4)); i++)
        {
            var entry = ttf.AsSpan(12 + 16 * i, 16);
            var (offset, length) = (BinaryPrimitives.ReadInt32BigEndian(entry[8..]), BinaryPrimitives.ReadInt32BigEndian(entry[12..]));
            tables[System.Text.Encoding.ASCII.GetString(entry[..4])] = ttf[offset..(offset + length)];
        }
        Assert.Equal(["glyf", "head", "hhea", "hmtx", "loca", "maxp"], tables.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(0xB1B0AFBAu, Enumerable.Range(0, ttf.Length / 4).Aggregate(0u, (sum, i) => unchecked(sum + BinaryPrimitives.ReadUInt32BigEndian(ttf.AsSpan(4 * i)))));

        var advances = (face == "bold" ? Fonts.Shipped.Bold : Fonts.Shipped.Regular).Advances;
        var count = BinaryPrimitives.ReadUInt16BigEndian(tables["maxp"].AsSpan(4));
        Assert.Equal(extent == "full" ? advances.Length : Fonts.Shipped.Common.GlyphCount, count);
        var isLong = BinaryPrimitives.ReadInt16BigEndian(tables["head"].AsSpan(50)) == 1;
        int Offset(int glyph) => isLong ? BinaryPrimitives.ReadInt32BigEndian(tables["loca"].AsSpan(4 * glyph)) : 2 * BinaryPrimitives.ReadUInt16BigEndian(tables["loca"].AsSpan(2 * glyph));
        for (var glyph = 0; glyph < count; glyph++)
        {
            Assert.Equal(advances[glyph], BinaryPrimitives.ReadUInt16BigEndian(tables["hmtx"].AsSpan(4 * glyph)));
            var outline = tables["glyf"].AsSpan(Offset(glyph)..Offset(glyph + 1));
            // The first part of a composite is named 12 bytes in.
            if (outline.Length > 0 && BinaryPrimitives.ReadInt16BigEndian(outline) < 0)
                Assert.InRange(BinaryPrimitives.ReadUInt16BigEndian(outline[12..]), 1, count - 1);
        }
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    public async Task A_logo_from_another_program_is_drawn(string format)
    {
        var logo = Logo.Read(await PdfTools.Picture(InvoicePdf.Render(Invoice()), format));
        var pdf = InvoicePdf.Render(Invoice() with { Logo = logo });
        Assert.Empty(await PdfStructure.Broken(pdf));
        await PdfTools.Check(pdf);
        using var document = PdfDocument.Open(pdf);
        Assert.Contains(document.GetPage(1).GetImages(), image => image.WidthInSamples == logo.Width && image.HeightInSamples == logo.Height);
    }

    [Fact]
    public void Transparency_is_laid_on_white()
    {
        // Red at full, half and no strength.
        var logo = Logo.Read(Png(3, 1, kind: 6, [255, 0, 0, 255, 255, 0, 0, 128, 255, 0, 0, 0]));
        Assert.Equal([255, 0, 0, 255, 127, 127, 255, 255, 255], Inflate(logo.Image.Data));
        Assert.Equal((3, 1), (logo.Width, logo.Height));
    }

    [Fact]
    public void Grey_and_grey_with_alpha_become_colour()
    {
        Assert.Equal([7, 7, 7, 200, 200, 200], Inflate(Logo.Read(Png(2, 1, kind: 0, [7, 200])).Image.Data));
        Assert.Equal([7, 7, 7, 255, 255, 255], Inflate(Logo.Read(Png(2, 1, kind: 4, [7, 255, 9, 0])).Image.Data));
    }

    [Fact]
    public void What_is_no_logo_is_refused_with_a_reason()
    {
        Assert.Contains("neither", Assert.Throws<FormatException>(() => Logo.Read("GIF89a"u8)).Message, StringComparison.Ordinal);
        Assert.Contains("16 bits", Assert.Throws<FormatException>(() => Logo.Read(Png(1, 1, kind: 2, new byte[6], bits: 16))).Message, StringComparison.Ordinal);
        Assert.Contains("pixels", Assert.Throws<FormatException>(() => Logo.Read(Png(100_000, 100_000, kind: 2, []))).Message, StringComparison.Ordinal);
        Assert.Contains("bytes", Assert.Throws<FormatException>(() => Logo.Read(new byte[Logo.MaxBytes + 1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_logo_never_breaks_anything_but_itself()
    {
        var sound = Png(3, 2, kind: 6, new byte[24]);
        Gen.Select(Gen.Int[0, sound.Length - 1], Gen.Byte, Gen.Int[8, sound.Length]).Sample((at, value, length) =>
        {
            var damaged = sound[..length];
            if (at < length)
                damaged[at] = value;
            try
            {
                Logo.Read(damaged);
            }
            catch (FormatException)
            {
                // This is the one answer a damaged file may get.
            }
        });
    }

    [Fact]
    public void Any_accent_can_be_read_on_white() =>
        Gen.Select(Gen.Byte, Gen.Byte, Gen.Byte).Sample((r, g, b) => Contrast(new Rgb(r, g, b).ReadableOnWhite()) >= 4.5);

    [Theory]
    [InlineData("#145C5A", true)]
    [InlineData("145c5a", true)]
    [InlineData("#14", false)]
    [InlineData("+14C5A0", false)]
    [InlineData(null, false)]
    public void A_colour_is_six_hexadecimal_digits(string? hex, bool isOne) => Assert.Equal(isOne, Rgb.Find(hex) is not null);

    /// <summary>WCAG's contrast to white.</summary>
    private static double Contrast(Rgb colour)
    {
        static double Linear(byte c) => c / 255.0 <= 0.04045 ? c / 255.0 / 12.92 : Math.Pow((c / 255.0 + 0.055) / 1.055, 2.4);
        return 1.05 / (0.2126 * Linear(colour.Red) + 0.7152 * Linear(colour.Green) + 0.0722 * Linear(colour.Blue) + 0.05);
    }

    private static byte[] Png(int width, int height, byte kind, byte[] samples, byte bits = 8)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        void Chunk(ReadOnlySpan<byte> type, byte[] data)
        {
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
            file.Write(length);
            file.Write(type);
            file.Write(data);
            file.Write([0, 0, 0, 0]);
        }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bits, kind);
        Chunk("IHDR"u8, header);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            foreach (var row in samples.Length == 0 ? [] : samples.Chunk(samples.Length / height))
                zlib.Write([0, .. row]);
        Chunk("IDAT"u8, packed.ToArray());
        Chunk("IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(InvoicePdf).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static byte[] Inflate(byte[] packed)
    {
        using var zlib = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        zlib.CopyTo(bytes);
        return bytes.ToArray();
    }
}
