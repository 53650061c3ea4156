using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Web;

namespace Vade.Billing;

/// <summary>Something that happened to an invoice.</summary>
/// <param name="At">UTC.</param>
/// <param name="Kind">
/// A stable word: <c>created</c>, <c>issued</c>, <c>viewed</c>, <c>downloaded</c>, <c>cancelled</c>; of payments
/// <c>partlyPaid</c>, <c>paid</c>, <c>paymentCancelled</c>; of messages <c>sent</c>, <c>skipped</c>, <c>failed</c>, <c>unknown</c>, …
/// </param>
/// <param name="Detail">What exactly: an amount, an address, a program. English, for staff and programs.</param>
/// <param name="Because">What caused it: a date of the schedule, a payment's id, a reason.</param>
public sealed record TimelineItem([property: JsonConverter(typeof(InstantJson))] DateTimeOffset At, string Kind, string Detail, string Because);

/// <summary>A module that knows something of what happened to an invoice.</summary>
public interface ITimelineSource
{
    /// <summary>What it knows, in any order; at most a few hundred items.</summary>
    Task<IReadOnlyList<TimelineItem>> Of(string account, Invoice invoice, CancellationToken cancellation);
}

internal sealed record TimelineBody(IReadOnlyList<TimelineItem> Items);

/// <summary>Everything that happened to an invoice, told by all modules, the oldest first (contract: timeline).</summary>
internal static class TimelineEndpoint
{
    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/invoices/{number}/timeline", Get)
        .WithSummary("Everything that happened to an invoice, oldest first")
        .Produces<TimelineBody>().ProducesProblem(404);

    private static async Task<IResult> Get(string number, InvoiceReader invoices, IEnumerable<ITimelineSource> sources, CancellationToken cancellation)
    {
        if (await invoices.FindByNumber(PathName.Decode(number) ?? "", cancellation) is not var (account, invoice))
            return ApiProblem.NotFound($"There is no invoice with the number {number}.");
        return TypedResults.Json(new TimelineBody(await Read(sources, account, invoice, cancellation)), BillingApiJson.Default.TimelineBody);
    }

    /// <summary>Sorted by instant; what happened at one instant in the order of the sources.</summary>
    public static async Task<IReadOnlyList<TimelineItem>> Read(
        IEnumerable<ITimelineSource> sources, string account, Invoice invoice, CancellationToken cancellation)
    {
        var items = new List<TimelineItem>();
        foreach (var source in sources)
            items.AddRange(await source.Of(account, invoice, cancellation));
        return [.. items.OrderBy(item => item.At)];
    }
}

/// <summary>What billing itself knows: how the invoice came to be, who looked at it, that it was cancelled.</summary>
internal sealed class InvoiceTimeline(PaperViews views) : ITimelineSource
{
    public async Task<IReadOnlyList<TimelineItem>> Of(string account, Invoice invoice, CancellationToken cancellation)
    {
        var cause = invoice.Service is { } service
            ? string.Create(CultureInfo.InvariantCulture, $"service {service}, date {invoice.On:yyyy-MM-dd}")
            : "issued by hand";
        var items = new List<TimelineItem>
        {
            new(invoice.IssuedAt, "created", $"{invoice.TotalMoney.ToPlain()} {invoice.Currency}", cause),
            new(invoice.IssuedAt, "issued", string.Create(CultureInfo.InvariantCulture, $"{invoice.Number}, due {invoice.DueOn:yyyy-MM-dd}"), cause),
        };
        foreach (var view in await views.Of(account, Paper.Invoice, invoice.Number, cancellation))
        {
            var by = view.By switch
            {
                Viewer.Link => "by the link that was sent",
                Viewer.My => "by the customer, signed in",
                Viewer.Staff => "by staff",
                _ => "by the API",
            };
            items.Add(new(view.At, view.Saved ? "downloaded" : "viewed", view.Agent, view.Who is { } who ? $"{by}: {who}" : by));
        }

        if (invoice.CancelledAt is { } cancelledAt)
            items.Add(new(cancelledAt, "cancelled", invoice.Number, invoice.CancelReason ?? ""));
        return items;
    }
}
