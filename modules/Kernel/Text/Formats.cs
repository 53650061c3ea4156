using System.Globalization;

namespace Vade.Kernel;

/// <summary>
/// How a reader of each language writes dates, numbers and money. Written out here instead of asked of ICU,
/// because ICU's data changes between operating systems and a PDF's bytes must not (facts: documents §3).
/// </summary>
public static class Formats
{
    private const char NoBreakSpace = '\u00A0';

    /// <summary>22.11.2026 (tr, az, ru), 22-11-2026 (es), 22 Nov 2026 (en).</summary>
    public static string Date(DateOnly date, Language language) => language switch
    {
        Language.En => date.ToString("d MMM yyyy", CultureInfo.InvariantCulture),
        Language.Es => date.ToString("dd-MM-yyyy", CultureInfo.InvariantCulture),
        _ => date.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture),
    };

    /// <summary>The amount with its currency as the reader writes it: 1.234,56 ₺ or ₺1,234.56.</summary>
    public static string Money(Money money, Language language)
    {
        var number = Number(money.Amount, money.Currency.MinorDigits, language);
        var symbol = money.Currency.Symbol;
        var unsigned = number.TrimStart('-');
        var sign = money.IsNegative ? "-" : "";
        return language == Language.En || (language == Language.Es && money.Currency == Currency.CLP)
            ? symbol.Length > 1 ? $"{sign}{symbol}{NoBreakSpace}{unsigned}" : $"{sign}{symbol}{unsigned}"
            : $"{number}{NoBreakSpace}{symbol}";
    }

    /// <summary>A number with this many digits behind the decimal sign, grouped by thousands.</summary>
    public static string Number(decimal value, int digits, Language language) =>
        value.ToString(digits == 0 ? "#,##0" : "#,##0." + new string('0', digits), Numbers(language));

    /// <summary>A quantity or rate: as many digits as it has, at most six: 1, 2,5, 0,125.</summary>
    public static string Quantity(decimal value, Language language) => value.ToString("#,##0.######", Numbers(language));

    private static NumberFormatInfo Numbers(Language language) => language switch
    {
        Language.En => English,
        Language.Ru => Russian,
        _ => CommaAndDot,
    };

    private static readonly NumberFormatInfo English = new() { NumberDecimalSeparator = ".", NumberGroupSeparator = "," };
    private static readonly NumberFormatInfo CommaAndDot = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = "." };
    private static readonly NumberFormatInfo Russian = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = "\u00A0" };
}
