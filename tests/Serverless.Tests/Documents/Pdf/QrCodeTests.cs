using QRCoder;
using Vade.Documents.Pdf;

namespace Vade.Tests.Documents.Pdf;

/// <summary>Our codes against those of a library, which differ at most by the mask that was chosen.</summary>
public sealed class QrCodeTests
{
    private const int QuietZone = 4;

    public static TheoryData<int> Lengths => [.. Enumerable.Range(1, 300), 500, 858, 859, 1_500, 2_000, 2_953];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_code_of_any_length_holds_what_the_librarys_holds(int length)
    {
        // Small letters, so that the library takes the same mode.
        var text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (((i * 7) + (i / 13) + length) % 26))));
        var image = QrCode.Draw(text);
        using var theirs = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.L);
        var size = theirs.ModuleMatrix.Count - (2 * QuietZone);
        Assert.Equal((size, size), (image.Width, image.Height));

        var frame = QrFrame.Of((size - 17) / 4);
        var places = frame.Places.ToHashSet();
        var mask = MaskOf(theirs);
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var (our, their) = (IsBlack(image, frame, x, y), theirs.ModuleMatrix[y + QuietZone][x + QuietZone]);
                if (places.Contains((y * frame.Stride * 8) + x))
                    Assert.True((our ^ IsMasked(0, x, y)) == (their ^ IsMasked(mask, x, y)), $"Data at {x}, {y} of version {frame.Version}");
                else if (!IsFormat(x, y, size) || mask == 0)
                    Assert.True(our == their, $"Pattern at {x}, {y} of version {frame.Version}");
            }
        }
    }

    /// <summary>ISO/IEC 18004 annex C: error correction L with mask 0 is written 111011111000100, the lowest bit first here.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    public void A_code_says_twice_which_mask_and_correction_it_has(int length)
    {
        var image = QrCode.Draw(new string('a', length));
        var frame = QrFrame.Of((image.Width - 17) / 4);
        var last = image.Width - 1;
        (int X, int Y)[] first = [(8, 0), (8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 7), (8, 8), (7, 8), (5, 8), (4, 8), (3, 8), (2, 8), (1, 8), (0, 8)];
        (int X, int Y)[] second =
        [
            .. Enumerable.Range(0, 8).Select(i => (last - i, 8)),
            .. Enumerable.Range(0, 7).Select(i => (8, last - 6 + i)),
        ];
        foreach (var places in new[] { first, second })
            Assert.Equal("001000111110111", string.Concat(places.Select(place => IsBlack(image, frame, place.X, place.Y) ? '1' : '0')));
        Assert.True(IsBlack(image, frame, 8, last - 7));
    }

    [Fact]
    public void What_no_code_can_hold_is_refused() => Assert.Throws<ArgumentException>(() => QrCode.Draw(new string('a', 2_954)));

    private static bool IsBlack(PdfImage image, QrFrame frame, int x, int y) => (image.Data[(y * frame.Stride) + (x / 8)] & (0x80 >> (x % 8))) == 0;

    // The three bits beside the first finder, taken out of the pattern that lies over them (10101).
    private static int MaskOf(QRCodeData code)
    {
        var row = code.ModuleMatrix[8 + QuietZone];
        return ((row[2 + QuietZone] ? 4 : 0) | (row[3 + QuietZone] ? 2 : 0) | (row[4 + QuietZone] ? 1 : 0)) ^ 0b101;
    }

    private static bool IsFormat(int x, int y, int size) =>
        (y == 8 && (x < 9 || x >= size - 8)) || (x == 8 && (y < 9 || y >= size - 8));

    // ISO/IEC 18004 table 10: black where the condition holds.
    private static bool IsMasked(int mask, int x, int y) => mask switch
    {
        0 => (x + y) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (x + y) % 3 == 0,
        4 => ((y / 2) + (x / 3)) % 2 == 0,
        5 => (x * y % 2) + (x * y % 3) == 0,
        6 => ((x * y % 2) + (x * y % 3)) % 2 == 0,
        _ => (((x + y) % 2) + (x * y % 3)) % 2 == 0,
    };
}
