namespace Vade.Documents.Pdf;

/// <summary>
/// What all QR codes of a version share: the patterns by which a reader finds its way, what they say about themselves,
/// and where the data go, with the mask laid over these places. Made once for each version.
/// </summary>
internal sealed class QrFrame
{
    // Chequered: black where row and column are both even or both odd. Error correction L, mask 0, in the format's words.
    private const int FormatData = 0b01_000;
    private const int FinderSize = 7;
    private static readonly QrFrame?[] Made = new QrFrame?[41];

    private readonly bool[] _isFixed;

    private QrFrame(int version)
    {
        Version = version;
        Size = 17 + (4 * version);
        Stride = (Size + 7) / 8;
        Bits = new byte[Stride * Size];
        // In an image mask a 0 is painted.
        Array.Fill(Bits, (byte)0xFF);
        _isFixed = new bool[Size * Size];
        DrawTiming();
        DrawFinder(3, 3);
        DrawFinder(Size - 4, 3);
        DrawFinder(3, Size - 4);
        DrawAlignments();
        DrawFormat();
        DrawVersion();
        Places = [.. ZigZag()];
    }

    /// <summary>1 to 40.</summary>
    public int Version { get; }

    /// <summary>Modules on a side.</summary>
    public int Size { get; }

    /// <summary>Bytes in a row of <see cref="Bits"/>.</summary>
    public int Stride { get; }

    /// <summary>Row by row, a black module 0; the data are all zeros under the mask.</summary>
    public byte[] Bits { get; }

    /// <summary>Where each bit of the data stands in <see cref="Bits"/>; the last few of some versions stay unused.</summary>
    public int[] Places { get; }

    public static QrFrame Of(int version) => Made[version] ??= new QrFrame(version);

    private void Set(int x, int y, bool isBlack)
    {
        _isFixed[(y * Size) + x] = true;
        Paint(x, y, isBlack);
    }

    private void Paint(int x, int y, bool isBlack)
    {
        var bit = (byte)(0x80 >> (x % 8));
        ref var place = ref Bits[(y * Stride) + (x / 8)];
        place = (byte)(isBlack ? place & ~bit : place | bit);
    }

    private void DrawTiming()
    {
        for (var i = 0; i < Size; i++)
        {
            Set(6, i, i % 2 == 0);
            Set(i, 6, i % 2 == 0);
        }
    }

    /// <summary>Rings around the middle, with the white border that keeps them apart.</summary>
    private void DrawFinder(int middleX, int middleY)
    {
        for (var y = Math.Max(0, middleY - 4); y <= Math.Min(Size - 1, middleY + 4); y++)
        {
            for (var x = Math.Max(0, middleX - 4); x <= Math.Min(Size - 1, middleX + 4); x++)
                Set(x, y, Math.Max(Math.Abs(x - middleX), Math.Abs(y - middleY)) is not (2 or 4));
        }
    }

    private void DrawAlignments()
    {
        var middles = Alignments();
        foreach (var middleY in middles)
        {
            foreach (var middleX in middles)
            {
                // Where a finder stands, none is needed.
                var isAtFinder = (middleX < FinderSize || middleY < FinderSize)
                    && (middleX < FinderSize || middleX > Size - 1 - FinderSize) && (middleY < FinderSize || middleY > Size - 1 - FinderSize);
                for (var y = -2; !isAtFinder && y <= 2; y++)
                {
                    for (var x = -2; x <= 2; x++)
                        Set(middleX + x, middleY + y, Math.Max(Math.Abs(x), Math.Abs(y)) != 1);
                }
            }
        }
    }

    /// <summary>The rows, and columns, on which alignment patterns stand: evenly, from the far end (annex E).</summary>
    private int[] Alignments()
    {
        if (Version == 1)
            return [];
        var count = (Version / 7) + 2;
        var step = ((Version * 8) + (count * 3) + 5) / ((count * 4) - 4) * 2;
        return [6, .. Enumerable.Range(0, count - 1).Select(i => Size - 7 - (i * step)).Reverse()];
    }

    private void DrawFormat()
    {
        var bits = ((FormatData << 10) | Remainder(FormatData << 10, 0x537, 10)) ^ 0x5412;
        bool Bit(int i) => (bits >> i & 1) != 0;
        for (var i = 0; i < 15; i++)
        {
            // Down beside the first finder, over the timing, and along below it …
            var (x, y) = i switch { < 6 => (8, i), 6 => (8, 7), 7 => (8, 8), 8 => (7, 8), _ => (14 - i, 8) };
            Set(x, y, Bit(i));
            // … and once more, split between the other two.
            (x, y) = i < 8 ? (Size - 1 - i, 8) : (8, Size - 15 + i);
            Set(x, y, Bit(i));
        }

        Set(8, Size - 8, isBlack: true);
    }

    private void DrawVersion()
    {
        if (Version < 7)
            return;
        var bits = (Version << 12) | Remainder(Version << 12, 0x1F25, 12);
        for (var i = 0; i < 18; i++)
        {
            Set(Size - 11 + (i % 3), i / 3, (bits >> i & 1) != 0);
            Set(i / 3, Size - 11 + (i % 3), (bits >> i & 1) != 0);
        }
    }

    private static int Remainder(int value, int divisor, int degree)
    {
        for (var i = 31; i >= degree; i--)
        {
            if ((value >> i & 1) != 0)
                value ^= divisor << (i - degree);
        }

        return value;
    }

    /// <summary>Two columns at a time from the right, up and down by turns, past the vertical timing pattern.</summary>
    private IEnumerable<int> ZigZag()
    {
        var isUpwards = true;
        for (var right = Size - 1; right > 0; right -= 2)
        {
            if (right == 6)
                right--;
            for (var i = 0; i < Size; i++)
            {
                var y = isUpwards ? Size - 1 - i : i;
                for (var x = right; x > right - 2; x--)
                {
                    if (_isFixed[(y * Size) + x])
                        continue;
                    Paint(x, y, (x + y) % 2 == 0);
                    yield return (y * Stride * 8) + x;
                }
            }

            isUpwards = !isUpwards;
        }
    }
}
