using System.Security.Cryptography;
using Vade.Documents;
using Vade.Kernel;
using static Vade.Tests.Documents.PdfSamples;

namespace Vade.Tests.Documents;

public sealed class PdfConformanceTests
{
    public static TheoryData<string, Language> Documents
    {
        get
        {
            var all = new TheoryData<string, Language>();
            foreach (var kind in new[] { "invoice", "long invoice", "odd invoice", "receipt", "statement", "report" })
                foreach (var language in Languages.All)
                    all.Add(kind, language);
            return all;
        }
    }

    internal static byte[] Render(string kind, Language language) => kind switch
    {
        "invoice" => InvoicePdf.Render(Invoice(language)),
        "long invoice" => InvoicePdf.Render(Invoice(language, lines: 60)),
        "odd invoice" => InvoicePdf.Render(OddInvoice(language)),
        "receipt" => ReceiptPdf.Render(Receipt(language)),
        "report" => ReportPdf.Render(Report(language, rows: 90)),
        "statement" => StatementPdf.Render(Statement(language, entries: 80)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    [Theory, MemberData(nameof(Documents))]
    public async Task Every_document_is_clean_tagged_and_carries_its_fonts(string kind, Language language)
    {
        var pdf = Render(kind, language);
        Assert.Contains("No syntax or stream encoding errors found", await PdfTools.Check(pdf), StringComparison.Ordinal);
        Assert.Empty(await PdfStructure.Broken(pdf));
        var info = await PdfTools.Info(pdf);
        Assert.Matches(@"Tagged:\s+yes", info);
        Assert.Matches(@"Metadata Stream:\s+yes", info);
        var fonts = (await PdfTools.Fonts(pdf)).Split('\n', StringSplitOptions.RemoveEmptyEntries)[2..];
        Assert.Equal(2, fonts.Length);
        Assert.All(fonts, font => Assert.Matches(@"^[A-Z]{6}\+NotoSans-\w+\s+CID TrueType\s+Identity-H\s+yes yes yes", font));
    }

    [Theory, MemberData(nameof(Documents))]
    public async Task The_same_document_gives_the_same_bytes_whoever_renders_it(string kind, Language language)
    {
        var expected = SHA256.HashData(Render(kind, language));
        var cultures = new[] { "tr-TR", "az-Latn-AZ", "ru-RU", "ar-SA", "" };
        var rendered = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            Thread.CurrentThread.CurrentCulture = new System.Globalization.CultureInfo(cultures[i % cultures.Length]);
            return SHA256.HashData(Render(kind, language));
        })));
        Assert.All(rendered, hash => Assert.Equal(expected, hash));
    }

    [Fact]
    public void The_identifier_holds_the_identity_and_the_content()
    {
        var invoice = Invoice();
        var (identity, content) = Ids(InvoicePdf.Render(invoice));
        Assert.Equal((identity, content), Ids(InvoicePdf.Render(invoice)));
        var (sameIdentity, otherContent) = Ids(InvoicePdf.Render(invoice with { Notes = ["Başka"] }));
        Assert.Equal(identity, sameIdentity);
        Assert.NotEqual(content, otherContent);
        Assert.NotEqual(identity, Ids(InvoicePdf.Render(invoice with { Identity = "other" })).Identity);
    }

    [Fact]
    public async Task The_structure_check_sees_what_it_is_meant_to_see()
    {
        // One byte changed in a plain part of the file must be noticed, or the check above proves nothing.
        var pdf = InvoicePdf.Render(Invoice());
        var at = pdf.AsSpan().IndexOf("<pdfuaid:part>1"u8);
        pdf[at + "<pdfuaid:part>".Length] = (byte)'7';
        Assert.Contains("UA 5 pdfuaid", await PdfStructure.Broken(pdf));
    }

    [Fact]
    public void The_colour_profile_is_the_one_that_was_verified()
    {
        using var stream = typeof(InvoicePdf).Assembly.GetManifestResourceStream("srgb.icc")!;
        Assert.Equal(952, stream.Length);
        var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        Assert.StartsWith("cb5f609c", hash, StringComparison.Ordinal);
        Assert.EndsWith("867bb", hash, StringComparison.Ordinal);
    }

    private static (string Identity, string Content) Ids(byte[] pdf)
    {
        var text = System.Text.Encoding.Latin1.GetString(pdf);
        var match = System.Text.RegularExpressions.Regex.Match(text, @"/ID\[<(?<identity>[0-9A-F]{32})><(?<content>[0-9A-F]{32})>\]", System.Text.RegularExpressions.RegexOptions.NonBacktracking);
        Assert.True(match.Success);
        return (match.Groups["identity"].Value, match.Groups["content"].Value);
    }
}
