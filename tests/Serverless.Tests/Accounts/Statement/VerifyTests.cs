using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Vade.Accounts;
using Vade.Functions;
using Vade.Kernel.Web;

namespace Vade.Tests.Accounts;

/// <summary>A customer checks a statement alone, by the command's code and by the browser's script.</summary>
public sealed class VerifyTests : IAsyncLifetime
{
    // What a reader may believe or not; nothing else in the file depends on it.
    private static readonly string[] OnlyNames = ["organisation", "customer"];

    private SliceHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ExportGiven.UsedOffice();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    [Trait("Feature", "A9")]
    public async Task A_statement_is_genuine_and_sealed_by_the_night_s_root()
    {
        var root = await _host.Night();
        var file = await File("120/01");

        var verdict = ProofCheck.Check(file);
        Assert.True(verdict.IsGenuine);
        Assert.Equal(["good", "chain", "sealed", "key"], verdict.Findings.Select(finding => finding.Code));
        var proof = JsonSerializer.Deserialize(file, ProofJson.Default.StatementProof)!;
        Assert.Equal(3, proof.Entries.Count);
        Assert.Equal(["3", $"{root.Day:yyyy-MM-dd}"], verdict.Findings[2].Values);
        Assert.Equal(verdict, ByScript(file).Single(), Same);
    }

    [Fact]
    public async Task Before_the_first_night_the_chain_and_the_figures_are_checked_all_the_same()
    {
        var file = await File("C2");
        Assert.Equal(["good", "chain", "none"], ProofCheck.Check(file).Findings.Select(finding => finding.Code));
        Assert.Equal(ProofCheck.Check(file), ByScript(file).Single(), Same);
    }

    [Fact]
    public async Task What_was_posted_after_the_night_is_said_to_be_unsealed_as_yet()
    {
        await _host.Night();
        await _host.Pays("C1", "P9", 10m);
        var file = await File("C1");
        Assert.Contains(new Finding("later", "1").ToString(), ProofCheck.Check(file).Findings.Select(finding => $"{finding}"));
        Assert.Equal(ProofCheck.Check(file), ByScript(file).Single(), Same);
    }

    [Fact]
    public async Task Whatever_single_figure_or_letter_is_changed_both_checks_notice()
    {
        await _host.Night();
        var genuine = await File("120/01");
        var forged = Leaves(JsonNode.Parse(genuine)!).Where(path => !OnlyNames.Contains(path)).Select(path => (Path: path, File: Forged(genuine, path))).ToArray();
        Assert.InRange(forged.Length, 60, 200);

        Assert.All(forged, one => Assert.False(ProofCheck.Check(one.File).IsGenuine, one.Path));
        Assert.All(ByScript([.. forged.Select(one => one.File)]).Zip(forged), one => Assert.False(one.First.IsGenuine, one.Second.Path));
    }

    [Fact]
    public async Task No_entry_can_be_taken_out_or_told_twice_or_moved()
    {
        await _host.Night();
        var genuine = await File("120/01");
        List<byte[]> forged = [];
        for (var i = 0; i < 3; i++)
        {
            forged.Add(With(genuine, entries => entries.RemoveAt(i)));
            forged.Add(With(genuine, entries => entries.Insert(i, entries[i]!.DeepClone())));
        }

        forged.Add(With(genuine, entries =>
        {
            var last = entries[2]!.DeepClone();
            entries.RemoveAt(2);
            entries.Insert(0, last);
        }));
        Assert.All(forged, file => Assert.False(ProofCheck.Check(file).IsGenuine));
        Assert.All(ByScript([.. forged]), verdict => Assert.False(verdict.IsGenuine));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"vade\":\"statement 1\"}")]
    [InlineData("{\"vade\":\"statement 2\"}")]
    [InlineData("{\"vade\":\"statement 1\",\"entries\":[null]}")]
    [InlineData("<html>")]
    public void What_is_no_proof_file_is_said_to_be_none(string text)
    {
        var file = Encoding.UTF8.GetBytes(text);
        Assert.Equal(ProofVerdict.Wrong("unreadable"), ProofCheck.Check(file), Same);
        Assert.Equal(ProofVerdict.Wrong("unreadable"), ByScript(file).Single(), Same);
    }

    [Fact]
    public async Task Another_organisation_s_seal_is_told_by_its_key()
    {
        var root = await _host.Night();
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var name = Path.Combine(folder.FullName, "a.proof.json");
            await System.IO.File.WriteAllBytesAsync(name, await File("C2"));
            var (said, ours) = (new StringWriter(CultureInfo.InvariantCulture), ProofCheck.Fingerprint(root.PublicKey));
            Assert.True(await VerifyCommand.Run([name], said, default));
            Assert.True(await VerifyCommand.Run([name, "--key", ours.ToUpperInvariant()], said, default));
            Assert.False(await VerifyCommand.Run(["--key", ours.Replace('a', 'b'), name], said, default));
            Assert.Contains($"The key of the seal: {ours}", said.ToString(), StringComparison.Ordinal);
            await Assert.ThrowsAsync<SettingsException>(() => VerifyCommand.Run([name + "x"], said, default));
            await Assert.ThrowsAsync<SettingsException>(() => VerifyCommand.Run([], said, default));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<byte[]> File(string code)
    {
        var query = new QueryCollection(new Dictionary<string, StringValues> { ["from"] = "2026-10-01", ["to"] = "2026-12-31" });
        var (asked, _) = await _host.Get<StatementOfCustomer>().Read(PathName.Encode(code), query, default);
        return await _host.Get<ProofOfStatement>().File(asked!, default);
    }

    private static bool Same(ProofVerdict one, ProofVerdict other) =>
        one.IsGenuine == other.IsGenuine && one.Findings.Select(finding => $"{finding}").SequenceEqual(other.Findings.Select(finding => $"{finding}"));

    private static IEnumerable<string> Leaves(JsonNode? node, string path = "") => node switch
    {
        JsonObject members => members.SelectMany(member => Leaves(member.Value, path.Length == 0 ? member.Key : $"{path}.{member.Key}")),
        JsonArray items => items.SelectMany((item, i) => Leaves(item, $"{path}.{i}")),
        null => [],
        _ => [path],
    };

    // A day further for the range, so that it holds other entries; elsewhere the last letter or digit.
    private static byte[] Forged(byte[] file, string path)
    {
        var root = JsonNode.Parse(file)!;
        var steps = path.Split('.');
        var holder = steps[..^1].Aggregate(root, (node, step) => node is JsonArray items ? items[int.Parse(step, CultureInfo.InvariantCulture)]! : node[step]!);
        JsonNode value = path switch
        {
            "from" => "2026-12-01",
            "to" => "2026-10-31",
            _ when holder[steps[^1]]!.GetValueKind() == JsonValueKind.Number => holder[steps[^1]]!.GetValue<long>() + 1,
            _ => Other(holder[steps[^1]]!.GetValue<string>()),
        };
        holder[steps[^1]] = value;
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static string Other(string text)
    {
        // The last letter of base64 may hold bits that mean nothing.
        var at = text.EndsWith('=') ? text.Length / 2 : text.Length - 1;
        while (!char.IsAsciiLetterOrDigit(text[at]))
            at--;
        var c = text[at] switch { '9' => '8', 'f' => 'e', 'Z' => 'Y', 'z' => 'y', var letter => (char)(letter + 1) };
        return $"{text[..at]}{c}{text[(at + 1)..]}";
    }

    private static byte[] With(byte[] file, Action<JsonArray> change)
    {
        var root = JsonNode.Parse(file)!;
        change(root["entries"]!.AsArray());
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    /// <summary>What the page's script makes of the files.</summary>
    private static IReadOnlyList<ProofVerdict> ByScript(params IReadOnlyList<byte[]> files)
    {
        var script = Path.Combine(Repository.Root, "modules", "Accounts", "Statement", "Verify", "verify.js");
        const string Runner = """
            const read = require('fs').readFileSync;
            const verify = new Function(read(process.argv[1], 'utf8') + '; return vadeVerify;')();
            (async () => {
              for (const text of JSON.parse(read(0, 'utf8'))) console.log(JSON.stringify(await verify(text)));
            })();
            """;
        using var node = Process.Start(new ProcessStartInfo("node", ["-e", Runner, script]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        node.StandardInput.Write(JsonSerializer.Serialize(files.Select(Encoding.UTF8.GetString)));
        node.StandardInput.Close();
        var lines = node.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        node.WaitForExit();
        Assert.Equal(files.Count, lines.Length);
        return [.. lines.Select(line => JsonSerializer.Deserialize<ProofVerdict>(line, JsonSerializerOptions.Web)!)];
    }
}
