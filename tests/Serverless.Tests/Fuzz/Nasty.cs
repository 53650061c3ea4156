using System.Text;

namespace Vade.Tests.Fuzz;

/// <summary>Pieces that have broken parsers before; spliced into otherwise good input.</summary>
internal static class Nasty
{
    public static readonly string[] Texts =
    [
        "\0", "\r\n", "\r\nBcc: all@example.com\r\n\r\n", "\u0085", "\u2028", "\u2029", "\t", "\u001A", "\u007F", "\u001B[2J",
        "\uFEFF", "\u200B", "\u200D", "\u00A0", "\u202F", "\u2009", "\u202E", "\u2066", "\u061C", "\u0301\u0301\u0301", "\uFFFD", "\uFFFF", "\uFDD0",
        "\uD800", "\uDC00", "\uDBFF\uDFFF", "\uDC00\uD800", "👩‍👩‍👧‍👦", "i", "I", "İ", "ı", "ğşçöü", "Ğ", "ẞ", "ﬁ", "ǅ", "٣", "７", "²", "Ⅷ", "½",
        "-", "+", "−", "--", "+-", ".", ",", "..", ",,", ".,", ",.", "1.000", "1,000", "1.234,56", "1 234,56", "1’234.5", "0x1F", "1e400", "1E-400", "1e5",
        "NaN", "Infinity", "-0", "-0.00", "00", "0.000000000000000000000000000001", "79228162514264337593543950335", "79228162514264337593543950336",
        "2147483648", "-2147483649", "9223372036854775808", "999999999999999999", "99999999999999999999999999999999999999999999",
        "%", "%%", "%00", "%s%n", "%C0%80", "~", "~~", "~Li4", "!", "\"", "\"\"", "'", "\\", "\\u0000", "\\ud800", "\\udc00\\ud800", "/", "//", "../", "..\\", ";", "|", "=", "=1+1", "@", "#", "$", "&", "?",
        "&amp;", "&#0;", "&#xD800;", "&lol;", "<", ">", "<x>", "</x>", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE x [<!ENTITY lol \"lol\">]>", "<?x?>",
        "null", "true", "false", "[]", "{}", "[", "]", "{", "}", ":", "[[[[[[[[[[", "{\"a\":", ",\"a\":1", "/*", "//\n", "undefined",
        "0000-00-00", "9999-12-31", "0001-01-01", "2026-02-29", "2026-13-01", "T24:00:00Z", "+99:99", "-00:00", "+14:00", "-23:59", "T", "Z",
        "TR", "tr", "tR", "K", "k", "ext. 5", ";ext=1", "tel:", "xn--", "@@", "\"a b\"@", "a..b@", "sep=;", "_x0000_", "_x005F_", "PK\u0003\u0004",
        new string('9', 200), new string('a', 300), new string(' ', 500), new string('[', 200), new string(';', 300), new string('"', 101),
        string.Concat(Enumerable.Repeat("İ", 80)), string.Concat(Enumerable.Repeat("../", 60)), string.Concat(Enumerable.Repeat("{\"a\":", 100)),
    ];

    /// <summary>The same as bytes, and what is no text in any encoding, or in the wrong one.</summary>
    public static readonly byte[][] Bytes =
    [
        .. Texts.Select(Encoding.UTF8.GetBytes),
        [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFE], [0xFF], [0x80], [0xF0, 0xFD, 0xFE, 0xDD],
        [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF], [0xFF, 0xFE, 0, 0], [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0],
        Encoding.Unicode.GetBytes("ş;ı"), Encoding.BigEndianUnicode.GetBytes("ş;ı"), [0xFE, 0xFD, 0xF0, 0xDD, 0xDE, 0xD0],
    ];
}
