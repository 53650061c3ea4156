using System.Globalization;

namespace Vade.Documents.Sheets;

/// <summary>The sign between whole and part, as far as a file's own cells prove it.</summary>
public enum DecimalSign
{
    /// <summary>No cell proves anything (12, 1.234): take the one usual in the organisation's language.</summary>
    Unknown,

    /// <summary>1,234.50</summary>
    Dot,

    /// <summary>1.234,50</summary>
    Comma,

    /// <summary>Cells contradict each other; each is then read only if it proves its own sign.</summary>
    Mixed,
}

/// <summary>Reads numbers as people type them.</summary>
public static class DecimalSigns
{
    /// <summary>What these cells prove together; nulls and words prove nothing.</summary>
    public static DecimalSign Detect(IEnumerable<string?> cells)
    {
        var found = DecimalSign.Unknown;
        foreach (var cell in cells)
        {
            var proof = ProofOf(Digits(cell));
            if (proof == DecimalSign.Unknown || proof == found)
                continue;
            if (found != DecimalSign.Unknown)
                return DecimalSign.Mixed;
            found = proof;
        }
        return found;
    }

    /// <summary>
    /// The number that this text says under this sign; groups of thousands must be whole (1.234.567,8), spaces and
    /// apostrophes may group too, a percent sign at the end is dropped. False where it is none or where the sign is
    /// not known and the text can be read in two ways.
    /// </summary>
    public static bool TryParse(string? text, DecimalSign sign, out decimal value)
    {
        value = 0m;
        var digits = Digits(text);
        if (sign is DecimalSign.Unknown or DecimalSign.Mixed)
            sign = ProofOf(digits);
        if (sign == DecimalSign.Unknown)
        {
            if (digits.AsSpan().ContainsAny('.', ','))
                return false;
            sign = DecimalSign.Dot;
        }
        var (point, group) = sign == DecimalSign.Comma ? (',', '.') : ('.', ',');
        var parts = digits.Split(point);
        if (parts.Length > 2 || !WholeGroups(parts[0].TrimStart('+', '-'), group))
            return false;
        var plain = parts[0].Replace(group.ToString(), "", StringComparison.Ordinal) + (parts.Length == 2 ? "." + parts[1] : "");
        return decimal.TryParse(plain, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }

    private static bool WholeGroups(string whole, char group)
    {
        var groups = whole.Split(group);
        return groups.Length == 1 || (groups[0].Length is >= 1 and <= 3 && groups.Skip(1).All(g => g.Length == 3));
    }

    private static DecimalSign ProofOf(string digits)
    {
        var unsigned = digits.TrimStart('+', '-');
        if (unsigned.Length == 0 || !unsigned.All(c => char.IsAsciiDigit(c) || c is '.' or ','))
            return DecimalSign.Unknown;
        var (dots, commas) = (unsigned.AsSpan().Count('.'), unsigned.AsSpan().Count(','));
        return (dots, commas) switch
        {
            (0, 0) => DecimalSign.Unknown,
            (_, 1) when dots > 0 && unsigned.LastIndexOf(',') > unsigned.LastIndexOf('.') => DecimalSign.Comma,
            (1, _) when commas > 0 && unsigned.LastIndexOf('.') > unsigned.LastIndexOf(',') => DecimalSign.Dot,
            (1, 0) => CanGroup(unsigned, '.') ? DecimalSign.Unknown : DecimalSign.Dot,
            (0, 1) => CanGroup(unsigned, ',') ? DecimalSign.Unknown : DecimalSign.Comma,
            // What stands more than once groups thousands, so the other one is the sign.
            (> 1, 0) => DecimalSign.Comma,
            (0, > 1) => DecimalSign.Dot,
            _ => DecimalSign.Unknown,
        };
    }

    // 1.234 may be a thousand; 0.125 and 12.5 may not.
    private static bool CanGroup(string unsigned, char sign)
    {
        var at = unsigned.IndexOf(sign, StringComparison.Ordinal);
        return at is >= 1 and <= 3 && unsigned[0] != '0' && unsigned.Length - at - 1 == 3;
    }

    private static string Digits(string? text)
    {
        if (text is null)
            return "";
        var digits = text.Trim().TrimEnd('%').Trim();
        return string.Concat(digits.Where(c => c is not (' ' or '\u00A0' or '\u202F' or '\'' or '’')));
    }
}
