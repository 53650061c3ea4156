using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Documents;
using Vade.Documents.Sheets;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>A statement as the API answers it; amounts are in its currency, debit and credit always present.</summary>
/// <param name="Sequence">The last entry of the ledger when it was read, and its hash.</param>
/// <param name="Root">The newest signed daily root; null before the first. <c>statement.proof.json</c> leads to it.</param>
internal sealed record StatementView(
    string Currency, DateOnly From, DateOnly To, string Opening, IReadOnlyList<StatementEntryView> Entries, string Closing, long Sequence, string Hash, SignedRoot? Root);

internal sealed record StatementEntryView(DateOnly Date, PostingKind Kind, string Document, string Debit, string Credit, string Balance);

internal static class StatementEndpoints
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/customers/{code}/statement", GetJson)
            .WithSummary("The movements of an account: the current month in the organisation's currency, unless from, to and currency say otherwise")
            .Produces<StatementView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(422);
        api.MapGet("/customers/{code}/statement.xlsx", GetXlsx).WithSummary("The same as a workbook").Produces<byte[]>(200, Xlsx);
        api.MapGet("/customers/{code}/statement.pdf", GetPdf).WithSummary("The same as a paper").Produces<byte[]>(200, "application/pdf");
    }

    private static async Task<IResult> GetJson(string code, HttpRequest request, StatementOfCustomer statements, Exports exports, CancellationToken cancellation)
    {
        var (asked, problem) = await statements.Read(code, request.Query, cancellation);
        if (asked is null)
            return problem!;
        var statement = asked.Statement;
        string Plain(decimal amount) => new Money(amount, statement.Currency).ToPlain();
        return TypedResults.Json(
            new StatementView(
                statement.Currency.Code, statement.From, statement.To, Plain(statement.Opening),
                [.. statement.Lines.Select(line => new StatementEntryView(
                    line.Entry.ValueOn, line.Entry.Kind, line.Entry.Document, Plain(line.Debit), Plain(line.Credit), Plain(line.Balance)))],
                Plain(statement.Closing), statement.Sequence, statement.Hash, await exports.Newest(cancellation)),
            AccountsApiJson.Default.StatementView);
    }

    private static async Task<IResult> GetXlsx(string code, HttpRequest request, StatementOfCustomer statements, CancellationToken cancellation)
    {
        var (asked, problem) = await statements.Read(code, request.Query, cancellation);
        return asked is null ? problem! : TypedResults.File(StatementPaper.Workbook(asked), Xlsx, asked.FileName + ".xlsx");
    }

    private static async Task<IResult> GetPdf(
        string code, HttpRequest request, StatementOfCustomer statements, StatementSeals seals, TimeProvider clock, CancellationToken cancellation)
    {
        var (asked, problem) = await statements.Read(code, request.Query, cancellation);
        if (asked is null)
            return problem!;
        return TypedResults.File(StatementPaper.Pdf(asked, await seals.Newest(cancellation), clock.GetUtcNow()), "application/pdf", asked.FileName + ".pdf");
    }
}

/// <summary>A statement with the two parties that stand on it.</summary>
internal sealed record CustomerStatement(Customer Customer, OrganisationSettings Organisation, Statement Statement)
{
    /// <summary>ASCII, so that every mail client and file system keeps it.</summary>
    public string FileName
    {
        get
        {
            var code = string.Concat(TurkishText.SearchKey(Customer.Code).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
            return string.Create(CultureInfo.InvariantCulture, $"statement-{code}-{Statement.From:yyyy-MM-dd}-{Statement.To:yyyy-MM-dd}-{Statement.Currency}");
        }
    }
}

/// <summary>Reads what a request asks for: customer, range and currency, with their defaults.</summary>
internal sealed class StatementOfCustomer(CustomerReader customers, LedgerReader ledger, Settings settings, TimeProvider clock)
{
    public async Task<(CustomerStatement? Statement, ApiProblem? Problem)> Read(string code, IQueryCollection query, CancellationToken cancellation)
    {
        if (PathName.Decode(code) is not { } name)
            return (null, PathName.Malformed("code"));
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var month = Month.Of(organisation.Today(clock));
        if (!TryDate(query, "from", month.First, out var from, out var problem) || !TryDate(query, "to", from > month.Last ? Month.Of(from).Last : month.Last, out var to, out problem))
            return (null, problem);
        if (from > to)
            return (null, ApiProblem.Rule("range", "from lies after to.", new ApiError("range", "from lies after to.", "from")));
        var asked = query["currency"].ToString();
        if (Currency.Find(asked.Length == 0 ? organisation.Currency : asked) is not { } currency)
            return (null, ApiProblem.Rule("currency.unknown", $"Give one of {string.Join(", ", Currency.All)}.", new ApiError("currency.unknown", "The currency is not known.", "currency")));
        if (await customers.OfCode(name, cancellation) is not { } customer)
            return (null, CustomerEndpoints.NoCustomer(name));
        var statement = await ledger.Statement(AccountStore.Of(name), from, to, currency, cancellation);
        return (new(customer, organisation, statement), null);
    }

    private static bool TryDate(IQueryCollection query, string name, DateOnly otherwise, out DateOnly date, out ApiProblem? problem)
    {
        var text = query[name].ToString();
        (date, problem) = (otherwise, null);
        // The years that a date's neighbours exist in, and no ledger reaches.
        if (text.Length == 0 || (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date) && date.Year is > 1 and < 9999))
            return true;
        problem = ApiProblem.BadRequest(name, $"{name} is no date.", new ApiError("type", "A date such as \"2026-11-30\" is expected here.", name));
        return false;
    }
}
