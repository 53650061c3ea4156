using Vade.Documents.Pdf;

namespace Vade.Documents.Layout;

internal enum Align
{
    Left,
    Right,
}

/// <summary>Something that takes a rectangle: measured for a width first, then drawn.</summary>
internal abstract class Block
{
    /// <summary>The height it takes at this width; remembered for the drawing that follows.</summary>
    public abstract int Measure(Sheet sheet, int width);

    /// <summary>Draws it as measured, its upper left corner here, its meaning below this element.</summary>
    public abstract void Draw(Sheet sheet, Element parent, int x, int y);

    /// <summary>Draws it at the sheet's place, on a new page if this one has no room. What can be divided overrides this.</summary>
    public virtual void Flow(Sheet sheet, Element parent, int x, int width)
    {
        var height = Measure(sheet, width);
        sheet.Need(height);
        Draw(sheet, parent, x, sheet.Y);
        sheet.Advance(height);
    }
}

/// <summary>A paragraph or heading.</summary>
internal sealed class Text(string text) : Block
{
    /// <summary>A heading is kept with this much of what follows it.</summary>
    private const int KeptBelowHeading = 3000;

    private Style _style = new(Weight.Regular, 900, Rgb.Ink);
    private Align _align = Align.Left;
    private Role _role = Role.P;
    private string? _address;
    private Lines _lines;
    private int _width;

    public Text Bold() { _style = _style with { Weight = Weight.Bold }; return this; }
    public Text Size(int hundredths) { _style = _style with { Size = hundredths }; return this; }
    public Text Ink(Rgb ink) { _style = _style with { Ink = ink }; return this; }
    public Text Muted() => Ink(Rgb.Muted);
    public Text Right() { _align = Align.Right; return this; }
    public Text Title() { _role = Role.H1; return this; }
    public Text Heading() { _role = Role.H2; return this; }

    /// <summary>Makes the words lead to this address.</summary>
    public Text LinkTo(string address) { _address = address; return this; }

    public override int Measure(Sheet sheet, int width)
    {
        _width = width;
        _lines = sheet.Type.Break(sheet.Type.Encode(text), _style, width);
        return _lines.Count * _style.Leading;
    }

    public override void Draw(Sheet sheet, Element parent, int x, int y) => Draw(sheet, parent, x, y, _lines);

    public override void Flow(Sheet sheet, Element parent, int x, int width)
    {
        var height = Measure(sheet, width);
        if (_role == Role.H2)
            sheet.Need(height + KeptBelowHeading);
        for (var left = _lines; left.Count > 0;)
        {
            if (_style.Leading > sheet.Rest)
                sheet.NewPage();
            var here = left.Take(Math.Max(1, sheet.Rest / _style.Leading));
            Draw(sheet, parent, x, sheet.Y, here);
            sheet.Advance(here.Count * _style.Leading);
            left = left.Skip(here.Count);
        }
    }

    private void Draw(Sheet sheet, Element parent, int x, int y, Lines lines)
    {
        var element = sheet.Structure.Add(_role, parent);
        if (_address is not null)
        {
            element = sheet.Structure.Add(Role.Link, element);
            var widest = 0;
            for (var i = 0; i < lines.Count; i++)
                widest = Math.Max(widest, Typesetter.Scaled(sheet.Type[lines, i].Width, _style));
            sheet.Canvas.Link(element, _address, text, x, y, widest, lines.Count * _style.Leading);
        }
        sheet.Canvas.Begin(element);
        sheet.Draw(lines, _style, _align, x, y, _width);
        sheet.Canvas.End();
    }
}

/// <summary>An image in its proportions, as large as the limits allow, with its meaning in words.</summary>
internal sealed class Picture(PdfImage image, string alternative, int maxWidth, int maxHeight) : Block
{
    private int _width, _height;

    public override int Measure(Sheet sheet, int width)
    {
        var limit = Math.Min(width, maxWidth);
        _height = Math.Min(maxHeight, (int)((long)limit * image.Height / image.Width));
        _width = Math.Min(limit, (int)((long)_height * image.Width / image.Height));
        // A sliver of a picture would be a rectangle of no area, which some readers call damage.
        (_width, _height) = (Math.Max(_width, 100), Math.Max(_height, 100));
        return _height;
    }

    public override void Draw(Sheet sheet, Element parent, int x, int y)
    {
        var element = sheet.Structure.Add(Role.Figure, parent, alternative);
        element.Box = sheet.Canvas.BoxOf(x, y, _width, _height);
        sheet.Canvas.Begin(element);
        sheet.Canvas.Image(image, x, y, _width, _height);
        sheet.Canvas.End();
    }
}

/// <summary>White space.</summary>
internal sealed class Gap(int height) : Block
{
    public override int Measure(Sheet sheet, int width) => height;

    public override void Draw(Sheet sheet, Element parent, int x, int y) { }

    /// <summary>White space is never carried over to a new page.</summary>
    public override void Flow(Sheet sheet, Element parent, int x, int width)
    {
        if (!sheet.IsFresh)
            sheet.Y += Math.Min(height, Math.Max(0, sheet.Rest));
    }
}

/// <summary>A line across.</summary>
internal sealed class Rule(Rgb colour) : Block
{
    private const int Thickness = 80;
    private int _width;

    public override int Measure(Sheet sheet, int width)
    {
        _width = width;
        return Thickness;
    }

    public override void Draw(Sheet sheet, Element parent, int x, int y)
    {
        sheet.Canvas.Begin(Artifact.Layout);
        sheet.Canvas.Fill(x, y, _width, Thickness, colour);
        sheet.Canvas.End();
    }
}
