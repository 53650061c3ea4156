using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>What a form of the pay page could not take: shown in place, with the typed value kept.</summary>
internal sealed record TypedAmount(string Currency, string Text, string Problem);

/// <summary>Loads what a link shows and writes it for its reader. Changes nothing.</summary>
internal sealed class PayPages(
    AccountStore accounts, LedgerReader ledger, InvoiceReader invoices, PaymentReader payments, Providers providers, SettleAttempts attempts,
    Looks looks, Settings settings, TimeProvider clock)
{
    // Twenty lines say enough, and keep the page within its 14 KiB.
    private const int ItemsShown = 20;
    private const int LinesShown = 25;
    private const int LongestText = 90;

    public async Task<RazorComponentResult> NotFound(HttpRequest request, CancellationToken cancellation) =>
        await Message(request, "gone", StatusCodes.Status404NotFound, cancellation);

    /// <summary>A page that says one thing: <c>{key}.title</c> and <c>{key}.text</c>.</summary>
    public async Task<RazorComponentResult> Message(HttpRequest request, string key, int status, CancellationToken cancellation)
    {
        var language = PageLanguage.Of(request, (await settings.Get(OrganisationSettings.Section, cancellation)).Reader);
        return Pages.Of<MessagePage>(
            new()
            {
                [nameof(MessagePage.Look)] = await looks.Get(cancellation),
                [nameof(MessagePage.Language)] = language,
                [nameof(MessagePage.Title)] = Words.Texts[language, key + ".title"],
                [nameof(MessagePage.Text)] = Words.Texts[language, key + ".text"],
            },
            status);
    }

    /// <param name="notes">What has just happened, at the head of the page.</param>
    public async Task<RazorComponentResult> Show(
        HttpContext context, string token, LinkTarget scope, Customer customer, IReadOnlyList<PayNote> notes, TypedAmount? typed,
        CancellationToken cancellation)
    {
        var language = PageLanguage.Of(context.Request, customer.Reader);
        var head = await ledger.Standing(scope.Account, cancellation);
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var page = new Page(context, token, scope, language, head, organisation, organisation.Today(clock));
        var invoice = scope.Kind == PayLinks.Invoice ? await invoices.Find(scope.Account, scope.Id, cancellation) : null;
        if (scope.Kind == PayLinks.Invoice && invoice is null)
            return await NotFound(context.Request, cancellation);

        var sections = await Sections(page, typed, cancellation);
        var shown = notes.Concat(sections.Count == 0 ? [Settled(page, invoice)] : await UnderWay(page, notes, cancellation)).ToArray();
        var receipt = sections.Count == 0 || invoice is not null ? await ReceiptOf(scope, cancellation) : null;
        var view = new PayView(
            await looks.Get(cancellation),
            language,
            invoice is null ? page.Text(scope.Kind == PayLinks.Chosen ? "pay.chosenTitle" : "pay.debtTitle") : page.Text("pay.invoiceTitle", invoice.Number),
            page.Url(""),
            shown,
            invoice is null ? [(page.Text("pay.customer"), Short(customer.Title), false)] : Facts(page, invoice),
            sections,
            invoice is null ? [] : Lines(page, invoice),
            invoice is null ? [] : Sums(page, invoice),
            page.Url("/why"),
            invoice is null ? null : $"/p/{token}/pdf",
            receipt is null ? null : $"/p/{token}/receipt.pdf",
            PayerNumber.TryParse(customer.PayerNumber, out var payer) ? (payer.Grouped, page.Text("pay.payerNumber")) : null,
            invoice is not null && sections.Count == 0 ? (page.Text("pay.total"), Formats.Money(invoice.TotalMoney, language)) : null);
        return Pages.Of<PayPage>(new() { [nameof(PayPage.View)] = view });
    }

    /// <summary>The last receipt that a link may show: of what settled the invoice, or of any payment for the whole debt.</summary>
    public async Task<Payment?> ReceiptOf(LinkTarget scope, CancellationToken cancellation)
    {
        var all = (await payments.Of(scope.Account, cancellation)).Where(payment => payment is { ReceiptHash: not null, State: PaymentState.Confirmed });
        if (scope.Kind != PayLinks.Debt)
        {
            var items = (scope.Items ?? [scope.Id]).ToHashSet(StringComparer.Ordinal);
            var credits = (await ledger.Allocations(scope.Account, cancellation))
                .Where(credit => credit.Any(allocation => items.Contains(allocation.Item.Ref)))
                .Select(credit => credit.Key)
                .ToHashSet(StringComparer.Ordinal);
            all = all.Where(payment => credits.Contains(payment.Ref));
        }

        return all.LastOrDefault();
    }

    /// <summary>The sentence for an attempt that covers what this page would pay, with the way back to it.</summary>
    public static PayNote UnderWay(Language language, Attempt attempt) => new(
        Words.Texts.Format(language, attempt.GoTo is null ? "note.checking" : "note.underWay", Formats.Money(attempt.Money, language)),
        "",
        attempt.GoTo is { Fields: null } to ? to.Url : null,
        Words.Texts[language, "result.continue"]);

    private async Task<IReadOnlyList<PayNote>> UnderWay(Page page, IReadOnlyList<PayNote> said, CancellationToken cancellation)
    {
        if (said.Count > 0 || await accounts.Find(page.Scope.Account, PaymentsRows.Live, PaymentsRows.LiveType, cancellation) is not { } live)
            return [];
        var refs = Owed.All(page.Scope, page.Head, page.Organisation.MoneyCurrency).SelectMany(owed => owed.Refs).ToArray();
        return live.Value.Overlapping(refs) is { } other && await attempts.Find(page.Scope.Account, other.Ref, cancellation) is { IsLive: true } attempt
            ? [UnderWay(page.Language, attempt)]
            : [];
    }

    private static PayNote Settled(Page page, Invoice? invoice) => invoice switch
    {
        null => new(page.Text(page.Scope.Kind == PayLinks.Chosen ? "note.chosenPaid" : "note.nothing"), "well"),
        { State: InvoiceState.Cancelled } => new(page.Text("note.cancelled")),
        _ => new(page.Text("note.paid"), "well"),
    };

    private async Task<IReadOnlyList<PaySection>> Sections(Page page, TypedAmount? typed, CancellationToken cancellation)
    {
        var sections = new List<PaySection>();
        foreach (var owed in Owed.All(page.Scope, page.Head, page.Organisation.MoneyCurrency))
        {
            var code = owed.Amount.Currency.Code;
            var provider = await providers.For(owed.Amount.Currency, cancellation);
            // The form is answered by a redirect to the provider, and browsers hold that to the page's policy.
            if (provider is not null)
                page.Context.AllowFormTo(provider.Origin);
            var problem = typed?.Currency == code ? typed : null;
            sections.Add(new(
                sections.Count == 0 ? "pay" : $"pay-{code}", code, Formats.Money(owed.Amount, page.Language), owed.Amount.ToPlain(), provider is not null,
                page.Scope.Kind != PayLinks.Invoice ? await Items(page, owed, cancellation) : [],
                owed.Items.Count > ItemsShown ? More(page, owed) : null,
                owed.Advance.IsPositive ? page.Text("pay.advance", Formats.Money(owed.Advance, page.Language)) : null,
                problem?.Text, problem?.Problem));
        }

        return sections;
    }

    private async Task<IReadOnlyList<PayItem>> Items(Page page, Owed owed, CancellationToken cancellation)
    {
        var items = new List<PayItem>();
        foreach (var item in owed.Items.Take(ItemsShown))
        {
            var invoice = await invoices.Find(page.Scope.Account, item.Ref, cancellation);
            var late = item.DueOn < page.Today;
            items.Add(new(
                Short(item.Number), Short(invoice?.Description), DueWords.Of(item.DueOn, page.Today, page.Language), late,
                Formats.Money(new(item.Remaining, owed.Amount.Currency), page.Language),
                invoice is null ? null : $"/p/{page.Token}/invoices/{PathName.Encode(item.Number)}/pdf"));
        }

        return items;
    }

    private static string More(Page page, Owed owed)
    {
        var rest = owed.Items.Skip(ItemsShown).Sum(item => item.Remaining);
        return page.Text("pay.more", owed.Items.Count - ItemsShown, Formats.Money(new(rest, owed.Amount.Currency), page.Language));
    }

    private static IReadOnlyList<(string, string, bool)> Facts(Page page, Invoice invoice)
    {
        var facts = new List<(string, string, bool)> { (page.Text("pay.customer"), Short(invoice.Buyer.Name), false) };
        if (Short(invoice.Description ?? (invoice.Lines is [var first, ..] ? first.Description : null)) is { } description)
            facts.Add((page.Text("pay.what"), description, false));
        if (invoice.Through is { } through)
            facts.Add((page.Text("pay.period"), $"{Formats.Date(invoice.On, page.Language)} – {Formats.Date(through, page.Language)}", false));
        var (status, remaining) = InvoiceReader.Status(invoice, page.Head);
        if (status is "open" or "partlyPaid")
        {
            var words = DueWords.Of(invoice.DueOn, page.Today, page.Language);
            facts.Add((page.Text("pay.due"), $"{Formats.Date(invoice.DueOn, page.Language)} · {words}", invoice.DueOn < page.Today));
        }

        if (status == "partlyPaid")
            facts.Add((page.Text("pay.paidSoFar"), Formats.Money(invoice.TotalMoney - new Money(remaining, invoice.TotalMoney.Currency), page.Language), false));
        return facts;
    }

    private static IReadOnlyList<PayDetail> Lines(Page page, Invoice invoice)
    {
        var currency = invoice.TotalMoney.Currency;
        var lines = invoice.Lines.Take(LinesShown).Select(line => new PayDetail(
            Short(line.Description),
            $"{Formats.Quantity(line.Quantity, page.Language)} × {Formats.Number(line.UnitPrice, currency.MinorDigits, page.Language)}",
            Formats.Money(new(line.Net, currency), page.Language))).ToList();
        if (invoice.Lines.Count > LinesShown)
            lines.Add(new(page.Text("pay.moreLines", invoice.Lines.Count - LinesShown), null, ""));
        return lines;
    }

    private static IReadOnlyList<PayDetail> Sums(Page page, Invoice invoice)
    {
        var currency = invoice.TotalMoney.Currency;
        return
        [
            new(page.Text("pay.net"), null, Formats.Money(new(invoice.Net, currency), page.Language)),
            .. invoice.Taxes.Select(tax => new PayDetail(
                page.Text("pay.tax", Formats.Quantity(tax.Rate, page.Language)), null, Formats.Money(new(tax.Tax, currency), page.Language))),
            new(page.Text("pay.total"), null, Formats.Money(invoice.TotalMoney, page.Language)),
        ];
    }

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    private static string? Short(string? text) => text is { Length: > LongestText } ? text[..(LongestText - 1)] + "…" : text;

    private sealed record Page(
        HttpContext Context, string Token, LinkTarget Scope, Language Language, LedgerHead Head, OrganisationSettings Organisation, DateOnly Today)
    {
        public string Url(string path) => PageLanguage.Keep(Context.Request, $"/p/{Token}{path}");

        public string Text(string key, params ReadOnlySpan<object?> values) => Words.Texts.Format(Language, key, values);
    }
}

/// <summary>When something is or was due, as one would say it.</summary>
internal static class DueWords
{
    public static string Of(DateOnly dueOn, DateOnly today, Language language) => (dueOn.DayNumber - today.DayNumber) switch
    {
        0 => Words.Texts[language, "due.today"],
        1 => Words.Texts[language, "due.tomorrow"],
        -1 => Words.Texts[language, "due.yesterday"],
        > 0 and var days => Words.Texts.Format(language, "due.in", days),
        var days => Words.Texts.Format(language, "due.late", -days),
    };
}
