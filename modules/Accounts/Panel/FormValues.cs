using System.Collections.Frozen;
using System.Globalization;
using Vade.Documents.Sheets;
using Vade.Kernel;

namespace Vade.Accounts;

/// <summary>Reads what people type into forms of the panel, each in the way of their language.</summary>
public static class FormValues
{
    private const decimal AmountMax = 999_999_999_999_999_999m;

    /// <summary>An amount or quantity: 1.234,50 for most, 1,234.50 in English; one that says itself which it is, is read as it says.</summary>
    public static decimal? Number(string text, Language language)
    {
        var told = DecimalSigns.Detect([text]);
        var sign = told is DecimalSign.Dot or DecimalSign.Comma ? told : language == Language.En ? DecimalSign.Dot : DecimalSign.Comma;
        return DecimalSigns.TryParse(text, sign, out var number) && Math.Abs(number) <= AmountMax ? number : null;
    }

    /// <summary>How a number stands in a field, so that <see cref="Number"/> reads it again.</summary>
    public static string Written(decimal number, Language language)
    {
        var plain = (number / 1.000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
        return language == Language.En ? plain : plain.Replace('.', ',');
    }

    /// <summary>The day of a date field.</summary>
    public static DateOnly? Day(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1 and < 9999 ? day : null;

    /// <summary>How a day stands in a date field.</summary>
    public static string Written(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    public static int? Whole(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>What is wrong with the fields of a form, in the reader's words.</summary>
public static class FormErrors
{
    private static readonly FrozenSet<string> Known = AccountsWords.Texts.Keys.Where(key => key.StartsWith("problem.", StringComparison.Ordinal)).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The problem as the reader reads it. The API's own sentence, which is English, where there are no other words.</summary>
    public static string Say(string problem, string otherwise, Language language) =>
        Known.Contains("problem." + problem) ? AccountsWords.Texts[language, "problem." + problem] : otherwise;

    /// <summary>By field; a problem with one of several in a list stands at the list.</summary>
    public static IReadOnlyDictionary<string, string> ByField(IEnumerable<Remark> problems, Language language) => problems
        .GroupBy(problem => problem.Field.Split('[')[0], StringComparer.Ordinal)
        .ToDictionary(
            field => field.Key,
            field => string.Join(" ", field.Select(problem => Say(problem.Code, problem.Message, language)).Distinct(StringComparer.Ordinal)),
            StringComparer.Ordinal);
}
