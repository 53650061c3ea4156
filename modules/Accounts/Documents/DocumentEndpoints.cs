using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Accounts;

/// <summary>A document as the API answers it; amounts are in its currency.</summary>
/// <param name="Remaining">What is open here now; of a purchase and a return, what the ERP last said.</param>
/// <param name="Pdf">Whether the original is attached.</param>
internal sealed record DocumentView(
    DocumentDirection Direction,
    DocumentKind Kind,
    string Number,
    DateOnly Date,
    DateOnly DueOn,
    string Currency,
    string Net,
    string Tax,
    string Total,
    bool Electronic,
    string? Remaining,
    DateTimeOffset AsOf,
    int Version,
    bool Pdf,
    bool Ubl,
    IReadOnlyList<Remark> Warnings);

internal static class DocumentEndpoints
{
    private const int OriginalBytesMax = 10 * 1024 * 1024;
    private const int ScannedRowsMax = 5_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        const string one = "/customers/{code}/documents/{number}";
        api.MapPut(one, Put)
            .WithSummary("Takes a document from the ERP; direction and number together are its key")
            .Accepts<DocumentBody>("application/json", "*/*")
            .Produces<DocumentView>().Produces<DocumentView>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(422);
        api.MapGet(one, Get).WithSummary("A document; direction=sale|purchase where both carry the number").Produces<DocumentView>().ProducesProblem(404);
        api.MapGet("/customers/{code}/documents", List)
            .WithSummary("The documents of a customer; filters direction, kind, from, to")
            .Produces<ApiPage<DocumentView>>();
        foreach (var form in OriginalForm.All)
        {
            api.MapPut($"{one}/{form.Name}", (string code, string number, HttpRequest request, Originals originals, CancellationToken cancellation) =>
                    Attach(code, number, form, request, originals, cancellation))
                .WithSummary("Attaches the original, up to 10 MB").Accepts<byte[]>(form.ContentType, "*/*").Produces(204).ProducesProblem(404).ProducesProblem(422);
            api.MapGet($"{one}/{form.Name}", (string code, string number, HttpRequest request, HttpResponse response, Originals originals, CancellationToken cancellation) =>
                    Download(code, number, form, request, response, originals, cancellation))
                .WithSummary("The original").Produces<byte[]>(200, form.ContentType).ProducesProblem(404);
        }
    }

    private static async Task<IResult> Put(
        string code, string number, HttpRequest request, TakeDocument documents, LedgerReader ledger, CancellationToken cancellation)
    {
        if (PathName.Decode(code) is not { } customer)
            return PathName.Malformed("code");
        if (PathName.Decode(number) is not { } name)
            return PathName.Malformed("number");
        var body = await ApiBody.Read(request, AccountsApiJson.Default.DocumentBody);
        if (!body.Ok)
            return body.Problem;
        return await documents.Take(customer, name, body.Value, cancellation) switch
        {
            DocumentTaken.NoCustomer => CustomerEndpoints.NoCustomer(customer),
            DocumentTaken.Refused refused => refused.Problems.ToApi(),
            DocumentTaken.Kept kept => TypedResults.Json(
                View(kept.Document, await ledger.Standing(AccountStore.Of(customer), cancellation), kept.Warnings),
                AccountsApiJson.Default.DocumentView,
                statusCode: kept.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK),
            _ => throw new InvalidOperationException("A document is kept or refused."),
        };
    }

    private static async Task<IResult> Get(
        string code, string number, HttpRequest request, DocumentReader documents, LedgerReader ledger, CancellationToken cancellation)
    {
        var (found, problem) = await Find(code, number, request, documents, cancellation);
        return found is { } place
            ? TypedResults.Json(View(place.Document.Value, await ledger.Standing(place.Account, cancellation), []), AccountsApiJson.Default.DocumentView)
            : problem!;
    }

    private static async Task<IResult> List(
        string code, HttpRequest request, AccountStore accounts, CustomerReader customers, LedgerReader ledger, CancellationToken cancellation)
    {
        if (PathName.Decode(code) is not { } customer)
            return PathName.Malformed("code");
        if (!ApiList.TryRead(request, out var list, out var problem))
            return problem;
        if (await customers.OfCode(customer, cancellation) is null)
            return CustomerEndpoints.NoCustomer(customer);
        if (!DocumentFilter.TryRead(request.Query, out var filter, out problem))
            return problem!;

        var account = AccountStore.Of(customer);
        var head = await ledger.Standing(account, cancellation);
        var range = KeyRange.Prefix(AccountsRows.DocumentPrefix);
        if (list.After is not null)
        {
            if (PathName.Decode(list.After) is not { } after || !after.StartsWith(AccountsRows.DocumentPrefix, StringComparison.Ordinal))
                return PathName.Malformed("after");
            range = range.After(after);
        }

        var found = new List<Stored<ErpDocument>>();
        for (var scanned = 0; scanned < ScannedRowsMax;)
        {
            var rows = await accounts.Tables.Page(AccountStore.Table, account, range, ApiList.LimitMax, AccountsRows.DocumentType, cancellation);
            found.AddRange(rows.Where(row => filter.Passes(row.Value)));
            if (found.Count > list.Limit)
                return Page([.. found.Take(list.Limit)], found[list.Limit - 1].Key);
            if (rows.Count < ApiList.LimitMax)
                return Page(found, null);
            scanned += rows.Count;
            range = range.After(rows[^1].Key);
        }

        return Page(found, range.From[..^1]);

        IResult Page(IReadOnlyList<Stored<ErpDocument>> rows, string? last) => TypedResults.Json(
            new ApiPage<DocumentView>([.. rows.Select(row => View(row.Value, head, []))], last is null ? null : PathName.Encode(last)),
            AccountsApiJson.Default.ApiPageDocumentView);
    }

    private static async Task<IResult> Attach(
        string code, string number, OriginalForm form, HttpRequest request, Originals originals, CancellationToken cancellation)
    {
        var (found, problem) = await Find(code, number, request, originals.Documents, cancellation);
        if (found is not { } place)
            return problem!;
        if (await ApiBody.Bytes(request, OriginalBytesMax) is not { } bytes)
            return ApiProblem.Rule("original.size", "An original has at most 10 MB.");
        if (form.Refusal(bytes) is { } refusal)
            return ApiProblem.Rule("original.form", refusal);
        await originals.Attach(place.Account, place.Document.Key, form, bytes, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> Download(
        string code, string number, OriginalForm form, HttpRequest request, HttpResponse response, Originals originals, CancellationToken cancellation)
    {
        var (found, problem) = await Find(code, number, request, originals.Documents, cancellation);
        if (found is not { } place)
            return problem!;
        if (await originals.Find(form.Of(place.Document.Value), cancellation) is not { } bytes)
            return ApiProblem.NotFound("No original is attached.");
        response.Headers.XContentTypeOptions = "nosniff";
        var name = string.Concat(place.Document.Value.Number.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        return TypedResults.File(bytes, form.ContentType, $"{name}.{form.Extension}");
    }

    // Where no direction is given, a sale comes first.
    private static async Task<((string Account, Stored<ErpDocument> Document)? Found, ApiProblem? Problem)> Find(
        string code, string number, HttpRequest request, DocumentReader documents, CancellationToken cancellation)
    {
        if (PathName.Decode(code) is not { } customer)
            return (null, PathName.Malformed("code"));
        if (PathName.Decode(number) is not { } name)
            return (null, PathName.Malformed("number"));
        if (!DocumentFilter.TryRead(request.Query, out var filter, out var problem))
            return (null, problem);
        if (CustomerRules.CodeProblem(customer) is null && CustomerRules.CodeProblem(name, "number") is null)
        {
            foreach (var direction in filter.Direction is { } asked ? [asked] : Enum.GetValues<DocumentDirection>())
            {
                if (await documents.Find(AccountStore.Of(customer), direction, name, cancellation) is { } found)
                    return ((AccountStore.Of(customer), found), null);
            }
        }

        return (null, ApiProblem.NotFound($"The customer {customer} has no document {name}."));
    }

    private static DocumentView View(ErpDocument document, LedgerHead head, IReadOnlyList<Remark> warnings)
    {
        string Plain(decimal amount) => new Money(amount, document.MoneyCurrency).ToPlain();
        var isReceivable = document is { Direction: DocumentDirection.Sale, Kind: DocumentKind.Invoice };
        var remaining = isReceivable ? head.ItemOf(document.Ref)?.Remaining ?? 0m : document.Remaining;
        return new(
            document.Direction, document.Kind, document.Number, document.Date, document.DueOn, document.Currency,
            Plain(document.Net), Plain(document.Tax), Plain(document.Total), document.Electronic,
            remaining is { } open ? Plain(open) : null, document.AsOf, document.Version,
            document.Pdf is not null, document.Ubl is not null, warnings);
    }
}

/// <summary>What a list of documents is narrowed to.</summary>
internal sealed record DocumentFilter(DocumentDirection? Direction, DocumentKind? Kind, DateOnly? From, DateOnly? To)
{
    public bool Passes(ErpDocument document) =>
        (Direction ?? document.Direction) == document.Direction
        && (Kind ?? document.Kind) == document.Kind
        && !(document.Date < From)
        && !(document.Date > To);

    public static bool TryRead(IQueryCollection query, out DocumentFilter filter, out ApiProblem? problem)
    {
        problem = null;
        filter = new(
            Read<DocumentDirection>(query, "direction", text => text switch { "sale" => DocumentDirection.Sale, "purchase" => DocumentDirection.Purchase, _ => null }, ref problem),
            Read<DocumentKind>(query, "kind", text => text switch { "invoice" => DocumentKind.Invoice, "return" => DocumentKind.Return, _ => null }, ref problem),
            Read<DateOnly>(query, "from", Date, ref problem),
            Read<DateOnly>(query, "to", Date, ref problem));
        return problem is null;
    }

    private static DateOnly? Date(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var date) ? date : null;

    private static T? Read<T>(IQueryCollection query, string name, Func<string, T?> read, ref ApiProblem? problem)
        where T : struct
    {
        var text = query[name].ToString();
        var value = text.Length == 0 ? null : read(text);
        if (value is null && text.Length > 0)
            problem ??= ApiProblem.BadRequest(name, $"{name} cannot be {text}.", new ApiError("type", "This value is not known here.", name));
        return value;
    }
}
