using System.Security.Cryptography;

namespace Vade.Functions.Hosting;

/// <summary>
/// The API key of a sandbox that was given none: made at the first start, kept in the data folder and printed once.
/// </summary>
internal static class SandboxKey
{
    public static string Open(string data)
    {
        var file = Path.Combine(data, "api-key");
        Directory.CreateDirectory(data);
        // Written aside and moved, so that a process beside this one never reads half a key.
        if (!File.Exists(file))
        {
            var made = RandomNumberGenerator.GetHexString(48, lowercase: true);
            var aside = $"{file}.{Environment.ProcessId}";
            File.WriteAllText(aside, made);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(aside, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            try
            {
                File.Move(aside, file);
                Console.WriteLine($"API key: {made}");
            }
            catch (IOException) when (File.Exists(file))
            {
                File.Delete(aside);
            }
        }

        return File.ReadAllText(file).Trim();
    }
}
