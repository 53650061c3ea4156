using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;

namespace Vade.Tests.Accounts;

/// <summary>
/// Somebody changes an export, each time going a step further in covering it up. The restore says what is wrong, before
/// it writes a row.
/// </summary>
public sealed class TamperTests : IAsyncLifetime
{
    private static readonly DateOnly Day = new(2026, 11, 2);
    private SliceHost _host = null!;
    private MemoryArchive _archive = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ExportGiven.UsedOffice();
        await _host.Night();
        _archive = await MemoryArchive.CopyOf(_host.ExportFolder());
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_untouched_export_is_taken() =>
        Assert.Empty((await _host.Verified(_archive)).Unsound);

    [Fact]
    public async Task A_changed_amount_in_a_file_is_found()
    {
        var file = (await Manifest()).Files[0];
        _archive[file.Name!] = Rewritten(_archive[file.Name!], Cheaper);
        await IsRefused($"^{file.Name} has been changed: its SHA-256 is [0-9a-f]{{64}}, and the manifest says {file.Sha256}\\.$");
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        var file = (await Manifest()).Files[1];
        _archive.Remove(file.Name!);
        await IsRefused($"^{file.Name} is missing; the manifest names it\\.$");
    }

    [Fact]
    public async Task A_changed_manifest_is_found()
    {
        var root = await Root();
        var manifest = await Manifest();
        var bytes = Rewritten(_archive[manifest.Files[0].Name!], Cheaper);
        Put(root.Manifest, manifest with { Files = [Replaced(manifest.Files[0], bytes), .. manifest.Files.Skip(1)] });
        await IsRefused($"^{root.Manifest} has been changed: its SHA-256 is [0-9a-f]{{64}}, and the signed root of 2026-11-02 says {root.ManifestSha256}\\.$");
    }

    [Fact]
    public async Task A_missing_manifest_is_named()
    {
        var root = await Root();
        _archive.Remove(root.Manifest);
        await IsRefused($"^{root.Manifest} is missing; the signed root of 2026-11-02 names it\\.$");
    }

    [Fact]
    public async Task A_changed_root_does_not_fit_its_signature()
    {
        Put(ExportRows.RootName(Day), (await Root()) with { Accounts = 3 });
        await IsRefused("^The root of 2026-11-02 has been changed: its signature does not fit it\\.$");
    }

    [Fact]
    public async Task A_root_of_another_day_does_not_pass_for_this_one()
    {
        _archive["roots/2026-11-03.json"] = _archive[ExportRows.RootName(Day)];
        await IsRefused("^roots/2026-11-03.json is not here, or is of another day\\.$");
        Assert.Equal(Day, (await _host.Verified(_archive, Day)).Root.Day);
    }

    [Fact]
    public async Task A_root_that_is_none_is_called_so()
    {
        _archive[ExportRows.RootName(Day)] = "nonsense"u8.ToArray();
        await IsRefused("^roots/2026-11-02.json is not a signed root\\.$");
    }

    [Fact]
    public async Task An_unfinished_day_is_no_export()
    {
        _archive.Remove(ExportRows.RootName(Day));
        await IsRefused("^No finished export is here: a day is finished when roots/<day>.json is there\\.$");
    }

    [Fact]
    public async Task A_forged_export_that_fits_together_is_betrayed_by_its_key()
    {
        using var forged = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await Resign(root => Signed(root, forged));
        await IsRefused("^The root of 2026-11-02 is signed with a key that is not this organisation's\\.$");
    }

    [Fact]
    public async Task A_forged_export_with_a_signing_key_of_its_own_inside_is_betrayed_by_the_master_key()
    {
        // The forger seals his key under a master key of his own and puts it among the settings.
        var secrets = new SecretBox(MasterKeys.Parse("forger:" + Convert.ToBase64String(new byte[32])));
        await using var workshop = SliceHost.Start();
        var keys = new SigningKeys(workshop.Tables, secrets, workshop.Clock);
        var forged = await keys.Get(default);
        await Edit(SigningKeys.Table, SigningKeys.RowKey, _ => SigningKeys.Type.Write(forged));
        await Resign(root => keys.Sign(root, forged));
        await IsRefused("^The export's signing key cannot be opened: The secret was protected under the master key 'forger', .* Give the master key that the organisation ran with");
    }

    [Fact]
    public async Task Another_master_key_does_not_open_an_honest_export()
    {
        var other = new SecretBox(MasterKeys.Parse("other:" + Convert.ToBase64String(new byte[32])));
        var refusal = await Assert.ThrowsAsync<ExportException>(() => VerifiedExport.Open(_archive, null, other, default));
        Assert.Contains("Give the master key that the organisation ran with, in Vade__MasterKey or as its key file with --key.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_without_a_signing_key_is_nobodys()
    {
        await Edit(SigningKeys.Table, SigningKeys.RowKey, null);
        await ResignTruly();
        await IsRefused("^The export holds no signing key, so it cannot be told whose it is\\.$");
    }

    /// <summary>From here on, the one who changes it has the signing key: an insider with every right.</summary>
    [Fact]
    public async Task A_changed_entry_breaks_its_chain_under_any_signature()
    {
        await Edit(AccountStore.Table, "entry-", body => Text(body, Cheaper));
        await ResignTruly();
        await IsRefused("^From line 1 of 2026-11-02/000-000001-forged.ndjson.gz: the ledger of account 120.101 is broken: entry 1 \\(.+\\) has been changed, or does not follow from the one before it\\.$");
    }

    [Fact]
    public async Task A_chain_that_was_cut_is_found()
    {
        await Edit(AccountStore.Table, "entry-2026-11-01-0000000002", null);
        await ResignTruly();
        await IsRefused("^From line .+: the ledger of account 120.101 is broken: .+\\.$");
    }

    [Fact]
    public async Task A_chain_whose_end_was_cut_off_does_not_reach_its_head()
    {
        await Edit(AccountStore.Table, "entry-2026-11-01-0000000003", null);
        await ResignTruly();
        await IsRefused("the ledger of account 120.101 is broken: its head stands at entry 3, but its chain ends with entry 2\\.$");
    }

    [Fact]
    public async Task Rows_that_were_left_out_are_missed_in_the_count()
    {
        await Edit(AccountStore.Table, "customer", null, keepsCounts: true);
        await ResignTruly();
        await IsRefused("forged.ndjson.gz holds [0-9]+ rows; the manifest says [0-9]+\\.$");
    }

    [Fact]
    public async Task A_file_that_is_listed_twice_is_found()
    {
        var manifest = await Manifest();
        Put((await Root()).Manifest, manifest with { Files = [manifest.Files[0], .. manifest.Files] });
        await ResignTruly();
        await IsRefused("^Line 1 of 2026-11-02/000-000001-.*: the row .* of accounts is not in order\\.$");
    }

    [Fact]
    public async Task A_root_that_does_not_fit_the_accounts_is_found()
    {
        await ResignTruly(root => root with { Root = root.ManifestSha256 });
        await IsRefused("^The accounts of 2026-11-02/manifest-[0-9a-f]+\\.json do not come to the root that was signed for 2026-11-02\\.$");
    }

    private async Task IsRefused(string sentence)
    {
        var refusal = await Assert.ThrowsAsync<ExportException>(() => _host.Verified(_archive));
        Assert.Matches(sentence, refusal.Message);
    }

    /// <summary>Changes or removes the first row of a table with this key, and everything in file and manifest that tells.</summary>
    private async Task Edit(string table, string key, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? edit, bool keepsCounts = false)
    {
        var manifest = await Manifest();
        var at = manifest.Files.Index().First(file => Rows(file.Item).Any(row => row.Table == table && row.Row.Key.StartsWith(key, StringComparison.Ordinal))).Index;
        var file = manifest.Files[at];
        using var lines = new ExportLines();
        var isDone = false;
        foreach (var (rowTable, row, _) in Rows(file))
        {
            var isIt = !isDone && rowTable == table && row.Key.StartsWith(key, StringComparison.Ordinal);
            isDone |= isIt;
            if (!isIt)
                lines.Add(rowTable, row);
            else if (edit is not null)
                lines.Add(rowTable, row with { Body = edit(row.Body) });
        }

        var count = keepsCounts ? file.Rows : lines.Rows;
        var forged = Replaced(file, lines.Close()) with { Rows = count };
        Put((await Root()).Manifest, manifest with { Files = [.. manifest.Files.Select((other, index) => index == at ? forged : other)] });
    }

    private ExportedRow[] Rows(ExportFile file) => [.. ExportLines.Read(file.Name!, _archive[file.Name!])];

    private ExportFile Replaced(ExportFile file, byte[] bytes)
    {
        var name = $"{file.Name![..(file.Name!.LastIndexOf('-') + 1)]}forged.ndjson.gz";
        _archive[name] = bytes;
        var root = file.Root is null ? null : Convert.ToHexStringLower(MerkleTree.Root(ExportLines.Read(name, bytes)
            .GroupBy(row => row.Row.Partition).Select(account => Soundness.Leaf(account.Key, [.. account.Select(row => row.Row)]))));
        return file with { Name = name, Sha256 = ExportWriter.Hash(bytes), Root = root };
    }

    private Task ResignTruly(Func<SignedRoot, SignedRoot>? change = null) => Resign(root =>
    {
        var changed = change is null ? root : change(root);
        var row = JsonSerializer.Deserialize(_archive["key"], ExportJson.Default.SigningKey)!;
        return _host.Get<SigningKeys>().Sign(changed, row);
    });

    /// <summary>Makes the root fit the manifest that is there, and signs it.</summary>
    private async Task Resign(Func<SignedRoot, SignedRoot> sign)
    {
        var root = await Root();
        var manifest = await Manifest();
        _archive["key"] = JsonSerializer.SerializeToUtf8Bytes(await _host.Get<SigningKeys>().Get(default), ExportJson.Default.SigningKey);
        Put(ExportRows.RootName(Day), sign(root with
        {
            ManifestSha256 = ExportWriter.Hash(_archive[root.Manifest]),
            Root = ExportWriter.RootOf(manifest.Files),
            Rows = manifest.Files.Sum(file => file.Rows),
            Accounts = manifest.Files.Sum(file => file.Accounts),
        }));
    }

    private static SignedRoot Signed(SignedRoot root, ECDsa key)
    {
        var mine = root with { PublicKey = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()) };
        return mine with { Signature = Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(mine.Text()), HashAlgorithmName.SHA256)) };
    }

    private static byte[] Rewritten(byte[] file, Func<string, string> edit)
    {
        using var lines = new ExportLines();
        foreach (var (table, row, _) in ExportLines.Read("file", file))
            lines.Add(table, row with { Body = Text(row.Body, edit) });
        return lines.Close();
    }

    private static ReadOnlyMemory<byte> Text(ReadOnlyMemory<byte> body, Func<string, string> edit) => Encoding.UTF8.GetBytes(edit(Encoding.UTF8.GetString(body.Span)));

    private static string Cheaper(string body) => body.Replace("\"own\":1", "\"own\":2", StringComparison.Ordinal);

    private Task<SignedRoot> Root() => Task.FromResult(JsonSerializer.Deserialize(_archive[ExportRows.RootName(Day)], ExportJson.Default.SignedRoot)!);

    private async Task<ExportManifest> Manifest() => JsonSerializer.Deserialize(_archive[(await Root()).Manifest], ExportJson.Default.ExportManifest)!;

    private void Put(string name, ExportManifest manifest) => _archive[name] = JsonSerializer.SerializeToUtf8Bytes(manifest, ExportJson.Default.ExportManifest);

    private void Put(string name, SignedRoot root) => _archive[name] = JsonSerializer.SerializeToUtf8Bytes(root, ExportJson.Default.SignedRoot);

    /// <summary>An archive that keeps nothing as it was.</summary>
    private sealed class MemoryArchive : IArchive
    {
        private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

        public byte[] this[string name]
        {
            get => _files[name];
            set => _files[name] = value;
        }

        public static async Task<MemoryArchive> CopyOf(string folder)
        {
            var archive = new MemoryArchive();
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                archive[Path.GetRelativePath(folder, file)] = await File.ReadAllBytesAsync(file);
            return archive;
        }

        public void Remove(string name) => _files.Remove(name);

        public Task<bool> Put(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<byte[]?> Find(string name, CancellationToken cancellation) => Task.FromResult(_files.GetValueOrDefault(name));

        public Task<IReadOnlyList<string>> Names(string folder, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<string>>([.. _files.Keys.Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal))]);
    }
}
