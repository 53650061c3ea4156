using System.Text.Json;

namespace Vade.Documents.Pdf;

internal enum Weight
{
    Regular,
    Bold,
}

/// <summary>What a PDF must know of one weight. Units are 1/1000 of the font size.</summary>
internal sealed record Face(string Name, ushort[] Advances, int[] Box, int Ascent, int Descent, int CapHeight, int StemV);

/// <summary>
/// The shipped font: one character map for both weights, and its advance widths. Lines are broken on these widths, so a
/// document looks the same on every machine. The files are made by tools/fonts at build time.
/// </summary>
internal sealed class Fonts
{
    /// <summary>Above this the font has the replacement sign alone.</summary>
    private const int MappedCodes = 0x2300;
    private const char ReplacementCharacter = '\uFFFD';

    // Glyph 0 may never be shown (PDF/A-3 6.2.11.8), so 0 means "the font lacks it" here.
    private readonly ushort[] _glyphs = new ushort[MappedCodes];
    private readonly List<(ushort Glyph, ushort Code)> _codes = [];

    public static Fonts Shipped { get; } = new();

    public Face Regular { get; }
    public Face Bold { get; }

    /// <summary>The glyph drawn where the font lacks a character, so that a reader sees that something is missing.</summary>
    public ushort Replacement { get; }

    public ushort Space { get; }
    public ushort Hyphen { get; }
    public ushort Slash { get; }

    /// <summary>Objects 1 to 11 of a document that needs only the glyphs below the limit, and of one that needs all.</summary>
    public Prologue Common { get; }

    public Prologue Full { get; }

    private Fonts()
    {
        using var description = JsonDocument.Parse(Resource("fonts.json").AsMemory());
        var root = description.RootElement;
        var codes = root.GetProperty("codes");
        var glyphs = root.GetProperty("glyphs");
        for (var i = 0; i < codes.GetArrayLength(); i++)
        {
            var (code, glyph) = (codes[i].GetUInt16(), glyphs[i].GetUInt16());
            _codes.Add((glyph, code));
            if (code == ReplacementCharacter)
                Replacement = glyph;
            else
                _glyphs[code] = glyph;
        }
        // A narrow no-break space (Russian and French figures) is a no-break space to us.
        _glyphs['\u202F'] = _glyphs['\u00A0'];
        Space = _glyphs[' '];
        Hyphen = _glyphs['-'];
        Slash = _glyphs['/'];

        Regular = ReadFace(root, "regular", "NotoSans-Regular", stemV: 80);
        Bold = ReadFace(root, "bold", "NotoSans-Bold", stemV: 140);
        Common = ReadPrologue(root, "common", root.GetProperty("commonCount").GetInt32());
        Full = ReadPrologue(root, "full", Regular.Advances.Length);
    }

    public Face this[Weight weight] => weight == Weight.Bold ? Bold : Regular;

    /// <summary>The glyph of a character, or 0 when the font lacks it.</summary>
    public ushort Find(char character) => character < MappedCodes ? _glyphs[character] : (ushort)0;

    /// <summary>The smallest prologue that holds every glyph up to this one.</summary>
    public Prologue PrologueFor(ushort highestGlyph) => highestGlyph < Common.GlyphCount ? Common : Full;

    private Prologue ReadPrologue(JsonElement root, string extent, int glyphCount)
    {
        FontFile File(string face)
        {
            var entry = root.GetProperty("faces").GetProperty(face).GetProperty("files").GetProperty(extent);
            return new FontFile(entry.GetProperty("tag").GetString()!, entry.GetProperty("length").GetInt32(), Resource($"{face}-{extent}.zlib"));
        }
        return Prologue.Write(glyphCount, _codes, (Regular, File("regular")), (Bold, File("bold")), Resource("srgb.icc"));
    }

    private static Face ReadFace(JsonElement root, string face, string name, int stemV)
    {
        var entry = root.GetProperty("faces").GetProperty(face);
        return new Face(
            name,
            [.. entry.GetProperty("advances").EnumerateArray().Select(advance => advance.GetUInt16())],
            [.. entry.GetProperty("box").EnumerateArray().Select(side => side.GetInt32())],
            entry.GetProperty("ascent").GetInt32(),
            entry.GetProperty("descent").GetInt32(),
            entry.GetProperty("capHeight").GetInt32(),
            stemV);
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(Fonts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} was not built in.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
