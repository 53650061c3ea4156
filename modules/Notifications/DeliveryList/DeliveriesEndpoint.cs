using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Notifications;

/// <summary>A row of <c>GET /api/v1/deliveries</c>, as the contract has it.</summary>
/// <param name="Status">sent, skipped, failed or unknown; one that is still under way is unknown, its reason inProgress.</param>
/// <param name="Reason">Null for what was sent.</param>
internal sealed record DeliveryBody(
    string Id, DateTimeOffset At, string Channel, string To, string Kind, string About, string Subject, string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Reason)
{
    public static DeliveryBody Of(LogRow row)
    {
        var delivery = row.Delivery;
        return new(
            delivery.Id, delivery.At, delivery.Channel, delivery.To, delivery.Kind, row.About, delivery.Subject,
            delivery.State switch
            {
                DeliveryState.Sent => "sent",
                DeliveryState.Skipped => "skipped",
                DeliveryState.Failed => "failed",
                _ => "unknown",
            },
            delivery.IsSettled ? delivery.Reason : Reasons.InProgress);
    }
}

/// <summary>The delivery log: what was sent to whom, and why something was not. Oldest first.</summary>
internal static class DeliveriesEndpoint
{
    public static void MapDeliveries(this IEndpointRouteBuilder api) => api
        .MapGet("/deliveries", List)
        .WithSummary("What was sent to whom, and why something was not; oldest first")
        .Produces<ApiPage<DeliveryBody>>()
        .ProducesProblem(400);

    private static async Task<IResult> List(
        HttpRequest request, DeliveryLog log, InvoiceReader invoices, Settings settings, CancellationToken cancellation)
    {
        if (!ApiList.TryRead(request, out var list, out var problem))
            return problem;
        if (!TryDate(request, "from", out var from, out problem) || !TryDate(request, "to", out var to, out problem))
            return problem!;

        var zone = (await settings.Get(OrganisationSettings.Section, cancellation)).Zone;
        var about = Value(request, "about");
        var account = Value(request, "customer") is { } customer ? AccountStore.Of(customer)
            // An invoice's deliveries all stand in its account, so the whole log need not be read.
            : about is not null && await invoices.FindByNumber(about, cancellation) is { } found ? found.Account
            : null;
        var query = new LogQuery(
            account, Value(request, "kind"), about,
            from is { } first ? zone.InstantOf(first, TimeOnly.MinValue) : null,
            to is { } last ? zone.InstantOf(last.AddDays(1), TimeOnly.MinValue) : null);

        var page = list.Page(await log.Page(query, list.After, list.Limit + 1, cancellation), row => row.After);
        return Results.Json(
            new ApiPage<DeliveryBody>([.. page.Items.Select(DeliveryBody.Of)], page.Next),
            DeliveriesJson.Default.ApiPageDeliveryBody);
    }

    private static string? Value(HttpRequest request, string name) =>
        request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    private static bool TryDate(HttpRequest request, string name, out DateOnly? date, out ApiProblem? problem)
    {
        (date, problem) = (null, null);
        if (Value(request, name) is not { } text)
            return true;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) && read < DateOnly.MaxValue)
        {
            date = read;
            return true;
        }

        problem = ApiProblem.BadRequest("date", $"{name} is no date.", new ApiError("date", "A date such as 2026-11-30 is expected here.", name));
        return false;
    }
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, Converters = [typeof(InstantJson)])]
[JsonSerializable(typeof(ApiPage<DeliveryBody>))]
internal sealed partial class DeliveriesJson : JsonSerializerContext;
