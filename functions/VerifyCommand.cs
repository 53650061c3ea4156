using System.Globalization;
using Vade.Accounts;

namespace Vade.Functions;

/// <summary>
/// <c>vade verify FILE [--key FINGERPRINT]</c>: whether a statement's proof file is genuine. Needs no data, no settings
/// and no network (docs/verify.md).
/// </summary>
internal static class VerifyCommand
{
    private const string Usage = "verify takes a file and --key with the fingerprint that the organisation published: vade verify statement.proof.json --key \"0a1b2c3d …\"";

    /// <summary>Whether the file is genuine and, where a fingerprint is given, signed with that key.</summary>
    /// <exception cref="SettingsException">There is no such file, or an option is wrong.</exception>
    public static async Task<bool> Run(string[] args, TextWriter output, CancellationToken cancellation)
    {
        var (name, key) = args switch
        {
            [var file] => (file, null),
            [var file, "--key", var fingerprint] => (file, Bare(fingerprint)),
            ["--key", var fingerprint, var file] => (file, Bare(fingerprint)),
            _ => throw new SettingsException(Usage),
        };
        if (!File.Exists(name))
            throw new SettingsException($"There is no file {name}. {Usage}");
        if (new FileInfo(name).Length > ProofCheck.BytesMax)
            throw new SettingsException($"{name} is larger than any statement: at most {ProofCheck.BytesMax / (1024 * 1024)} MiB are read.");

        var verdict = ProofCheck.Check(await File.ReadAllBytesAsync(name, cancellation));
        foreach (var finding in verdict.Findings)
            await output.WriteLineAsync(Sentence(finding));
        if (!verdict.IsGenuine || key is null)
            return verdict.IsGenuine;
        var isTheirs = verdict.Findings.Any(finding => finding.Code == "key" && Bare(finding.Values[0]) == key);
        await output.WriteLineAsync(isTheirs ? "That is the key you gave." : "That is NOT sealed with the key you gave: do not trust this file.");
        return isTheirs;
    }

    private static string Bare(string fingerprint) =>
        string.Concat(fingerprint.Where(char.IsAsciiHexDigit)).ToLower(CultureInfo.InvariantCulture);

    private static string Sentence(Finding finding) => VerifyTexts.Sentence(finding, currency: null, Vade.Kernel.Language.En);
}
