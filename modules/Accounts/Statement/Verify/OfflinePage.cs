using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vade.Kernel;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>The page that verifies, with style and script inside, for a disk instead of a server.</summary>
internal static partial class OfflinePage
{
    public static async Task<string> Write(IServiceProvider services, Look look, Language language, string style, string script)
    {
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<VerifyPage>(ParameterView.FromDictionary(
            new Dictionary<string, object?>
            {
                // What stands at our address is not there without a network.
                [nameof(VerifyPage.Look)] = look with { LogoUrl = null, StyleUrl = "" },
                [nameof(VerifyPage.Language)] = language,
                [nameof(VerifyPage.Action)] = "#",
                [nameof(VerifyPage.Script)] = $"<script>{script}</script>",
            }))).ToHtmlString());
        html = StyleLink().Replace(html, _ => $"<style>{style}</style>");
        return LanguageLinks().Replace(html, "");
    }

    [GeneratedRegex("<link rel=\"stylesheet\"[^>]*>", RegexOptions.None, 1_000)]
    private static partial Regex StyleLink();

    [GeneratedRegex("<nav .*?</nav>", RegexOptions.Singleline, 1_000)]
    private static partial Regex LanguageLinks();
}
