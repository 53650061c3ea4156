using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Vade.Accounts;

/// <summary>One thing that a check came to: a sentence's code (texts <c>verify.{code}</c>) and what stands in it.</summary>
public sealed record Finding(string Code, params IReadOnlyList<string> Values)
{
    public override string ToString() => $"{Code} {string.Join(' ', Values)}".Trim();
}

/// <param name="IsGenuine">Nothing in the file contradicts anything else. Whose key it was signed with, only a comparison tells.</param>
public sealed record ProofVerdict(bool IsGenuine, IReadOnlyList<Finding> Findings)
{
    internal static ProofVerdict Wrong(string code, params IReadOnlyList<string> values) => new(false, [new(code, values)]);
}

/// <summary>
/// Checks a <see cref="StatementProof"/> by itself: the chain from the account's name to its last entry, the figures
/// against the entries, the path to the daily root, the root's signature. <c>verify.js</c> does the same in a browser.
/// </summary>
public static class ProofCheck
{
    /// <summary>A file larger than this is not looked at.</summary>
    public const int BytesMax = 32 * 1024 * 1024;

    public static ProofVerdict Check(ReadOnlySpan<byte> file)
    {
        try
        {
            return JsonSerializer.Deserialize(file, ProofJson.Default.StatementProof) is { Vade: StatementProof.Form } proof
                ? Check(proof)
                : ProofVerdict.Wrong("unreadable");
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or OverflowException or NotSupportedException)
        {
            return ProofVerdict.Wrong("unreadable");
        }
    }

    internal static ProofVerdict Check(StatementProof statement)
    {
        Entry[] entries = [.. statement.Entries.Select(entry => entry.ToEntry())];
        if (LedgerReader.FirstBroken(statement.Account, entries) is { } broken)
            return ProofVerdict.Wrong("entry", Text(broken.Sequence));

        var own = entries.Where(entry => entry.Currency == statement.Currency).ToArray();
        var opening = own.Where(entry => entry.ValueOn < statement.From).Sum(entry => entry.Own);
        var closing = own.Where(entry => entry.ValueOn <= statement.To).Sum(entry => entry.Own);
        if (ProvenEntry.Plain(opening) != statement.Opening || ProvenEntry.Plain(closing) != statement.Closing)
            return ProofVerdict.Wrong("figures", ProvenEntry.Plain(opening), ProvenEntry.Plain(closing));

        List<Finding> findings = [new("good", statement.Opening, statement.Closing), new("chain", Text(entries.Length))];
        if (statement is not { Proof: { } proof, Root: { } root })
            return new(true, [.. findings, new("none")]);
        if (!root.IsSigned())
            return ProofVerdict.Wrong("signature");
        var head = proof.Sequence == 0 ? Bookkeeping.Empty(statement.Account).Hash : entries.ElementAtOrDefault((int)Math.Min(proof.Sequence - 1, int.MaxValue))?.Hash;
        if (proof.Account != statement.Account || proof.Hash != head || !proof.Proves(root.Root))
            return ProofVerdict.Wrong("root");

        findings.Add(new("sealed", Text(proof.Sequence), root.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        if (entries.Length > proof.Sequence)
            findings.Add(new("later", Text(entries.Length - proof.Sequence)));
        return new(true, [.. findings, new("key", Fingerprint(root.PublicKey))]);
    }

    /// <summary>SHA-256 over the key, in groups that can be read aloud.</summary>
    /// <param name="publicKey">SubjectPublicKeyInfo in base64.</param>
    public static string Fingerprint(string publicKey) =>
        string.Join(' ', Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(publicKey))).Chunk(8).Select(group => new string(group)));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
