using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>A caller's reference belongs to one content. Written before the fact; holds the hash of what was asked.</summary>
internal sealed record ReferenceClaim(string Account, string ContentHash, DateTimeOffset At);

/// <summary>
/// Makes a caller's reference unique in the organisation, whichever account it is for: the same content may come
/// again, other content is a conflict (contract: API habits).
/// </summary>
/// <param name="table">The module's own table: references of invoices and of payments are two lists.</param>
/// <param name="keyOf">The row key, in its account, of the fact that a reference stands for.</param>
/// <param name="list">Begins the partitions, where a table holds two lists.</param>
public sealed class ReferenceClaims(AccountStore accounts, TimeProvider clock, string table, Func<string, string> keyOf, string list = "references")
{
    private static readonly TimeSpan HeldFor = TimeSpan.FromHours(1);
    private static readonly RowType<ReferenceClaim> Type = new(ReferenceClaimsJson.Default.ReferenceClaim);

    /// <summary>
    /// False when the reference stands for something else. A claim without its fact is taken over once no live commit
    /// can be behind it.
    /// </summary>
    public async Task<bool> Claim(string account, string reference, string content, CancellationToken cancellation)
    {
        var tables = accounts.Tables;
        var (partition, key) = Place(reference);
        var claim = new ReferenceClaim(account, Hash(content), clock.GetUtcNow());
        if (await tables.Insert(table, partition, key, claim, Type, cancellation))
            return true;
        if (await tables.Find(table, partition, key, Type, cancellation) is not { } held)
            return false;
        if (held.Value.Account == account && held.Value.ContentHash == claim.ContentHash)
            return true;
        return clock.GetUtcNow() - held.Value.At > HeldFor
            && await accounts.Tables.Find(AccountStore.Table, held.Value.Account, keyOf(reference), cancellation) is null
            && await tables.Replace(table, partition, held, claim, Type, cancellation);
    }

    /// <summary>Whether exactly this was claimed before: rules that held then are not asked again.</summary>
    public async Task<bool> IsClaimed(string account, string reference, string content, CancellationToken cancellation)
    {
        var (partition, key) = Place(reference);
        return await accounts.Tables.Find(table, partition, key, Type, cancellation) is { Value: var held }
            && held.Account == account && held.ContentHash == Hash(content);
    }

    private (string Partition, string Key) Place(string reference) =>
        (list + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reference)).AsSpan(0, 1)), Key.Of(reference));

    private static string Hash(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ReferenceClaim))]
internal sealed partial class ReferenceClaimsJson : JsonSerializerContext;
