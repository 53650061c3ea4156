using System.Text;

namespace Vade.Kernel;

/// <summary>
/// Turkish letter case and a folded form for search, written out here because a host may run without ICU and
/// would then turn i into I (facts: domain trap 8). For what a person reads and looks for; never for keys of rows.
/// </summary>
public static class TurkishText
{
    private const char DotAbove = '\u0307';

    // What people type when they search, and the letters that it stands for.
    private static readonly Dictionary<char, string> Plain = new (string To, string From)[]
    {
        ("a", "àáâãäåāăąǎ"), ("ae", "æ"), ("c", "çćĉċč"), ("d", "ðďđ"), ("e", "èéêëēĕėęěə"), ("g", "ĝğġģǧ"),
        ("h", "ĥħ"), ("i", "ìíîïĩīĭįı"), ("ij", "ĳ"), ("j", "ĵ"), ("k", "ķĸ"), ("l", "ĺļľŀł"), ("n", "ñńņňŉŋ"),
        ("o", "òóôõöøōŏőǒ"), ("oe", "œ"), ("r", "ŕŗř"), ("s", "śŝşšſș"), ("ss", "ß"), ("t", "ţťŧț"), ("th", "þ"),
        ("u", "ùúûüũūŭůűųǔ"), ("w", "ŵ"), ("y", "ýÿŷ"), ("z", "źżž"), ("е", "ё"), ("и", "й"),
    }.SelectMany(row => row.From.Select(letter => (letter, row.To))).ToDictionary(pair => pair.letter, pair => pair.To);

    /// <summary>Capital letters: ısı → ISI, işçi → İŞÇİ.</summary>
    public static string Upper(string text) => string.Create(text.Length, text, static (upper, from) =>
    {
        for (var i = 0; i < from.Length; i++)
            upper[i] = from[i] switch { 'i' => 'İ', 'ı' => 'I', var c => char.ToUpperInvariant(c) };
    });

    /// <summary>Small letters: ISI → ısı, İŞÇİ → işçi; also where the dot of İ is a character of its own.</summary>
    public static string Lower(string text)
    {
        var lower = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != 'I') lower.Append(text[i] == 'İ' ? 'i' : char.ToLowerInvariant(text[i]));
            else if (i + 1 < text.Length && text[i + 1] == DotAbove) (lower, i) = (lower.Append('i'), i + 1);
            else lower.Append('ı');
        }

        return lower.ToString();
    }

    /// <summary>
    /// The form in which two texts are the same to someone who searches: small letters, ı i I İ all i, ş s, ğ g,
    /// ə e and every accent of Europe's Latin letters dropped, ё е, й и, white space one space and none at the ends.
    /// Punctuation stays. Folding twice changes nothing.
    /// </summary>
    public static string SearchKey(string? text)
    {
        var key = new StringBuilder(text?.Length ?? 0);
        var gap = false;
        foreach (var c in text ?? "")
        {
            if (c is >= '\u0300' and <= '\u036F') continue;
            if (char.IsWhiteSpace(c))
            {
                gap = key.Length > 0;
                continue;
            }

            if (gap) key.Append(' ');
            gap = false;
            var small = c is 'İ' ? 'i' : char.ToLowerInvariant(c);
            if (Plain.TryGetValue(small, out var plain)) key.Append(plain);
            else key.Append(small);
        }

        return key.ToString();
    }
}
