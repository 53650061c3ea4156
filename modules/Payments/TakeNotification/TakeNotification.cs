using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Payments;

internal enum NotificationOutcome
{
    Taken,
    Forged,
    UnknownProvider,
}

/// <summary>
/// Takes a provider's notification: kept as it came, verified, and then only a reason to ask the provider. Doubled,
/// late or shuffled notifications therefore have no further effect.
/// </summary>
internal sealed class TakeNotification(ITables tables, Providers providers, OpenAttempts attempts, Bus bus, TimeProvider clock)
{
    public const int BytesMax = 64 * 1024;

    public async Task<NotificationOutcome> Take(string provider, byte[] body, IHeaderDictionary headers, CancellationToken cancellation)
    {
        if (await providers.Find(provider, cancellation) is not { } configured)
            return NotificationOutcome.UnknownProvider;
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        await tables.Put(
            PaymentsRows.Table, $"notifications-{provider}-{hash[..2]}", hash, new Notification(provider, body, clock.GetUtcNow()),
            PaymentsRows.NotificationType, cancellation);
        if (configured.VerifyNotification(body, headers) is not { } references)
            return NotificationOutcome.Forged;
        foreach (var reference in references)
        {
            if (await attempts.Find(reference, cancellation) is { } pointer)
                await bus.Send(new SettleAttempt(pointer.Account, reference), PaymentsJson.Default.SettleAttempt, cancellation);
        }

        return NotificationOutcome.Taken;
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/webhooks/{id}", Answer).ExcludeFromDescription();

    private static async Task<IResult> Answer(string id, HttpRequest request, TakeNotification notifications, CancellationToken cancellation)
    {
        if (await ApiBody.Bytes(request, BytesMax) is not { } body)
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        try
        {
            return await notifications.Take(id, body, request.Headers, cancellation) switch
            {
                NotificationOutcome.Taken => Results.Text("OK"),
                NotificationOutcome.Forged => Results.Unauthorized(),
                _ => Results.NotFound(),
            };
        }
        catch (StoreBusyException)
        {
            // The provider sends it again.
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }
}
