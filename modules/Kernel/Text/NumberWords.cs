using System.Text;

namespace Vade.Kernel;

/// <summary>Whole numbers from 0 to below 10^18 in words.</summary>
internal static class NumberWords
{
    private static readonly string[] TurkishOnes = ["", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz"];
    private static readonly string[] TurkishTens = ["", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan"];
    private static readonly string[] TurkishThousands = ["", "bin", "milyon", "milyar", "trilyon", "katrilyon"];

    private static readonly string[] EnglishOnes =
    [
        "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] EnglishTens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    private static readonly string[] EnglishThousands = ["", "thousand", "million", "billion", "trillion", "quadrillion"];

    /// <summary>Joined, as commercial documents want it, so that nothing can be written in between: altıyüzelli (facts: domain C.8).</summary>
    public static string Turkish(long number)
    {
        if (number == 0) return "sıfır";
        var words = new StringBuilder();
        foreach (var (thousands, power) in Thousands(number))
        {
            // No "bir" before yüz and bin, but before milyon.
            var (hundreds, rest) = (thousands / 100, thousands % 100);
            if (hundreds > 1) words.Append(TurkishOnes[hundreds]);
            if (hundreds > 0) words.Append("yüz");
            words.Append(TurkishTens[rest / 10]);
            if (!(thousands == 1 && power == 1)) words.Append(TurkishOnes[rest % 10]);
            words.Append(TurkishThousands[power]);
        }

        return words.ToString();
    }

    /// <summary>Without "and", which is left for the minor unit: six hundred fifty-one thousand two.</summary>
    public static string English(long number)
    {
        if (number == 0) return "zero";
        var words = new List<string>();
        foreach (var (thousands, power) in Thousands(number))
        {
            var (hundreds, rest) = (thousands / 100, thousands % 100);
            if (hundreds > 0) words.Add($"{EnglishOnes[hundreds]} hundred");
            if (rest is > 0 and < 20) words.Add(EnglishOnes[rest]);
            if (rest >= 20) words.Add(rest % 10 == 0 ? EnglishTens[rest / 10] : $"{EnglishTens[rest / 10]}-{EnglishOnes[rest % 10]}");
            if (power > 0) words.Add(EnglishThousands[power]);
        }

        return string.Join(' ', words);
    }

    // The groups of three digits that are not zero, the highest first: 1 002 → (1, 1), (2, 0).
    private static IEnumerable<(int Group, int Power)> Thousands(long number)
    {
        var unit = 1_000_000_000_000_000;
        for (var power = 5; power >= 0; power--, unit /= 1000)
        {
            var group = (int)(number / unit % 1000);
            if (group > 0) yield return (group, power);
        }
    }
}
