namespace Vade.Kernel;

/// <summary>
/// An international bank account number by ISO 13616 whose check digits are right: two letters, two digits, up to
/// 30 letters and digits; 26 characters in TR with a bank of five digits, 28 in AZ (facts: domain C.6).
/// </summary>
public readonly record struct Iban
{
    private readonly string? _text;

    private Iban(string text) => _text = text;

    /// <summary>Capital letters without spaces: TR330006100519786457841326.</summary>
    public string Text => _text ?? throw new InvalidOperationException("An IBAN was never given.");

    /// <summary>ISO 3166: TR.</summary>
    public string Country => Text[..2];

    /// <summary>In fours, as people read it: TR33 0006 1005 1978 6457 8413 26.</summary>
    public string Grouped => string.Join(' ', Text.Chunk(4).Select(four => new string(four)));

    public override string ToString() => _text ?? "";

    /// <summary>Reads it with spaces and dashes anywhere and in any letter case.</summary>
    public static bool TryParse(string? text, out Iban iban)
    {
        iban = default;
        if (text is null or { Length: > 64 }) return false;
        var bare = string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c != '-')).ToUpperInvariant();
        if (!HasForm(bare) || !CheckDigitsHold(bare)) return false;
        iban = new Iban(bare);
        return true;
    }

    private static bool HasForm(string bare) =>
        bare.Length is >= 15 and <= 34
        && bare.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c))
        && bare[..2].All(char.IsAsciiLetterUpper)
        && bare[2..4].All(char.IsAsciiDigit)
        && bare[..2] switch
        {
            "TR" => bare.Length == 26 && bare[4..9].All(char.IsAsciiDigit),
            "AZ" => bare.Length == 28 && bare[4..8].All(char.IsAsciiLetterUpper),
            _ => true,
        };

    // 00, 01 and 99 would hold as well, but no bank gives them: a right pair is 98 minus a remainder.
    private static bool CheckDigitsHold(string bare)
    {
        if (bare[2..4] is "00" or "01" or "99") return false;
        var remainder = 0;
        foreach (var c in bare[4..] + bare[..4])
            remainder = char.IsAsciiDigit(c) ? ((remainder * 10) + (c - '0')) % 97 : ((remainder * 100) + (c - 'A' + 10)) % 97;
        return remainder == 1;
    }
}
