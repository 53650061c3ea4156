using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Kernel.Web;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>A customer's movements as staff read them.</summary>
/// <param name="Lines">A page of those of the chosen kind; the balance beside each is that of the whole account.</param>
/// <param name="Kind">The chosen kind's name; empty for all.</param>
/// <param name="FilesQuery">What the downloads are asked with.</param>
public sealed record LedgerView(
    CustomerFrame Frame, Statement Statement, IReadOnlyList<StatementLine> Lines, IReadOnlyList<string> Currencies, string Kind, string FilesQuery,
    string? PreviousUrl, string? NextUrl, string? PageText);

/// <summary>The ledger of a customer, its statement to take along, and where each figure comes from.</summary>
internal static class LedgerPages
{
    public const string Tab = "ledger";
    private const int Shown = 50;
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/customers/{code}/ledger", Show).Needs(CustomerPanel.See);
        panel.MapGet("/customers/{code}/why/{currency}", Why).Needs(CustomerPanel.See);
        panel.MapGet("/customers/{code}/entries/{posting}", Entry).Needs(CustomerPanel.See);
        panel.MapGet("/customers/{code}/statement.pdf", async (string code, PanelRequest panel, LedgerReader ledger, StatementSeals seals, TimeProvider clock) =>
            await Statement(code, panel, ledger) is { } asked
                ? TypedResults.File(StatementPaper.Pdf(asked, await seals.Newest(panel.Cancellation), clock.GetUtcNow()), "application/pdf", asked.FileName + ".pdf")
                : (IResult)panel.NotFound()).Needs(CustomerPanel.See);
        panel.MapGet("/customers/{code}/statement.xlsx", async (string code, PanelRequest panel, LedgerReader ledger) =>
            await Statement(code, panel, ledger) is { } asked
                ? TypedResults.File(StatementPaper.Workbook(asked), Xlsx, asked.FileName + ".xlsx")
                : (IResult)panel.NotFound()).Needs(CustomerPanel.See);
        panel.MapGet("/customers/{code}/statement.proof.json", async (string code, PanelRequest panel, LedgerReader ledger, ProofOfStatement proofs) =>
            await Statement(code, panel, ledger) is { } asked
                ? TypedResults.File(await proofs.File(asked, panel.Cancellation), "application/json", asked.FileName + ".proof.json")
                : (IResult)panel.NotFound()).Needs(CustomerPanel.See);
    }

    private static async Task<IResult> Show(string code, PanelRequest panel, LedgerReader ledger)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame)
            return panel.NotFound();
        var statement = await Read(frame, panel, ledger);
        var head = await ledger.Head(frame.Account, panel.Cancellation);
        PostingKind? kind = Enum.GetValues<PostingKind>().Cast<PostingKind?>().FirstOrDefault(one => one.ToString() == panel.Query("kind"));
        var lines = statement.Lines.Where(line => kind is null || line.Entry.Kind == kind).ToArray();
        var pages = Math.Max(1, (lines.Length + Shown - 1) / Shown);
        var page = FormValues.Whole(panel.Query("page") ?? "") is { } number ? Math.Clamp(number, 1, pages) : 1;
        var files = $"?from={FormValues.Written(statement.From)}&to={FormValues.Written(statement.To)}&currency={statement.Currency.Code}";
        string? Url(int to) => to < 1 || to > pages
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{frame.Path}/{Tab}{files}{(kind is null ? "" : $"&kind={kind}")}&page={to}");
        return panel.Page<LedgerPage>((nameof(LedgerPage.View), new LedgerView(
            frame, statement, [.. lines.Skip((page - 1) * Shown).Take(Shown)],
            [.. head.Balances.Select(balance => balance.Currency).Append(panel.Organisation.Currency).Append(statement.Currency.Code)
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            kind?.ToString() ?? "", files, Url(page - 1), Url(page + 1),
            pages == 1 ? null : AccountsWords.Texts.Format(panel.Language, "my.pageOf", page, pages))));
    }

    private static async Task<IResult> Why(string code, string currency, PanelRequest panel, ExplainAccount explain)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame || Currency.Find(currency) is not { } known)
            return panel.NotFound();
        var explanation = await explain.Balance(frame.Account, known, panel.Language, panel.Cancellation);
        return panel.Page<ExplanationPage>((nameof(ExplanationPage.Frame), frame), (nameof(ExplanationPage.Of), explanation));
    }

    private static async Task<IResult> Entry(string code, string posting, PanelRequest panel, ExplainAccount explain)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame
            || PathName.Decode(posting) is not { } id
            || await explain.Entry(frame.Account, id, panel.Language, panel.Cancellation) is not { } explanation)
            return panel.NotFound();
        return panel.Page<ExplanationPage>((nameof(ExplanationPage.Frame), frame), (nameof(ExplanationPage.Of), explanation));
    }

    private static async Task<CustomerStatement?> Statement(string code, PanelRequest panel, LedgerReader ledger) =>
        await CustomerFrame.Find(panel, code) is { } frame ? new(frame.Customer, panel.Organisation, await Read(frame, panel, ledger)) : null;

    private static Task<Statement> Read(CustomerFrame frame, PanelRequest panel, LedgerReader ledger)
    {
        var range = MyLedger.Range.Of(
            FormValues.Day(panel.Query("from") ?? ""), FormValues.Day(panel.Query("to") ?? ""),
            Currency.Find(panel.Query("currency") ?? "") ?? panel.Organisation.MoneyCurrency, panel.Today);
        return ledger.Statement(frame.Account, range.From, range.To, range.Currency, panel.Cancellation);
    }
}
