using System.Security.Cryptography;
using Vade.Kernel.Security;

namespace Vade.Functions.Hosting;

/// <summary>
/// The API key of a sandbox that was given none: made at the first start, kept in the data folder and printed once.
/// </summary>
internal static class SandboxKey
{
    public static string Open(string data)
    {
        var key = KeptFile.ReadOrMake(
            Path.Combine(data, "api-key"), () => RandomNumberGenerator.GetHexString(48, lowercase: true), out var isMade).Trim();
        if (isMade)
            Console.WriteLine($"API key: {key}");
        return key;
    }
}
