using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SendGrid;
using SendGrid.Helpers.Mail;

namespace Vade.Notifications;

/// <summary>Who mail comes from, and who reads the answers.</summary>
internal sealed record MailFrom(string Address, string Name, string? ReplyTo);

/// <summary>
/// Hands a message to SendGrid, once: one request with one recipient. The SDK's own retries are off, since a send has
/// no idempotency key (facts: messaging §3); what the answer, or its absence, means is decided here.
/// </summary>
internal sealed class SendGridSender(HttpClient http, Uri host, string apiKey, MailFrom from, TimeProvider clock) : IMailSender
{
    /// <summary>The name of the HTTP client.</summary>
    public const string Client = "sendgrid";

    /// <summary>Comes back with every event about the message; no field of theirs has this name.</summary>
    public const string DeliveryArgument = "vade_delivery";

    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);
    private const int NameLengthMax = 100;
    private const int ReasonLengthMax = 300;
    private const int TooManyRequests = 429;

    public async Task<SendOutcome> Send(Mail mail, CancellationToken cancellation)
    {
        var client = new SendGridClient(http, new SendGridClientOptions { ApiKey = apiKey, Host = host.GetLeftPart(UriPartial.Authority) });
        try
        {
            var answer = await client.SendEmailAsync(Message(mail), cancellation);
            return (int)answer.StatusCode switch
            {
                >= 200 and < 300 => new SendOutcome.Accepted(Header(answer, "X-Message-Id")),
                401 or 403 => new SendOutcome.Refused($"{Reasons.Unauthorized}: {await Words(answer, cancellation)}"),
                408 => new SendOutcome.Unknown(Reasons.TimedOut),
                TooManyRequests => new SendOutcome.NotSent(Reasons.Throttled, RetryAfter(answer)),
                >= 500 => new SendOutcome.Unknown($"{Reasons.CarrierFailed}: {(int)answer.StatusCode}"),
                _ => new SendOutcome.Refused($"{Reasons.Rejected}: {await Words(answer, cancellation)}"),
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new SendOutcome.Unknown(Reasons.TimedOut);
        }
        catch (HttpRequestException refused) when (refused.HttpRequestError
            is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            // The connection was never opened, so nothing of the message was written.
            return new SendOutcome.NotSent(Reasons.Unreachable);
        }
        catch (HttpRequestException)
        {
            return new SendOutcome.Unknown(Reasons.ConnectionLost);
        }
    }

    /// <summary>No redirects, and a connection that does not open in time counts as refused rather than as unknown.</summary>
    public static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(ConnectWithin);
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, limit.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                socket.Dispose();
                throw new SocketException((int)SocketError.TimedOut);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    private SendGridMessage Message(Mail mail) => new()
    {
        From = new(from.Address, Mail.HeaderText(from.Name, NameLengthMax)),
        ReplyTo = from.ReplyTo is { Length: > 0 } reply ? new(reply) : null,
        Subject = mail.Subject,
        Personalizations =
        [
            new() { Tos = [new(mail.To, mail.ToName)], CustomArgs = new() { [DeliveryArgument] = mail.Id } },
        ],
        Contents = [new("text/plain", mail.Text), new("text/html", mail.Html)],
        Attachments = mail.Attachments.Count == 0 ? null :
        [
            .. mail.Attachments.Select(file => new SendGrid.Helpers.Mail.Attachment
            {
                Content = Convert.ToBase64String(file.Content), Filename = file.Name, Type = file.Type, Disposition = "attachment",
            }),
        ],
        // Said every time, because the account's defaults hold otherwise: links rewritten to another domain, a
        // pixel, a footer about unsubscribing.
        TrackingSettings = new()
        {
            ClickTracking = new() { Enable = false, EnableText = false },
            OpenTracking = new() { Enable = false },
            SubscriptionTracking = new() { Enable = false },
            Ganalytics = new() { Enable = false },
        },
    };

    private TimeSpan? RetryAfter(Response answer)
    {
        if (answer.Headers.RetryAfter is { } asked)
            return asked.Delta ?? asked.Date - clock.GetUtcNow();
        return long.TryParse(Header(answer, "X-RateLimit-Reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, int.MaxValue)) - clock.GetUtcNow()
            : null;
    }

    private static string? Header(Response answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>The carrier's own words, as one short line behind the status.</summary>
    private static async Task<string> Words(Response answer, CancellationToken cancellation)
    {
        var body = answer.Body is null ? "" : await answer.Body.ReadAsStringAsync(cancellation);
        string? said = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            said = json.RootElement.GetProperty("errors")[0].GetProperty("message").GetString();
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            // No error of theirs: the status alone has to do.
        }

        return Mail.HeaderText($"{(int)answer.StatusCode} {said}", ReasonLengthMax);
    }
}
