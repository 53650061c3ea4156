using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>An open item with its box to tick.</summary>
/// <param name="Value">What the form sends back: the item, and what the page said is left of it.</param>
/// <param name="Due">In words: 3 days late, due in 5 days.</param>
public sealed record MyOpenItem(string Id, string Value, string Number, string? What, string Due, bool Late, string Amount, string? PdfUrl);

/// <summary>What is owed in one currency.</summary>
/// <param name="FormId"><c>pay</c> for the first, <c>pay-USD</c> … for the others.</param>
/// <param name="AllButton">Pays everything, also what is not on this page; null where the ticked ones are all.</param>
public sealed record MyOwed(
    string FormId, string Currency, string Amount, string Plain, string? Advance, string? Late, bool CanPay, IReadOnlyList<MyOpenItem> Items, string? AllButton);

/// <param name="Credits">What was paid in advance, where nothing is owed.</param>
public sealed record MyOverviewView(MyFrame Frame, IReadOnlyList<MyOwed> Owed, IReadOnlyList<string> Credits, string? PreviousUrl, string? NextUrl, string? PageText);

/// <summary>
/// The first page of <c>/my</c>: what is owed, and the form that pays what is ticked. It begins the same payments as
/// the pay page does, so two tabs, the back button and a double click come to one.
/// </summary>
internal static class MyOverview
{
    public const string Path = "/my";

    // What fits into 14 KiB in any language.
    private const int ItemsShown = 14;
    private const int LongestText = 60;

    public static void Map(IEndpointRouteBuilder app)
    {
        var my = app.MapMy();
        my.MapGet("", (HttpContext context, CancellationToken cancellation) => Show(context, [], cancellation));
        my.MapPost("/pay", Pay).DisableAntiforgery();
    }

    private static async Task<IResult> Pay(
        HttpContext context, PayLinks links, StartPayment start, ResultPages results, CancellationToken cancellation)
    {
        var visitor = context.Visitor();
        var form = await context.Request.ReadFormAsync(cancellation);
        MyNote Note(string key) => new(Words.Texts[visitor.Language, key], "wrong");
        if (Currency.Find(form["currency"]) is not { } currency)
            return await Show(context, [Note("note.changed")], cancellation);

        LinkTarget scope;
        Money? shown;
        if (form["all"].Count > 0)
        {
            scope = PayLinks.ToDebt(visitor.Customer);
            shown = MoneyOf(form["due"], currency);
        }
        else
        {
            var chosen = form["invoice"].OfType<string>().Distinct(StringComparer.Ordinal).Select(value => Chosen(value, currency)).ToArray();
            if (chosen.Length == 0)
                return await Show(context, [Note("my.chooseOne")], cancellation);
            scope = PayLinks.ToChosen(visitor.Customer, chosen.Select(item => item.Ref));
            shown = chosen.Any(item => item.Amount is null) ? null : chosen.Aggregate(Money.Zero(currency), (sum, item) => sum + item.Amount!.Value);
        }

        if (shown is not { } amount)
            return await Show(context, [Note("note.changed")], cancellation);
        // The page that tells how it went is reached by this link, from the provider too.
        await links.Register(scope, cancellation);
        var outcome = await start.Start(scope, amount, amount, visitor.Language, cancellation);
        var token = links.Token(scope);
        return outcome switch
        {
            PayOutcome.Go { To: { Fields: null } to } => new SeeOther(to.Url),
            PayOutcome.Go(var to) => await results.Continue(context, token, scope, visitor.Customer, to, amount, cancellation),
            PayOutcome.Checking => new SeeOther(PageLanguage.Keep(context.Request, $"/p/{token}/result")),
            PayOutcome.UnderWay(var other) => await Show(context, [Of(PayPages.UnderWay(visitor.Language, other))], cancellation),
            PayOutcome.Refused => await Show(context, [Note("note.refused")], cancellation),
            PayOutcome.NoProvider => await Show(context, [Note("pay.noProvider")], cancellation),
            _ => await Show(context, [Note("note.changed")], cancellation),
        };
    }

    private static async Task<IResult> Show(HttpContext context, IReadOnlyList<MyNote> notes, CancellationToken cancellation)
    {
        var (visitor, services) = (context.Visitor(), context.RequestServices);
        var (ledger, invoices) = (services.GetRequired<LedgerReader>(), services.GetRequired<InvoiceReader>());
        var organisation = await services.GetRequired<Settings>().Get(OrganisationSettings.Section, cancellation);
        var head = await ledger.Head(visitor.Account, cancellation);
        var (language, today) = (visitor.Language, organisation.Today(services.GetRequired<TimeProvider>()));
        var owed = Owed.All(PayLinks.ToDebt(visitor.Customer), head, organisation.MoneyCurrency);
        var items = owed.SelectMany(one => one.Items.Select(item => (one.Amount.Currency, Item: item))).ToArray();
        var pages = Math.Max(1, (items.Length + ItemsShown - 1) / ItemsShown);
        var page = int.TryParse(context.Request.Query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, pages) : 1;
        var shown = items.Skip((page - 1) * ItemsShown).Take(ItemsShown).ToLookup(item => item.Currency, item => item.Item);

        var sections = new List<MyOwed>();
        foreach (var one in owed.Where(one => shown.Contains(one.Amount.Currency)))
        {
            var currency = one.Amount.Currency;
            var provider = await services.GetRequired<Providers>().For(currency, cancellation);
            // The form is answered by a redirect to the provider, and browsers hold that to the page's policy.
            if (provider is not null)
                context.AllowFormTo(provider.Origin);
            var lines = new List<MyOpenItem>();
            foreach (var item in shown[currency])
                lines.Add(Line(item, currency, await invoices.Find(visitor.Account, item.Ref, cancellation), today, language, lines.Count));
            var late = new Money(one.Items.Where(item => item.DueOn < today).Sum(item => item.Remaining), currency);
            sections.Add(new(
                currency == owed[0].Amount.Currency ? "pay" : $"pay-{currency.Code}", currency.Code, Formats.Money(one.Amount, language), one.Amount.ToPlain(),
                one.Advance.IsPositive ? Words.Texts.Format(language, "pay.advance", Formats.Money(one.Advance, language)) : null,
                late.IsPositive ? Words.Texts.Format(language, "my.late", Formats.Money(late, language)) : null,
                provider is not null, lines,
                lines.Count < one.Items.Count || one.Advance.IsPositive ? Words.Texts.Format(language, "my.payAll", Formats.Money(one.Amount, language)) : null));
        }

        var live = notes.Count == 0 && owed.Count > 0 ? await UnderWay(services, visitor, head, cancellation) : null;
        string? Url(int to) => to < 1 || to > pages ? null : PageLanguage.Keep(context.Request, to == 1 ? Path : $"{Path}?page={to.ToString(CultureInfo.InvariantCulture)}");
        return Pages.Of<MyOverviewPage>(new()
        {
            [nameof(MyOverviewPage.View)] = new MyOverviewView(
                await context.Frame(Words.Texts[language, "my.overview"], Path, cancellation, [.. notes, .. live is null ? Array.Empty<MyNote>() : [live]]),
                sections,
                owed.Count > 0 ? [] : [.. head.Credits.GroupBy(credit => credit.Currency, StringComparer.Ordinal)
                    .Select(group => Formats.Money(new(group.Sum(credit => credit.Left), Currency.Of(group.Key)), language))],
                Url(page - 1), Url(page + 1),
                pages == 1 ? null : Words.Texts.Format(language, "my.pageOf", page, pages)),
        });
    }

    private static MyOpenItem Line(OpenItem item, Currency currency, Invoice? invoice, DateOnly today, Language language, int i)
    {
        var left = new Money(item.Remaining, currency);
        var period = invoice?.Through is { } through ? $"{Formats.Date(invoice.On, language)} – {Formats.Date(through, language)}" : null;
        var what = invoice?.Description ?? (invoice?.Lines is [var first, ..] ? first.Description : null);
        return new(
            $"i{currency.Code}{i.ToString(CultureInfo.InvariantCulture)}",
            $"{item.Ref}|{left.ToPlain()}",
            Short(item.Number),
            string.Join(" · ", new[] { Short(what), period }.OfType<string>()) is { Length: > 0 } text ? text : null,
            $"{Formats.Date(item.DueOn, language)} · {DueWords.Of(item.DueOn, today, language)}",
            item.DueOn < today,
            Formats.Money(left, language),
            invoice is null ? null : $"/my/invoices/{PathName.Encode(item.Number)}/pdf");
    }

    private static async Task<MyNote?> UnderWay(IServiceProvider services, MyVisitor visitor, LedgerHead head, CancellationToken cancellation)
    {
        var accounts = services.GetRequired<Kernel.Messaging.AccountStore>();
        if (await accounts.Find(visitor.Account, PaymentsRows.Live, PaymentsRows.LiveType, cancellation) is not { Value: var live }
            || live.Overlapping([.. head.Open.Select(item => item.Ref)]) is not { } other)
            return null;
        return await services.GetRequired<SettleAttempts>().Find(visitor.Account, other.Ref, cancellation) is { IsLive: true } attempt
            ? Of(PayPages.UnderWay(visitor.Language, attempt))
            : null;
    }

    private static MyNote Of(PayNote note) => new(note.Text, note.Tone, note.Url, note.UrlText);

    private static (string Ref, Money? Amount) Chosen(string value, Currency currency) =>
        value.LastIndexOf('|') is > 0 and var bar ? (value[..bar], MoneyOf(value[(bar + 1)..], currency)) : (value, null);

    private static Money? MoneyOf(string? text, Currency currency) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value > 0m && currency.Round(value) == value
        && value < 1_000_000_000_000m
            ? new Money(value, currency)
            : null;

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    private static string? Short(string? text) => text is { Length: > LongestText } ? text[..(LongestText - 1)] + "…" : text;

    private static T GetRequired<T>(this IServiceProvider services)
        where T : notnull => Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<T>(services);
}
