namespace Vade.Documents.Pdf;

/// <summary>An image as a PDF stores it: the stream's dictionary without its length, and the stream.</summary>
internal sealed record PdfImage(int Width, int Height, bool IsMask, byte[] Dictionary, byte[] Data);
