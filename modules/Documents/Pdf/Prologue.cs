using System.Security.Cryptography;

namespace Vade.Documents.Pdf;

/// <summary>A font program, deflated at build time with the greatest effort; the tag marks it as a subset.</summary>
internal sealed record FontFile(string Tag, int Length, byte[] Deflated);

/// <summary>
/// The first objects of every document, the same bytes each time: header, colour profile, fonts. Written once for each
/// process and copied, so that a document costs neither a font subset nor a compression of one.
/// </summary>
internal sealed class Prologue
{
    public const int ColourProfile = 1;
    private const int RegularFile = 2;
    private const int BoldFile = 3;
    private const int ToUnicode = 4;
    public const int FontObjects = 5;
    public const int RegularFont = 6;
    public const int BoldFont = 9;
    public const int LastObject = 11;

    private Prologue(byte[] bytes, int[] offsets, int glyphCount) =>
        (Bytes, Offsets, GlyphCount, Hash) = (bytes, offsets, glyphCount, SHA256.HashData(bytes));

    public byte[] Bytes { get; }

    /// <summary>Where objects 1 to 5 begin; 6 to 11 lie in object 5 at the indices 0 to 5.</summary>
    public int[] Offsets { get; }

    public int GlyphCount { get; }

    public byte[] Hash { get; }

    public static Prologue Write(
        int glyphCount, List<(ushort Glyph, ushort Code)> codes, (Face Face, FontFile File) regular, (Face Face, FontFile File) bold, byte[] colourProfile)
    {
        using var pdf = new PdfBuffer(64 * 1024);
        var offsets = new int[FontObjects + 1];
        pdf.Add("%PDF-1.7\n%"u8).Add([0xE2, 0xE3, 0xCF, 0xD3]).Add("\n"u8);

        void Stream(int number, ReadOnlySpan<byte> dictionary, ReadOnlySpan<byte> deflated)
        {
            offsets[number] = pdf.Count;
            pdf.Int(number).Add(" 0 obj\n<<"u8).Add(dictionary).Add("/Filter/FlateDecode/Length "u8).Int(deflated.Length)
                .Add(">>\nstream\n"u8).Add(deflated).Add("\nendstream\nendobj\n"u8);
        }

        using var scratch = new PdfBuffer();
        scratch.Deflated(colourProfile);
        Stream(ColourProfile, "/N 3"u8, scratch.Written);
        foreach (var (number, file) in new[] { (RegularFile, regular.File), (BoldFile, bold.File) })
        {
            using var length = new PdfBuffer(32);
            length.Add("/Length1 "u8).Int(file.Length);
            Stream(number, length.Written, file.Deflated);
        }

        using var map = new PdfBuffer();
        WriteToUnicode(map, [.. codes.Where(code => code.Glyph < glyphCount).OrderBy(code => code.Glyph)]);
        using var deflatedMap = new PdfBuffer();
        deflatedMap.Deflated(map.Written);
        Stream(ToUnicode, [], deflatedMap.Written);

        using var objects = new ObjectStream();
        WriteFont(objects, RegularFont, RegularFile, regular.Face, regular.File, glyphCount);
        WriteFont(objects, BoldFont, BoldFile, bold.Face, bold.File, glyphCount);
        offsets[FontObjects] = pdf.Count;
        objects.WriteTo(pdf, FontObjects);
        return new Prologue(pdf.Written.ToArray(), offsets, glyphCount);
    }

    /// <summary>A Type0 font whose two-byte codes are the glyph numbers themselves (ISO 32000-1 9.7.4.2, Identity-H).</summary>
    private static void WriteFont(ObjectStream objects, int number, int file, Face face, FontFile program, int glyphCount)
    {
        objects.Begin(number).Add("<</Type/Font/Subtype/Type0/BaseFont/"u8).Utf8($"{program.Tag}+{face.Name}")
            .Add("/Encoding/Identity-H/DescendantFonts["u8).Ref(number + 1).Add("]/ToUnicode "u8).Ref(ToUnicode).Add(">>"u8);

        var descendant = objects.Begin(number + 1).Add("<</Type/Font/Subtype/CIDFontType2/BaseFont/"u8).Utf8($"{program.Tag}+{face.Name}")
            .Add("/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/CIDToGIDMap/Identity/FontDescriptor "u8).Ref(number + 2)
            .Add("/DW 0/W[0["u8);
        for (var glyph = 0; glyph < glyphCount; glyph++)
            descendant.Int(face.Advances[glyph]).Add(" "u8);
        descendant.Add("]]>>"u8);

        var descriptor = objects.Begin(number + 2).Add("<</Type/FontDescriptor/FontName/"u8).Utf8($"{program.Tag}+{face.Name}")
            .Add("/Flags 4/ItalicAngle 0/FontBBox["u8);
        foreach (var side in face.Box)
            descriptor.Int(side).Add(" "u8);
        descriptor.Add("]/Ascent "u8).Int(face.Ascent).Add("/Descent "u8).Int(face.Descent).Add("/CapHeight "u8).Int(face.CapHeight)
            .Add("/StemV "u8).Int(face.StemV).Add("/FontFile2 "u8).Ref(file).Add(">>"u8);
    }

    private static void WriteToUnicode(PdfBuffer map, List<(ushort Glyph, ushort Code)> codes)
    {
        map.Add("""
            /CIDInit/ProcSet findresource begin 12 dict begin begincmap
            /CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def
            /CMapName/Adobe-Identity-UCS def/CMapType 2 def
            1 begincodespacerange <0000><FFFF> endcodespacerange

            """u8);
        var ranges = Ranges(codes);
        // A block may hold at most a hundred ranges.
        foreach (var block in ranges.Chunk(100))
        {
            map.Int(block.Length).Add(" beginbfrange\n"u8);
            foreach (var (first, last, code) in block)
                map.Utf8($"<{first:X4}><{last:X4}><{code:X4}>\n");
            map.Add("endbfrange\n"u8);
        }
        map.Add("endcmap CMapName currentdict/CMap defineresource pop end end"u8);
    }

    /// <summary>Runs in which glyph and code rise together; neither low byte may roll over within one.</summary>
    private static List<(int First, int Last, int Code)> Ranges(List<(ushort Glyph, ushort Code)> codes)
    {
        var ranges = new List<(int First, int Last, int Code)>();
        foreach (var (glyph, code) in codes)
        {
            if (ranges.Count > 0 && ranges[^1] is var (first, last, start)
                && glyph == last + 1 && code == start + (glyph - first) && glyph % 256 != 0 && code % 256 != 0)
                ranges[^1] = (first, glyph, start);
            else
                ranges.Add((glyph, glyph, code));
        }
        return ranges;
    }
}
