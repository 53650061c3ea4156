using System.Text;

namespace Vade.Kernel.Storage;

/// <summary>
/// Makes row and partition keys out of names that an outsider gave (<c>120/01</c>, <c>A#7</c>, <c>ÖZGÜR</c>).
/// The result is printable ASCII without the characters that Azure Tables refuses in keys (/ \ # ? %, control
/// characters), and two results compare ordinally as the names compare by UTF-16 code unit, also when they are
/// parts of a composed key: <c>!</c> stands between parts and sorts below everything a part can hold.
/// </summary>
public static class Key
{
    /// <summary>Stands between the parts of a composed key; no encoded part contains it.</summary>
    public const char Separator = '!';

    /// <summary>Sorts below any character that may follow in a key.</summary>
    public const char First = ' ';

    /// <summary>Sorts above any character that may follow in a key.</summary>
    public const string Last = "~~";

    // Two such names, or one that is encoded again as a part of another key, and some words of ours fit into a key.
    private const int NameLengthMax = 240;

    /// <summary>
    /// Whether a name that somebody gives to something can be kept in all the keys that are made of it: 240 ASCII
    /// letters, or 48 letters of another script, since each of those takes five characters.
    /// </summary>
    public static bool CanHold(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= NameLengthMax && Of(name).Length <= NameLengthMax;
    }

    /// <summary>
    /// Whether a row may have this key at all. What an outsider asks for by name may be longer than any key, or empty:
    /// then there is no such row, and nobody need ask the engine, which would refuse.
    /// </summary>
    internal static bool CanBe(string key) => key.Length is > 0 and <= TableLimits.KeyLengthMax;

    /// <summary>The parts, each encoded, joined by the separator.</summary>
    public static string Of(params ReadOnlySpan<string> parts)
    {
        var key = new StringBuilder();
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0)
                key.Append(Separator);
            Encode(key, parts[i]);
        }

        return key.ToString();
    }

    /// <summary>The names that a key was made of.</summary>
    /// <exception cref="FormatException">The key was not made by <see cref="Of"/>.</exception>
    public static string[] Parts(string key)
    {
        var parts = Array.ConvertAll(key.Split(Separator), Decode);
        return Of(parts) == key ? parts : throw NotAKey(key);
    }

    // A character that cannot stand is written as a legal neighbour that sorts just below it and a mark that
    // sorts it behind the neighbour itself, which is then marked as well. So order survives.
    private static void Encode(StringBuilder key, string part)
    {
        foreach (var c in part)
        {
            _ = c switch
            {
                <= '#' => key.Append('"').Append(((int)c).ToString("x2", null)),
                '$' => key.Append("$0"),
                '%' => key.Append("$1"),
                '.' => key.Append(".0"),
                '/' => key.Append(".1"),
                '>' => key.Append(">0"),
                '?' => key.Append(">1"),
                '[' => key.Append("[0"),
                '\\' => key.Append("[1"),
                >= '~' => key.Append('~').Append(((int)c).ToString("x4", null)),
                _ => key.Append(c),
            };
        }
    }

    private static string Decode(string part)
    {
        var name = new StringBuilder(part.Length);
        for (var i = 0; i < part.Length; i++)
        {
            switch (part[i])
            {
                case '"':
                    name.Append((char)Hex(part, i + 1, 2));
                    i += 2;
                    break;
                case '~':
                    name.Append((char)Hex(part, i + 1, 4));
                    i += 4;
                    break;
                case '$' or '.' or '>' or '[':
                    name.Append((char)(part[i] + Hex(part, i + 1, 1)));
                    i++;
                    break;
                default:
                    name.Append(part[i]);
                    break;
            }
        }

        return name.ToString();
    }

    private static int Hex(string part, int start, int length) =>
        start + length <= part.Length
        && int.TryParse(part.AsSpan(start, length), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value)
            ? value
            : throw NotAKey(part);

    private static FormatException NotAKey(string text) => new($"'{text}' was not made by Key.Of.");
}
