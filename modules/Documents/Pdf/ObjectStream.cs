namespace Vade.Documents.Pdf;

/// <summary>
/// Objects packed and deflated together (ISO 32000-1 7.5.7). Two hundred structure elements shrink to a third of what
/// they would take one by one.
/// </summary>
internal sealed class ObjectStream : IDisposable
{
    private readonly PdfBuffer _objects = new();
    private readonly List<(int Number, int Offset)> _index = [];

    public IReadOnlyList<(int Number, int Offset)> Index => _index;

    /// <summary>Begins the object with this number; what is added to the answered buffer until the next call is its body.</summary>
    public PdfBuffer Begin(int number)
    {
        if (_index.Count > 0)
            _objects.Add("\n"u8);
        _index.Add((number, _objects.Count));
        return _objects;
    }

    /// <summary>Writes the stream as the object with this number.</summary>
    public void WriteTo(PdfBuffer pdf, int number)
    {
        using var header = new PdfBuffer(4096);
        foreach (var (contained, offset) in _index)
            header.Int(contained).Add(" "u8).Int(offset).Add(" "u8);
        using var deflated = new PdfBuffer();
        deflated.Deflated(header.Written, _objects.Written);
        pdf.Int(number).Add(" 0 obj\n<</Type/ObjStm/N "u8).Int(_index.Count).Add("/First "u8).Int(header.Count)
            .Add("/Filter/FlateDecode/Length "u8).Int(deflated.Count).Add(">>\nstream\n"u8).Add(deflated.Written).Add("\nendstream\nendobj\n"u8);
    }

    public void Dispose() => _objects.Dispose();
}
