using QRCoder;

namespace Vade.Documents.Pdf;

/// <summary>A QR code as a one-bit mask: a pay link takes some 200 bytes and one drawing operator.</summary>
internal static class QrCode
{
    /// <summary>What QRCoder adds on each side. The picture goes without, so that its edge stands in line with the text.</summary>
    private const int QuietZone = 4;

    /// <summary>
    /// Error correction L: paper and screens lose little, and a code with fewer, larger modules is read more easily from
    /// afar. The layout must leave four modules white around it.
    /// </summary>
    public static PdfImage Draw(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.L);
        var modules = code.ModuleMatrix;
        var size = modules.Count - 2 * QuietZone;
        var stride = (size + 7) / 8;
        var bits = new byte[stride * size];
        // In an image mask a 0 is painted.
        Array.Fill(bits, (byte)0xFF);
        for (var y = 0; y < size; y++)
            for (var x = 0; x < size; x++)
                if (modules[y + QuietZone][x + QuietZone])
                    bits[y * stride + x / 8] &= (byte)(0xFF ^ (0x80 >> (x % 8)));

        using var dictionary = new PdfBuffer(128);
        dictionary.Add("/Type/XObject/Subtype/Image/ImageMask true/BitsPerComponent 1/Width "u8).Int(size).Add("/Height "u8).Int(size);
        return new PdfImage(size, size, IsMask: true, dictionary.Written.ToArray(), bits);
    }
}
