using System.Buffers.Binary;

namespace Vade.Documents.Pdf;

/// <summary>A JPEG passes through as it is (DCTDecode); only its frame header is read.</summary>
internal static class Jpeg
{
    public static bool IsOne(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);

    public static PdfImage Read(ReadOnlySpan<byte> file)
    {
        for (var at = 2; ;)
        {
            if (file[at] != 0xFF)
                throw new FormatException("The logo's JPEG file is damaged.");
            var marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            // The start-of-frame markers, without the tables (C4, CC) and the reserved one (C8) that lie between them.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return FromFrame(file, file.Slice(at + 4, length - 2));
            at += 2 + length;
        }
    }

    private static PdfImage FromFrame(ReadOnlySpan<byte> file, ReadOnlySpan<byte> frame)
    {
        var (bits, components) = (frame[0], frame[5]);
        int height = BinaryPrimitives.ReadUInt16BigEndian(frame[1..]), width = BinaryPrimitives.ReadUInt16BigEndian(frame[3..]);
        Logo.Refuse(width, height);
        if (bits != 8 || components is not (1 or 3))
            throw new FormatException($"The logo's JPEG file has {components} components of {bits} bits; save it as RGB or grey with 8 bits.");
        using var dictionary = new PdfBuffer(256);
        dictionary.Add("/Type/XObject/Subtype/Image/BitsPerComponent 8/Filter/DCTDecode/ColorSpace"u8)
            .Add(components == 1 ? "/DeviceGray"u8 : "/DeviceRGB"u8).Add("/Width "u8).Int(width).Add("/Height "u8).Int(height);
        return new PdfImage(width, height, IsMask: false, dictionary.Written.ToArray(), file.ToArray());
    }
}
