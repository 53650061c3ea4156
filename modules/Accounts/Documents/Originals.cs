using System.Security.Cryptography;
using System.Xml;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>The two forms in which an original is attached.</summary>
/// <param name="Refusal">Why bytes are not of this form, told by what they hold; null when they are.</param>
internal sealed record OriginalForm(
    string Name, string ContentType, string Extension, Func<byte[], string?> Refusal, Func<ErpDocument, Original?> Of, Func<ErpDocument, Original, ErpDocument> With)
{
    private const int CharactersMax = 20_000_000;
    private const int DepthMax = 128;

    public static IReadOnlyList<OriginalForm> All { get; } =
    [
        new("pdf", "application/pdf", "pdf",
            bytes => bytes.AsSpan().StartsWith("%PDF-"u8) ? null : "This is no PDF.",
            document => document.Pdf, (document, original) => document with { Pdf = original }),
        new("ubl", "application/xml", "xml",
            XmlRefusal,
            document => document.Ubl, (document, original) => document with { Ubl = original }),
    ];

    // A DTD could name files of ours and grow without end; no e-document has one.
    private static string? XmlRefusal(byte[] bytes)
    {
        try
        {
            using var reader = XmlReader.Create(
                new MemoryStream(bytes),
                new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = CharactersMax });
            // The reader keeps every element that is open.
            while (reader.Read())
            {
                if (reader.Depth > DepthMax)
                    return "This XML is nested deeper than any e-document.";
            }

            return null;
        }
        // The second is how the reader fails over an odd version in the first line.
        catch (Exception problem) when (problem is XmlException or ArgumentException)
        {
            return $"This is no XML without a DTD: {problem.Message}";
        }
    }
}

/// <summary>Keeps originals under their hash: the same file sent twice is one blob.</summary>
internal sealed class Originals(AccountStore accounts, DocumentReader documents, IBlobs blobs, TimeProvider clock)
{
    public DocumentReader Documents => documents;

    /// <summary>The blob first, so that a row never points at nothing.</summary>
    public async Task Attach(string account, string document, OriginalForm form, byte[] bytes, CancellationToken cancellation)
    {
        var original = new Original(Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length, clock.GetUtcNow());
        await blobs.Put(Name(original), bytes, cancellation);
        await accounts.Change(account, async stop =>
        {
            var stored = await accounts.Find(account, document, AccountsRows.DocumentType, stop)
                ?? throw new InvalidOperationException($"The document {document} is gone.");
            return new Decision<bool>(true, form.Of(stored.Value)?.Sha256 == original.Sha256
                ? null
                : accounts.Batch(account).Replace(stored, form.With(stored.Value, original), AccountsRows.DocumentType));
        }, cancellation);
    }

    public async Task<byte[]?> Find(Original? original, CancellationToken cancellation) =>
        original is null ? null : await blobs.Find(Name(original), cancellation);

    private static string Name(Original original) => "originals/" + original.Sha256;
}
