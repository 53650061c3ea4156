using System.Security.Cryptography;

namespace Vade.Kernel;

/// <summary>
/// Randomness for names, salts and pauses: the operating system's, unless a simulation has given the calling flow a
/// source of its own, so that a run can be told again from its seed. Keys and nonces never come from here.
/// </summary>
public static class Chance
{
    private static readonly AsyncLocal<RandomNumberGenerator?> Given = new();

    /// <summary>From here on, this flow and all that it starts draw from the source; null for the operating system's again.</summary>
    internal static void From(RandomNumberGenerator? source) => Given.Value = source;

    /// <summary>A whole number from <paramref name="from"/>, inclusive, to <paramref name="to"/>, exclusive.</summary>
    public static int Between(int from, int to)
    {
        if (Given.Value is not { } given)
            return RandomNumberGenerator.GetInt32(from, to);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(from, to);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        given.GetBytes(bytes);
        // A simulation does not mind that 2^64 is no multiple of the range.
        return from + (int)(BitConverter.ToUInt64(bytes) % (ulong)((long)to - from));
    }

    /// <summary>So many letters of the alphabet.</summary>
    public static string Text(string letters, int length)
    {
        if (Given.Value is null)
            return RandomNumberGenerator.GetString(letters, length);
        return string.Create(length, letters, static (text, letters) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = letters[Between(0, letters.Length)];
        });
    }

    /// <summary>So many digits of lower-case hexadecimal.</summary>
    public static string Hex(int length) => Text("0123456789abcdef", length);
}
