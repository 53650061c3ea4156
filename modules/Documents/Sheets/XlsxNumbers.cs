using System.Globalization;

namespace Vade.Documents.Sheets;

/// <summary>What a number format makes of a number.</summary>
internal enum NumberLook { Plain, Percent, Date, DateTime, Time }

/// <summary>
/// Turns the numbers of a workbook into the text of what a person sees there: plain decimals, days, times,
/// percentages (ECMA-376 part 1, 18.8.30 for the built-in formats).
/// </summary>
internal static class XlsxNumbers
{
    private const int SignificantDigits = 15;
    private static readonly DateTime DayZero1900 = new(1899, 12, 30);
    private static readonly DateTime DayZero1904 = new(1904, 1, 1);

    public static NumberLook LookOf(int builtIn) => builtIn switch
    {
        9 or 10 => NumberLook.Percent,
        (>= 14 and <= 17) or (>= 27 and <= 31) or 36 or (>= 50 and <= 54) or 57 or 58 => NumberLook.Date,
        22 => NumberLook.DateTime,
        (>= 18 and <= 21) or (>= 32 and <= 35) or 45 or 47 or 55 or 56 => NumberLook.Time,
        _ => NumberLook.Plain,
    };

    /// <summary>What a format code makes of a positive number: its first section without literals, colours and locales.</summary>
    public static NumberLook LookOf(string code)
    {
        var (hasDay, hasTime, hasMonth, hasPercent) = (false, false, false, false);
        for (var i = 0; i < code.Length && code[i] != ';'; i++)
        {
            switch (char.ToLowerInvariant(code[i]))
            {
                case '"':
                    i = End(code, i, '"');
                    break;
                case '[':
                    // Elapsed hours ([h]:mm) are an amount of time, not a time of day.
                    if (i + 1 < code.Length && char.ToLowerInvariant(code[i + 1]) is 'h' or 's' or 'm' && IsElapsed(code, i))
                        return NumberLook.Plain;
                    i = End(code, i, ']');
                    break;
                case '\\' or '_' or '*':
                    i++;
                    break;
                case 'y' or 'd':
                    hasDay = true;
                    break;
                case 'm':
                    hasMonth = true;
                    break;
                case 'h' or 's':
                    hasTime = true;
                    break;
                case '%':
                    hasPercent = true;
                    break;
            }
        }
        return (hasDay || (hasMonth && !hasTime), hasTime) switch
        {
            (true, true) => NumberLook.DateTime,
            (true, false) => NumberLook.Date,
            (false, true) => NumberLook.Time,
            _ => hasPercent ? NumberLook.Percent : NumberLook.Plain,
        };
    }

    /// <summary>The number as a person sees it under this look; what is no number stays as it is written.</summary>
    public static string Text(string raw, NumberLook look, bool since1904)
    {
        if (!decimal.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return raw;
        number = WithoutNoise(number);
        return look switch
        {
            NumberLook.Plain => Plain(number),
            // Points, since 0.2 below a header "taxRate" would silently be a hundredth of the 20% that is shown.
            NumberLook.Percent => Math.Abs(number) <= decimal.MaxValue / 100m ? Plain(number * 100m) + "%" : raw,
            _ => DayText(number, look, since1904) ?? Plain(number),
        };
    }

    /// <summary>
    /// A workbook keeps binary numbers, so the 0.01 a person typed may be written 1.0000000000000001E-2. Excel
    /// shows fifteen digits; where those are markedly fewer than written, the rest was noise.
    /// </summary>
    private static decimal WithoutNoise(decimal number)
    {
        var written = Digits(number);
        if (written <= SignificantDigits)
            return number;
        var whole = Math.Truncate(Math.Abs(number));
        var decimals = number.Scale - (written - SignificantDigits);
        if (decimals is < 0 or > 28 || (whole != 0 && Digits(whole) > SignificantDigits))
            return number;
        var rounded = Math.Round(number, decimals, MidpointRounding.AwayFromZero) / 1.0000000000000000000000000000m;
        return Digits(rounded) <= SignificantDigits - 3 ? rounded : number;
    }

    // Significant digits of the unscaled number: 0.01 has one, 12.50 four.
    private static int Digits(decimal number)
    {
        var unscaled = new decimal([decimal.GetBits(number)[0], decimal.GetBits(number)[1], decimal.GetBits(number)[2], 0]);
        return unscaled.ToString(CultureInfo.InvariantCulture).Length;
    }

    private static string Plain(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    private static string? DayText(decimal serial, NumberLook look, bool since1904)
    {
        // Excel's 29 February 1900 never was, and days before it are off by one.
        if (serial < 0 || serial >= 2_958_466 || (look != NumberLook.Time && !since1904 && serial is >= 60 and < 61))
            return null;
        var days = Math.Floor(serial);
        var zero = since1904 ? DayZero1904 : serial < 60 ? DayZero1900.AddDays(1) : DayZero1900;
        var seconds = ((long)days * 86_400) + (long)Math.Round((serial - days) * 86_400m);
        // The last moment of the calendar rounds up to a day that it does not have.
        if (seconds > (DateTime.MaxValue - zero).Ticks / TimeSpan.TicksPerSecond)
            return null;
        var at = zero.AddTicks(seconds * TimeSpan.TicksPerSecond);
        return look switch
        {
            NumberLook.Date => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            NumberLook.Time when serial < 1 => at.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
            _ => at.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
        };
    }

    private static bool IsElapsed(string code, int open)
    {
        var inside = code[(open + 1)..End(code, open, ']')];
        return inside.Length > 0 && inside.All(c => char.ToLowerInvariant(c) is 'h' or 's' or 'm');
    }

    private static int End(string code, int open, char close)
    {
        var end = code.IndexOf(close, open + 1);
        return end < 0 ? code.Length : end;
    }
}
