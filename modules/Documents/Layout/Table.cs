using Vade.Documents.Pdf;

namespace Vade.Documents.Layout;

/// <summary>
/// Rows of text in columns. A column is as wide as its longest entry, or takes its share of what is left, so that an
/// amount is never broken. Over several pages the header is drawn again, as an artifact; a row is divided only when it
/// is longer than a page.
/// </summary>
internal sealed class Table : Block
{

    private readonly List<TableColumn> _columns = [];
    private readonly List<TableRow> _rows = [];
    private readonly List<Run> _runs = [];
    private Lines[] _cells = [];
    private int[] _lefts = [];
    private int _columnGap = 1400;
    private int _padding = 520;
    private bool _isWide;
    private bool _isRuled = true;
    private bool _hasRowHeaders;
    private Rgb _accent = Rgb.Hairline;
    private int _headerHeight;
    private Element? _table, _body;

    private static readonly Style HeaderStyle = new(Weight.Regular, 750, Rgb.Muted);
    private static readonly Style SmallStyle = new(Weight.Regular, 750, Rgb.Ink);
    private static readonly Style BodyStyle = new(Weight.Regular, 900, Rgb.Ink);

    private sealed record TableColumn(string? Label, int Share, Align Align)
    {
        public int Width { get; set; }
        public Lines Header { get; set; }
    }

    private sealed class TableRow(string[] cells, Style first, Style others)
    {
        public string[] Cells => cells;
        public int LineCount { get; set; } = 1;
        public int Leading => Math.Max(first.Leading, others.Leading);
        public Style StyleOf(int column) => column == 0 ? first : others;

        /// <summary>How far a smaller text moves down to stand on the line of the larger one.</summary>
        public int Drop(int column) => (Leading - StyleOf(column).Leading + (Math.Max(first.Size, others.Size) - StyleOf(column).Size) * 714 / 1000) / 2;
    }

    /// <summary>A column as wide as its longest entry.</summary>
    public Table Auto(string? label, Align align = Align.Left) => Add(new TableColumn(label, 0, align));

    /// <summary>A column that takes its share of what the others leave.</summary>
    public Table Relative(int share, string? label, Align align = Align.Left) => Add(new TableColumn(label, share, align));

    /// <summary>A line of this colour under the header.</summary>
    public Table Accent(Rgb accent) { _accent = accent; return this; }

    /// <summary>Closer rows, for long lists.</summary>
    public Table Dense() { _padding = 340; return this; }

    /// <summary>
    /// Many columns: closer, in smaller letters, as wide as their longest entry or the longest word of their header, and
    /// only a fifth kept for those that share what is left.
    /// </summary>
    public Table Wide() { (_isWide, _padding, _columnGap) = (true, 340, 1000); return this; }

    /// <summary>Without lines between the rows, and closer.</summary>
    public Table Plain(int padding) { (_isRuled, _padding) = (false, padding); return this; }

    /// <summary>The first cell names its row, as in a list of totals.</summary>
    public Table RowHeaders() { _hasRowHeaders = true; return this; }

    public void Row(params string[] cells) => Row(_isWide ? SmallStyle : BodyStyle, _isWide ? SmallStyle : BodyStyle, cells);

    /// <summary>A row with a look of its own, the first cell's apart from the others'.</summary>
    public void Row(Style first, Style others, params string[] cells) => _rows.Add(new TableRow(cells, first, others));

    private Table Add(TableColumn column)
    {
        _columns.Add(column);
        return this;
    }

    private bool HasHeader => _columns.Exists(column => column.Label is not null);

    private int HeightOf(TableRow row) => row.LineCount * row.Leading + 2 * _padding;

    public override int Measure(Sheet sheet, int width)
    {
        SetWidths(sheet, width);
        _cells = new Lines[_rows.Count * _columns.Count];
        var height = _headerHeight = MeasureHeader(sheet);
        for (var r = 0; r < _rows.Count; r++)
        {
            for (var c = 0; c < _columns.Count; c++)
            {
                var at = r * _columns.Count + c;
                _cells[at] = sheet.Type.Break(_runs[at], _rows[r].StyleOf(c), _columns[c].Width);
                _rows[r].LineCount = Math.Max(_rows[r].LineCount, _cells[at].Count);
            }
            height += HeightOf(_rows[r]);
        }
        return height;
    }

    private void SetWidths(Sheet sheet, int width)
    {
        foreach (var column in _columns)
            column.Width = column is { Share: 0, Label: { } label } ? HeaderWidth(sheet, label) : 0;
        foreach (var row in _rows)
            for (var c = 0; c < _columns.Count; c++)
            {
                var run = sheet.Type.Encode(row.Cells[c]);
                _runs.Add(run);
                if (_columns[c].Share == 0)
                    _columns[c].Width = Math.Max(_columns[c].Width, sheet.Type.Width(run, row.StyleOf(c)));
            }

        var shares = _columns.Sum(column => column.Share);
        var room = width - _columnGap * (_columns.Count - 1);
        // However long an entry is, the columns that share keep a third, or a fifth; what is too long is wrapped.
        var limit = shares == 0 ? room : _isWide ? room * 4 / 5 : room * 2 / 3;
        var wanted = _columns.Sum(column => column.Width);
        if (wanted > limit)
            foreach (var column in _columns)
                column.Width = (int)((long)column.Width * limit / wanted);
        var rest = room - _columns.Sum(column => column.Width);
        foreach (var column in _columns)
            if (column.Share > 0)
                column.Width = rest * column.Share / shares;

        _lefts = new int[_columns.Count];
        for (var c = 1; c < _columns.Count; c++)
            _lefts[c] = _lefts[c - 1] + _columns[c - 1].Width + _columnGap;
    }

    private int HeaderWidth(Sheet sheet, string label) =>
        (_isWide ? label.Split(' ') : [label]).Max(words => sheet.Type.Width(sheet.Type.Encode(words), HeaderStyle));

    private int MeasureHeader(Sheet sheet)
    {
        if (!HasHeader)
            return 0;
        var lines = 1;
        foreach (var column in _columns)
        {
            column.Header = sheet.Type.Break(sheet.Type.Encode(column.Label ?? ""), HeaderStyle, column.Width);
            lines = Math.Max(lines, column.Header.Count);
        }
        return lines * HeaderStyle.Leading + _padding;
    }

    private int Width => _lefts[^1] + _columns[^1].Width;

    public override void Draw(Sheet sheet, Element parent, int x, int y)
    {
        if (_rows.Count == 0)
            return;
        Open(sheet, parent, x, y);
        y += _headerHeight;
        var rules = new List<int>();
        for (var r = 0; r < _rows.Count; r++)
        {
            DrawRow(sheet, NewRow(sheet), r, 0, _rows[r].LineCount, x, y);
            y += HeightOf(_rows[r]);
            rules.Add(y);
        }
        DrawRules(sheet, x, rules);
    }

    public override void Flow(Sheet sheet, Element parent, int x, int width)
    {
        Measure(sheet, width);
        if (_rows.Count == 0)
            return;
        sheet.Need(_headerHeight + Math.Min(HeightOf(_rows[0]), sheet.WholePage / 2));
        Open(sheet, parent, x, sheet.Y);
        sheet.Advance(_headerHeight);
        var rules = new List<int>();
        for (var r = 0; r < _rows.Count; r++)
        {
            var row = _rows[r];
            if (HeightOf(row) > sheet.Rest && HeightOf(row) + _headerHeight <= sheet.WholePage)
                TurnPage(sheet, x, rules);
            Element[]? cells = null;
            for (var done = 0; done < row.LineCount;)
            {
                var fitting = (sheet.Rest - 2 * _padding) / row.Leading;
                if (fitting < 1)
                {
                    TurnPage(sheet, x, rules);
                    continue;
                }
                var count = Math.Min(fitting, row.LineCount - done);
                cells ??= NewRow(sheet);
                DrawRow(sheet, count == row.LineCount ? cells : [.. cells.Select(cell => sheet.Structure.Add(Role.P, cell))], r, done, count, x, sheet.Y);
                sheet.Advance(count * row.Leading + 2 * _padding);
                done += count;
            }
            rules.Add(sheet.Y);
        }
        DrawRules(sheet, x, rules);
    }

    private void TurnPage(Sheet sheet, int x, List<int> rules)
    {
        DrawRules(sheet, x, rules);
        rules.Clear();
        sheet.NewPage();
        if (!HasHeader)
            return;
        // The structure holds the header once; drawn again it is for the eye only.
        sheet.Canvas.Begin(Artifact.Header);
        for (var c = 0; c < _columns.Count; c++)
            DrawHeaderCell(sheet, c, x, sheet.Y);
        sheet.Canvas.End();
        DrawHeaderRule(sheet, x, sheet.Y);
        sheet.Advance(_headerHeight);
    }

    private void Open(Sheet sheet, Element parent, int x, int y)
    {
        _table = sheet.Structure.Add(Role.Table, parent);
        if (HasHeader)
        {
            var row = sheet.Structure.Add(Role.TR, sheet.Structure.Add(Role.THead, _table));
            for (var c = 0; c < _columns.Count; c++)
            {
                sheet.Canvas.Begin(sheet.Structure.Add(Role.ColumnHeader, row));
                DrawHeaderCell(sheet, c, x, y);
                sheet.Canvas.End();
            }
            DrawHeaderRule(sheet, x, y);
        }
        _body = sheet.Structure.Add(Role.TBody, _table);
    }

    private void DrawHeaderCell(Sheet sheet, int c, int x, int y) =>
        sheet.Draw(_columns[c].Header, HeaderStyle, _columns[c].Align, x + _lefts[c], y, _columns[c].Width);

    private void DrawHeaderRule(Sheet sheet, int x, int y)
    {
        if (!_isRuled)
            return;
        sheet.Canvas.Begin(Artifact.Layout);
        sheet.Canvas.Fill(x, y + _headerHeight - 80, Width, 80, _accent);
        sheet.Canvas.End();
    }

    private Element[] NewRow(Sheet sheet)
    {
        var row = sheet.Structure.Add(Role.TR, _body);
        var cells = new Element[_columns.Count];
        for (var c = 0; c < cells.Length; c++)
            cells[c] = sheet.Structure.Add(c == 0 && _hasRowHeaders ? Role.RowHeader : Role.TD, row);
        return cells;
    }

    private void DrawRow(Sheet sheet, Element[] cells, int r, int firstLine, int count, int x, int y)
    {
        var row = _rows[r];
        for (var c = 0; c < cells.Length; c++)
        {
            var lines = _cells[r * _columns.Count + c];
            sheet.Canvas.Begin(cells[c]);
            if (firstLine < lines.Count)
                sheet.Draw(lines.Skip(firstLine).Take(count), row.StyleOf(c), _columns[c].Align, x + _lefts[c], y + _padding + row.Drop(c), _columns[c].Width);
            sheet.Canvas.End();
        }
    }

    /// <summary>The hairlines of a page in one go; none below the last row.</summary>
    private void DrawRules(Sheet sheet, int x, List<int> rules)
    {
        if (!_isRuled || rules.Count < 2)
            return;
        sheet.Canvas.Begin(Artifact.Layout);
        foreach (var y in rules.SkipLast(1))
            sheet.Canvas.Fill(x, y, Width, 40, Rgb.Hairline);
        sheet.Canvas.End();
    }
}
