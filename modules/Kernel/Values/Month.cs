using System.Globalization;

namespace Vade.Kernel;

/// <summary>
/// A calendar month, written yyyy-MM everywhere: the API, file names, row keys (it sorts as text). The period
/// of a reconciliation and of most invoices. A value that was never given is 0001-01.
/// </summary>
public readonly record struct Month : IComparable<Month>, IParsable<Month>
{
    private readonly int _monthsSinceYearOne;

    /// <exception cref="ArgumentOutOfRangeException">The year is not 1–9999 or the month not 1–12.</exception>
    public Month(int year, int month)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(year, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, 9999);
        ArgumentOutOfRangeException.ThrowIfLessThan(month, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(month, 12);
        _monthsSinceYearOne = ((year - 1) * 12) + month - 1;
    }

    public static Month Of(DateOnly date) => new(date.Year, date.Month);

    public int Year => (_monthsSinceYearOne / 12) + 1;

    /// <summary>1 for January … 12 for December.</summary>
    public int Number => (_monthsSinceYearOne % 12) + 1;

    public DateOnly First => new(Year, Number, 1);
    public DateOnly Last => new(Year, Number, DateTime.DaysInMonth(Year, Number));

    /// <exception cref="ArgumentOutOfRangeException">After 9999-12.</exception>
    public Month Next => Plus(1);

    /// <exception cref="ArgumentOutOfRangeException">Before 0001-01.</exception>
    public Month Previous => Plus(-1);

    /// <summary>The month so many months later, or earlier when negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 0001-01 … 9999-12.</exception>
    public Month Plus(int months) => Of(First.AddMonths(months));

    public bool Contains(DateOnly date) => date.Year == Year && date.Month == Number;

    /// <summary>Reads exactly yyyy-MM in ASCII digits; anything else, also 2026-13, is not a month.</summary>
    public static bool TryParse(string? text, out Month month)
    {
        month = default;
        // Parsing a number forgives NULs behind it, so the digits are looked at first.
        if (text is not { Length: 7 } || text[4] != '-' || !AreDigits(text.AsSpan(0, 4)) || !AreDigits(text.AsSpan(5))) return false;
        if (!int.TryParse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)) return false;
        if (!int.TryParse(text.AsSpan(5, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        if (year < 1 || number is < 1 or > 12) return false;
        month = new Month(year, number);
        return true;
    }

    /// <exception cref="FormatException">The text is not yyyy-MM.</exception>
    public static Month Parse(string text) =>
        TryParse(text, out var month) ? month : throw new FormatException($"{text} is not a month such as 2026-11.");

    private static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    static bool IParsable<Month>.TryParse(string? s, IFormatProvider? provider, out Month result) => TryParse(s, out result);
    static Month IParsable<Month>.Parse(string s, IFormatProvider? provider) => Parse(s);

    public int CompareTo(Month other) => _monthsSinceYearOne.CompareTo(other._monthsSinceYearOne);
    public static bool operator <(Month a, Month b) => a.CompareTo(b) < 0;
    public static bool operator >(Month a, Month b) => a.CompareTo(b) > 0;
    public static bool operator <=(Month a, Month b) => a.CompareTo(b) <= 0;
    public static bool operator >=(Month a, Month b) => a.CompareTo(b) >= 0;

    /// <summary>yyyy-MM.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Number:00}");
}
