namespace Vade.Kernel;

/// <summary>The five languages that everything a person sees is complete in.</summary>
public enum Language
{
    /// <summary>Turkish</summary>
    Tr,

    /// <summary>English</summary>
    En,

    /// <summary>Spanish as written in Chile</summary>
    Es,

    /// <summary>Azerbaijani, Latin script</summary>
    Az,

    /// <summary>Russian</summary>
    Ru,
}

public static class Languages
{
    public static IReadOnlyList<Language> All { get; } = [Language.Tr, Language.En, Language.Es, Language.Az, Language.Ru];

    /// <summary>The two-letter code: tr, en, es, az, ru.</summary>
    public static string Code(this Language language) => language switch
    {
        Language.Tr => "tr",
        Language.En => "en",
        Language.Es => "es",
        Language.Az => "az",
        Language.Ru => "ru",
        _ => throw new ArgumentOutOfRangeException(nameof(language)),
    };

    /// <summary>The BCP 47 tag for a page's or a document's lang.</summary>
    public static string Tag(this Language language) => language switch
    {
        Language.Tr => "tr-TR",
        Language.En => "en",
        Language.Es => "es-CL",
        Language.Az => "az-Latn-AZ",
        Language.Ru => "ru-RU",
        _ => throw new ArgumentOutOfRangeException(nameof(language)),
    };

    /// <summary>The language of a code or tag ("tr", "tr-TR", "AZ"); null when it is none of the five.</summary>
    public static Language? Find(string? code) => code?.Split('-', '_')[0].ToLowerInvariant() switch
    {
        "tr" => Language.Tr,
        "en" => Language.En,
        "es" => Language.Es,
        "az" => Language.Az,
        "ru" => Language.Ru,
        _ => null,
    };
}
