using System.Buffers.Text;
using System.Text;

namespace Vade.Kernel.Web;

/// <summary>
/// A name that an outsider gave, in a path: as it is, or as <c>~</c> and the base64url of its UTF-8 where it holds
/// characters that paths do not carry well (<c>120/01</c> is <c>~MTIwLzAx</c>; contract: API habits).
/// </summary>
public static class PathName
{
    private const char Mark = '~';
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The name that a path's segment stands for; null when it is malformed.</summary>
    public static string? Decode(string segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        if (!segment.StartsWith(Mark))
            return segment.Length == 0 ? null : segment;
        try
        {
            // White space is base64url of nothing at all.
            return Strict.GetString(Base64Url.DecodeFromChars(segment.AsSpan(1))) is { Length: > 0 } name ? name : null;
        }
        catch (Exception problem) when (problem is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The segment that stands for the name and survives every host and proxy.</summary>
    public static string Encode(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var plain = name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && name.Any(c => c != '.');
        return plain ? name : Mark + Base64Url.EncodeToString(Strict.GetBytes(name));
    }

    /// <summary>The answer to a segment that cannot be decoded.</summary>
    public static ApiProblem Malformed(string field) => ApiProblem.BadRequest(
        "path.name", $"The {field} in the path is not readable: '~' must be followed by base64url of UTF-8.",
        new ApiError("path.name", "'~' must be followed by base64url of UTF-8.", field));
}
