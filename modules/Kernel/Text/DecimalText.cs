using System.Globalization;

namespace Vade.Kernel;

/// <summary>
/// Reads amounts as people type them into forms and files: 1.234,56, 1,234.56, 1 234,56, 650.35, ,50. What two
/// readers would read differently is not taken, because money guessed wrong is wrong a thousandfold: 1.000 may
/// be one or a thousand and is refused unless the decimal sign is known. 0.125 and 1234.567 have one reading only.
/// </summary>
/// <remarks>
/// No exponent, no currency sign, no plus, ASCII digits only, at most 28 of them. Thousands are grouped with one
/// mark throughout: dot, comma, a space (also no-break and thin) or an apostrophe; groups are complete. At least
/// one digit stands after a decimal sign. The digits behind it are kept: 650.350 has three.
/// </remarks>
public static class DecimalText
{
    private const int LongestText = 64;
    private const int MostDigits = 28;

    /// <summary>Dot or comma, whichever the text shows to be the decimal sign.</summary>
    public static bool TryParse(string? text, out decimal value, bool allowNegative = false) => TryRead(text, null, allowNegative, out value);

    /// <param name="text">The text as typed.</param>
    /// <param name="decimalSign">The dot or the comma that this form or file is known to use; the other one groups.</param>
    /// <param name="value">The number; 0 when there is none.</param>
    /// <param name="allowNegative">Whether a leading minus is taken.</param>
    public static bool TryParse(string? text, char decimalSign, out decimal value, bool allowNegative = false) =>
        decimalSign is '.' or ','
            ? TryRead(text, decimalSign, allowNegative, out value)
            : throw new ArgumentOutOfRangeException(nameof(decimalSign));

    private static bool TryRead(string? text, char? decimalSign, bool allowNegative, out decimal value)
    {
        value = 0m;
        if (text is null or { Length: > LongestText }) return false;
        var unsigned = text.AsSpan().Trim();
        var negative = unsigned is ['-' or '\u2212', ..];
        if (negative && !allowNegative) return false;
        if (negative) unsigned = unsigned[1..];

        if (!TryFindDecimalSign(unsigned, decimalSign, out var sign)) return false;
        var whole = sign < 0 ? unsigned : unsigned[..sign];
        var fraction = sign < 0 ? [] : unsigned[(sign + 1)..];
        if (sign >= 0 && (fraction.IsEmpty || !AreDigits(fraction))) return false;
        if (whole.IsEmpty ? sign < 0 : !IsWhole(whole)) return false;

        var digits = string.Concat(whole.ToString().Where(char.IsAsciiDigit));
        if (digits.Length + fraction.Length > MostDigits) return false;
        value = decimal.Parse(fraction.IsEmpty ? digits : $"0{digits}.{fraction}", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        if (negative) value = -value;
        return true;
    }

    // Where the decimal sign stands, -1 where there is none; false where that cannot be told.
    private static bool TryFindDecimalSign(ReadOnlySpan<char> text, char? known, out int at)
    {
        if (known is { } decimalSign)
        {
            at = text.IndexOf(decimalSign);
            return at == text.LastIndexOf(decimalSign);
        }

        at = text.LastIndexOfAny('.', ',');
        if (at < 0) return true;
        var sign = text[at];
        var before = text[..at];
        if (before.Contains(sign == '.' ? ',' : '.')) return !before.Contains(sign);
        if (before.Contains(sign))
        {
            at = -1;
            return true;
        }

        var readsAsThousands = before.Length is >= 1 and <= 3 && before[0] != '0' && AreDigits(before) && text.Length - at - 1 == 3;
        return !readsAsThousands;
    }

    private static bool IsWhole(ReadOnlySpan<char> text)
    {
        var first = text.IndexOfAnyExceptInRange('0', '9');
        if (first < 0) return true;
        var mark = text[first];
        if (!IsGroupMark(mark) || first is 0 or > 3 || text[0] == '0' || (text.Length - first) % 4 != 0) return false;
        for (var i = first; i < text.Length; i += 4)
            if (text[i] != mark || !AreDigits(text.Slice(i + 1, 3))) return false;
        return true;
    }

    private static bool IsGroupMark(char c) => c is '.' or ',' or ' ' or '\u00A0' or '\u202F' or '\u2009' or '\'' or '\u2019';
    private static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
