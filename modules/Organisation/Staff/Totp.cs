using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vade.Kernel.Security;

namespace Vade.Organisation;

/// <summary>Time-based codes as authenticator apps make them: RFC 6238 with SHA-1, 30 seconds, six digits, which every app knows.</summary>
public static class Totp
{
    private const int SecretBytes = 20;
    private const int StepSeconds = 30;
    private const int CodesInAll = 1_000_000;
    // A telephone's clock may be half a minute off.
    private const int StepsOff = 1;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A new secret in base32, as apps take it.</summary>
    public static string NewSecret() => ToBase32(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The time step that the code belongs to, later than <paramref name="lastStep"/>; null for a wrong or used one.</summary>
    public static long? StepOf(string secret, string code, DateTimeOffset now, long lastStep)
    {
        long? found = null;
        var current = now.ToUnixTimeSeconds() / StepSeconds;
        for (var step = current - StepsOff; step <= current + StepsOff; step++)
        {
            // All are compared, whichever is right, so that the time taken tells nothing.
            if (FixedTime.Equal(code, Code(secret, step)) && step > lastStep)
                found = step;
        }

        return found;
    }

    /// <summary>The code that an app shows at this instant.</summary>
    public static string Code(string secret, DateTimeOffset now) => Code(secret, now.ToUnixTimeSeconds() / StepSeconds);

    /// <summary>What the picture for the app says.</summary>
    public static string Uri(string secret, string issuer, string account) =>
        $"otpauth://totp/{System.Uri.EscapeDataString(issuer)}:{System.Uri.EscapeDataString(account)}?secret={secret}&issuer={System.Uri.EscapeDataString(issuer)}";

    private static string Code(string secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        // RFC 4226 fixes SHA-1; its weakness is collisions, which no HMAC minds.
#pragma warning disable CA5350
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(FromBase32(secret), counter, mac);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 15)..]) & int.MaxValue;
        return (number % CodesInAll).ToString("000000", CultureInfo.InvariantCulture);
    }

    private static string ToBase32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length * 8 / 5);
        var (bits, count) = (0, 0);
        foreach (var part in bytes)
        {
            (bits, count) = (((bits & 0xFF) << 8) | part, count + 8);
            for (; count >= 5; count -= 5)
                text.Append(Base32[(bits >> (count - 5)) & 31]);
        }

        return text.ToString();
    }

    private static byte[] FromBase32(string text)
    {
        var bytes = new List<byte>(text.Length * 5 / 8);
        var (bits, count) = (0, 0);
        foreach (var letter in text)
        {
            (bits, count) = (((bits & 0xFF) << 5) | Base32.IndexOf(letter, StringComparison.Ordinal), count + 5);
            if (count >= 8)
                bytes.Add((byte)((bits >> (count -= 8)) & 0xFF));
        }

        return [.. bytes];
    }
}
