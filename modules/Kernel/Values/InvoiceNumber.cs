using System.Globalization;

namespace Vade.Kernel;

/// <summary>
/// The number form of Turkish e-documents: three letters or digits, the year, nine digits, 16 characters in all,
/// ABC2026000000417. It counts from 1 in each series and year (facts: domain E).
/// </summary>
public static class InvoiceNumber
{
    public const long LargestSequence = 999_999_999;

    /// <param name="series">Three of A–Z and 0–9.</param>
    /// <param name="year">2000 to 2099.</param>
    /// <param name="sequence">1 to 999 999 999.</param>
    /// <exception cref="ArgumentException">One of them is not of that form.</exception>
    public static string Format(string series, int year, long sequence)
    {
        if (!IsSeries(series)) throw new ArgumentException($"{series} is not three capital letters or digits.", nameof(series));
        ArgumentOutOfRangeException.ThrowIfLessThan(year, 2000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, 2099);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequence, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequence, LargestSequence);
        return string.Create(CultureInfo.InvariantCulture, $"{series}{year:0000}{sequence:000000000}");
    }

    /// <summary>Exactly the form ^[A-Z0-9]{3}20[0-9]{2}[0-9]{9}$; nothing is trimmed.</summary>
    public static bool IsValid(string? number) =>
        number is { Length: 16 } && IsSeries(number[..3]) && number[3..5] is "20" && number.AsSpan(5).IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>Whether this can name a series: three of A–Z and 0–9.</summary>
    public static bool IsSeries(string? series) => series is { Length: 3 } && series.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));
}
