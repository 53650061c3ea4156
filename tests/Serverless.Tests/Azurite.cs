using System.Diagnostics;
using System.Text.RegularExpressions;

[assembly: AssemblyFixture(typeof(Vade.Tests.Azurite))]

namespace Vade.Tests;

/// <summary>
/// The official emulator of Azure's storage, in memory and on free ports: started by the first test that asks for it,
/// shared by all, and gone with them, also when they are killed.
/// </summary>
public sealed partial class Azurite : IAsyncDisposable
{
    /// <summary>The accounts there are: the contract suites share one, and every deployment needs its own.</summary>
    public const string Shared = "shared", OfOffice = "office", OfErrands = "errands";

    private const string AccountKey = "YW55IGtleSB3aWxsIGRvIGZvciBhbiBlbXVsYXRvcg==";
    private static readonly string[] Services = ["Blob", "Queue", "Table"];
    private static readonly TimeSpan StartTimeMax = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _starting = new(1);
    private Process? _process;
    private Dictionary<string, string>? _addresses;

    /// <summary>A connection string for one of the accounts.</summary>
    public async Task<string> Connection(string account = Shared)
    {
        var script = Path.Combine(Repository.Root, "node_modules", "azurite", "dist", "src", "azurite.js");
        Assert.SkipUnless(File.Exists(script), "The emulator is not installed here; ./dev test does that.");
        await _starting.WaitAsync();
        try
        {
            _addresses ??= await Start(script);
            return $"AccountName={account};AccountKey={AccountKey};"
                + string.Concat(_addresses.Select(service => $"{service.Key}Endpoint={service.Value}/{account};"));
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _starting.Dispose();
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<Dictionary<string, string>> Start(string script)
    {
        // It ends when our end of its input is closed, which no death of ours can prevent.
        var code = $"process.stdin.on('end', () => process.exit()).resume(); require({System.Text.Json.JsonSerializer.Serialize(script)})";
        string[] ports = [.. Services.SelectMany(service => new[] { $"--{service.ToLowerInvariant()}Port", "0" })];
        _process = Process.Start(new ProcessStartInfo(
            "node", ["-e", code, "azurite", "--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry", .. ports])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
            Environment = { ["AZURITE_ACCOUNTS"] = string.Join(';', new[] { Shared, OfOffice, OfErrands }.Select(account => $"{account}:{AccountKey}")) },
        })!;
        using var limit = new CancellationTokenSource(StartTimeMax);
        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);
        while (addresses.Count < Services.Length)
        {
            var line = await _process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("The emulator ended before it listened.");
            if (Listening().Match(line) is { Success: true } found)
                addresses[found.Groups[1].Value] = found.Groups[2].Value;
        }

        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        return addresses;
    }

    [GeneratedRegex("Azurite (Blob|Queue|Table) service is successfully listening at (http://127\\.0\\.0\\.1:[0-9]+)", RegexOptions.None, 1000)]
    private static partial Regex Listening();
}
