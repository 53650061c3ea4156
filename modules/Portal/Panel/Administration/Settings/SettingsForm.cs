using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Vade.Kernel;

namespace Vade.Portal;

/// <summary>How a member is typed in.</summary>
public enum FieldKind
{
    Text,
    Number,
    Date,
    Flag,
    Choice,
    Colour,

    /// <summary>Never shown; left empty it stays as it is.</summary>
    Secret,

    /// <summary>A list, a line for each; of a dictionary <c>name = value</c>.</summary>
    Lines,
}

/// <summary>A part of a form of settings.</summary>
/// <param name="Path">Names its field: <c>providers[0].apiKey</c>.</param>
public abstract record FormPart(string Path, string Label, string? Help, string? Error)
{
    /// <param name="IsSet">Of a secret: there is one.</param>
    /// <param name="Kept">Of a secret that was typed into a form that has to be corrected: the secret, sealed.</param>
    public sealed record Value(
        string Path, string Label, string? Help, string? Error, FieldKind Kind, string Text, bool Required = false,
        IReadOnlyList<(string Value, string Text)>? Options = null, bool IsSet = false, string? Kept = null) : FormPart(Path, Label, Help, Error);

    public sealed record Group(string Path, string Label, string? Help, string? Error, IReadOnlyList<FormPart> Parts) : FormPart(Path, Label, Help, Error);

    /// <param name="Items">The last one is empty, for one more.</param>
    public sealed record Rows(string Path, string Label, string? Help, string? Error, IReadOnlyList<Group> Items) : FormPart(Path, Label, Help, Error);
}

/// <summary>
/// The form of any section, made from the shape of its JSON, and the JSON that a form says. So a module that registers
/// a section has a page for it, with the rules and the errors of the API.
/// </summary>
internal sealed class SettingsForm(SettingsWords words, Func<string, string> seal, Func<string, string> open)
{
    private const int ItemsMax = 50;
    private const string SetMark = "********";
    private const string SetSuffix = "Set";
    private static readonly string[] SecretEndings = ["Key", "Secret", "Password", "Salt", "Token"];

    // A picture is no text to type; it has a form of its own.
    private static readonly string[] KeptAside = ["logoPng"];

    /// <param name="errors">By path; those that no field takes are left.</param>
    public IReadOnlyList<FormPart> Parts(JsonTypeInfo type, JsonObject? value, Dictionary<string, string> errors) => Members(type, value, "", errors);

    /// <summary>What a form says, over what is there.</summary>
    public JsonObject Read(JsonTypeInfo type, IFormCollection form, JsonObject current) => ReadMembers(type, form, current, "")!;

    private List<FormPart> Members(JsonTypeInfo type, JsonObject? value, string path, Dictionary<string, string> errors) =>
        [.. Typed(type).Select(property => Part(type, property, value, path, errors))];

    private FormPart Part(JsonTypeInfo owner, JsonPropertyInfo property, JsonObject? parent, string path, Dictionary<string, string> errors)
    {
        var at = Join(path, property.Name);
        var bare = Bare(at);
        var (label, help) = (words.Label(bare), words.Help(bare));
        errors.Remove(at, out var error);
        var value = parent?[property.Name];
        var type = owner.Options.GetTypeInfo(property.PropertyType);
        if (IsSecret(property))
        {
            var typed = value is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : null;
            var isSet = typed == SetMark || parent?[property.Name + SetSuffix]?.GetValueKind() == JsonValueKind.True;
            return new FormPart.Value(at, label, help, error, FieldKind.Secret, "", IsSet: isSet, Kept: typed is { Length: > 0 } and not SetMark ? seal(typed) : null);
        }

        if (IsRecords(type, owner, out var element))
        {
            var items = (value as JsonArray ?? []).OfType<JsonObject>().Take(ItemsMax).Append(null).Select((item, i) =>
                new FormPart.Group($"{at}[{i}]", item is null ? Words.Texts[words.Language, "settings.more"] : $"{label} {i + 1}", null, null, Members(element, item, $"{at}[{i}]", errors)));
            return new FormPart.Rows(at, label, help, error, [.. items]);
        }

        if (type.Kind == JsonTypeInfoKind.Object)
            return new FormPart.Group(at, label, help, error, Members(type, value as JsonObject, at, errors));
        var kind = KindOf(property, type, bare);
        return new FormPart.Value(
            at, label, help, error, kind, TextOf(value, kind), property.IsRequired && kind is not FieldKind.Flag,
            kind == FieldKind.Choice ? [.. Options(property, type, bare, value is null)] : null);
    }

    private JsonObject? ReadMembers(JsonTypeInfo type, IFormCollection form, JsonObject? current, string path)
    {
        var said = new JsonObject();
        foreach (var property in type.Properties.Where(property => KeptAside.Contains(property.Name, StringComparer.Ordinal) && current?[property.Name] is not null))
            said[property.Name] = current![property.Name]!.DeepClone();
        foreach (var property in Typed(type))
        {
            if (ReadMember(type, property, form, current, Join(path, property.Name)) is { } value)
                said[property.Name] = value;
        }

        return said;
    }

    private JsonNode? ReadMember(JsonTypeInfo owner, JsonPropertyInfo property, IFormCollection form, JsonObject? current, string at)
    {
        var type = owner.Options.GetTypeInfo(property.PropertyType);
        var text = form[at].ToString().Trim();
        if (IsSecret(property))
            return form.ContainsKey(at + ".remove") ? ""
                : text.Length > 0 ? text
                : form[at + ".kept"].ToString() is { Length: > 0 } kept ? open(kept)
                : null;
        if (IsRecords(type, owner, out var element))
            return ReadRows(element, form, current?[property.Name] as JsonArray, at);
        if (type.Kind == JsonTypeInfoKind.Object)
            return ReadMembers(type, form, current?[property.Name] as JsonObject, at);
        return KindOf(property, type, Bare(at)) switch
        {
            FieldKind.Flag => form.ContainsKey(at),
            _ when text.Length == 0 => null,
            FieldKind.Lines when type.Kind == JsonTypeInfoKind.Dictionary => Pairs(text),
            FieldKind.Lines => new JsonArray([.. Lines(text).Select(line => (JsonNode)line)]),
            FieldKind.Number => NumberOf(text, property, owner),
            _ => text,
        };
    }

    // A row whose fields are all empty is none: the one for one more, or one that somebody emptied.
    private JsonArray ReadRows(JsonTypeInfo element, IFormCollection form, JsonArray? current, string at)
    {
        var rows = new JsonArray();
        for (var i = 0; i <= ItemsMax && form.ContainsKey($"{at}[{i}]"); i++)
        {
            var prefix = $"{at}[{i}].";
            var empty = form.Where(field => field.Key.StartsWith(prefix, StringComparison.Ordinal)).All(field => string.IsNullOrWhiteSpace(field.Value));
            if (!empty && !form.ContainsKey(prefix + "remove"))
                rows.Add(ReadMembers(element, form, i < current?.Count ? current[i] as JsonObject : null, $"{at}[{i}]"));
        }

        return rows;
    }

    // What cannot be read as a number goes on as it is, and the section's own reader says where it is wrong.
    private static JsonNode NumberOf(string text, JsonPropertyInfo property, JsonTypeInfo owner)
    {
        var isWhole = (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) != typeof(decimal);
        if (isWhole)
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : text;
        if (!DecimalText.TryParse(text, out var value, allowNegative: true))
            return text;
        // The API writes decimals as texts, where its converter does.
        return owner.Options.Converters.Any(converter => converter.CanConvert(typeof(decimal))) ? value.ToString(CultureInfo.InvariantCulture) : value;
    }

    private static JsonObject Pairs(string text)
    {
        var pairs = new JsonObject();
        foreach (var line in Lines(text))
        {
            var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
            pairs[parts[0]] = parts.Length > 1 ? parts[1] : "";
        }

        return pairs;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string TextOf(JsonNode? value, FieldKind kind) => value switch
    {
        null => "",
        JsonArray list => string.Join('\n', list.Select(item => TextOf(item, kind))),
        JsonObject pairs => string.Join('\n', pairs.Select(pair => $"{pair.Key} = {TextOf(pair.Value, kind)}")),
        _ => value.ToString(),
    };

    private FieldKind KindOf(JsonPropertyInfo property, JsonTypeInfo type, string bare)
    {
        var clr = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type.Kind is JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary ? FieldKind.Lines
            : clr == typeof(bool) ? FieldKind.Flag
            : clr == typeof(DateOnly) ? FieldKind.Date
            : clr.IsEnum || words.ChoicesOf(bare) is not null ? FieldKind.Choice
            : clr == typeof(int) || clr == typeof(long) || clr == typeof(decimal) ? FieldKind.Number
            : bare.EndsWith("accent", StringComparison.Ordinal) ? FieldKind.Colour
            : FieldKind.Text;
    }

    private IEnumerable<(string, string)> Options(JsonPropertyInfo property, JsonTypeInfo type, string bare, bool isNew)
    {
        var clr = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var values = words.ChoicesOf(bare) ?? [.. Enum.GetValuesAsUnderlyingType(clr).Cast<object>().Select(value => JsonSerializer.Serialize(Enum.ToObject(clr, value), type).Trim('"'))];
        // A row for one more has chosen nothing yet.
        if (!property.IsRequired || isNew)
            yield return ("", Words.Texts[words.Language, "settings.none"]);
        foreach (var value in values)
            yield return (value, words.Choice(bare, value));
    }

    private static IEnumerable<JsonPropertyInfo> Typed(JsonTypeInfo type) => type.Properties.Where(property =>
        property.Get is not null
        && (property.Set is not null || property.AssociatedParameter is not null)
        && !KeptAside.Contains(property.Name, StringComparer.Ordinal)
        // Whether a secret is set is said by its own field.
        && !(property.Name.EndsWith(SetSuffix, StringComparison.Ordinal) && type.Properties.Any(other => other.Name + SetSuffix == property.Name && IsSecret(other))));

    private static bool IsSecret(JsonPropertyInfo property) =>
        property.PropertyType == typeof(string) && SecretEndings.Any(ending => property.Name.EndsWith(ending, StringComparison.Ordinal));

    private static bool IsRecords(JsonTypeInfo type, JsonTypeInfo owner, out JsonTypeInfo element)
    {
        element = type;
        if (type.Kind != JsonTypeInfoKind.Enumerable || type.ElementType is not { } item)
            return false;
        element = owner.Options.GetTypeInfo(item);
        return element.Kind == JsonTypeInfoKind.Object;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    // providers[0].apiKey → providers.apiKey
    private static string Bare(string path)
    {
        var bare = new System.Text.StringBuilder(path.Length);
        var inside = false;
        foreach (var c in path)
        {
            inside = c == '[' || (inside && c != ']');
            if (!inside && c != ']')
                bare.Append(c);
        }

        return bare.ToString();
    }
}
