using System.Net;
using System.Text.RegularExpressions;

namespace Vade.Tests.Portal;

/// <summary>Reads a form of the panel as a browser would send it unchanged. Our own markup is regular enough for that.</summary>
internal static partial class PageForm
{
    public static Dictionary<string, string> Filled(string html, string mark)
    {
        var form = Forms().Matches(html).First(found => found.Value.Contains(mark, StringComparison.Ordinal)).Value;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var input in Inputs().Matches(form).Select(found => found.Value))
        {
            var (name, type) = (Of(input, "name"), Of(input, "type"));
            if (name is not null && (type != "checkbox" || input.Contains(" checked", StringComparison.Ordinal)))
                fields[name] = Of(input, "value") ?? "";
        }

        foreach (Match area in Areas().Matches(form))
            fields[Of(area.Value, "name")!] = WebUtility.HtmlDecode(area.Groups[1].Value);
        foreach (Match select in Selects().Matches(form))
        {
            var options = Options().Matches(select.Value);
            var chosen = options.FirstOrDefault(option => option.Value.Contains(" selected", StringComparison.Ordinal)) ?? options[0];
            fields[Of(select.Value, "name")!] = Of(chosen.Value, "value") ?? "";
        }

        return fields;
    }

    private static string? Of(string tag, string attribute) =>
        Regex.Match(tag, $" {attribute}=\"([^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1)) is { Success: true } found ? WebUtility.HtmlDecode(found.Groups[1].Value) : null;

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline, 1000)]
    private static partial Regex Forms();

    [GeneratedRegex("<input[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Inputs();

    [GeneratedRegex("<textarea[^>]*>([^<]*)</textarea>", RegexOptions.None, 1000)]
    private static partial Regex Areas();

    [GeneratedRegex("<select[^>]*>.*?</select>", RegexOptions.Singleline, 1000)]
    private static partial Regex Selects();

    [GeneratedRegex("<option[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Options();
}
