using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Billing;

/// <summary>An invoice as its customer reads it.</summary>
/// <param name="Tone">bad, good or empty: only repeats what <paramref name="Status"/> says.</param>
/// <param name="Left">What is still owed, where a part is paid.</param>
public sealed record MyInvoice(string Number, string? What, string Amount, string Status, string Tone, string? Left, string Dates, string PdfUrl);

/// <summary>A choice among several, as a link.</summary>
public sealed record MyChoice(string Name, string Url, bool IsChosen);

public sealed record MyInvoicesView(
    MyFrame Frame, IReadOnlyList<MyChoice> States, IReadOnlyList<MyChoice> Years, IReadOnlyList<MyInvoice> Invoices, string? NextUrl, string? DocumentsUrl);

/// <summary>All invoices of the customer, the newest first, with their papers.</summary>
internal static class MyInvoices
{
    public const string Path = "/my/invoices";
    private const int Shown = 15;
    private const int YearsShown = 8;
    private const int LongestText = 70;
    private static readonly string[] States = ["all", "open", "paid"];

    public static Texts Texts { get; } = Texts.Of(typeof(MyInvoices).Assembly);

    public static void Map(IEndpointRouteBuilder app)
    {
        var my = app.MapMy();
        my.MapGet("/invoices", Show);
        my.MapGet("/invoices/{number}/pdf", Pdf);
    }

    private static async Task<IResult> Show(
        HttpContext context, AccountStore accounts, LedgerReader ledger, DocumentReader documents, Settings settings, TimeProvider clock, CancellationToken cancellation)
    {
        var (visitor, query) = (context.Visitor(), context.Request.Query);
        var (language, head) = (visitor.Language, await ledger.Head(visitor.Account, cancellation));
        var state = States.Contains(query["show"].ToString()) ? query["show"].ToString() : "all";
        var all = new List<Invoice>();
        await foreach (var row in accounts.Tables.All(
            AccountStore.Table, visitor.Account, KeyRange.Prefix(BillingRows.InvoicePrefix), BillingRows.InvoiceType, cancellation))
        {
            if (row.Value.State != InvoiceState.Pending)
                all.Add(row.Value);
        }

        var years = all.Select(invoice => invoice.IssuedOn.Year).Distinct().OrderDescending().Take(YearsShown).ToArray();
        int? year = int.TryParse(query["year"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && years.Contains(asked) ? asked : null;
        var today = (await settings.Get(OrganisationSettings.Section, cancellation)).Today(clock);
        var after = query["after"].ToString();
        var matching = all
            .Where(invoice => year is null || invoice.IssuedOn.Year == year)
            .Where(invoice => state == "all" || (InvoiceReader.Status(invoice, head).Status is var status && (state == "paid" ? status == "paid" : status is "open" or "partlyPaid")))
            .OrderByDescending(Place, StringComparer.Ordinal)
            .Where(invoice => after.Length == 0 || string.CompareOrdinal(Place(invoice), after) < 0)
            .Take(Shown + 1).ToArray();

        string Url(string show, int? of, string? behind = null) => PageLanguage.Keep(
            context.Request,
            Path + QueryString.Create(new Dictionary<string, string?> { ["show"] = show == "all" ? null : show, ["year"] = of?.ToString(CultureInfo.InvariantCulture), ["after"] = behind }
                .Where(pair => pair.Value is not null)));
        return Pages.Of<MyInvoicesPage>(new()
        {
            [nameof(MyInvoicesPage.View)] = new MyInvoicesView(
                await context.Frame(Texts[language, "my.invoices"], Path, cancellation),
                [.. States.Select(one => new MyChoice(Texts[language, "my." + one], Url(one, year), one == state))],
                years.Length < 2 ? [] :
                [
                    new(Texts[language, "my.anyYear"], Url(state, null), year is null),
                    .. years.Select(one => new MyChoice(one.ToString(CultureInfo.InvariantCulture), Url(state, one), one == year)),
                ],
                [.. matching.Take(Shown).Select(invoice => View(invoice, head, today, language))],
                matching.Length > Shown ? Url(state, year, Place(matching[Shown - 1])) : null,
                await documents.All(visitor.Account, cancellation).AnyAsync(cancellation) ? PageLanguage.Keep(context.Request, "/my/documents") : null),
        });
    }

    private static async Task<IResult> Pdf(string number, HttpContext context, InvoiceReader invoices, PaperViews views, CancellationToken cancellation)
    {
        if (PathName.Decode(number) is not { } name
            || await invoices.FindByNumber(name, cancellation) is not var (account, invoice)
            || account != context.Visitor().Account)
            return await My.NotFound(context, cancellation);
        var saved = context.Request.Query.ContainsKey("save");
        var pdf = await invoices.Pdf(invoice, cancellation);
        await views.Note(context.Request, account, Paper.Invoice, invoice.Number, Viewer.My, saved, cancellation);
        return TypedResults.File(pdf, "application/pdf", saved ? $"{invoice.Number}.pdf" : null);
    }

    private static string Place(Invoice invoice) => invoice.IssuedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "!" + invoice.Number;

    private static MyInvoice View(Invoice invoice, LedgerHead head, DateOnly today, Language language)
    {
        var (status, remaining) = InvoiceReader.Status(invoice, head);
        var late = remaining > 0m && invoice.DueOn < today;
        var period = invoice.Through is { } through ? $"{Formats.Date(invoice.On, language)} – {Formats.Date(through, language)}" : null;
        var what = invoice.Description ?? (invoice.Lines is [var first, ..] ? first.Description : null);
        return new(
            invoice.Number,
            string.Join(" · ", new[] { what is { Length: > LongestText } ? what[..(LongestText - 1)] + "…" : what, period }.OfType<string>()) is { Length: > 0 } text ? text : null,
            Formats.Money(invoice.TotalMoney, language),
            Texts[language, late ? "status.late" : "status." + status],
            late ? "bad" : status == "paid" ? "good" : "",
            status == "partlyPaid" ? Texts.Format(language, "my.left", Formats.Money(new(remaining, invoice.TotalMoney.Currency), language)) : null,
            remaining > 0m
                ? Texts.Format(language, "my.due", Formats.Date(invoice.DueOn, language))
                : Texts.Format(language, "my.issued", Formats.Date(invoice.IssuedOn, language)),
            $"{Path}/{PathName.Encode(invoice.Number)}/pdf");
    }
}
