using System.Text;
using Vade.Documents.Pdf;

namespace Vade.Documents.Layout;

/// <summary>A text as glyphs in the typesetter's store.</summary>
internal readonly record struct Run(int Start, int Count);

/// <summary>A line of a run; Width in 1/1000 of the font size.</summary>
internal readonly record struct Line(int Start, int Count, int Width);

/// <summary>Some lines that follow each other in the typesetter's store.</summary>
internal readonly record struct Lines(int First, int Count)
{
    public Lines Skip(int count) => new(First + count, Count - count);
    public Lines Take(int count) => new(First, Math.Min(count, Count));
}

/// <summary>
/// Turns text into glyphs and glyphs into lines. All glyphs and lines of a document lie in two growing arrays, so that a
/// table of hundreds of cells allocates next to nothing.
/// </summary>
internal sealed class Typesetter
{
    /// <summary>Stands in the store for "a new line begins here"; no font has so many glyphs.</summary>
    private const ushort NewLine = ushort.MaxValue;

    private readonly Fonts _fonts = Fonts.Shipped;
    private readonly List<Line> _lines = new(256);
    private ushort[] _glyphs = new ushort[4096];
    private int _count;

    public ReadOnlySpan<ushort> Glyphs(Line line) => _glyphs.AsSpan(line.Start, line.Count);

    public Line this[Lines lines, int index] => _lines[lines.First + index];

    /// <summary>
    /// The glyphs of a text. A character that the font lacks is first tried composed with what precedes it (NFC: a
    /// letter and its mark become one), then drawn as the replacement sign. What has no picture is left out.
    /// </summary>
    public Run Encode(string text)
    {
        var start = _count;
        if (!TryEncode(text, replaceUnknown: false))
        {
            _count = start;
            TryEncode(Composed(text), replaceUnknown: true);
        }
        return new Run(start, _count - start);
    }

    private bool TryEncode(string text, bool replaceUnknown)
    {
        if (_glyphs.Length - _count < text.Length)
            Array.Resize(ref _glyphs, Math.Max(_glyphs.Length * 2, _count + text.Length));
        foreach (var c in text)
        {
            var glyph = _fonts.Find(c);
            if (glyph == 0)
            {
                if (c is '\n' or '\t')
                    glyph = c == '\n' ? NewLine : _fonts.Space;
                else if (IsInvisible(c))
                    continue;
                else if (replaceUnknown)
                    glyph = _fonts.Replacement;
                else
                    return false;
            }
            _glyphs[_count++] = glyph;
        }
        return true;
    }

    private static string Composed(string text)
    {
        // Normalize refuses a lone surrogate; a round trip through UTF-8 turns it into a replacement character.
        var valid = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        var composed = new StringBuilder(valid.Length);
        foreach (var rune in valid.Normalize(NormalizationForm.FormC).EnumerateRunes())
            composed.Append(rune.IsBmp ? (char)rune.Value : '\uFFFD');
        return composed.ToString();
    }

    private static bool IsInvisible(char c) =>
        char.IsControl(c) || c is '\u00AD' or (>= '\u200B' and <= '\u200F') or (>= '\u202A' and <= '\u202E') or '\u2060' or '\uFEFF';

    /// <summary>The width of a run on one line, in 1/100 point.</summary>
    public int Width(Run run, Style style) => Scaled(Advance(_glyphs.AsSpan(run.Start, run.Count), style.Weight), style);

    public static int Scaled(int thousandths, Style style) => (int)(((long)thousandths * style.Size + 999) / 1000);

    private int Advance(ReadOnlySpan<ushort> glyphs, Weight weight)
    {
        var advances = _fonts[weight].Advances;
        var sum = 0;
        foreach (var glyph in glyphs)
            if (glyph != NewLine)
                sum += advances[glyph];
        return sum;
    }

    /// <summary>
    /// Breaks a run into lines no wider than this: at spaces, after hyphens and slashes, and in the middle of a word
    /// only when the word alone is wider than the line.
    /// </summary>
    public Lines Break(Run run, Style style, int width)
    {
        var first = _lines.Count;
        var limit = (int)((long)width * 1000 / style.Size);
        var advances = _fonts[style.Weight].Advances;
        var end = run.Start + run.Count;
        var lineStart = run.Start;
        // Where the line may end, and where the next one would begin; -1 when the line has no such place yet.
        int breakEnd = -1, breakNext = -1;
        var sum = 0;
        for (var at = run.Start; at < end; at++)
        {
            var glyph = _glyphs[at];
            if (glyph == NewLine)
            {
                AddLine(lineStart, at, style.Weight);
                (lineStart, breakEnd, sum) = (at + 1, -1, 0);
                continue;
            }
            sum += advances[glyph];
            if (glyph == _fonts.Space)
            {
                (breakEnd, breakNext) = (at, at + 1);
                continue;
            }
            // Twice where what stood before the break is narrower than the letter that made the line too wide.
            while (sum > limit && at > lineStart)
            {
                if (breakEnd <= lineStart)
                    (breakEnd, breakNext) = (at, at);
                AddLine(lineStart, breakEnd, style.Weight);
                (lineStart, breakEnd) = (breakNext, -1);
                sum = Advance(_glyphs.AsSpan(lineStart, at + 1 - lineStart), style.Weight);
            }
            // A minus sign before a figure stays with it; a hyphen inside a word may end a line.
            if ((glyph == _fonts.Hyphen || glyph == _fonts.Slash) && at > lineStart && _glyphs[at - 1] != _fonts.Space)
                (breakEnd, breakNext) = (at + 1, at + 1);
        }
        AddLine(lineStart, end, style.Weight);
        return new Lines(first, _lines.Count - first);
    }

    private void AddLine(int start, int end, Weight weight)
    {
        while (end > start && _glyphs[end - 1] == _fonts.Space)
            end--;
        _lines.Add(new Line(start, end - start, Advance(_glyphs.AsSpan(start, end - start), weight)));
    }
}
