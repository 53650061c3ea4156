using System.Diagnostics;
using System.Text;

namespace Vade.Tests.Documents;

/// <summary>
/// The readers that judge our PDFs: qpdf and poppler (Debian: qpdf, poppler-utils). They are required, because a PDF that
/// nothing but its own writer has read proves nothing.
/// </summary>
internal static class PdfTools
{
    public static Task<string> Check(byte[] pdf) => Run(pdf, "qpdf", "--check", "{}");

    public static Task<string> Json(byte[] pdf) =>
        Run(pdf, "qpdf", "--json=2", "--json-key=qpdf", "--json-stream-data=inline", "--decode-level=generalized", "{}");

    /// <summary>The text as a reader selects it, pages parted by form feeds.</summary>
    public static Task<string> Text(byte[] pdf, int firstPage = 1) => Run(pdf, "pdftotext", "-layout", "-f", $"{firstPage}", "{}", "-");

    /// <summary>The text in the order of the logical structure, as a screen reader speaks it.</summary>
    public static Task<string> Spoken(byte[] pdf) => Run(pdf, "pdfinfo", "-struct-text", "{}");

    public static Task<string> Info(byte[] pdf) => Run(pdf, "pdfinfo", "{}");

    public static Task<string> Fonts(byte[] pdf) => Run(pdf, "pdffonts", "{}");

    /// <summary>The first page as a picture: PNG or JPEG.</summary>
    public static async Task<byte[]> Picture(byte[] pdf, string format)
    {
        var folder = Directory.CreateTempSubdirectory("vade-pdf-");
        try
        {
            var prefix = Path.Combine(folder.FullName, "page");
            await Run(pdf, "pdftoppm", "-r", "40", "-f", "1", "-l", "1", "-singlefile", $"-{format}", "{}", prefix);
            return await File.ReadAllBytesAsync(folder.EnumerateFiles().Single().FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> Run(byte[] pdf, string tool, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("vade-pdf-");
        try
        {
            var path = Path.Combine(folder.FullName, "document.pdf");
            await File.WriteAllBytesAsync(path, pdf);
            var start = new ProcessStartInfo(tool, arguments.Select(argument => argument == "{}" ? path : argument))
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
            };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0 && errors.Length == 0, $"{tool}: {errors}{await output}");
            return await output;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
