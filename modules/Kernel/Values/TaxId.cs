namespace Vade.Kernel;

/// <summary>Which country's which register a tax id belongs to.</summary>
public enum TaxIdKind
{
    /// <summary>Turkey, ten digits, companies and also sole traders.</summary>
    Vkn,

    /// <summary>Turkey, eleven digits, a natural person.</summary>
    Tckn,

    /// <summary>Chile, up to eight digits and a check character.</summary>
    Rut,

    /// <summary>Azerbaijan, ten digits.</summary>
    Voen,

    /// <summary>Any other country; taken as it is.</summary>
    Other,
}

/// <summary>
/// A tax id in the one form in which it is stored and compared: 4540536920, 10000000146, 76086428-5, 0200432771.
/// It reads well; whether its check digit is right is told by the <see cref="TaxIdCheck"/> that made it, because
/// a tenant may choose to take a wrong one (facts: domain trap 4).
/// </summary>
public readonly record struct TaxId
{
    private readonly string? _country;
    private readonly string? _text;

    internal TaxId(string country, string text, TaxIdKind kind) => (_country, _text, Kind) = (country, text, kind);

    /// <summary>The ISO 3166 code in upper case, as given to <see cref="Check"/>.</summary>
    public string Country => _country ?? throw new InvalidOperationException("A tax id was never given.");

    /// <summary>The canonical text.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A tax id was never given.");

    public TaxIdKind Kind { get; }

    /// <summary>
    /// The numbers that Turkish e-documents carry for a buyer without one: 2222222222 abroad, 11111111111 for an
    /// unnamed consumer. Neither has a right check digit.
    /// </summary>
    public bool IsPlaceholder => Text is "2222222222" && Kind == TaxIdKind.Vkn || Text is "11111111111" && Kind == TaxIdKind.Tckn;

    /// <summary>
    /// Whether the number is, or may be, that of a natural person and so personal data. Chilean companies lie at
    /// 50 000 000 and above, an Azerbaijani number says so in its last digit; of other countries nothing is known.
    /// </summary>
    public bool MayBePersonal => Kind switch
    {
        TaxIdKind.Vkn => false,
        TaxIdKind.Rut => Text.Length < 10 || Text[0] < '5',
        TaxIdKind.Voen => Text[^1] == '2',
        _ => true,
    };

    /// <summary>
    /// The form for eyes that need not know it all: three characters, stars, two characters when it may be a
    /// person's (172******60, facts: domain B.7), a company's as it is.
    /// </summary>
    public string Masked =>
        !MayBePersonal ? Text
        : Text.Length <= 5 ? new string('*', Text.Length)
        : $"{Text[..3]}{new string('*', Text.Length - 5)}{Text[^2..]}";

    /// <summary>What a document prints before it: VKN, TCKN, RUT, VÖEN or Tax ID.</summary>
    public string Label => Kind switch
    {
        TaxIdKind.Vkn => "VKN",
        TaxIdKind.Tckn => "TCKN",
        TaxIdKind.Rut => "RUT",
        TaxIdKind.Voen => "VÖEN",
        _ => "Tax ID",
    };

    public override string ToString() => _text ?? "";

    /// <summary>
    /// Reads a tax id in any common form: spaces, dots, dashes and the country's code before it are dropped,
    /// a nine-digit VÖEN gets its leading zero back, a RUT its dash and a capital K. Only ASCII digits count.
    /// </summary>
    /// <param name="country">ISO 3166 alpha-2 in any case: TR, CL and AZ are checked, others taken trimmed.</param>
    public static TaxIdCheck Check(string country, string? text)
    {
        country = country.Trim().ToUpperInvariant();
        var trimmed = text?.Trim() ?? "";
        if (trimmed.Length == 0) return new TaxIdCheck.Unreadable(TaxIdProblem.Empty);
        if (trimmed.Length > 40) return new TaxIdCheck.Unreadable(TaxIdProblem.Length);
        return country switch
        {
            "TR" => TaxIdRules.Turkish(Bare(country, trimmed)),
            "CL" => TaxIdRules.Chilean(Bare(country, trimmed)),
            "AZ" => TaxIdRules.Azerbaijani(Bare(country, trimmed)),
            _ when trimmed.Any(char.IsControl) => new TaxIdCheck.Unreadable(TaxIdProblem.Characters),
            _ => new TaxIdCheck.Valid(new TaxId(country, trimmed, TaxIdKind.Other)),
        };
    }

    private static string Bare(string country, string text)
    {
        var bare = string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c is not ('.' or '-' or '\u2010' or '\u2011' or '\u2012' or '\u2013' or '\u2212')));
        return bare.StartsWith(country, StringComparison.OrdinalIgnoreCase) ? bare[2..] : bare;
    }
}

/// <summary>Why a text is no tax id at all.</summary>
public enum TaxIdProblem
{
    Empty,

    /// <summary>A character that the country's ids do not have, a letter or a digit that is not ASCII among them.</summary>
    Characters,

    /// <summary>Too few or too many characters.</summary>
    Length,

    /// <summary>A TCKN or the body of a RUT that begins with, or is, zero.</summary>
    LeadingZero,

    /// <summary>A VÖEN whose last digit is neither 1 (legal person) nor 2 (natural person).</summary>
    PersonDigit,
}

/// <summary>What became of a text that should be a tax id.</summary>
public abstract record TaxIdCheck
{
    private TaxIdCheck() { }

    /// <summary>The id where one could be read, whether its check digit is right or not; else null.</summary>
    public abstract TaxId? Id { get; }

    /// <summary>Reads well and its check digit, if the kind has one that is known, is right.</summary>
    public sealed record Valid(TaxId TaxId) : TaxIdCheck
    {
        public override TaxId? Id => TaxId;
        public string Canonical => TaxId.Text;
        public TaxIdKind Kind => TaxId.Kind;
    }

    /// <summary>Reads well, but the check digit is wrong: a typing error, or one of the placeholders.</summary>
    public sealed record BadCheckDigit(TaxId TaxId) : TaxIdCheck
    {
        public override TaxId? Id => TaxId;
        public string Canonical => TaxId.Text;
        public TaxIdKind Kind => TaxId.Kind;
        public bool IsPlaceholder => TaxId.IsPlaceholder;
    }

    public sealed record Unreadable(TaxIdProblem Reason) : TaxIdCheck
    {
        public override TaxId? Id => null;
    }
}
