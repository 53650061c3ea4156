using System.Net;
using System.Text.RegularExpressions;

namespace Vade.Tests.EndToEnd;

/// <summary>A form with the hidden fields that a browser would send along.</summary>
internal sealed record HtmlForm(string Action, IReadOnlyList<(string Name, string Value)> Fields);

/// <summary>A page as far as a test reads it. Our own markup is regular enough for that.</summary>
/// <param name="Path">Where it was found.</param>
internal sealed partial record HtmlPage(string Path, string Html)
{
    public bool HasForm(string mark) => Forms().IsMatch(Html) && Find(mark) is not null;

    /// <param name="mark">What stands in the form, such as <c>id="pay"</c>.</param>
    public HtmlForm Form(string mark) => Find(mark) ?? throw new InvalidOperationException($"{Path} has no form with {mark}: {Html}");

    /// <summary>The first address that begins like this; null when there is none.</summary>
    public string? Link(string pattern) =>
        Regex.Match(Html, $"href=\"([^\"]*{pattern}[^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1)) is { Success: true } link
            ? WebUtility.HtmlDecode(link.Groups[1].Value)
            : null;

    private HtmlForm? Find(string mark)
    {
        if (Forms().Matches(Html).FirstOrDefault(form => form.Value.Contains(mark, StringComparison.Ordinal)) is not { } found)
            return null;
        var action = Actions().Match(found.Value);
        return new(
            action.Success ? WebUtility.HtmlDecode(action.Groups[1].Value) : Path,
            [.. Hidden().Matches(found.Value).Select(field => (field.Groups[1].Value, WebUtility.HtmlDecode(field.Groups[2].Value)))]);
    }

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline, 1000)]
    private static partial Regex Forms();

    [GeneratedRegex("<form[^>]*action=\"([^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Actions();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Hidden();
}
