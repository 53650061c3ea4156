using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vade.Kernel.Web;

/// <summary>
/// Decimal numbers of the API are JSON strings (<c>"650.35"</c>), because a JSON number passes through binary
/// floating point in many clients. Digits, at most one dot, at most eighteen digits; no exponent, sign of plus,
/// group sign or blank.
/// </summary>
public sealed class DecimalJson : JsonConverter<decimal>
{
    private const int DigitsMax = 18;

    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String => Parse(reader.GetString()!),
            JsonTokenType.Number => throw new ApiFormatException("Write the number as a text: \"650.35\", not 650.35."),
            _ => throw new ApiFormatException("A decimal number in a text is expected here, such as \"650.35\"."),
        };

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    internal static decimal Parse(string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        var dot = digits.IndexOf('.');
        var whole = dot < 0 ? digits : digits[..dot];
        var fraction = dot < 0 ? default : digits[(dot + 1)..];
        var legal = whole.Length > 0 && (dot < 0 || fraction.Length > 0)
            && whole.IndexOfAnyExceptInRange('0', '9') < 0 && fraction.IndexOfAnyExceptInRange('0', '9') < 0;
        if (!legal)
            throw new ApiFormatException("A decimal number such as \"650.35\" is expected here: digits, one dot, no exponent.");
        if (whole.Length + fraction.Length > DigitsMax)
            throw new ApiValueException("decimal.digits", $"The number may have {DigitsMax} digits at most.");
        return decimal.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
    }
}

/// <summary>Money of the API: <c>{"amount":"650.35","currency":"TRY"}</c>, exactly these two members, at most the currency's minor digits.</summary>
public sealed class MoneyJson : JsonConverter<Money>
{
    private const string Expected = "Money such as {\"amount\":\"650.35\",\"currency\":\"TRY\"} is expected here.";

    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new ApiFormatException(Expected);
        decimal? amount = null;
        string? code = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.GetString();
            reader.Read();
            switch (member)
            {
                case "amount" when amount is null && reader.TokenType == JsonTokenType.String:
                    amount = DecimalJson.Parse(reader.GetString()!);
                    break;
                case "amount" when reader.TokenType == JsonTokenType.Number:
                    throw new ApiFormatException("Write the amount as a text: \"650.35\", not 650.35.");
                case "currency" when code is null && reader.TokenType == JsonTokenType.String:
                    code = reader.GetString();
                    break;
                default:
                    throw new ApiFormatException(Expected);
            }
        }

        if (amount is null || code is null)
            throw new ApiFormatException(Expected);
        return Currency.Find(code) is { } currency
            ? Of(amount.Value, currency)
            : throw new ApiValueException("currency.unknown", $"The currency {code} is not known here.");
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("amount", value.ToPlain());
        writer.WriteString("currency", value.Currency.Code);
        writer.WriteEndObject();
    }

    /// <summary>Why this amount cannot be money in the currency, for an object that has its own currency; null when it can.</summary>
    public static ApiError? Refusal(string field, decimal amount, Currency currency) => currency.Round(amount) == amount
        ? null
        : new("money.minorDigits", currency.MinorDigits == 0
            ? $"An amount in {currency} is whole."
            : $"An amount in {currency} has {currency.MinorDigits} digits behind the dot at most.", field);

    private static Money Of(decimal amount, Currency currency) => Refusal("", amount, currency) is { } refusal
        ? throw new ApiValueException(refusal.Code, refusal.Message)
        : new Money(amount, currency);
}

/// <summary>Instants of the API: ISO 8601 with its zone, written in UTC with a Z.</summary>
public sealed class InstantJson : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && reader.GetString() is { } text
        // Without a zone the server's own would be taken.
        && (text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-'))
        && reader.TryGetDateTimeOffset(out var instant)
            ? instant.ToUniversalTime()
            : throw new ApiFormatException("An instant with its zone such as \"2026-11-30T08:00:00Z\" is expected here.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture));
    }
}

/// <summary>A value that is one text in the API, such as a month <c>"2026-11"</c>.</summary>
public sealed class TextJson<T> : JsonConverter<T>
    where T : struct, IParsable<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && T.TryParse(reader.GetString(), CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new ApiFormatException($"This is not a {typeof(T).Name.ToLowerInvariant()} as it is written here.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }
}
