using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Vade.Portal;

/// <summary>The addresses of what a page of the panel loads.</summary>
internal sealed record PanelStyle(string TablerUrl, string PanelUrl, string HtmxUrl, string ScriptUrl);

/// <summary>
/// The panel's style sheets and scripts: Tabler and htmx as npm brings them, and the little that is ours. Their addresses
/// carry a hash of their content, so browsers keep them for ever. Compressed once, when the first asks.
/// </summary>
internal sealed class PanelAssets
{
    private const string Css = "text/css; charset=utf-8";
    private const string Script = "text/javascript; charset=utf-8";
    private static readonly Asset Tabler = new("tabler.css", Css, () => Resource("tabler.css"));
    private static readonly Asset Htmx = new("htmx.js", Script, () => Resource("htmx.js"));
    private static readonly Asset Own = new("panel.js", Script, () => Resource("panel.js"));

    private volatile Styled? _styled;

    private sealed record Styled(string Accent, Asset Sheet, PanelStyle Style);

    /// <summary>The addresses with the organisation's accent colour.</summary>
    public PanelStyle StyleOf(string accent) => Make(accent).Style;

    public static void Map(IEndpointRouteBuilder app)
    {
        foreach (var asset in new[] { Tabler, Htmx, Own })
            app.MapGet("/assets/" + asset.Name, asset.Answer).ExcludeFromDescription();
        app.MapGet("/assets/panel.css", async (HttpContext context, PanelAssets assets, Organisation.Settings settings, CancellationToken cancellation) =>
            assets.Make((await settings.Get(Organisation.OrganisationSettings.Section, cancellation)).Accent).Sheet.Answer(context)).ExcludeFromDescription();
    }

    private Styled Make(string accent)
    {
        if (_styled is { } kept && kept.Accent == accent)
            return kept;
        var rules = Accents.PanelRules(accent) + Encoding.UTF8.GetString(Resource("panel.css"));
        var sheet = new Asset("panel.css", Css, () => Encoding.UTF8.GetBytes(rules));
        return _styled = new(accent, sheet, new(Tabler.Url, sheet.Url, Htmx.Url, Own.Url));
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(PanelAssets).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private sealed class Asset(string name, string type, Func<byte[]> read)
    {
        private readonly Lazy<(byte[] Packed, string Hash)> _content = new(() =>
        {
            var bytes = read();
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                gzip.Write(bytes);
            return (packed.ToArray(), Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8)));
        });

        public string Name => name;

        public string Url => $"/assets/{name}?v={_content.Value.Hash}";

        public IResult Answer(HttpContext context)
        {
            var (packed, hash) = _content.Value;
            if (Assets.Kept(context, hash))
                return Results.StatusCode(StatusCodes.Status304NotModified);
            context.Response.Headers.Vary = "Accept-Encoding";
            if (!context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
                return Results.Bytes(read(), type);
            context.Response.Headers.ContentEncoding = "gzip";
            return Results.Bytes(packed, type);
        }
    }
}
