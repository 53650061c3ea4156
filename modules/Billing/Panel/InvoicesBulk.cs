using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Portal;

namespace Vade.Billing;

/// <summary>What a job would do, counted before anybody agrees to it.</summary>
/// <param name="Does">The invoices that it is done to.</param>
/// <param name="Left">Why it is not done to so many: a text's key and their number.</param>
/// <param name="Messages">How many messages leave.</param>
public sealed record BulkPlan(IReadOnlyList<InvoiceRow> Does, IReadOnlyList<(string Why, int Count)> Left, int Messages, bool TooMany)
{
    public int Customers => Does.Select(row => row.Account).Distinct(StringComparer.Ordinal).Count();

    /// <summary>The sum in each currency.</summary>
    public IEnumerable<Money> Totals => Does.GroupBy(row => row.Currency, StringComparer.Ordinal)
        .Select(group => new Money(group.Sum(row => row.Total), Currency.Of(group.Key))).OrderBy(total => total.Currency);
}

/// <summary>Sending again and cancelling, one invoice or many: asked for, counted, agreed to, then done.</summary>
internal static class InvoicesBulk
{
    public const int ReasonMax = 500;
    private const int AtOnce = 20;
    private const int PageItems = 200;
    private const string MailKind = "invoice";

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/invoices/send", (PanelRequest panel) => Ask(panel, BulkKind.Send)).Needs(InvoicesPanel.Write);
        panel.MapPost("/invoices/send", (PanelRequest panel, BulkInvoices bulk) => Begin(panel, bulk, BulkKind.Send)).Needs(InvoicesPanel.Write);
        panel.MapGet("/invoices/cancel", (PanelRequest panel) => Ask(panel, BulkKind.Cancel)).Needs(InvoicesPanel.Cancel);
        panel.MapPost("/invoices/cancel", (PanelRequest panel, BulkInvoices bulk) => Begin(panel, bulk, BulkKind.Cancel)).Needs(InvoicesPanel.Cancel);
        panel.MapGet("/invoices/work/{id}", Work).Needs(InvoicesPanel.See);
        panel.MapGet("/invoices/work/{id}/progress", Progressing).Needs(InvoicesPanel.See);
    }

    private static async Task<IResult> Ask(PanelRequest panel, BulkKind kind)
    {
        var (rows, tooMany) = panel.Query("all") == "1" ? await Everything(panel) : (await OfNumbers(panel, (panel.Query("of") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)), false);
        return Question(panel, StatusCodes.Status200OK, kind, await Plan(panel, kind, rows) with { TooMany = tooMany }, null);
    }

    private static async Task<IResult> Begin(PanelRequest panel, BulkInvoices bulk, BulkKind kind)
    {
        var rows = await OfNumbers(panel, panel.Field("of").Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var plan = await Plan(panel, kind, rows);
        var reason = panel.Field("reason");
        if (plan.Does.Count == 0 || (kind == BulkKind.Cancel && reason.Length is 0 or > ReasonMax))
            return Question(panel, StatusCodes.Status422UnprocessableEntity, kind, plan, plan.Does.Count == 0 ? null : reason);
        panel.Audit(
            plan.Does.Count == 1 ? $"invoice {plan.Does[0].Number}" : string.Create(CultureInfo.InvariantCulture, $"{plan.Does.Count} invoices"),
            kind == BulkKind.Cancel ? reason : string.Create(CultureInfo.InvariantCulture, $"{plan.Messages} messages"));
        if (plan.Does is [var only])
            return await DoOne(panel, bulk, kind, only, plan, reason);

        var parts = plan.Does.GroupBy(row => row.Account, StringComparer.Ordinal).Select(group => new BulkPart(group.Key, [.. group.Select(row => row.Ref)])).ToArray();
        await bulk.Begin(
            new(panel.Nonce, kind, panel.Get<TimeProvider>().GetUtcNow(), plan.Does.Count, parts.Length, plan.Messages, kind == BulkKind.Cancel ? reason : null),
            parts, panel.Cancellation);
        return panel.Done($"{InvoicesPanel.Path}/work/{panel.Nonce}");
    }

    // One is done at once: nobody waits for a queue to see what they pressed.
    private static async Task<IResult> DoOne(PanelRequest panel, BulkInvoices bulk, BulkKind kind, InvoiceRow row, BulkPlan plan, string reason)
    {
        var page = InvoicesPanel.PathOf(row.Number);
        if (kind == BulkKind.Send)
        {
            await bulk.Send(row.Account, [row.Ref], panel.Nonce, panel.Cancellation);
            return panel.Done(page, Words.Texts.Format(panel.Language, Counted("bulk.sending", plan.Messages), row.Number, plan.Messages));
        }

        return await panel.Get<CancelInvoices>().Cancel(row.Account, row.Ref, reason, panel.Cancellation) == CancelOutcome.Paid
            ? Question(panel, StatusCodes.Status422UnprocessableEntity, kind, plan with { Does = [], Left = [("bulk.left.paid", 1)] }, reason)
            : panel.Done(page, Words.Texts.Format(panel.Language, "bulk.cancelled.one", row.Number));
    }

    private static IResult Question(PanelRequest panel, int status, BulkKind kind, BulkPlan plan, string? reason) => panel.Page<BulkPage>(
        status, (nameof(BulkPage.IsCancel), kind == BulkKind.Cancel), (nameof(BulkPage.Plan), plan), (nameof(BulkPage.Reason), reason));

    private static async Task<BulkPlan> Plan(PanelRequest panel, BulkKind kind, IReadOnlyList<InvoiceRow> rows)
    {
        if (kind == BulkKind.Cancel)
        {
            var cancelled = rows.Count(row => row.Status == "cancelled");
            InvoiceRow[] can = [.. rows.Where(row => row.Status != "cancelled" && row.Remaining == row.Total)];
            return new(can, Counts(("bulk.left.paid", rows.Count - cancelled - can.Length), ("bulk.left.cancelled", cancelled)), 0, false);
        }

        var standing = rows.Where(row => row.Status != "cancelled").ToArray();
        var addresses = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var some in standing.Select(row => row.Account).Distinct(StringComparer.Ordinal).Chunk(AtOnce))
        {
            foreach (var (account, count) in await Task.WhenAll(some.Select(async account => (account, await Addresses(panel, account)))))
                addresses[account] = count;
        }

        InvoiceRow[] sent = [.. standing.Where(row => addresses[row.Account] > 0)];
        return new(
            sent,
            Counts(
                ("bulk.left.cancelled", rows.Count - standing.Length),
                ("bulk.left.noAddress", standing.Count(row => addresses[row.Account] == 0)),
                ("bulk.left.unwanted", standing.Count(row => addresses[row.Account] < 0))),
            sent.Sum(row => addresses[row.Account]),
            false);
    }

    // Less than none for a customer who does not want invoices by e-mail.
    private static async Task<int> Addresses(PanelRequest panel, string account) =>
        !(await panel.Get<ChangeContact>().Choices(account, panel.Cancellation)).WantsMail(MailKind) ? -1
        : await panel.Get<CustomerReader>().Find(account, panel.Cancellation) is { } customer
            ? customer.Emails.Select(address => address.Trim().ToLowerInvariant()).Distinct(StringComparer.Ordinal).Count()
            : 0;

    private static (string, int)[] Counts(params ReadOnlySpan<(string Why, int Count)> counts) => [.. counts.ToArray().Where(one => one.Count > 0)];

    private static async Task<(IReadOnlyList<InvoiceRow> Rows, bool TooMany)> Everything(PanelRequest panel)
    {
        var (filter, list, rows, after) = (InvoicesPanel.FilterOf(panel), panel.Get<InvoiceList>(), new List<InvoiceRow>(), (string?)null);
        do
        {
            var page = await list.Page(filter, after, PageItems, panel.Cancellation);
            rows.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null && rows.Count <= BulkInvoices.InvoicesMax);
        return rows.Count > BulkInvoices.InvoicesMax ? (rows[..BulkInvoices.InvoicesMax], true) : (rows, false);
    }

    private static async Task<IReadOnlyList<InvoiceRow>> OfNumbers(PanelRequest panel, IEnumerable<string> numbers)
    {
        var (invoices, ledger, rows) = (panel.Get<InvoiceReader>(), panel.Get<LedgerReader>(), new List<InvoiceRow>());
        foreach (var some in numbers.Distinct(StringComparer.Ordinal).Take(BulkInvoices.InvoicesMax).Chunk(AtOnce))
        {
            var found = await Task.WhenAll(some.Select(number => invoices.FindByNumber(number, panel.Cancellation)));
            rows.AddRange(await Task.WhenAll(found.OfType<(string Account, Invoice Invoice)>().Select(async one =>
                InvoiceRow.Of(one.Account, one.Invoice, await ledger.Head(one.Account, panel.Cancellation)))));
        }

        return rows;
    }

    private static async Task<IResult> Work(string id, PanelRequest panel, BulkInvoices bulk)
    {
        if (!BulkInvoices.IsId(id) || await bulk.Find(id, panel.Cancellation) is not { } job)
            return panel.NotFound();
        var parts = await bulk.Parts(id, panel.Cancellation);
        var over = parts.All(part => part.Done is not null);
        var left = parts.Sum(part => part.Done is { } done ? part.Refs.Count - done : 0);
        return panel.Page<BulkWorkPage>(
            (nameof(BulkWorkPage.Work), Progress(panel, job, parts)),
            (nameof(BulkWorkPage.Title), Words.Texts[panel.Language, job.Kind == BulkKind.Cancel ? "bulk.cancel.title" : "bulk.send.title"]),
            (nameof(BulkWorkPage.Left), over && left > 0 ? Words.Texts.Format(panel.Language, Counted("bulk.left.meanwhile", left), left) : null));
    }

    private static async Task<IResult> Progressing(string id, PanelRequest panel, BulkInvoices bulk) =>
        BulkInvoices.IsId(id) && await bulk.Find(id, panel.Cancellation) is { } job
            ? panel.Page<Progress>((nameof(Portal.Progress.Work), Progress(panel, job, await bulk.Parts(id, panel.Cancellation))))
            : panel.NotFound();

    private static WorkProgress Progress(PanelRequest panel, BulkJob job, IReadOnlyList<BulkPart> parts)
    {
        var (done, over) = (parts.Sum(part => part.Done ?? 0), parts.All(part => part.Done is not null));
        var key = (job.Kind == BulkKind.Cancel ? "bulk.cancel." : "bulk.send.") + (over ? "done" : "doing");
        return new(
            $"{InvoicesPanel.Path}/work/{job.Id}/progress",
            Words.Texts.Format(panel.Language, key, done, job.Invoices),
            parts.Where(part => part.Done is not null).Sum(part => part.Refs.Count), job.Invoices, over);
    }

    internal static string Counted(string key, int count) => key + (count == 1 ? ".one" : ".many");
}
