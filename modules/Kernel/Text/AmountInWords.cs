namespace Vade.Kernel;

/// <summary>The line on an invoice or a receipt that says the amount in words, so that digits cannot be altered.</summary>
public static class AmountInWords
{
    private const decimal Largest = 1_000_000_000_000_000m;

    /// <summary>
    /// In Turkish "Yalnız altıyüzelliTL otuzbeşKr", joined (facts: domain C.8); in English "Only six hundred
    /// fifty Turkish lira and thirty-five kuruş". The minor part is left out when it is zero, the major part when
    /// only it is. A negative amount says eksi or minus. Null in a language that has no words yet (es, az, ru)
    /// and beyond 10^15.
    /// </summary>
    public static string? Of(Money money, Language language)
    {
        var amount = Math.Abs(money.Amount);
        if (amount > Largest) return null;
        var major = (long)decimal.Truncate(amount);
        var minor = (long)((amount - major) / money.Currency.Unit);

        return language switch
        {
            Language.Tr => Turkish(major, minor, money),
            Language.En => English(major, minor, money),
            _ => null,
        };
    }

    private static string Turkish(long major, long minor, Money money)
    {
        var names = Turkish(money.Currency);
        var parts = new List<string>();
        if (major > 0 || minor == 0) parts.Add(NumberWords.Turkish(major) + names.Major);
        if (minor > 0) parts.Add(NumberWords.Turkish(minor) + names.Minor);
        return $"Yalnız {(money.IsNegative ? "eksi " : "")}{string.Join(' ', parts)}";
    }

    private static string English(long major, long minor, Money money)
    {
        var names = English(money.Currency);
        var parts = new List<string>();
        if (major > 0 || minor == 0) parts.Add($"{NumberWords.English(major)} {(major == 1 ? names.One : names.Many)}");
        if (minor > 0) parts.Add($"{NumberWords.English(minor)} {(minor == 1 ? names.MinorOne : names.MinorMany)}");
        return $"Only {(money.IsNegative ? "minus " : "")}{string.Join(" and ", parts)}";
    }

    // The name begins with a capital, because it follows the number without a space.
    private static (string Major, string Minor) Turkish(Currency currency) => currency.Code switch
    {
        "TRY" => ("TL", "Kr"),
        "USD" => ("ABD Doları", "Sent"),
        "EUR" => ("Avro", "Sent"),
        "GBP" => ("İngiliz Sterlini", "Peni"),
        "AZN" => ("Azerbaycan Manatı", "Kapik"),
        "RUB" => ("Rus Rublesi", "Kopek"),
        "KZT" => ("Kazakistan Tengesi", "Tiyin"),
        "CLP" => ("Şili Pesosu", ""),
        "CHF" => ("İsviçre Frangı", "Santim"),
        _ => throw new ArgumentOutOfRangeException(nameof(currency)),
    };

    private static (string One, string Many, string MinorOne, string MinorMany) English(Currency currency) => currency.Code switch
    {
        "TRY" => ("Turkish lira", "Turkish lira", "kuruş", "kuruş"),
        "USD" => ("US dollar", "US dollars", "cent", "cents"),
        "EUR" => ("euro", "euros", "cent", "cents"),
        "GBP" => ("pound sterling", "pounds sterling", "penny", "pence"),
        "AZN" => ("Azerbaijani manat", "Azerbaijani manat", "qapik", "qapik"),
        "RUB" => ("Russian rouble", "Russian roubles", "kopeck", "kopecks"),
        "KZT" => ("Kazakhstani tenge", "Kazakhstani tenge", "tiyin", "tiyin"),
        "CLP" => ("Chilean peso", "Chilean pesos", "", ""),
        "CHF" => ("Swiss franc", "Swiss francs", "centime", "centimes"),
        _ => throw new ArgumentOutOfRangeException(nameof(currency)),
    };
}
