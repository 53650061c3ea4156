using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>A movement as its customer reads it; an empty amount is none.</summary>
/// <param name="Moved">Debit or credit with its sign, for screens that are too narrow for both columns.</param>
public sealed record MyEntry(string On, string Kind, string Document, string? Due, string Debit, string Credit, string Moved, string Balance);

/// <summary>A value to choose in a form.</summary>
public sealed record MyOption(string Value, string Name, bool IsChosen);

/// <param name="From">yyyy-MM-dd, as the form has it.</param>
/// <param name="Entries">Those of the chosen kind; the balance beside each is that of the whole account.</param>
/// <param name="FilesQuery">What the downloads are asked with.</param>
public sealed record MyLedgerView(
    MyFrame Frame, string From, string To, IReadOnlyList<MyOption> Currencies, IReadOnlyList<MyOption> Kinds, string Opening, string Closing,
    IReadOnlyList<MyEntry> Entries, string FilesQuery, string? PreviousUrl, string? NextUrl, string? PageText);

/// <summary>
/// The account of the customer: every movement with its balance, narrowed by date, kind and currency, and the same
/// range as a workbook or a paper. Without a range: from the first of the month before last until today.
/// </summary>
internal static class MyLedger
{
    public const string Path = "/my/ledger";
    private const int Shown = 20;
    private const int DefaultMonthsBack = 2;
    private const int YearsMax = 10;
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>What a request asks for; whatever cannot be read has its default.</summary>
    internal sealed record Range(DateOnly From, DateOnly To, Currency Currency)
    {
        public static Range Of(DateOnly? from, DateOnly? to, Currency currency, DateOnly today)
        {
            var month = new DateOnly(today.Year, today.Month, 1);
            var (first, last) = (from ?? (to is { } end && end < month ? new DateOnly(end.Year, end.Month, 1) : month.AddMonths(-DefaultMonthsBack)), to ?? today);
            if (first > last)
                (first, last) = from is not null && to is null ? (first, first.AddMonths(1).AddDays(-1)) : (last, first);
            // A statement of a lifetime is no page; ten years are.
            return new(last.AddYears(-YearsMax) > first ? last.AddYears(-YearsMax) : first, last, currency);
        }
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        var my = app.MapMy();
        my.MapGet("/ledger", Show);
        my.MapGet("/statement.pdf", async (HttpContext context, StatementSeals seals, TimeProvider clock, CancellationToken cancellation) =>
        {
            var asked = await Statement(context, cancellation);
            return TypedResults.File(StatementPaper.Pdf(asked, await seals.Newest(cancellation), clock.GetUtcNow()), "application/pdf", asked.FileName + ".pdf");
        });
        my.MapGet("/statement.xlsx", async (HttpContext context, CancellationToken cancellation) =>
        {
            var asked = await Statement(context, cancellation);
            return TypedResults.File(StatementPaper.Workbook(asked), Xlsx, asked.FileName + ".xlsx");
        });
        my.MapGet("/statement.proof.json", async (HttpContext context, ProofOfStatement proofs, CancellationToken cancellation) =>
        {
            var asked = await Statement(context, cancellation);
            return TypedResults.File(await proofs.File(asked, cancellation), "application/json", asked.FileName + ".proof.json");
        });
    }

    private static async Task<IResult> Show(HttpContext context, LedgerReader ledger, CancellationToken cancellation)
    {
        var (visitor, query) = (context.Visitor(), context.Request.Query);
        var language = visitor.Language;
        var asked = await Statement(context, cancellation);
        var statement = asked.Statement;
        var head = await ledger.Head(visitor.Account, cancellation);
        var due = await DueDates(ledger, visitor.Account, head, cancellation);
        PostingKind? kind = Enum.GetValues<PostingKind>().Cast<PostingKind?>().FirstOrDefault(one => one.ToString() == query["kind"]);
        string Amount(decimal amount) => Formats.Number(amount, statement.Currency.MinorDigits, language);

        var lines = statement.Lines.Where(line => kind is null || line.Entry.Kind == kind).ToArray();
        var pages = Math.Max(1, (lines.Length + Shown - 1) / Shown);
        var page = int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, 1, pages) : 1;
        var files = QueryString.Create(new Dictionary<string, string?>
        {
            ["from"] = Iso(statement.From), ["to"] = Iso(statement.To), ["currency"] = statement.Currency.Code,
        });
        string? Url(int to) => to < 1 || to > pages ? null : PageLanguage.Keep(
            context.Request,
            $"{Path}{files}{(kind is null ? "" : $"&kind={kind}")}&page={to.ToString(CultureInfo.InvariantCulture)}");
        var currencies = head.Balances.Select(balance => balance.Currency).Append(asked.Organisation.Currency).Append(statement.Currency.Code)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return Pages.Of<MyLedgerPage>(new()
        {
            [nameof(MyLedgerPage.View)] = new MyLedgerView(
                await context.Frame(AccountsWords.Texts[language, "my.ledger"], Path, cancellation),
                Iso(statement.From), Iso(statement.To),
                [.. currencies.Select(code => new MyOption(code, code, code == statement.Currency.Code))],
                [
                    new("", AccountsWords.Texts[language, "my.everyKind"], kind is null),
                    .. Enum.GetValues<PostingKind>().Select(value => new MyOption(value.ToString(), StatementPaper.Kind(value, language), value == kind)),
                ],
                Formats.Money(new(statement.Opening, statement.Currency), language),
                Formats.Money(new(statement.Closing, statement.Currency), language),
                [.. lines.Skip((page - 1) * Shown).Take(Shown).Select(line => new MyEntry(
                    Formats.Date(line.Entry.ValueOn, language), StatementPaper.Kind(line.Entry.Kind, language), line.Entry.Document,
                    line.Debit > 0m && due.TryGetValue(line.Entry.Document, out var on) ? Formats.Date(on, language) : null,
                    line.Debit == 0m ? "" : Amount(line.Debit), line.Credit == 0m ? "" : Amount(line.Credit),
                    line.Credit == 0m ? "+" + Amount(line.Debit) : "−" + Amount(line.Credit), Amount(line.Balance)))],
                files.ToString(),
                Url(page - 1), Url(page + 1), pages == 1 ? null : AccountsWords.Texts.Format(language, "my.pageOf", page, pages)),
        });
    }

    private static async Task<CustomerStatement> Statement(HttpContext context, CancellationToken cancellation)
    {
        var (visitor, services, request) = (context.Visitor(), context.RequestServices, context.Request);
        var organisation = await services.GetRequiredService<Settings>().Get(OrganisationSettings.Section, cancellation);
        var range = Range.Of(
            My.DateOf(request, "from"), My.DateOf(request, "to"), Currency.Find(request.Query["currency"]) ?? organisation.MoneyCurrency,
            organisation.Today(services.GetRequiredService<TimeProvider>()));
        var statement = await services.GetRequiredService<LedgerReader>().Statement(visitor.Account, range.From, range.To, range.Currency, cancellation);
        return new(visitor.Customer with { Language = visitor.Language.Code() }, organisation, statement);
    }

    // An item keeps its due date for as long as it is open, and in the allocations that settled it.
    private static async Task<Dictionary<string, DateOnly>> DueDates(LedgerReader ledger, string account, LedgerHead head, CancellationToken cancellation)
    {
        var due = new Dictionary<string, DateOnly>(StringComparer.Ordinal);
        foreach (var row in await ledger.AllocationHistory(account, cancellation))
        {
            foreach (var allocation in row.Allocations)
                due[allocation.Item.Number] = allocation.Item.DueOn;
        }

        foreach (var item in head.Open)
            due[item.Number] = item.DueOn;
        return due;
    }

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
