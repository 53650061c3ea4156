using Vade.Documents.Pdf;

namespace Vade.Documents.Layout;

/// <summary>
/// Blocks below each other. The face is that of fluent layout libraries on purpose: a template reads the same and could
/// be carried over to one.
/// </summary>
internal sealed class Column : Block
{
    private readonly List<Block> _blocks = [];
    private readonly List<int> _heights = [];

    public bool IsEmpty => _blocks.Count == 0;

    public Text Text(string text) => Add(new Text(text));

    /// <summary>Adds a text unless there is none.</summary>
    public Text? TextIfAny(string? text) => string.IsNullOrWhiteSpace(text) ? null : Text(text);

    public void Gap(int height) => Add(new Gap(height));

    public void Rule(Rgb colour) => Add(new Rule(colour));

    public void Picture(PdfImage image, string alternative, int maxWidth, int maxHeight) =>
        Add(new Picture(image, alternative, maxWidth, maxHeight));

    public void Row(int gap, Action<Row> compose) => compose(Add(new Row(gap)));

    public void Table(Action<Table> compose) => compose(Add(new Table()));

    /// <summary>Blocks that stay together on one page, on a coloured ground if one is given.</summary>
    public void Panel(Rgb? ground, int padding, Action<Column> compose)
    {
        var content = new Column();
        compose(content);
        Add(new Panel(content, ground, padding));
    }

    private T Add<T>(T block) where T : Block
    {
        _blocks.Add(block);
        return block;
    }

    public override int Measure(Sheet sheet, int width)
    {
        _heights.Clear();
        foreach (var block in _blocks)
            _heights.Add(block.Measure(sheet, width));
        return _heights.Sum();
    }

    public override void Draw(Sheet sheet, Element parent, int x, int y)
    {
        for (var i = 0; i < _blocks.Count; i++)
        {
            _blocks[i].Draw(sheet, parent, x, y);
            y += _heights[i];
        }
    }

    public override void Flow(Sheet sheet, Element parent, int x, int width)
    {
        foreach (var block in _blocks)
            block.Flow(sheet, parent, x, width);
    }
}

/// <summary>Columns side by side, their tops aligned.</summary>
internal sealed class Row(int gap) : Block
{
    private readonly List<(int Width, int Share, Column Column)> _cells = [];
    private readonly List<int> _widths = [];

    public void Fixed(int width, Action<Column> compose) => Add(width, 0, compose);

    /// <summary>A column that takes its share of what the fixed ones leave.</summary>
    public void Relative(int share, Action<Column> compose) => Add(0, share, compose);

    private void Add(int width, int share, Action<Column> compose)
    {
        var column = new Column();
        compose(column);
        _cells.Add((width, share, column));
    }

    public override int Measure(Sheet sheet, int width)
    {
        var rest = width - gap * (_cells.Count - 1) - _cells.Sum(cell => cell.Width);
        var shares = _cells.Sum(cell => cell.Share);
        _widths.Clear();
        var height = 0;
        foreach (var (fixedWidth, share, column) in _cells)
        {
            _widths.Add(share > 0 ? rest * share / shares : fixedWidth);
            height = Math.Max(height, column.Measure(sheet, _widths[^1]));
        }
        return height;
    }

    public override void Draw(Sheet sheet, Element parent, int x, int y)
    {
        for (var i = 0; i < _cells.Count; i++)
        {
            if (!_cells[i].Column.IsEmpty)
                _cells[i].Column.Draw(sheet, sheet.Structure.Add(Role.Div, parent), x, y);
            x += _widths[i] + gap;
        }
    }
}

/// <summary>A column kept together, with a ground and a padding.</summary>
internal sealed class Panel(Column content, Rgb? ground, int padding) : Block
{
    private int _width, _height;

    public override int Measure(Sheet sheet, int width)
    {
        _width = width;
        return _height = content.Measure(sheet, width - 2 * padding) + 2 * padding;
    }

    public override void Draw(Sheet sheet, Element parent, int x, int y)
    {
        if (ground is { } colour)
        {
            sheet.Canvas.Begin(Artifact.Layout);
            sheet.Canvas.Fill(x, y, _width, _height, colour);
            sheet.Canvas.End();
        }
        content.Draw(sheet, sheet.Structure.Add(Role.Sect, parent), x + padding, y + padding);
    }
}
