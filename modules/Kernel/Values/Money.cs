using System.Globalization;

namespace Vade.Kernel;

/// <summary>
/// An ISO 4217 currency with the number of minor digits that money in it may carry.
/// TRY, USD, EUR … have two, CLP has none (facts: domain C.9).
/// </summary>
public readonly record struct Currency : IComparable<Currency>
{
    private readonly string? _code;

    private Currency(string code, int minorDigits, string symbol) =>
        (_code, MinorDigits, Symbol) = (code, minorDigits, symbol);

    /// <summary>Three upper-case letters.</summary>
    public string Code => _code ?? throw new InvalidOperationException("A currency was never given.");

    /// <summary>Digits behind the decimal sign: 0 for CLP, 2 for most.</summary>
    public int MinorDigits { get; }

    /// <summary>The sign printed beside an amount, for example ₺; the code where there is none.</summary>
    public string Symbol { get; }

    public static readonly Currency TRY = new("TRY", 2, "₺");
    public static readonly Currency USD = new("USD", 2, "$");
    public static readonly Currency EUR = new("EUR", 2, "€");
    public static readonly Currency GBP = new("GBP", 2, "£");
    public static readonly Currency AZN = new("AZN", 2, "₼");
    public static readonly Currency RUB = new("RUB", 2, "₽");
    public static readonly Currency KZT = new("KZT", 2, "₸");
    public static readonly Currency CLP = new("CLP", 0, "$");
    public static readonly Currency CHF = new("CHF", 2, "CHF");

    /// <summary>Every currency the product knows, in the order of their codes.</summary>
    public static IReadOnlyList<Currency> All { get; } = [AZN, CHF, CLP, EUR, GBP, KZT, RUB, TRY, USD];

    /// <summary>The currency with this code in any case; null when it is not known.</summary>
    public static Currency? Find(string? code) =>
        All.FirstOrDefault(c => string.Equals(c.Code, code, StringComparison.OrdinalIgnoreCase)) is { _code: not null } found
            ? found
            : null;

    /// <summary>The currency with this code; throws for one that is not known.</summary>
    public static Currency Of(string code) =>
        Find(code) ?? throw new ArgumentException($"The currency {code} is not known.", nameof(code));

    /// <summary>The smallest amount: 0.01, or 1 for CLP.</summary>
    public decimal Unit => MinorDigits switch { 0 => 1m, 2 => 0.01m, _ => throw new InvalidOperationException() };

    /// <summary>Rounds half away from zero to the minor unit (facts: domain trap 10).</summary>
    public decimal Round(decimal amount) => Math.Round(amount, MinorDigits, MidpointRounding.AwayFromZero);

    public bool Equals(Currency other) => string.Equals(_code, other._code, StringComparison.Ordinal);
    public override int GetHashCode() => _code?.GetHashCode(StringComparison.Ordinal) ?? 0;
    public int CompareTo(Currency other) => string.CompareOrdinal(_code, other._code);
    public override string ToString() => _code ?? "";
}

/// <summary>
/// An amount in one currency, always at its minor unit. Amounts of two currencies never meet: every
/// operation over two of them throws. Half away from zero, decimal only (design §5).
/// </summary>
public readonly record struct Money : IComparable<Money>
{
    /// <exception cref="ArgumentException">The amount has more digits than the currency's minor unit.</exception>
    public Money(decimal amount, Currency currency)
    {
        if (currency.Round(amount) != amount)
            throw new ArgumentException($"{amount.ToString(CultureInfo.InvariantCulture)} is finer than the minor unit of {currency}.", nameof(amount));
        Amount = amount;
        Currency = currency;
    }

    public decimal Amount { get; }
    public Currency Currency { get; }

    public static Money Zero(Currency currency) => new(0m, currency);

    /// <summary>An amount of any precision, rounded half away from zero to the minor unit.</summary>
    public static Money Rounded(decimal amount, Currency currency) => new(currency.Round(amount), currency);

    public bool IsZero => Amount == 0m;
    public bool IsPositive => Amount > 0m;
    public bool IsNegative => Amount < 0m;

    public Money Abs() => new(Math.Abs(Amount), Currency);

    public static Money Min(Money a, Money b) => a.CompareTo(b) <= 0 ? a : b;

    public static Money operator +(Money a, Money b) => new(a.Amount + Same(a, b).Amount, a.Currency);
    public static Money operator -(Money a, Money b) => new(a.Amount - Same(a, b).Amount, a.Currency);
    public static Money operator -(Money a) => new(-a.Amount, a.Currency);
    public static bool operator <(Money a, Money b) => a.CompareTo(b) < 0;
    public static bool operator >(Money a, Money b) => a.CompareTo(b) > 0;
    public static bool operator <=(Money a, Money b) => a.CompareTo(b) <= 0;
    public static bool operator >=(Money a, Money b) => a.CompareTo(b) >= 0;
    public static Money Add(Money left, Money right) => left + right;
    public static Money Subtract(Money left, Money right) => left - right;
    public static Money Negate(Money item) => -item;

    public int CompareTo(Money other) => Amount.CompareTo(Same(this, other).Amount);

    /// <summary>The amount with exactly the minor digits and a dot: 650.35, or 650 in CLP. The API's form.</summary>
    public string ToPlain() => Amount.ToString(Currency.MinorDigits == 0 ? "0" : "0.00", CultureInfo.InvariantCulture);

    public override string ToString() => $"{ToPlain()} {Currency}";

    private static Money Same(Money a, Money b) =>
        a.Currency == b.Currency ? b : throw new InvalidOperationException($"{a.Currency} and {b.Currency} do not mix.");
}
