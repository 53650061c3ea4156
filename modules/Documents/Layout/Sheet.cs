using System.Text;
using Vade.Documents.Pdf;

namespace Vade.Documents.Layout;

/// <summary>
/// A document as it is laid out, page after page: how far down it has come, when a new page begins, and what repeats on
/// each. All lengths are 1/100 point.
/// </summary>
internal sealed class Sheet : IDisposable
{
    public const int Margin = 5200;
    private const int Top = 4800;
    private const int RunningHeaderBaseline = 4600;
    private const int BelowRunningHeader = 7000;

    private static readonly Style Running = new(Weight.Regular, 750, Rgb.Muted);

    private readonly Properties _properties;
    private readonly string _runningTitle;
    private readonly Func<int, int, string> _pageOf;
    private readonly string? _stamp;

    /// <param name="properties">What the file says about itself.</param>
    /// <param name="runningTitle">Repeated at the top of each page but the first.</param>
    /// <param name="pageOf">"Page 1 of 3" from the page and the count.</param>
    /// <param name="stamp">A word across each page, such as "cancelled"; null for none.</param>
    /// <param name="landscape">For tables of many columns.</param>
    public Sheet(Properties properties, string runningTitle, Func<int, int, string> pageOf, string? stamp = null, bool landscape = false)
    {
        Canvas = new(landscape);
        (_properties, _runningTitle, _pageOf, _stamp) =
            (properties with { Title = Printable(properties.Title), Author = Printable(properties.Author) }, runningTitle, pageOf, stamp);
        NewPage();
    }

    public Canvas Canvas { get; }
    public Structure Structure { get; } = new();
    public Typesetter Type { get; } = new();

    private int BodyWidth => Canvas.PageWidth - 2 * Margin;
    private int Bottom => Canvas.PageHeight - 6200;
    private int FooterBaseline => Canvas.PageHeight - 3600;

    /// <summary>Where the next thing is drawn, from the top of the page.</summary>
    public int Y { get; set; }

    /// <summary>What is left of the page.</summary>
    public int Rest => Bottom - Y;

    /// <summary>What a whole page holds.</summary>
    public int WholePage => Bottom - BelowRunningHeader;

    /// <summary>Begins a new page unless so much is left of this one, or nothing stands on it yet.</summary>
    public void Need(int height)
    {
        if (height > Rest && !IsFresh)
            NewPage();
    }

    public bool IsFresh { get; private set; }

    /// <summary>Goes on below what was just drawn.</summary>
    public void Advance(int height)
    {
        Y += height;
        IsFresh = false;
    }

    public void NewPage()
    {
        Canvas.NewPage();
        IsFresh = true;
        if (_stamp is not null)
            DrawStamp(_stamp);
        if (Canvas.PageCount == 1)
        {
            Y = Top;
            return;
        }
        Canvas.Begin(Artifact.Header);
        DrawLine(_properties.Author, Running, Margin, BodyWidth / 2, RunningHeaderBaseline, Align.Left);
        DrawLine(_runningTitle, Running, Margin + BodyWidth / 2, BodyWidth / 2, RunningHeaderBaseline, Align.Right);
        Canvas.Fill(Margin, RunningHeaderBaseline + 800, BodyWidth, 50, Rgb.Hairline);
        Canvas.End();
        Y = BelowRunningHeader;
    }

    /// <summary>Lays the document out and answers the file.</summary>
    public byte[] Finish(Column content)
    {
        content.Flow(this, Structure.Root, Margin, BodyWidth);
        for (var page = 0; page < Canvas.PageCount; page++)
        {
            var number = page + 1;
            Canvas.DrawOver(page, () =>
            {
                Canvas.Begin(Artifact.Footer);
                DrawLine(_runningTitle, Running, Margin, BodyWidth * 3 / 4, FooterBaseline, Align.Left);
                DrawLine(_pageOf(number, Canvas.PageCount), Running, Margin + BodyWidth * 3 / 4, BodyWidth / 4, FooterBaseline, Align.Right);
                Canvas.End();
            });
        }
        return PdfFile.Write(_properties, Canvas, Structure);
    }

    /// <summary>Draws lines below each other, the first one's top at y.</summary>
    public void Draw(Lines lines, Style style, Align align, int x, int y, int width)
    {
        // The capitals' middle is the line's middle; Noto's capitals are 0.714 high.
        var baseline = y + (style.Leading + style.Size * 714 / 1000) / 2;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = Type[lines, i];
            Canvas.Text(Type.Glyphs(line), style, x + Indent(line, style, align, width), baseline + i * style.Leading);
        }
    }

    private static int Indent(Line line, Style style, Align align, int width) =>
        align == Align.Right ? width - Typesetter.Scaled(line.Width, style) : 0;

    /// <summary>One line that is cut, not wrapped, where it is too long: running titles repeat what stands in full elsewhere.</summary>
    private void DrawLine(string text, Style style, int x, int width, int baseline, Align align)
    {
        var line = Type[Type.Break(Type.Encode(text), style, width), 0];
        Canvas.Text(Type.Glyphs(line), style, x + Indent(line, style, align, width), baseline);
    }

    private void DrawStamp(string word)
    {
        // As large as the page's diagonal allows.
        var run = Type.Encode(word);
        var unit = new Style(Weight.Bold, 1000, Rgb.Alarm.Tint(14));
        var style = unit with { Size = Math.Min(13000, (int)(58000L * 1000 / Type.Width(run, unit))) };
        var width = Type.Width(run, style);
        Canvas.Begin(Artifact.Layout);
        Canvas.Diagonal(Type.Glyphs(Type[Type.Break(run, style, width + 100), 0]), style, width);
        Canvas.End();
    }

    /// <summary>The file's properties go into XML, where a control character or half a surrogate pair may not stand.</summary>
    private static string Printable(string text)
    {
        var printable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            printable.Append(Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF ? new Rune(' ') : rune);
        return printable.ToString();
    }

    public void Dispose() => Canvas.Dispose();
}
