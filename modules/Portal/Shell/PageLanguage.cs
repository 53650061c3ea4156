using Microsoft.AspNetCore.Http;
using Vade.Kernel;

namespace Vade.Portal;

/// <summary>Which language a page is read in: that of a <c>?lang=</c> link, else what its reader is known to read.</summary>
public static class PageLanguage
{
    public const string Key = "lang";

    public static Language Of(HttpRequest request, Language otherwise) => Languages.Find(request.Query[Key]) ?? otherwise;

    /// <summary>The address with the chosen language kept, where one was chosen.</summary>
    public static string Keep(HttpRequest request, string path) =>
        Languages.Find(request.Query[Key]) is { } chosen ? $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Key}={chosen.Code()}" : path;

    /// <summary>What each language calls itself.</summary>
    public static string Name(Language language) => language switch
    {
        Language.Tr => "Türkçe",
        Language.En => "English",
        Language.Es => "Español",
        Language.Az => "Azərbaycanca",
        Language.Ru => "Русский",
        _ => throw new ArgumentOutOfRangeException(nameof(language)),
    };
}
