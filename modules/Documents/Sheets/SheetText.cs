using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace Vade.Documents.Sheets;

/// <summary>What text may stand in a cell, a header or a sheet's name.</summary>
internal static partial class SheetText
{
    /// <summary>Excel's limit for a cell.</summary>
    public const int MaxCellChars = 32_767;

    private const int MaxHeaderChars = 255;
    private const int MaxNameChars = 31;

    /// <summary>Without the characters XML cannot carry, lines ended by LF alone, cut at the cell's limit.</summary>
    public static string Cell(string text) => Cut(Clean(text), MaxCellChars);

    /// <summary>A header is one line.</summary>
    public static string Header(string text) => Cut(Clean(text).Replace('\n', ' ').Trim(), MaxHeaderChars);

    /// <summary>Names that Excel accepts, in order, each once whatever its case.</summary>
    public static IReadOnlyList<string> Names(IEnumerable<string> titles)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. titles.Select((title, index) => Free(Name(title, index + 1), taken))];
    }

    /// <summary>Drops NULs, control characters and lone surrogates; CR and CRLF become LF, tabs stay.</summary>
    public static string Clean(string text)
    {
        if (IsClean(text))
            return text;
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r')
            {
                if (i + 1 == text.Length || text[i + 1] != '\n')
                    clean.Append('\n');
            }
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(c).Append(text[++i]);
            }
            else if (IsPlain(c))
            {
                clean.Append(c);
            }
        }
        return clean.ToString();
    }

    /// <summary>
    /// Excel reads _x000D_ in a workbook's text as the character with that number, so text that looks like it has
    /// its first underscore written that way.
    /// </summary>
    public static string Escape(string text) =>
        text.Contains("_x", StringComparison.OrdinalIgnoreCase) ? Escaped().Replace(text, "_x005F_") : text;

    /// <summary>Undoes <see cref="Escape"/> and what Excel itself wrote so.</summary>
    public static string Unescape(string text) =>
        text.Contains("_x", StringComparison.Ordinal)
            ? Numbered().Replace(text, m => ((char)Convert.ToInt32(m.Groups["code"].Value, 16)).ToString())
            : text;

    public static string Cut(string text, int chars) =>
        text.Length <= chars ? text : text[..(char.IsHighSurrogate(text[chars - 1]) ? chars - 1 : chars)];

    private static bool IsClean(string text)
    {
        foreach (var c in text)
            if (!IsPlain(c))
                return false;
        return true;
    }

    private static bool IsPlain(char c) =>
        c is '\n' or '\t' || (!char.IsControl(c) && !char.IsSurrogate(c) && XmlConvert.IsXmlChar(c));

    private static string Name(string title, int index)
    {
        var name = Cut(Header(Forbidden().Replace(title, " ")), MaxNameChars).Trim('\'', ' ');
        return name.Length == 0 ? $"Sheet{index}"
            // Excel keeps this one for itself.
            : name.Equals("History", StringComparison.OrdinalIgnoreCase) ? name + "_"
            : name;
    }

    private static string Free(string name, HashSet<string> taken)
    {
        var free = name;
        for (var n = 2; !taken.Add(free); n++)
            free = $"{Cut(name, MaxNameChars - 2 - n.ToString(System.Globalization.CultureInfo.InvariantCulture).Length - 1)} ({n})";
        return free;
    }

    [GeneratedRegex(@"[\[\]:*?/\\]", RegexOptions.None, 1000)]
    private static partial Regex Forbidden();

    // Only looked ahead: the last underscore of one may be the first of the next.
    [GeneratedRegex("_(?=[xX][0-9a-fA-F]{4}_)", RegexOptions.None, 1000)]
    private static partial Regex Escaped();

    [GeneratedRegex("_x(?<code>[0-9a-fA-F]{4})_", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Numbered();
}
