using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Vade.Documents.Sheets;

/// <summary>What all parts of one workbook may still inflate to.</summary>
internal sealed class Expansion(TableLimits limits, long compressedBytes)
{
    private readonly long _most = Math.Min(limits.MaxExpandedBytes, Math.Max(limits.FreeExpandedBytes, compressedBytes * limits.MaxExpansion));
    private long _bytes;

    public void Spend(int bytes)
    {
        _bytes += bytes;
        if (_bytes > _most)
            throw new RefusedException("expandsTooFar", "The workbook inflates to more than an import takes; split it, or save it again without empty formatted cells.");
    }
}

/// <summary>
/// Walks one XML part of an untrusted workbook. A document type is refused, and whatever XML lets grow without
/// end (depth, names, attributes, one run of text) has a bound, because the parser holds those in memory.
/// </summary>
internal sealed class XlsxPart : IDisposable
{
    private const int MaxDepth = 64;

    private readonly XmlReader _xml;
    private readonly int _maxCellChars;
    private readonly StringBuilder _text = new();
    private readonly char[] _chunk = new char[4096];

    public XlsxPart(ZipArchiveEntry entry, Expansion expansion, int maxCellChars)
    {
        _maxCellChars = maxCellChars;
        var text = new BoundedText(new StreamReader(new CountedStream(entry.Open(), expansion), Encoding.UTF8));
        _xml = XmlReader.Create(text, new XmlReaderSettings
        {
            CloseInput = true,
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            NameTable = new BoundedNames(),
        });
    }

    public bool IsElement => _xml.NodeType == XmlNodeType.Element;

    public bool IsEmptyElement => _xml.IsEmptyElement;

    public string Name => _xml.LocalName;

    public int Depth => _xml.Depth;

    public bool Next()
    {
        if (!_xml.Read())
            return false;
        return _xml.Depth <= MaxDepth ? true : throw RefusedException.Damaged("its parts are nested too deep");
    }

    /// <summary>Goes to the next node within the element that began at this depth; false at its end.</summary>
    public bool NextWithin(int depth) => Next() && !(_xml.NodeType == XmlNodeType.EndElement && _xml.Depth == depth);

    /// <summary>The attribute of the current element, whatever its prefix: strict and loose workbooks differ in namespaces only.</summary>
    public string? this[string attribute]
    {
        get
        {
            string? value = null;
            for (var more = _xml.MoveToFirstAttribute(); more && value is null; more = _xml.MoveToNextAttribute())
                if (_xml.LocalName == attribute)
                    value = _xml.Value;
            _xml.MoveToElement();
            return value;
        }
    }

    /// <summary>The text of the current element, which is walked to its end; cut and reported beyond a cell's limit.</summary>
    public string Text(out bool isTooLong) => Text(isRich: false, out isTooLong);

    /// <summary>The text of a shared or inline string: all its runs, without the reading aids of East Asian names.</summary>
    public string RichText(out bool isTooLong) => Text(isRich: true, out isTooLong);

    public void Dispose() => _xml.Dispose();

    private string Text(bool isRich, out bool isTooLong)
    {
        _text.Clear();
        isTooLong = false;
        if (_xml.IsEmptyElement)
            return "";
        var depth = _xml.Depth;
        var isShown = !isRich;
        while (NextWithin(depth))
        {
            if (isRich && _xml is { NodeType: XmlNodeType.Element, IsEmptyElement: false })
            {
                if (_xml.LocalName == "rPh")
                    Leave();
                else
                    isShown = _xml.LocalName == "t";
            }
            else if (isRich && _xml.NodeType == XmlNodeType.EndElement)
            {
                isShown = false;
            }
            else if (isShown && _xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)
            {
                isTooLong |= !Keep();
            }
        }
        return SheetText.Clean(SheetText.Unescape(_text.ToString())).Trim();
    }

    private void Leave()
    {
        var depth = _xml.Depth;
        while (NextWithin(depth)) { }
    }

    private bool Keep()
    {
        for (int read; (read = _xml.ReadValueChunk(_chunk, 0, _chunk.Length)) > 0;)
        {
            var room = Math.Min(read, _maxCellChars - _text.Length);
            _text.Append(_chunk, 0, room);
            if (room < read)
                return false;
        }
        return true;
    }

    private sealed class BoundedNames : NameTable
    {
        private const int MaxNames = 20_000;
        private int _names;

        public override string Add(char[] key, int start, int len) => Get(key, start, len) ?? Counted(base.Add(key, start, len));

        public override string Add(string key) => Get(key) ?? Counted(base.Add(key));

        private string Counted(string name) =>
            ++_names <= MaxNames ? name : throw RefusedException.Damaged("it has too many names");
    }

    /// <summary>
    /// Between two &lt; stands one tag or one run of text, both of which a parser may hold whole; so none may be
    /// longer than the longest cell with every character written as a reference.
    /// </summary>
    private sealed class BoundedText(TextReader text) : TextReader
    {
        private const int MaxRun = 1_000_000;
        private int _run;

        public override int Read(char[] buffer, int index, int count)
        {
            var read = text.Read(buffer, index, count);
            foreach (var c in buffer.AsSpan(index, read))
            {
                _run = c == '<' ? 0 : _run + 1;
                if (_run > MaxRun)
                    throw RefusedException.Damaged("one of its texts has no end");
            }
            return read;
        }

        public override int Read() => throw new NotSupportedException();

        public override int Peek() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                text.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class CountedStream(Stream inflated, Expansion expansion) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = inflated.Read(buffer);
            expansion.Spend(read);
            return read;
        }

        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inflated.Dispose();
            base.Dispose(disposing);
        }
    }
}
