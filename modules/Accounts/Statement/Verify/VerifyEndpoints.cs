using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>
/// The statement that can be verified alone, and the page that does it. With JavaScript the file never leaves the
/// reader's machine, and the page can be kept and used without a network; without it the same check runs here.
/// </summary>
internal static class VerifyEndpoints
{
    public const string Page = "/verify";
    private const string Script = "/verify/verify.js";
    private const string Offline = "/verify/offline";

    // Nothing but our own script, and nowhere to send what it reads.
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly string ScriptText = Resource("verify.js");

    public static void MapApi(IEndpointRouteBuilder api) => api.MapGet("/customers/{code}/statement.proof.json", GetProof)
        .WithSummary("The statement with all that is needed to verify it without us: entries, path to the daily root, signature")
        .Produces<StatementProof>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(422);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Page, (HttpContext context, Looks looks, Settings settings, CancellationToken cancellation) =>
            Show(context, looks, settings, null, cancellation)).ExcludeFromDescription();
        app.MapPost(Page, Check).ExcludeFromDescription();
        app.MapGet(Script, () => Results.Text(ScriptText, "text/javascript; charset=utf-8")).ExcludeFromDescription();
        app.MapGet(Offline, GetOffline).ExcludeFromDescription();
    }

    private static async Task<IResult> GetProof(string code, HttpRequest request, StatementOfCustomer statements, ProofOfStatement proofs, CancellationToken cancellation)
    {
        var (asked, problem) = await statements.Read(code, request.Query, cancellation);
        return asked is null ? problem! : Results.File(await proofs.File(asked, cancellation), "application/json", asked.FileName + ".proof.json");
    }

    private static async Task<IResult> Show(HttpContext context, Looks looks, Settings settings, VerifyAnswer? answer, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        context.Response.Headers.ContentSecurityPolicy = Policy;
        return Pages.Of<VerifyPage>(new()
        {
            [nameof(VerifyPage.Look)] = await looks.Get(cancellation),
            [nameof(VerifyPage.Language)] = PageLanguage.Of(context.Request, organisation.Reader),
            [nameof(VerifyPage.Action)] = PageLanguage.Keep(context.Request, Page),
            [nameof(VerifyPage.Script)] = $"<script src=\"{Script}\" defer></script>",
            [nameof(VerifyPage.OfflineUrl)] = PageLanguage.Keep(context.Request, Offline),
            [nameof(VerifyPage.Answer)] = answer,
        });
    }

    private static async Task<IResult> Check(HttpContext context, Looks looks, Settings settings, CancellationToken cancellation) =>
        await Show(context, looks, settings, await Answer(context, cancellation), cancellation);

    // One file of bounded size; whatever else is sent is no statement.
    private static async Task<VerifyAnswer> Answer(HttpContext context, CancellationToken cancellation)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = ProofCheck.BytesMax;
        try
        {
            if (!context.Request.HasFormContentType
                || (await context.Request.ReadFormAsync(cancellation)).Files.GetFile("file") is not { Length: > 0 and <= ProofCheck.BytesMax } file)
                return new(ProofVerdict.Wrong("unreadable"), null);
            using var content = new MemoryStream();
            await file.CopyToAsync(content, cancellation);
            var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
            return new(ProofCheck.Check(bytes), CurrencyOf(bytes));
        }
        catch (Exception malformed) when (malformed is InvalidDataException or BadHttpRequestException or IOException)
        {
            return new(ProofVerdict.Wrong("unreadable"), null);
        }
    }

    private static Currency? CurrencyOf(ReadOnlySpan<byte> file)
    {
        try
        {
            return JsonSerializer.Deserialize(file, ProofJson.Default.StatementProof) is { Currency: { } code } ? Currency.Find(code) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The page as one file: kept on a disk it needs nobody, neither us nor a network.</summary>
    private static async Task<IResult> GetOffline(HttpContext context, Looks looks, Settings settings, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var language = PageLanguage.Of(context.Request, organisation.Reader);
        var html = await OfflinePage.Write(context.RequestServices, await looks.Get(cancellation), language, (await looks.Style(cancellation)).Text, ScriptText);
        return Results.File(Encoding.UTF8.GetBytes(html), "text/html; charset=utf-8", "vade-verify.html");
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(VerifyEndpoints).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}

/// <summary>What a check without JavaScript came to.</summary>
/// <param name="Currency">Of the statement; null where it could not be read.</param>
public sealed record VerifyAnswer
{
    internal VerifyAnswer(ProofVerdict verdict, Currency? currency) => (Verdict, Currency) = (verdict, currency);

    internal ProofVerdict Verdict { get; }
    internal Currency? Currency { get; }
}

/// <summary>Puts the proof together: all entries, and the newest daily root with the path to it.</summary>
internal sealed class ProofOfStatement(LedgerReader ledger, Exports exports)
{
    /// <summary>The file a customer keeps. Costs the account's entries, the newest root, its list of files and one of them.</summary>
    /// <exception cref="ExportException">The archive was changed: better no proof than a wrong one.</exception>
    public async Task<byte[]> File(CustomerStatement asked, CancellationToken cancellation)
    {
        var account = Kernel.Messaging.AccountStore.Of(asked.Customer.Code);
        var root = await exports.Newest(cancellation);
        var proof = root is null ? null : await exports.Prove(root.Day, account, cancellation);
        // Read after the root, so that they reach at least as far.
        var entries = await ledger.Entries(account, cancellation);
        return JsonSerializer.SerializeToUtf8Bytes(
            StatementProof.Of(asked, account, entries, proof, proof is null ? null : root), ProofJson.Default.StatementProof);
    }
}
