using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Vade.Kernel.Web;

/// <summary>A value that is of the right kind but breaks a rule; the field is known to whoever reads the body.</summary>
public sealed class ApiValueException(string code, string message) : JsonException(message)
{
    public string Code { get; } = code;
}

/// <summary>
/// Copies a body member by member, leaving out those that are null, and notes everything that does not fit the
/// type with its path. The serializer alone would stop at the first and name a .NET type.
/// </summary>
internal sealed class StrictJson(JsonSerializerOptions options)
{
    private const int ErrorsMax = 50;

    public List<ApiError> Unreadable { get; } = [];
    public List<ApiError> Broken { get; } = [];

    // Nobody reads more, and to look on would cost the serializer's exception for each of a million wrong values.
    private bool IsFull => Unreadable.Count == ErrorsMax || Broken.Count == ErrorsMax;

    public void Copy(JsonElement element, JsonTypeInfo type, Utf8JsonWriter writer, string path)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when element.ValueKind == JsonValueKind.Object:
                CopyObject(element, type, writer, path);
                break;
            case JsonTypeInfoKind.Dictionary when element.ValueKind == JsonValueKind.Object:
                CopyDictionary(element, type, writer, path);
                break;
            case JsonTypeInfoKind.Enumerable when element.ValueKind == JsonValueKind.Array:
                CopyArray(element, type, writer, path);
                break;
            case JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary:
                Refuse(path, "type", "An object is expected here.");
                writer.WriteNullValue();
                break;
            case JsonTypeInfoKind.Enumerable:
                Refuse(path, "type", "A list is expected here.");
                writer.WriteNullValue();
                break;
            default:
                CopyValue(element, type, writer, path);
                break;
        }
    }

    private void CopyObject(JsonElement element, JsonTypeInfo type, Utf8JsonWriter writer, string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var given = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var member in element.EnumerateObject())
        {
            if (IsFull)
                break;
            var at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            var property = type.Properties.FirstOrDefault(property => property.Name == member.Name);
            if (property is null || (property.Set is null && property.AssociatedParameter is null))
                Refuse(at, "unknown", "No such member is known here.");
            else if (!seen.Add(member.Name))
                Refuse(at, "duplicate", "The member stands here twice.");
            else if (member.Value.ValueKind != JsonValueKind.Null)
            {
                given.Add(member.Name);
                writer.WritePropertyName(member.Name);
                if (property.CustomConverter is null)
                    Copy(member.Value, options.GetTypeInfo(property.PropertyType), writer, at);
                else
                    CopyConverted(member.Value, property, writer, at);
            }
        }

        writer.WriteEndObject();
        foreach (var missing in type.Properties.Where(property => IsRequired(property) && !given.Contains(property.Name)))
            Add(Broken, new("required", "The member is required.", path.Length == 0 ? missing.Name : $"{path}.{missing.Name}"));
    }

    // A parameter of a record that has no default and cannot be null has to come from somewhere.
    private static bool IsRequired(JsonPropertyInfo property) => property.IsRequired
        || (property.AssociatedParameter is { HasDefaultValue: false } parameter
            && (property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is null : !parameter.IsNullable));

    private void CopyDictionary(JsonElement element, JsonTypeInfo type, Utf8JsonWriter writer, string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var member in element.EnumerateObject())
        {
            if (IsFull)
                break;
            var at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (!seen.Add(member.Name))
                Refuse(at, "duplicate", "The member stands here twice.");
            else if (member.Value.ValueKind != JsonValueKind.Null)
            {
                writer.WritePropertyName(member.Name);
                Copy(member.Value, options.GetTypeInfo(type.ElementType!), writer, at);
            }
        }

        writer.WriteEndObject();
    }

    private void CopyArray(JsonElement element, JsonTypeInfo type, Utf8JsonWriter writer, string path)
    {
        var item = options.GetTypeInfo(type.ElementType!);
        writer.WriteStartArray();
        var i = 0;
        foreach (var value in element.EnumerateArray())
        {
            if (IsFull)
                break;
            var at = $"{path}[{i++}]";
            if (value.ValueKind == JsonValueKind.Null)
                Refuse(at, "null", "An item of a list cannot be null.");
            else
                Copy(value, item, writer, at);
        }

        writer.WriteEndArray();
    }

    private void CopyValue(JsonElement element, JsonTypeInfo type, Utf8JsonWriter writer, string path)
    {
        Try(path, Expected(type.Type), () => element.Deserialize(type));
        element.WriteTo(writer);
    }

    // The converter of a property is not part of its type's description, so it is asked by hand.
    private void CopyConverted(JsonElement element, JsonPropertyInfo property, Utf8JsonWriter writer, string path)
    {
        if (property.CustomConverter!.CanConvert(property.PropertyType))
        {
            var alone = new JsonSerializerOptions(options);
            alone.Converters.Insert(0, property.CustomConverter);
            Try(path, Expected(property.PropertyType), () => element.Deserialize(alone.GetTypeInfo(property.PropertyType)));
        }

        element.WriteTo(writer);
    }

    private void Try(string path, string expected, Func<object?> read)
    {
        try
        {
            read();
        }
        catch (ApiValueException broken)
        {
            Add(Broken, new(broken.Code, broken.Message, path));
        }
        catch (JsonException wrong)
        {
            // Our converters say what they expect; the serializer's own words name .NET types.
            Refuse(path, "type", wrong is ApiFormatException ? wrong.Message : expected);
        }
        catch (NotSupportedException)
        {
            Refuse(path, "type", expected);
        }
    }

    private void Refuse(string path, string code, string message) => Add(Unreadable, new(code, message, path));

    private static void Add(List<ApiError> errors, ApiError error)
    {
        if (errors.Count < ErrorsMax)
            errors.Add(error);
    }

    private static string Expected(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(string) ? "A text is expected here."
            : plain == typeof(bool) ? "true or false is expected here."
            : plain == typeof(DateOnly) ? "A date such as \"2026-11-30\" is expected here."
            : plain == typeof(DateTimeOffset) ? "An instant such as \"2026-11-30T08:00:00Z\" is expected here."
            : plain == typeof(decimal) ? "A decimal number in a text is expected here, such as \"650.35\"."
            : plain.IsEnum ? $"One of {string.Join(", ", Enum.GetNames(plain).Select(JsonNamingPolicy.CamelCase.ConvertName))} is expected here."
            : plain.IsPrimitive ? "A whole number within bounds is expected here."
            : "The value is of the wrong kind.";
    }
}

/// <summary>A value that cannot be read, with words for whoever sent it.</summary>
internal sealed class ApiFormatException(string message) : JsonException(message);
