using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vade.Kernel;

/// <summary>
/// The words that a module shows to people, in all five languages, from an embedded <c>texts.json</c> of the form
/// <c>{"key":{"tr":"…","en":"…","es":"…","az":"…","ru":"…"}}</c>. A key that lacks a language stops the app from
/// starting: a page is complete in five languages or it does not ship.
/// </summary>
public sealed class Texts
{
    private readonly FrozenDictionary<string, string[]> _texts;

    private Texts(IReadOnlyDictionary<string, Dictionary<string, string>> texts) =>
        _texts = texts.ToFrozenDictionary(text => text.Key, text => Complete(text.Key, text.Value), StringComparer.Ordinal);

    /// <summary>Reads the resource whose name ends with <c>texts.json</c> in the module's assembly.</summary>
    public static Texts Of(Assembly module)
    {
        var name = module.GetManifestResourceNames().Single(resource => resource.EndsWith("texts.json", StringComparison.Ordinal));
        using var stream = module.GetManifestResourceStream(name)!;
        return new(JsonSerializer.Deserialize(stream, TextsJson.Default.DictionaryStringDictionaryStringString)!);
    }

    public IEnumerable<string> Keys => _texts.Keys;

    /// <summary>The text in the reader's language; an unknown key throws, since a test walks them all.</summary>
    public string this[Language language, string key] =>
        _texts.TryGetValue(key, out var text) ? text[(int)language] : throw new KeyNotFoundException($"There is no text '{key}'.");

    /// <summary>The text with {0}, {1} … filled in by values that are already written for the reader.</summary>
    public string Format(Language language, string key, params ReadOnlySpan<object?> values) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, this[language, key], values);

    private static string[] Complete(string key, Dictionary<string, string> languages) =>
        [.. Languages.All.Select(language => languages.TryGetValue(language.Code(), out var text) && text.Length > 0
            ? text
            : throw new InvalidOperationException($"The text '{key}' is missing in {language.Code()}."))];
}

[JsonSourceGenerationOptions(ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(Dictionary<string, Dictionary<string, string>>))]
internal sealed partial class TextsJson : JsonSerializerContext;
