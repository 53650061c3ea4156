using System.Text.Json;
using CsCheck;
using Vade.Accounts;
using Vade.Kernel.Messaging;

namespace Vade.Tests.Accounts;

/// <summary>What a customer, or a court, can check without Vade: signed root and inclusion.</summary>
public sealed class ProofTests
{
    private static readonly DateOnly Day = new(2026, 11, 2);

    [Fact]
    public async Task Every_account_is_proven_by_a_short_path_and_nothing_else_is()
    {
        await using var host = await ExportGiven.UsedOffice();
        var root = await host.Night();
        var exports = host.Get<Exports>();
        foreach (var account in ExportGiven.Codes.Select(AccountStore.Of))
        {
            var head = await host.Get<LedgerReader>().Head(account, default);
            var proof = (await exports.Prove(Day, account, default))!;
            Assert.Equal((account, head.Sequence, head.Hash), (proof.Account, proof.Sequence, proof.Hash));
            Assert.True(head.Sequence > 0);
            Assert.True(proof.Proves(root.Root));
            Assert.False((proof with { Sequence = head.Sequence - 1 }).Proves(root.Root));
            Assert.False((proof with { Hash = Bookkeeping.Empty(account).Hash }).Proves(root.Root));
            Assert.False((proof with { Account = account + "x" }).Proves(root.Root));
            Assert.False((proof with { Steps = [.. proof.Steps.Skip(1)] }).Proves(root.Root));
            Assert.False((proof with { Steps = [new(ProofStep.Left, "no hash"), .. proof.Steps] }).Proves(root.Root));
            Assert.False(proof.Proves(head.Hash));
        }

        Assert.Null(await exports.Prove(Day, "C11", default));
        Assert.Null(await exports.Prove(Day, "zzz", default));
        Assert.Null(await exports.Prove(Day.AddDays(1), "C1", default));
    }

    [Fact]
    public void In_trees_of_any_size_every_leaf_is_proven_at_its_place_only()
    {
        for (var size = 1; size <= 40; size++)
        {
            var accounts = Enumerable.Range(0, size).Select(n => new LedgerProof($"C{n}", n, $"hash {n}", [])).ToArray();
            byte[][] leaves = [.. accounts.Select(account => MerkleTree.Leaf(account.Account, account.Sequence, account.Hash))];
            var root = Convert.ToHexStringLower(MerkleTree.Root(leaves));
            for (var at = 0; at < size; at++)
            {
                var steps = MerkleTree.Path(leaves, at).ToArray();
                Assert.True(steps.Length <= 6);
                for (var other = 0; other < size; other++)
                    Assert.Equal(at == other, (accounts[other] with { Steps = steps }).Proves(root));
            }
        }
    }

    [Fact]
    public void The_tree_is_that_of_the_standard()
    {
        // RFC 6962, 2.1: the empty tree; and three leaves, the third of which goes up alone.
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(MerkleTree.Root([])));
        byte[] a = [1], b = [2], c = [3];
        Assert.Equal(MerkleTree.Node(MerkleTree.Node(a, b), c), MerkleTree.Root([a, b, c]));
    }

    [Fact]
    public async Task A_root_is_signed_and_says_so_only_as_it_is()
    {
        await using var host = await ExportGiven.UsedOffice();
        var root = await host.Night();
        Assert.True(root.IsSigned());
        SignedRoot[] changed =
        [
            root with { Day = root.Day.AddDays(1) }, root with { At = root.At.AddTicks(1) }, root with { Root = root.ManifestSha256 },
            root with { Accounts = 5 }, root with { Rows = 1 }, root with { Manifest = "other" }, root with { ManifestSha256 = root.Root },
            root with { Previous = root.Root }, root with { Signature = "" }, root with { PublicKey = "AAAA" }, root with { PublicKey = "?" },
        ];
        Assert.All(changed, other => Assert.False(other.IsSigned()));
        // As somebody without Vade puts it together, from the JSON alone.
        using var json = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(root, ExportJson.Default.SignedRoot));
        var line = string.Join('|', ["vade root 1", .. new[] { "day", "at", "root", "accounts", "rows", "manifest", "manifestSha256", "previous" }.Select(name => json.RootElement.GetProperty(name).ToString())]);
        Assert.Equal(line, root.Text());
        Assert.True(JsonSerializer.Deserialize(JsonSerializer.Serialize(root, ExportJson.Default.SignedRoot), ExportJson.Default.SignedRoot)!.IsSigned());
    }

    [Fact]
    public async Task Processes_that_make_the_signing_key_at_once_use_the_same()
    {
        await using var host = ExportGiven.Office();
        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => host.Get<SigningKeys>().Get(default))));
        Assert.Single(keys.Distinct());
    }

    [Fact]
    public void Lanes_cover_everything_once_wherever_they_are_cut() =>
        Gen.Int[0, 300].Array[0, 900].Sample(cuts =>
        {
            Place[] ends = [.. cuts.Distinct().Order().Select(cut => new Place("accounts", cut.ToString("D3", null), "~~"))];
            var lanes = ExportPlans.Lanes(["accounts"], ends);
            Assert.Null(lanes[0].After);
            Assert.Null(lanes[^1].Through);
            Assert.InRange(lanes.Count, 1, ExportPlans.LanesMax);
            for (var lane = 1; lane < lanes.Count; lane++)
            {
                Assert.NotNull(lanes[lane].After);
                Assert.Equal(lanes[lane - 1].Through, lanes[lane].After);
                Assert.True(lanes[lane].Through is null || lanes[lane].Through!.CompareTo(lanes[lane].After) > 0);
            }
        });
}
