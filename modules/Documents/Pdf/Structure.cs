namespace Vade.Documents.Pdf;

/// <summary>The standard structure types that we use (ISO 32000-1 14.8.4).</summary>
internal enum Role
{
    Document,
    Sect,
    Div,
    H1,
    H2,
    P,
    Link,
    Figure,
    Table,
    THead,
    TBody,
    TR,
    ColumnHeader,
    RowHeader,
    TD,
}

/// <summary>
/// A node of the logical structure. It either has children or owns one piece of marked content on one page; that is all
/// our documents need, and it keeps the parent tree a plain list.
/// </summary>
internal sealed class Element(Role role, Element? parent, int number, string? alternative)
{
    public Role Role { get; } = role;
    public Element? Parent { get; } = parent;

    /// <summary>Its place among the document's elements, the root being 0.</summary>
    public int Number { get; } = number;

    /// <summary>What a figure shows, in words.</summary>
    public string? Alternative { get; } = alternative;

    public Element? FirstChild { get; private set; }
    public Element? NextSibling { get; private set; }
    private Element? _lastChild;

    /// <summary>The page and the number of the content it owns; -1 without content.</summary>
    public int Page { get; set; } = -1;
    public int ContentId { get; set; } = -1;

    /// <summary>The annotation that makes a link of it; -1 for none.</summary>
    public int Annotation { get; set; } = -1;

    /// <summary>Left, bottom, right, top of a figure in 1/100 point.</summary>
    public Box? Box { get; set; }

    public void Append(Element child)
    {
        if (_lastChild is null)
            FirstChild = child;
        else
            _lastChild.NextSibling = child;
        _lastChild = child;
    }
}

/// <summary>A rectangle on a page in 1/100 point, from the lower left corner.</summary>
internal readonly record struct Box(int Left, int Bottom, int Right, int Top);

/// <summary>The tree of what a document says, in reading order, apart from how it looks.</summary>
internal sealed class Structure
{
    private readonly List<Element> _elements = new(256);

    public Structure() => Root = Add(Role.Document, null);

    public Element Root { get; }

    public IReadOnlyList<Element> Elements => _elements;

    public Element Add(Role role, Element? parent, string? alternative = null)
    {
        var element = new Element(role, parent, _elements.Count, alternative);
        parent?.Append(element);
        _elements.Add(element);
        return element;
    }

    public void Write(ObjectStream objects, int structTree, int firstElement, int firstPage, int firstAnnotation)
    {
        foreach (var element in _elements)
        {
            var pdf = objects.Begin(firstElement + element.Number).Add("<</S/"u8).Add(Type(element.Role))
                .Add("/P "u8).Ref(element.Parent is { } parent ? firstElement + parent.Number : structTree);
            pdf.Add(element.Role switch
            {
                Role.ColumnHeader => "/A<</O/Table/Scope/Column>>"u8,
                Role.RowHeader => "/A<</O/Table/Scope/Row>>"u8,
                _ => [],
            });
            if (element.Alternative is { } alternative)
                pdf.Add("/Alt"u8).Text(alternative);
            if (element.Box is { } box)
                pdf.Add("/A<</O/Layout/BBox["u8).Points(box.Left).Add(" "u8).Points(box.Bottom).Add(" "u8).Points(box.Right).Add(" "u8).Points(box.Top).Add("]>>"u8);
            WriteKids(pdf, element, firstElement, firstPage, firstAnnotation);
            pdf.Add(">>"u8);
        }
    }

    private static void WriteKids(PdfBuffer pdf, Element element, int firstElement, int firstPage, int firstAnnotation)
    {
        if (element.ContentId >= 0)
        {
            pdf.Add("/Pg "u8).Ref(firstPage + element.Page).Add("/K"u8);
            if (element.Annotation >= 0)
                pdf.Add("["u8).Int(element.ContentId).Add("<</Type/OBJR/Obj "u8).Ref(firstAnnotation + element.Annotation).Add(">>]"u8);
            else
                pdf.Add(" "u8).Int(element.ContentId);
        }
        else if (element.FirstChild is not null)
        {
            pdf.Add("/K["u8);
            for (var child = element.FirstChild; child is not null; child = child.NextSibling)
                pdf.Ref(firstElement + child.Number).Add(" "u8);
            pdf.Add("]"u8);
        }
    }

    /// <summary>The type as the PDF names it, in the structure and in the page's marked content.</summary>
    public static ReadOnlySpan<byte> Type(Role role) => role switch
    {
        Role.Document => "Document"u8,
        Role.Sect => "Sect"u8,
        Role.Div => "Div"u8,
        Role.H1 => "H1"u8,
        Role.H2 => "H2"u8,
        Role.P => "P"u8,
        Role.Link => "Link"u8,
        Role.Figure => "Figure"u8,
        Role.Table => "Table"u8,
        Role.THead => "THead"u8,
        Role.TBody => "TBody"u8,
        Role.TR => "TR"u8,
        Role.ColumnHeader or Role.RowHeader => "TH"u8,
        Role.TD => "TD"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };
}
