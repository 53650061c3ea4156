using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Vade.Portal;

/// <summary>The style sheet and the logo. Their addresses carry a hash of what they hold.</summary>
internal static class Assets
{
    public const string Style = "/assets/vade.css";
    public const string Logo = "/assets/logo.png";

    public static string StyleText { get; } = Read();

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Style, async (HttpContext context, Looks looks, CancellationToken cancellation) =>
        {
            var (text, hash) = await looks.Style(cancellation);
            return Kept(context, hash) ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Text(text, "text/css; charset=utf-8");
        }).ExcludeFromDescription();
        app.MapGet(Logo, async (HttpContext context, Looks looks, CancellationToken cancellation) =>
            await looks.Logo(cancellation) is not var (png, hash) ? Results.NotFound()
            : Kept(context, hash) ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(png, "image/png")).ExcludeFromDescription();
    }

    // For ever under the address that names this content; under any other, asked for again each time.
    internal static bool Kept(HttpContext context, string hash)
    {
        var tag = $"\"{hash}\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = context.Request.Query["v"] == hash ? "public, max-age=31536000, immutable" : "no-cache";
        return context.Request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal);
    }

    private static string Read()
    {
        using var reader = new StreamReader(typeof(Assets).Assembly.GetManifestResourceStream("vade.css")!);
        return reader.ReadToEnd();
    }
}
