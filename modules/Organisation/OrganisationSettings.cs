using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;

namespace Vade.Organisation;

/// <summary>Who the organisation is, and the defaults that everything takes from it.</summary>
/// <param name="TimeZone">IANA name; every "today" is this zone's.</param>
/// <param name="Country">ISO 3166 alpha-2: TR, CL, AZ …</param>
/// <param name="TaxIdPolicy"><c>reject</c>: a customer's tax id with a wrong check digit is a 422; <c>warn</c>: it is taken (facts: domain trap 4).</param>
/// <param name="Accent">The one accent colour of pages, mails and papers, as #rrggbb.</param>
/// <param name="LogoPng">A PNG in base64, at most 256 KiB; null for none.</param>
public sealed record OrganisationSettings(
    string Name,
    string? TaxId = null,
    string? TaxOffice = null,
    string TimeZone = "Europe/Istanbul",
    string Country = "TR",
    string Currency = "TRY",
    string Language = "tr",
    IReadOnlyList<string>? Address = null,
    string? Email = null,
    string? Phone = null,
    string? Iban = null,
    string TaxIdPolicy = "reject",
    string Accent = "#0f5c8c",
    string? LogoPng = null,
    DateOnly? ClosedThrough = null)
{
    public static readonly SettingsSection<OrganisationSettings> Section = new(
        "organisation", OrganisationJson.Default.OrganisationSettings, Initial, Problems);

    [JsonIgnore] public Currency MoneyCurrency => Kernel.Currency.Of(Currency);
    [JsonIgnore] public Language Reader => Languages.Find(Language) ?? Kernel.Language.En;
    [JsonIgnore] public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    /// <summary>The local date of the organisation at this instant: what every schedule works by.</summary>
    public DateOnly Today(TimeProvider clock) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), Zone).DateTime);

    /// <summary>The last day that takes no more bookings: a period that is not over cannot be closed, so never today.</summary>
    public DateOnly? LastClosedDay(DateOnly today) => ClosedThrough >= today ? today.AddDays(-1) : ClosedThrough;

    // In the sandbox an organisation is there at once, so that the first command shows something.
    private static OrganisationSettings Initial(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        var given = configuration.GetSection("Vade:Organisation");
        var sandbox = configuration.GetValue<bool>("Vade:Sandbox");
        var sample = new OrganisationSettings(
            sandbox ? "Örnek Ajans Dijital Hizmetler A.Ş." : "",
            TaxId: sandbox ? "1234567890" : null,
            TaxOffice: sandbox ? "Kadıköy" : null,
            Address: sandbox ? ["Caferağa Mah. Moda Cad. No: 12", "34710 Kadıköy / İstanbul"] : null,
            Email: sandbox ? "muhasebe@ornekajans.example" : null,
            Phone: sandbox ? "+90 216 555 01 23" : null);
        return sample with
        {
            Name = given["Name"] ?? sample.Name,
            TaxId = given["TaxId"] ?? (given["Name"] is null ? sample.TaxId : null),
            TimeZone = given["TimeZone"] ?? sample.TimeZone,
            Country = given["Country"] ?? sample.Country,
            Currency = given["Currency"] ?? sample.Currency,
            Language = given["Language"] ?? sample.Language,
        };
    }

    private static IEnumerable<SettingProblem> Problems(OrganisationSettings value)
    {
        if (string.IsNullOrWhiteSpace(value.Name) || value.Name.Length > 200)
            yield return new("name", "name.length", "Give the organisation's name, at most 200 characters.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(value.TimeZone, out _))
            yield return new("timeZone", "timeZone.unknown", "Give an IANA time zone such as Europe/Istanbul.");
        if (value.Country.Length != 2 || !value.Country.All(char.IsAsciiLetterUpper))
            yield return new("country", "country.unknown", "Give the two upper-case letters of ISO 3166, such as TR.");
        if (Kernel.Currency.Find(value.Currency) is null)
            yield return new("currency", "currency.unknown", $"Give one of {string.Join(", ", Kernel.Currency.All)}.");
        if (Languages.Find(value.Language) is null)
            yield return new("language", "language.unknown", "Give tr, en, es, az or ru.");
        if (value.TaxIdPolicy is not ("reject" or "warn"))
            yield return new("taxIdPolicy", "taxIdPolicy.unknown", "Give reject or warn.");
        if (value.Accent.Length != 7 || value.Accent[0] != '#' || !value.Accent.AsSpan(1).ContainsOnlyHex())
            yield return new("accent", "accent.colour", "Give a colour as #rrggbb.");
        if (value.LogoPng?.Length > 350_000)
            yield return new("logoPng", "logoPng.size", "Give a PNG of at most 256 KiB.");
    }
}

internal static class HexText
{
    public static bool ContainsOnlyHex(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
                return false;
        }

        return true;
    }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(OrganisationSettings))]
internal sealed partial class OrganisationJson : JsonSerializerContext;
