using PhoneNumbers;

namespace Vade.Kernel;

/// <summary>A telephone number that exists in its country's numbering plan, in the form that every provider takes.</summary>
public readonly record struct PhoneNumber
{
    private readonly string? _e164;

    private PhoneNumber(string e164, PhoneNumberType type) => (_e164, Type) = (e164, type);

    private PhoneNumberType Type { get; }

    /// <summary>+905321234567.</summary>
    public string E164 => _e164 ?? throw new InvalidOperationException("A phone number was never given.");

    /// <summary>Surely a mobile phone.</summary>
    public bool IsMobile => _e164 is not null && Type == PhoneNumberType.MOBILE;

    /// <summary>Whether an SMS or a WhatsApp message may reach it: a mobile, or a number of a country (+1) whose plan does not tell.</summary>
    public bool CanBeMessaged => IsMobile || (_e164 is not null && Type == PhoneNumberType.FIXED_LINE_OR_MOBILE);

    public override string ToString() => _e164 ?? "";

    /// <summary>
    /// Reads a number as it is written in a country, or with any country's code before it. A number without an
    /// international form, such as 444 1 234 in Turkey, and one that its plan does not have, such as a Chilean
    /// one from before the renumbering, are none: kept as typed by whoever asks, never guessed and never written to.
    /// </summary>
    /// <param name="text">Up to 40 characters, without letters.</param>
    /// <param name="defaultCountry">ISO 3166 alpha-2, for a number without a country code.</param>
    /// <param name="number">The number, when the answer is true.</param>
    public static bool TryParse(string? text, string defaultCountry, out PhoneNumber number)
    {
        number = default;
        if (text is null or { Length: > 40 } || text.Any(char.IsLetter)) return false;

        var plans = PhoneNumberUtil.GetInstance();
        PhoneNumbers.PhoneNumber parsed;
        try
        {
            parsed = plans.Parse(text, defaultCountry.ToUpperInvariant());
        }
        catch (NumberParseException)
        {
            return false;
        }

        if (!plans.IsValidNumber(parsed) || IsTurkishShortNumber(parsed)) return false;
        number = new PhoneNumber(plans.Format(parsed, PhoneNumberFormat.E164), TypeOf(plans, parsed));
        return true;
    }

    // The library takes Chilean landlines and mobiles for one, but mobiles alone begin with 9 (facts: domain C.7).
    private static PhoneNumberType TypeOf(PhoneNumberUtil plans, PhoneNumbers.PhoneNumber parsed) =>
        (plans.GetNumberType(parsed), parsed) switch
        {
            (PhoneNumberType.FIXED_LINE_OR_MOBILE, { CountryCode: 56 }) =>
                parsed.NationalNumber is >= 900_000_000 and <= 999_999_999 ? PhoneNumberType.MOBILE : PhoneNumberType.FIXED_LINE,
            var (type, _) => type,
        };

    // The plan lists 444 xxxx as a valid number of seven digits, but nobody abroad and no provider reaches it.
    private static bool IsTurkishShortNumber(PhoneNumbers.PhoneNumber parsed) => parsed is { CountryCode: 90, NationalNumber: < 1_000_000_000 };
}
