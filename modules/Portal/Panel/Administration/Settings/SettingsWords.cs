using System.Text;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>What sections and their members are called: as the module says, as the panel says, or else their name in plain letters.</summary>
internal sealed class SettingsWords(Language language, ISettingsSection section)
{
    private static readonly HashSet<string> Known = [.. Words.Texts.Keys];
    private readonly HashSet<string> _own = section.Texts is { } texts ? [.. texts.Keys] : [];

    /// <summary>Fields whose values are few.</summary>
    private static readonly Dictionary<string, string[]> Choices = new(StringComparer.Ordinal)
    {
        ["organisation.currency"] = [.. Currency.All.Select(currency => currency.Code)],
        ["organisation.language"] = [.. Languages.All.Select(language => language.Code())],
        ["organisation.taxIdPolicy"] = ["reject", "warn"],
        ["email.sender"] = ["sendgrid", "mailbox"],
        ["payments.providers.mode"] = ["test", "live"],
        ["payments.rules.currency"] = [.. Currency.All.Select(currency => currency.Code)],
    };

    public Language Language => language;

    public string Title => Find("settings." + section.Name) ?? Plain(section.Name);

    public string? About => Find($"settings.{section.Name}.about");

    public string Label(string path) => Find(Key(path)) ?? Plain(path.Split('.')[^1]);

    public string? Help(string path) => Find(Key(path) + ".help");

    public IReadOnlyList<string>? ChoicesOf(string path) => Choices.GetValueOrDefault($"{section.Name}.{path}");

    public string Choice(string path, string value) =>
        Find($"{Key(path)}.{value}") ?? (path.EndsWith("language", StringComparison.Ordinal) && Languages.Find(value) is { } named ? PageLanguage.Name(named) : value);

    /// <summary>What is wrong, in the reader's language where the panel has words for it.</summary>
    public string Problem(string code, string message) => Find("problem." + code) ?? message;

    private string Key(string path) => $"settings.{section.Name}.{path}";

    private string? Find(string key) => _own.Contains(key) ? section.Texts![language, key] : Known.Contains(key) ? Words.Texts[language, key] : null;

    // dueDays → Due days
    private static string Plain(string name)
    {
        var plain = new StringBuilder();
        foreach (var c in name)
            _ = char.IsAsciiLetterUpper(c) ? plain.Append(' ').Append(char.ToLowerInvariant(c)) : plain.Append(plain.Length == 0 ? char.ToUpperInvariant(c) : c);
        return plain.ToString();
    }
}
