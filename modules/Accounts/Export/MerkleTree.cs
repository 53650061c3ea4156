using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Vade.Accounts;

/// <summary>
/// The hash tree of RFC 6962 (SHA-256; leaves and nodes hashed under prefixes of their own; a node without a sibling
/// goes up as it is). The daily root is a tree over the files of a day, whose leaves are in turn the roots of the trees
/// over the accounts of each file: so a path is short, and made from one file and the list of files.
/// </summary>
internal static class MerkleTree
{
    /// <summary>What stands for an account: its name, how many entries its ledger has, and the hash of the last.</summary>
    public static byte[] Leaf(string account, long sequence, string hash) => Hash(
        0, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"vade account 1|{account}|{sequence}|{hash}")));

    public static byte[] Node(byte[] left, byte[] right) => Hash(1, [.. left, .. right]);

    public static byte[] Root(IEnumerable<byte[]> leaves)
    {
        var level = leaves.ToArray();
        while (level.Length > 1)
            level = Above(level);
        return level.Length == 0 ? SHA256.HashData([]) : level[0];
    }

    /// <summary>The siblings on the way from a leaf to the root, from below.</summary>
    public static IEnumerable<ProofStep> Path(IEnumerable<byte[]> leaves, int index)
    {
        for (var level = leaves.ToArray(); level.Length > 1; level = Above(level), index /= 2)
        {
            var sibling = index ^ 1;
            if (sibling < level.Length)
                yield return new(sibling < index ? ProofStep.Left : ProofStep.Right, Convert.ToHexStringLower(level[sibling]));
        }
    }

    private static byte[][] Above(byte[][] level) =>
        [.. level.Chunk(2).Select(pair => pair.Length == 2 ? Node(pair[0], pair[1]) : pair[0])];

    private static byte[] Hash(byte prefix, byte[] content) => SHA256.HashData([prefix, .. content]);
}

/// <summary>One step from an account to the daily root.</summary>
/// <param name="Side"><c>left</c> or <c>right</c>: where the sibling stands.</param>
/// <param name="Hash">The sibling, SHA-256 in lower-case hex.</param>
public sealed record ProofStep(string Side, string Hash)
{
    public const string Left = "left";
    public const string Right = "right";
}

/// <summary>That an account's ledger stood at this entry when a daily root was made. Can be checked without Vade.</summary>
/// <param name="Account">The partition of the account (the customer's code, encoded).</param>
/// <param name="Sequence">Of the last entry; 0 where nothing was ever posted.</param>
/// <param name="Hash">The hash of the last entry: the head of the chain.</param>
/// <param name="Steps">From the account to the root; at most some forty.</param>
public sealed record LedgerProof(string Account, long Sequence, string Hash, IReadOnlyList<ProofStep> Steps)
{
    private const int HashBytes = 32;

    /// <summary>Whether the steps lead from this account, sequence and hash to the root.</summary>
    public bool Proves(string root)
    {
        var at = MerkleTree.Leaf(Account, Sequence, Hash);
        foreach (var step in Steps)
        {
            if (step.Hash.Length != HashBytes * 2 || !step.Hash.All(char.IsAsciiHexDigit))
                return false;
            var sibling = Convert.FromHexString(step.Hash);
            at = step.Side switch
            {
                ProofStep.Left => MerkleTree.Node(sibling, at),
                ProofStep.Right => MerkleTree.Node(at, sibling),
                _ => [],
            };
        }

        return Convert.ToHexStringLower(at) == root;
    }
}
