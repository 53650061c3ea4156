namespace Vade.Tests.Kernel;

/// <summary>
/// Reads an amount in lira and kuruş back from its words. It knows words and how they add up, and nothing of how
/// they are written; what it does not know it refuses.
/// </summary>
internal static class WordsReader
{
    private static readonly Dictionary<string, long> TurkishWords = new(StringComparer.Ordinal)
    {
        ["bir"] = 1, ["iki"] = 2, ["üç"] = 3, ["dört"] = 4, ["beş"] = 5, ["altı"] = 6, ["yedi"] = 7, ["sekiz"] = 8, ["dokuz"] = 9,
        ["on"] = 10, ["yirmi"] = 20, ["otuz"] = 30, ["kırk"] = 40, ["elli"] = 50, ["altmış"] = 60, ["yetmiş"] = 70, ["seksen"] = 80,
        ["doksan"] = 90, ["yüz"] = 100, ["bin"] = 1000, ["milyon"] = 1_000_000, ["milyar"] = 1_000_000_000,
        ["trilyon"] = 1_000_000_000_000, ["katrilyon"] = 1_000_000_000_000_000,
    };

    private static readonly string[] LongestFirst = [.. TurkishWords.Keys.OrderByDescending(word => word.Length)];

    private static readonly Dictionary<string, long> EnglishWords = new(StringComparer.Ordinal)
    {
        ["one"] = 1, ["two"] = 2, ["three"] = 3, ["four"] = 4, ["five"] = 5, ["six"] = 6, ["seven"] = 7, ["eight"] = 8, ["nine"] = 9,
        ["ten"] = 10, ["eleven"] = 11, ["twelve"] = 12, ["thirteen"] = 13, ["fourteen"] = 14, ["fifteen"] = 15, ["sixteen"] = 16,
        ["seventeen"] = 17, ["eighteen"] = 18, ["nineteen"] = 19, ["twenty"] = 20, ["thirty"] = 30, ["forty"] = 40, ["fifty"] = 50,
        ["sixty"] = 60, ["seventy"] = 70, ["eighty"] = 80, ["ninety"] = 90, ["hundred"] = 100, ["thousand"] = 1000,
        ["million"] = 1_000_000, ["billion"] = 1_000_000_000, ["trillion"] = 1_000_000_000_000, ["quadrillion"] = 1_000_000_000_000_000,
    };

    public static decimal Turkish(string line)
    {
        var amount = 0m;
        foreach (var part in After("Yalnız ", line).Split(' '))
        {
            var number = Sum(SplitTurkish(part[..^2]));
            amount += part[^2..] switch { "TL" => number, "Kr" => number / 100m, _ => throw new FormatException(part) };
        }

        return amount;
    }

    public static decimal English(string line)
    {
        var amount = 0m;
        foreach (var part in After("Only ", line).Split(" and "))
        {
            var lira = part.EndsWith(" Turkish lira", StringComparison.Ordinal);
            var words = After("", part[..^(lira ? " Turkish lira" : " kuruş").Length]);
            var number = words == "zero" ? 0 : Sum(words.Split(' ', '-').Select(word => EnglishWords[word]));
            amount += lira ? number : number / 100m;
        }

        return amount;
    }

    private static IEnumerable<long> SplitTurkish(string joined)
    {
        if (joined == "sıfır") yield break;
        while (joined.Length > 0)
        {
            var word = Array.Find(LongestFirst, w => joined.StartsWith(w, StringComparison.Ordinal)) ?? throw new FormatException(joined);
            yield return TurkishWords[word];
            joined = joined[word.Length..];
        }
    }

    // A small word adds, hundred multiplies what stands before it in its group, a greater one closes the group.
    private static long Sum(IEnumerable<long> words)
    {
        var (sum, group) = (0L, 0L);
        foreach (var word in words)
        {
            if (word < 100) group += word;
            else if (word == 100) group = Math.Max(group, 1) * 100;
            else (sum, group) = (sum + (Math.Max(group, 1) * word), 0);
        }

        return sum + group;
    }

    private static string After(string start, string text) =>
        text.StartsWith(start, StringComparison.Ordinal) ? text[start.Length..] : throw new FormatException(text);
}
