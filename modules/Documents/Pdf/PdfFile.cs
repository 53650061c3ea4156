using System.Security.Cryptography;
using System.Text;

namespace Vade.Documents.Pdf;

/// <summary>What a file says about itself. Dates are the document's, never the clock's, so the same document gives the same bytes.</summary>
internal sealed record Properties(string Title, string Author, string Language, DateTimeOffset IssuedAt, string Identity);

/// <summary>
/// Puts the parts together: PDF 1.7 that claims PDF/A-3b (ISO 19005-3) and PDF/UA-1 (ISO 14289-1). Objects are numbered
/// without gaps, the constant ones first; small objects share one object stream, found through a cross-reference stream
/// (ISO 32000-1 7.5.8).
/// </summary>
internal static class PdfFile
{
    private const int Catalog = Prologue.LastObject + 1;
    private const int Pages = Catalog + 1;
    private const int Info = Catalog + 2;
    private const int StructTree = Catalog + 3;
    private const int Resources = Catalog + 4;
    private const int Metadata = Catalog + 5;
    private const int Objects = Catalog + 6;
    private const int CrossReference = Catalog + 7;
    private const int FirstPage = Catalog + 8;

    public static byte[] Write(Properties properties, Canvas canvas, Structure structure)
    {
        var prologue = Fonts.Shipped.PrologueFor(canvas.HighestGlyph);
        var firstContent = FirstPage + canvas.PageCount;
        var firstImage = firstContent + canvas.PageCount;
        var firstAnnotation = firstImage + canvas.Images.Count;
        var firstElement = firstAnnotation + canvas.Links.Count;
        var offsets = new int[firstElement + structure.Elements.Count];
        prologue.Offsets.CopyTo(offsets, 0);

        using var body = new PdfBuffer();
        void Stream(int number, ReadOnlySpan<byte> dictionary, ReadOnlySpan<byte> data)
        {
            offsets[number] = prologue.Bytes.Length + body.Count;
            body.Int(number).Add(" 0 obj\n<<"u8).Add(dictionary).Add("/Length "u8).Int(data.Length).Add(">>\nstream\n"u8).Add(data).Add("\nendstream\nendobj\n"u8);
        }

        for (var page = 0; page < canvas.PageCount; page++)
        {
            using var deflated = new PdfBuffer();
            deflated.Deflated(canvas.Body(page), canvas.Overlay(page));
            Stream(firstContent + page, "/Filter/FlateDecode"u8, deflated.Written);
        }
        for (var i = 0; i < canvas.Images.Count; i++)
            Stream(firstImage + i, canvas.Images[i].Dictionary, canvas.Images[i].Data);

        // The metadata stay uncompressed, so that an archive can read them without reading the PDF.
        Stream(Metadata, "/Type/Metadata/Subtype/XML"u8, Encoding.UTF8.GetBytes(Xmp.Packet(properties)));

        using var objects = new ObjectStream();
        WriteCatalog(objects.Begin(Catalog), properties);
        WritePageTree(objects.Begin(Pages), canvas.PageCount);
        WriteInfo(objects.Begin(Info), properties);
        WriteStructTree(objects.Begin(StructTree), canvas, firstElement);
        WriteResources(objects.Begin(Resources), canvas.Images.Count, firstImage);
        WritePages(objects, canvas, firstContent, firstAnnotation);
        WriteAnnotations(objects, canvas, firstElement, firstAnnotation);
        structure.Write(objects, StructTree, firstElement, FirstPage, firstAnnotation);
        offsets[Objects] = prologue.Bytes.Length + body.Count;
        objects.WriteTo(body, Objects);

        Span<byte> id = stackalloc byte[64];
        SHA256.HashData(Encoding.UTF8.GetBytes(properties.Identity), id);
        HashOf(prologue, body.Written, id[32..]);
        WriteCrossReference(body, prologue, offsets, objects, id[..16], id[32..48]);

        var file = new byte[prologue.Bytes.Length + body.Count];
        prologue.Bytes.CopyTo(file, 0);
        body.Written.CopyTo(file.AsSpan(prologue.Bytes.Length));
        return file;
    }

    /// <summary>
    /// An XML twin of the document (e-invoice) will be attached here: its stream and Filespec as objects of their own,
    /// then /AF and /Names/EmbeddedFiles in this dictionary. The rest of the file already is PDF/A-3.
    /// </summary>
    private static void WriteCatalog(PdfBuffer pdf, Properties properties) =>
        pdf.Add("<</Type/Catalog/Pages "u8).Ref(Pages).Add("/StructTreeRoot "u8).Ref(StructTree).Add("/Metadata "u8).Ref(Metadata)
            .Add("/MarkInfo<</Marked true>>/Lang"u8).Text(properties.Language).Add("/ViewerPreferences<</DisplayDocTitle true>>"u8)
            .Add("/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB)/DestOutputProfile "u8)
            .Ref(Prologue.ColourProfile).Add(">>]>>"u8);

    private static void WritePageTree(PdfBuffer pdf, int count)
    {
        pdf.Add("<</Type/Pages/Count "u8).Int(count).Add("/Kids["u8);
        for (var page = 0; page < count; page++)
            pdf.Ref(FirstPage + page).Add(" "u8);
        pdf.Add("]>>"u8);
    }

    private static void WriteInfo(PdfBuffer pdf, Properties properties)
    {
        var date = Xmp.InfoDate(properties.IssuedAt);
        pdf.Add("<</Title"u8).Text(properties.Title).Add("/Author"u8).Text(properties.Author).Add("/Producer"u8).Text(Xmp.Producer)
            .Add("/CreationDate"u8).Text(date).Add("/ModDate"u8).Text(date).Add(">>"u8);
    }

    /// <summary>The parent tree's keys: pages first, each with the owners of its contents in order; then one key for each link.</summary>
    private static void WriteStructTree(PdfBuffer pdf, Canvas canvas, int firstElement)
    {
        pdf.Add("<</Type/StructTreeRoot/K["u8).Ref(firstElement).Add("]/ParentTreeNextKey "u8).Int(canvas.PageCount + canvas.Links.Count)
            .Add("/ParentTree<</Nums["u8);
        for (var page = 0; page < canvas.PageCount; page++)
        {
            pdf.Int(page).Add("["u8);
            foreach (var owner in canvas.Owners(page))
                pdf.Ref(firstElement + owner.Number).Add(" "u8);
            pdf.Add("]"u8);
        }
        for (var link = 0; link < canvas.Links.Count; link++)
            pdf.Int(canvas.PageCount + link).Add(" "u8).Ref(firstElement + canvas.Links[link].Element.Number).Add(" "u8);
        pdf.Add("]>>>>"u8);
    }

    private static void WriteResources(PdfBuffer pdf, int images, int firstImage)
    {
        pdf.Add("<</Font<</R "u8).Ref(Prologue.RegularFont).Add("/B "u8).Ref(Prologue.BoldFont).Add(">>"u8);
        if (images > 0)
        {
            pdf.Add("/XObject<<"u8);
            for (var i = 0; i < images; i++)
                pdf.Add("/I"u8).Int(i).Add(" "u8).Ref(firstImage + i);
            pdf.Add(">>"u8);
        }
        pdf.Add(">>"u8);
    }

    private static void WritePages(ObjectStream objects, Canvas canvas, int firstContent, int firstAnnotation)
    {
        for (var page = 0; page < canvas.PageCount; page++)
        {
            var pdf = objects.Begin(FirstPage + page).Add("<</Type/Page/Parent "u8).Ref(Pages).Add("/MediaBox[0 0 "u8)
                .Points(canvas.PageWidth).Add(" "u8).Points(canvas.PageHeight).Add("]/Resources "u8).Ref(Resources)
                .Add("/Contents "u8).Ref(firstContent + page).Add("/StructParents "u8).Int(page).Add("/Tabs/S"u8);
            if (canvas.Links.Exists(link => link.Page == page))
            {
                pdf.Add("/Annots["u8);
                for (var i = 0; i < canvas.Links.Count; i++)
                    if (canvas.Links[i].Page == page)
                        pdf.Ref(firstAnnotation + i).Add(" "u8);
                pdf.Add("]"u8);
            }
            pdf.Add(">>"u8);
        }
    }

    private static void WriteAnnotations(ObjectStream objects, Canvas canvas, int firstElement, int firstAnnotation)
    {
        for (var i = 0; i < canvas.Links.Count; i++)
        {
            var link = canvas.Links[i];
            objects.Begin(firstAnnotation + i).Add("<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect["u8)
                .Points(link.Box.Left).Add(" "u8).Points(link.Box.Bottom).Add(" "u8).Points(link.Box.Right).Add(" "u8).Points(link.Box.Top)
                .Add("]/P "u8).Ref(FirstPage + link.Page).Add("/StructParent "u8).Int(canvas.PageCount + i)
                .Add("/Contents"u8).Text(link.Description).Add("/A<</S/URI/URI"u8).Text(link.Address).Add(">>>>"u8);
        }
    }

    private static void HashOf(Prologue prologue, ReadOnlySpan<byte> body, Span<byte> hash)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(prologue.Hash);
        sha.AppendData(body);
        sha.GetHashAndReset(hash);
    }

    /// <summary>Entries of one, three and three bytes: kind, offset or containing stream, generation or index in the stream.</summary>
    private static void WriteCrossReference(PdfBuffer body, Prologue prologue, int[] offsets, ObjectStream objects, ReadOnlySpan<byte> id, ReadOnlySpan<byte> contentId)
    {
        const int EntryBytes = 7;
        var start = prologue.Bytes.Length + body.Count;
        offsets[CrossReference] = start;
        var entries = new byte[offsets.Length * EntryBytes];
        void Entry(int number, byte kind, int second, int third)
        {
            var entry = entries.AsSpan(number * EntryBytes, EntryBytes);
            (entry[0], entry[1], entry[2], entry[3]) = (kind, (byte)(second >> 16), (byte)((second >> 8) & 0xFF), (byte)(second & 0xFF));
            (entry[4], entry[5], entry[6]) = ((byte)(third >> 16), (byte)((third >> 8) & 0xFF), (byte)(third & 0xFF));
        }
        Entry(0, 0, 0, 0xFFFF);
        for (var number = 1; number < offsets.Length; number++)
            Entry(number, 1, offsets[number], 0);
        for (var number = Prologue.RegularFont; number <= Prologue.LastObject; number++)
            Entry(number, 2, Prologue.FontObjects, number - Prologue.RegularFont);
        for (var i = 0; i < objects.Index.Count; i++)
            Entry(objects.Index[i].Number, 2, Objects, i);

        using var deflated = new PdfBuffer();
        deflated.Deflated(entries);
        body.Int(CrossReference).Add(" 0 obj\n<</Type/XRef/W[1 3 3]/Size "u8).Int(offsets.Length).Add("/Root "u8).Ref(Catalog)
            .Add("/Info "u8).Ref(Info).Add("/ID[<"u8).Hex(id).Add("><"u8).Hex(contentId).Add(">]/Filter/FlateDecode/Length "u8).Int(deflated.Count)
            .Add(">>\nstream\n"u8).Add(deflated.Written).Add("\nendstream\nendobj\nstartxref\n"u8).Int(start).Add("\n%%EOF\n"u8);
    }
}
