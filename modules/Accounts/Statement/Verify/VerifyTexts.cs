using System.Globalization;
using Vade.Kernel;

namespace Vade.Accounts;

/// <summary>The sentences that a finding is told in.</summary>
public static class VerifyTexts
{
    public static readonly IReadOnlyList<string> Codes =
        ["good", "chain", "sealed", "later", "none", "key", "unreadable", "entry", "figures", "signature", "root"];

    internal static Texts Texts => AccountsWords.Texts;

    public static string Sentence(Finding finding, Currency? currency, Language language)
    {
        object?[] values = [.. finding.Values.Select(value => Shown(finding.Code, value, currency, language))];
        return Texts.Format(language, $"verify.say.{finding.Code}", values);
    }

    private static string Shown(string code, string value, Currency? currency, Language language) => code switch
    {
        "good" or "figures" when currency is { } known && decimal.TryParse(value, CultureInfo.InvariantCulture, out var amount) =>
            Formats.Money(new Money(amount, known), language),
        "sealed" when DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => Formats.Date(day, language),
        _ => value,
    };
}
