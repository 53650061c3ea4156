namespace Vade.Documents.Pdf;

/// <summary>How a text looks. Size in 1/100 point.</summary>
internal readonly record struct Style(Weight Weight, int Size, Rgb Ink)
{
    /// <summary>From one baseline to the next.</summary>
    public int Leading => Size * 7 / 5;
}
