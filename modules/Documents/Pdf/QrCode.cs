using System.Text;

namespace Vade.Documents.Pdf;

/// <summary>
/// A QR code (ISO/IEC 18004) as a one-bit mask: a pay link takes some 200 bytes and one drawing operator. Drawn here,
/// because libraries try all eight masks and score each, which costs more than the rest of an invoice; a reader is told
/// the mask by the code and reads any.
/// </summary>
internal static class QrCode
{
    private const int ByteMode = 0b0100;
    private const int VersionMax = 40;

    // Of error correction L, by version: check bytes a block, and blocks (ISO/IEC 18004 table 9).
    private static ReadOnlySpan<byte> CheckBytes =>
    [
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
        28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ];

    private static ReadOnlySpan<byte> Blocks =>
    [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8,
        8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
    ];

    /// <summary>
    /// Error correction L: paper and screens lose little, and a code with fewer, larger modules is read more easily from
    /// afar. The layout must leave four modules white around it.
    /// </summary>
    /// <param name="text">At most 2,953 bytes in UTF-8.</param>
    public static PdfImage Draw(string text)
    {
        var frame = QrFrame.Of(VersionFor(Encoding.UTF8.GetByteCount(text)));
        var bits = (byte[])frame.Bits.Clone();
        var codewords = Codewords(Encoding.UTF8.GetBytes(text), frame);
        for (var i = 0; i < codewords.Length * 8; i++)
        {
            if ((codewords[i / 8] & (0x80 >> (i % 8))) != 0)
                bits[frame.Places[i] / 8] ^= (byte)(0x80 >> (frame.Places[i] % 8));
        }

        using var dictionary = new PdfBuffer(128);
        dictionary.Add("/Type/XObject/Subtype/Image/ImageMask true/BitsPerComponent 1/Width "u8).Int(frame.Size).Add("/Height "u8).Int(frame.Size);
        return new PdfImage(frame.Size, frame.Size, IsMask: true, dictionary.Written.ToArray(), bits);
    }

    private static int VersionFor(int bytes)
    {
        for (var version = 1; version <= VersionMax; version++)
        {
            // The mode takes four bits, the length eight or sixteen.
            if (DataBytes(QrFrame.Of(version)) >= bytes + (version < 10 ? 2 : 3))
                return version;
        }

        throw new ArgumentException($"A QR code cannot hold {bytes} bytes.", nameof(bytes));
    }

    private static int DataBytes(QrFrame frame) => (frame.Places.Length / 8) - (CheckBytes[frame.Version - 1] * Blocks[frame.Version - 1]);

    /// <summary>The text with its check bytes, dealt out over the blocks: the first byte of each, the second of each …</summary>
    private static byte[] Codewords(ReadOnlySpan<byte> text, QrFrame frame)
    {
        var data = Data(text, frame);
        var (blocks, checks) = (Blocks[frame.Version - 1], CheckBytes[frame.Version - 1]);
        var all = new byte[frame.Places.Length / 8];
        var shorter = data.Length / blocks;
        // The last blocks hold a byte more where the data cannot be dealt out evenly.
        var shorterBlocks = blocks - (data.Length % blocks);
        Span<byte> check = stackalloc byte[checks];
        for (var (block, at) = (0, 0); block < blocks; block++)
        {
            var part = data.AsSpan(at, shorter + (block < shorterBlocks ? 0 : 1));
            at += part.Length;
            for (var i = 0; i < part.Length; i++)
                all[i < shorter ? (i * blocks) + block : (shorter * blocks) + block - shorterBlocks] = part[i];
            ReedSolomon.Check(part, check);
            for (var i = 0; i < checks; i++)
                all[data.Length + (i * blocks) + block] = check[i];
        }

        return all;
    }

    /// <summary>Mode, length, text, four zero bits, and the filling that the standard asks for.</summary>
    private static byte[] Data(ReadOnlySpan<byte> text, QrFrame frame)
    {
        var data = new byte[DataBytes(frame)];
        var at = 0;
        void Nibble(int value)
        {
            data[at / 2] |= (byte)(at % 2 == 0 ? value << 4 : value);
            at++;
        }

        Nibble(ByteMode);
        for (var shift = frame.Version < 10 ? 4 : 12; shift >= 0; shift -= 4)
            Nibble((text.Length >> shift) & 15);
        foreach (var one in text)
        {
            Nibble(one >> 4);
            Nibble(one & 15);
        }

        // The terminator is there already: zeros, up to the end of the byte.
        var filling = (byte)0xEC;
        for (var i = (at + 1) / 2; i < data.Length; i++)
        {
            data[i] = filling;
            filling ^= 0xEC ^ 0x11;
        }

        return data;
    }

    /// <summary>Check bytes over GF(256) with the polynomial x⁸ + x⁴ + x³ + x² + 1.</summary>
    private static class ReedSolomon
    {
        private static readonly byte[] Powers = new byte[510];
        private static readonly byte[] Logarithms = new byte[256];
        private static readonly byte[][] Generators;

        static ReedSolomon()
        {
            for (var (i, power) = (0, 1); i < 255; i++)
            {
                (Powers[i], Powers[i + 255], Logarithms[power]) = ((byte)power, (byte)power, (byte)i);
                power = (power << 1) ^ (power > 127 ? 0x11D : 0);
            }

            Generators = [.. Enumerable.Range(0, 31).Select(Generator)];
        }

        public static void Check(ReadOnlySpan<byte> data, Span<byte> check)
        {
            var generator = Generators[check.Length];
            check.Clear();
            foreach (var one in data)
            {
                var factor = (byte)(one ^ check[0]);
                check[1..].CopyTo(check);
                check[^1] = 0;
                for (var i = 0; i < check.Length; i++)
                    check[i] ^= Product(generator[i], factor);
            }
        }

        /// <summary>(x − 1)(x − α)(x − α²) …, without the leading one, the highest power first.</summary>
        private static byte[] Generator(int degree)
        {
            var generator = new byte[degree];
            if (degree == 0)
                return generator;
            generator[^1] = 1;
            for (var root = 0; root < degree; root++)
            {
                for (var i = 0; i < degree; i++)
                    generator[i] = (byte)(Product(generator[i], Powers[root]) ^ (i + 1 < degree ? generator[i + 1] : 0));
            }

            return generator;
        }

        private static byte Product(byte left, byte right) =>
            left == 0 || right == 0 ? (byte)0 : Powers[Logarithms[left] + Logarithms[right]];
    }
}
