namespace Vade.Documents.Pdf;

/// <summary>What is drawn but not said: running text that repeats, and what is there for the eye only.</summary>
internal enum Artifact
{
    Header,
    Footer,
    Layout,
}

/// <summary>A link's place on its page, and the element that says where it leads.</summary>
internal sealed record LinkAnnotation(int Page, Box Box, string Address, string Description, Element Element);

/// <summary>
/// The pages' content as it is drawn. Coordinates are 1/100 point from the upper left corner of an A4 page, as a
/// reader's eye goes; the flip to PDF's lower left happens here. Everything is drawn between Begin and End, so that
/// each mark belongs either to an element of the structure or to an artifact (PDF/UA-1 7.1).
/// </summary>
/// <param name="landscape">The page lies on its longer side.</param>
internal sealed class Canvas(bool landscape = false) : IDisposable
{
    private const int ShortSide = 59528;
    private const int LongSide = 84189;

    public int PageWidth { get; } = landscape ? LongSide : ShortSide;
    public int PageHeight { get; } = landscape ? ShortSide : LongSide;

    private readonly PdfBuffer _content = new(32 * 1024);
    private readonly List<PageContent> _pages = [];
    private readonly List<Element> _owners = new(256);

    // The graphics state as last written; a font or colour is set again only when it changes.
    private Weight? _weight;
    private int _size;
    private Rgb? _fill;

    private sealed class PageContent
    {
        public Range Body { get; set; }
        public Range Overlay { get; set; }
        public int FirstOwner { get; init; }
    }

    public int PageCount => _pages.Count;
    public List<PdfImage> Images { get; } = [];
    public List<LinkAnnotation> Links { get; } = [];
    public ushort HighestGlyph { get; private set; }

    public void NewPage()
    {
        ClosePage();
        _pages.Add(new PageContent { Body = _content.Count..^0, FirstOwner = _owners.Count });
        ForgetState();
    }

    /// <summary>Adds to a page that is already closed: what is known only at the end, such as "page 1 of 3".</summary>
    public void DrawOver(int page, Action draw)
    {
        ClosePage();
        ForgetState();
        var start = _content.Count;
        draw();
        _pages[page].Overlay = start.._content.Count;
    }

    private void ClosePage()
    {
        if (_pages is [.., var last] && last.Body.End.IsFromEnd)
            last.Body = last.Body.Start.._content.Count;
    }

    private void ForgetState() => (_weight, _size, _fill) = (null, 0, null);

    public ReadOnlySpan<byte> Body(int page) => _content.Written[_pages[page].Body];

    public ReadOnlySpan<byte> Overlay(int page) => _content.Written[_pages[page].Overlay];

    /// <summary>The elements that own a page's contents 0, 1, 2 …</summary>
    public IEnumerable<Element> Owners(int page)
    {
        var end = page + 1 < _pages.Count ? _pages[page + 1].FirstOwner : _owners.Count;
        for (var i = _pages[page].FirstOwner; i < end; i++)
            yield return _owners[i];
    }

    /// <summary>Begins the content that an element owns on the current page.</summary>
    public void Begin(Element element)
    {
        element.Page = _pages.Count - 1;
        element.ContentId = _owners.Count - _pages[^1].FirstOwner;
        _owners.Add(element);
        _content.Add("/"u8).Add(Structure.Type(element.Role)).Add("<</MCID "u8).Int(element.ContentId).Add(">>BDC\n"u8);
    }

    public void Begin(Artifact artifact) => _content.Add(artifact switch
    {
        Artifact.Header => "/Artifact<</Type/Pagination/Subtype/Header>>BDC\n"u8,
        Artifact.Footer => "/Artifact<</Type/Pagination/Subtype/Footer>>BDC\n"u8,
        Artifact.Layout => "/Artifact<</Type/Layout>>BDC\n"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(artifact)),
    });

    public void End() => _content.Add("EMC\n"u8);

    /// <summary>One line of glyphs with its baseline at y.</summary>
    public void Text(ReadOnlySpan<ushort> glyphs, Style style, int x, int baseline)
    {
        if (glyphs.IsEmpty)
            return;
        Prepare(style);
        _content.Add("BT "u8).Points(x).Add(" "u8).Points(PageHeight - baseline).Add(" Td("u8);
        Show(glyphs);
        _content.Add(")Tj ET\n"u8);
    }

    /// <summary>A word across the page from lower left to upper right, its middle at the page's middle.</summary>
    public void Diagonal(ReadOnlySpan<ushort> glyphs, Style style, int width)
    {
        Prepare(style);
        // The angle's sine and cosine are 3/5 and 4/5: a right triangle in whole numbers.
        var x = PageWidth / 2 - width * 4 / 10 + style.Size * 3 / 14;
        var y = PageHeight / 2 - width * 3 / 10 - style.Size * 4 / 14;
        _content.Add("BT 0.8 0.6 -0.6 0.8 "u8).Points(x).Add(" "u8).Points(y).Add(" Tm("u8);
        Show(glyphs);
        _content.Add(")Tj ET\n"u8);
    }

    public void Fill(int x, int y, int width, int height, Rgb colour)
    {
        Colour(colour);
        _content.Points(x).Add(" "u8).Points(PageHeight - y - height).Add(" "u8).Points(width).Add(" "u8).Points(height).Add(" re f\n"u8);
    }

    /// <summary>Draws an image, or lets the ink through a mask, in this rectangle. The same image is stored once.</summary>
    public void Image(PdfImage image, int x, int y, int width, int height)
    {
        var index = Images.IndexOf(image);
        if (index < 0)
        {
            index = Images.Count;
            Images.Add(image);
        }
        if (image.IsMask)
            Colour(Rgb.Ink);
        _content.Add("q "u8).Points(width).Add(" 0 0 "u8).Points(height).Add(" "u8).Points(x).Add(" "u8).Points(PageHeight - y - height)
            .Add(" cm/I"u8).Int(index).Add(" Do Q\n"u8);
    }

    /// <summary>Makes a rectangle of the current page a link; the element owns the words that are drawn there.</summary>
    public void Link(Element element, string address, string description, int x, int y, int width, int height)
    {
        element.Annotation = Links.Count;
        Links.Add(new LinkAnnotation(_pages.Count - 1, BoxOf(x, y, width, height), address, description, element));
    }

    public Box BoxOf(int x, int y, int width, int height) =>
        new(x, PageHeight - y - height, x + width, PageHeight - y);

    private void Prepare(Style style)
    {
        if (_weight != style.Weight || _size != style.Size)
        {
            (_weight, _size) = (style.Weight, style.Size);
            _content.Add(style.Weight == Weight.Bold ? "/B "u8 : "/R "u8).Points(style.Size).Add(" Tf\n"u8);
        }
        Colour(style.Ink);
    }

    private void Colour(Rgb colour)
    {
        if (_fill == colour)
            return;
        _fill = colour;
        _content.Shade(colour.Red).Add(" "u8).Shade(colour.Green).Add(" "u8).Shade(colour.Blue).Add(" rg\n"u8);
    }

    private void Show(ReadOnlySpan<ushort> glyphs)
    {
        foreach (var glyph in glyphs)
            if (glyph > HighestGlyph)
                HighestGlyph = glyph;
        _content.Glyphs(glyphs);
    }

    public void Dispose() => _content.Dispose();
}
