using System.Globalization;

namespace Vade.Kernel;

/// <summary>
/// The number that an organisation gives a customer to pay with at a terminal or in a bank's app: nine ASCII
/// digits, of which the last is a check digit by ISO 7064 MOD 11,10. Every single wrong digit is caught. Two
/// different neighbours that change places are caught 44 times in 45: at each place of the body exactly one of the
/// 45 pairs slips through, always one of digits that differ by one or of 0 and 9, depending on the digits before.
/// The first digit is never 0, so that a spreadsheet cannot drop it.
/// </summary>
public readonly record struct PayerNumber : IComparable<PayerNumber>
{
    public const int SmallestBody = 10_000_000;
    public const int LargestBody = 99_999_999;

    private PayerNumber(int body) => Body = body;

    /// <summary>The first eight digits, the part that is given out in order or at random; 0 for a number that was never given.</summary>
    public int Body { get; }

    /// <exception cref="ArgumentOutOfRangeException">The body is not 10 000 000 – 99 999 999.</exception>
    public static PayerNumber FromBody(int eightDigits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(eightDigits, SmallestBody);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(eightDigits, LargestBody);
        return new PayerNumber(eightDigits);
    }

    /// <summary>Reads nine digits as a person or a terminal sends them, with spaces and dashes anywhere.</summary>
    public static bool TryParse(string? text, out PayerNumber number)
    {
        number = default;
        if (text is null or { Length: > 32 }) return false;

        var (value, digits) = (0, 0);
        foreach (var c in text)
        {
            if (c is ' ' or '\u00A0' or '-') continue;
            if (!char.IsAsciiDigit(c) || ++digits > 9) return false;
            value = (value * 10) + (c - '0');
        }

        var body = value / 10;
        if (digits != 9 || body < SmallestBody || CheckDigit(body) != value % 10) return false;
        number = new PayerNumber(body);
        return true;
    }

    /// <summary>123456788: the form that is stored and sent.</summary>
    public override string ToString() =>
        Body == 0 ? "" : ((Body * 10L) + CheckDigit(Body)).ToString(CultureInfo.InvariantCulture);

    /// <summary>123 456 788: the form that a person reads.</summary>
    public string Grouped => ToString() is { Length: 9 } text ? $"{text[..3]} {text[3..6]} {text[6..]}" : "";

    public int CompareTo(PayerNumber other) => Body.CompareTo(other.Body);

    private static int CheckDigit(int body)
    {
        var product = 10;
        for (var power = SmallestBody; power > 0; power /= 10)
        {
            var sum = (product + (body / power % 10)) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        return (11 - product) % 10;
    }
}
