using System.Globalization;

namespace Vade.Kernel;

/// <summary>The three countries' rules over a text without spaces, dots and dashes (facts: domain C.1–C.5).</summary>
internal static class TaxIdRules
{
    public static TaxIdCheck Turkish(string bare)
    {
        if (!AreDigits(bare)) return No(TaxIdProblem.Characters);
        return bare.Length switch
        {
            10 => Judged(new TaxId("TR", bare, TaxIdKind.Vkn), VknHolds(bare)),
            11 when bare[0] == '0' => No(TaxIdProblem.LeadingZero),
            11 => Judged(new TaxId("TR", bare, TaxIdKind.Tckn), TcknHolds(bare)),
            _ => No(TaxIdProblem.Length),
        };
    }

    public static TaxIdCheck Chilean(string bare)
    {
        if (bare.Length == 0) return No(TaxIdProblem.Length);
        var (body, given) = (bare[..^1], char.ToUpperInvariant(bare[^1]));
        if (!AreDigits(body) || !(char.IsAsciiDigit(given) || given == 'K')) return No(TaxIdProblem.Characters);
        if (body.Length == 0) return No(TaxIdProblem.Length);

        body = body.TrimStart('0');
        if (body.Length == 0) return No(TaxIdProblem.LeadingZero);
        if (body.Length > 8) return No(TaxIdProblem.Length);
        return Judged(new TaxId("CL", $"{body}-{given}", TaxIdKind.Rut), given == RutCheckCharacter(body));
    }

    // The ninth digit is a check digit whose rule is not published, so nothing is refused for it.
    public static TaxIdCheck Azerbaijani(string bare)
    {
        if (!AreDigits(bare)) return No(TaxIdProblem.Characters);
        var full = bare.Length == 9 ? "0" + bare : bare;
        if (full.Length != 10) return No(TaxIdProblem.Length);
        return full[^1] is '1' or '2'
            ? new TaxIdCheck.Valid(new TaxId("AZ", full, TaxIdKind.Voen))
            : No(TaxIdProblem.PersonDigit);
    }

    private static bool VknHolds(string digits)
    {
        var sum = 0;
        for (var i = 0; i < 9; i++)
        {
            var place = 9 - i;
            var shifted = (digits[i] - '0' + place) % 10;
            if (shifted == 0) continue;
            var term = shifted * (1 << place) % 9;
            sum += term == 0 ? 9 : term;
        }

        return (10 - (sum % 10)) % 10 == digits[9] - '0';
    }

    private static bool TcknHolds(string digits)
    {
        int At(int place) => digits[place - 1] - '0';
        var odd = At(1) + At(3) + At(5) + At(7) + At(9);
        var even = At(2) + At(4) + At(6) + At(8);
        var tenth = ((7 * odd) - even + 40) % 10;
        return At(10) == tenth && At(11) == (odd + even + tenth) % 10;
    }

    private static char RutCheckCharacter(string body)
    {
        var (sum, weight) = (0, 2);
        for (var i = body.Length - 1; i >= 0; i--)
        {
            sum += (body[i] - '0') * weight;
            weight = weight == 7 ? 2 : weight + 1;
        }

        return (11 - (sum % 11)) switch
        {
            11 => '0',
            10 => 'K',
            var digit => digit.ToString(CultureInfo.InvariantCulture)[0],
        };
    }

    private static TaxIdCheck Judged(TaxId id, bool holds) => holds ? new TaxIdCheck.Valid(id) : new TaxIdCheck.BadCheckDigit(id);
    private static TaxIdCheck.Unreadable No(TaxIdProblem problem) => new(problem);
    private static bool AreDigits(string text) => text.All(char.IsAsciiDigit);
}
