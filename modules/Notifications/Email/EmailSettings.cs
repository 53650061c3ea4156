using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel.Security;
using Vade.Organisation;

namespace Vade.Notifications;

/// <summary>How e-mail leaves: <c>settings/email</c>.</summary>
/// <param name="Sender"><c>sendgrid</c> or <c>mailbox</c>; null for the mailbox in the sandbox and nothing elsewhere.</param>
/// <param name="ApiKey">The carrier's key. Kept encrypted, never shown; left out of a PUT it stays, empty it goes.</param>
/// <param name="ApiKeySet">Shown in place of the key; not taken.</param>
/// <param name="FromAddress">Verified with the carrier; its domain aligned with SPF or DKIM.</param>
/// <param name="FromName">The organisation's name by default.</param>
/// <param name="ReplyTo">A mailbox that somebody reads; the organisation's address by default.</param>
/// <param name="BaseUrl">Replaces https://api.sendgrid.com, such as by https://api.eu.sendgrid.com.</param>
internal sealed record EmailSettings(
    string? Sender = null,
    string? ApiKey = null,
    bool ApiKeySet = false,
    string? FromAddress = null,
    string? FromName = null,
    string? ReplyTo = null,
    string? BaseUrl = null)
{
    public const string SendGrid = "sendgrid";
    public const string Mailbox = "mailbox";
    public const string Purpose = "email/apiKey";
    public const string DefaultBaseUrl = "https://api.sendgrid.com";
    private const string EuropeanBaseUrl = "https://api.eu.sendgrid.com";

    public static readonly SettingsSection<EmailSettings> Section = new(
        "email", EmailSettingsJson.Default.EmailSettings, _ => new(), Problems, Public, Prepare);

    /// <summary>
    /// Where the carrier is reached: its own addresses, and in the sandbox any https one and plain http on loopback.
    /// Null for an address that may not be called, so that no setting can point us at the inside of a network.
    /// </summary>
    public Uri? Host(bool sandbox) =>
        Uri.TryCreate(BaseUrl ?? DefaultBaseUrl, UriKind.Absolute, out var host)
        && (host.AbsoluteUri.TrimEnd('/') is DefaultBaseUrl or EuropeanBaseUrl
            || (sandbox && (host.Scheme == Uri.UriSchemeHttps || IsLoopback(host))))
            ? host
            : null;

    private static bool IsLoopback(Uri host) =>
        host.Scheme == Uri.UriSchemeHttp
        && (host.Host == "localhost" || (IPAddress.TryParse(host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));

    private static IEnumerable<SettingProblem> Problems(EmailSettings value)
    {
        if (value.Sender is not (null or SendGrid or Mailbox))
            yield return new("sender", "sender.unknown", "Give sendgrid or mailbox.");
        if (value.Sender == SendGrid && value.FromAddress is null)
            yield return new("fromAddress", "fromAddress.missing", "Give the address that mail is sent from.");
        if (value.FromAddress is { } from && !IsAddress(from))
            yield return new("fromAddress", "address.form", "Give one e-mail address.");
        if (value.ReplyTo is { } reply && !IsAddress(reply))
            yield return new("replyTo", "address.form", "Give one e-mail address.");
        if (value.FromName?.Length > 100)
            yield return new("fromName", "fromName.length", "Give a name of at most 100 characters.");
        if (value.BaseUrl is not null && value.Host(sandbox: true) is null)
            yield return new("baseUrl", "baseUrl.scheme", "Give an https address; plain http only on loopback, in the sandbox.");
    }

    private static bool IsAddress(string text) => System.Net.Mail.MailAddress.TryCreate(text, out var address) && address.Address == text;

    private static EmailSettings Public(EmailSettings value) => value with { ApiKey = null, ApiKeySet = value.ApiKey is not null };

    private static EmailSettings Prepare(IServiceProvider services, EmailSettings before, EmailSettings sent) => sent with
    {
        ApiKeySet = false,
        ApiKey = sent.ApiKey switch
        {
            null => before.ApiKey,
            "" => null,
            var key => services.GetRequiredService<SecretBox>().Protect(key, Purpose),
        },
    };
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(EmailSettings))]
internal sealed partial class EmailSettingsJson : JsonSerializerContext;
