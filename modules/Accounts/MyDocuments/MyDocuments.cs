using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Kernel.Web;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>A document of the organisation's books as its customer reads it.</summary>
public sealed record MyDocument(string Number, string Kind, string On, string Amount, string? PdfUrl, string? UblUrl);

public sealed record MyDocumentsView(MyFrame Frame, IReadOnlyList<MyDocument> Documents, string? NextUrl);

/// <summary>The documents that the ERP sent about this customer, with their originals (seed A13).</summary>
internal static class MyDocuments
{
    public const string Path = "/my/documents";
    private const int Shown = 20;

    public static void Map(IEndpointRouteBuilder app)
    {
        var my = app.MapMy();
        my.MapGet("/documents", Show);
        foreach (var form in OriginalForm.All)
        {
            my.MapGet("/documents/{direction}/{number}/" + form.Name, (string direction, string number, HttpContext context, Originals originals, PaperViews views, CancellationToken cancellation) =>
                Original(direction, number, form, context, originals, views, cancellation));
        }
    }

    private static async Task<IResult> Show(HttpContext context, DocumentReader documents, CancellationToken cancellation)
    {
        var visitor = context.Visitor();
        var language = visitor.Language;
        var all = new List<ErpDocument>();
        await foreach (var document in documents.All(visitor.Account, cancellation))
            all.Add(document);
        var after = context.Request.Query["after"].ToString();
        static string Place(ErpDocument document) => $"{document.Date:yyyy-MM-dd}!{document.Ref}";
        var page = all.OrderByDescending(Place, StringComparer.Ordinal)
            .Where(document => after.Length == 0 || string.CompareOrdinal(Place(document), after) < 0)
            .Take(Shown + 1).ToArray();
        return Pages.Of<MyDocumentsPage>(new()
        {
            [nameof(MyDocumentsPage.View)] = new MyDocumentsView(
                await context.Frame(AccountsWords.Texts[language, "my.documents"], "/my/invoices", cancellation),
                [.. page.Take(Shown).Select(document => View(document, language))],
                page.Length > Shown ? PageLanguage.Keep(context.Request, $"{Path}?after={Uri.EscapeDataString(Place(page[Shown - 1]))}") : null),
        });
    }

    private static async Task<IResult> Original(
        string direction, string number, OriginalForm form, HttpContext context, Originals originals, PaperViews views, CancellationToken cancellation)
    {
        var visitor = context.Visitor();
        DocumentDirection? which = direction switch { "sale" => DocumentDirection.Sale, "purchase" => DocumentDirection.Purchase, _ => null };
        if (which is not { } way
            || PathName.Decode(number) is not { } name
            || CustomerRules.CodeProblem(name, "number") is not null
            || await originals.Documents.Find(visitor.Account, way, name, cancellation) is not { Value: var document }
            || await originals.Find(form.Of(document), cancellation) is not { } bytes)
            return await My.NotFound(context, cancellation);
        // What others wrote is never shown inline (design §7).
        await views.Note(context.Request, visitor.Account, Paper.Document, document.Ref, Viewer.My, saved: true, cancellation);
        return TypedResults.File(bytes, form.ContentType, $"{string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'))}.{form.Extension}");
    }

    private static MyDocument View(ErpDocument document, Language language)
    {
        var at = $"{Path}/{(document.Direction == DocumentDirection.Sale ? "sale" : "purchase")}/{PathName.Encode(document.Number)}/";
        var kind = $"my.document.{(document.Direction == DocumentDirection.Sale ? "sale" : "purchase")}{document.Kind}";
        return new(
            document.Number, AccountsWords.Texts[language, kind], Formats.Date(document.Date, language),
            Formats.Money(new(document.Total, document.MoneyCurrency), language),
            document.Pdf is null ? null : at + "pdf",
            document.Ubl is null ? null : at + "ubl");
    }
}
