using System.Security.Cryptography;
using System.Text;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>How the organisation shows itself at the head of every page.</summary>
/// <param name="StyleUrl">The one style sheet; the address changes with its content, so browsers may keep it for ever.</param>
/// <param name="LogoUrl">Null where there is no logo.</param>
public sealed record Look(string Name, string? TaxIdLabel, string? TaxId, string StyleUrl, string? LogoUrl)
{
    /// <summary>As a person reads it: VKN 1234567890.</summary>
    public string? TaxIdText => TaxId is null ? null : $"{TaxIdLabel} {TaxId}".Trim();
}

/// <summary>Makes the look of the organisation from its settings, once for each state of them.</summary>
public sealed class Looks(Settings settings)
{
    private sealed record Made(string Accent, string? LogoPng, string Style, string StyleHash, byte[]? Logo, string? LogoHash);

    private volatile Made? _made;

    public async Task<Look> Get(CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var made = Make(organisation);
        return new(
            organisation.Name,
            organisation.TaxId is { } taxId ? TaxId.Check(organisation.Country, taxId).Id?.Label : null,
            organisation.TaxId,
            $"{Assets.Style}?v={made.StyleHash}",
            made.LogoHash is { } logo ? $"{Assets.Logo}?v={logo}" : null);
    }

    /// <summary>The style sheet in whole, and the hash that its address carries.</summary>
    public async Task<(string Text, string Hash)> Style(CancellationToken cancellation)
    {
        var made = Make(await settings.Get(OrganisationSettings.Section, cancellation));
        return (made.Style, made.StyleHash);
    }

    internal async Task<(byte[] Png, string Hash)?> Logo(CancellationToken cancellation)
    {
        var made = Make(await settings.Get(OrganisationSettings.Section, cancellation));
        return made is { Logo: { } png, LogoHash: { } hash } ? (png, hash) : null;
    }

    private Made Make(OrganisationSettings organisation)
    {
        if (_made is { } kept && kept.Accent == organisation.Accent && kept.LogoPng == organisation.LogoPng)
            return kept;
        var style = Accents.Rules(organisation.Accent) + Assets.StyleText;
        var logo = Bytes(organisation.LogoPng);
        var made = new Made(
            organisation.Accent, organisation.LogoPng, style, Hash(Encoding.UTF8.GetBytes(style)), logo, logo is null ? null : Hash(logo));
        _made = made;
        return made;
    }

    // A page without its logo is better than no page.
    private static byte[]? Bytes(string? base64)
    {
        var bytes = new byte[base64?.Length ?? 0];
        return bytes.Length > 0 && Convert.TryFromBase64String(base64!, bytes, out var length) ? bytes[..length] : null;
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8));
}
