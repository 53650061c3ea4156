using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Organisation;

/// <summary>What a key of the API may do; each includes the one before.</summary>
public enum ApiScope
{
    Read,
    Write,

    /// <summary>Also the settings and the exports.</summary>
    Admin,
}

/// <summary>A key as it is kept: under its hash, so that nobody can read it again.</summary>
/// <param name="Id">Names it in addresses and in the trail.</param>
/// <param name="CreatedBy">The user's name.</param>
/// <param name="UsedAt">Written at most once in an hour; null until it is first used.</param>
/// <param name="RevokedAt">It opens nothing any more, and stands here so that the trail can be read.</param>
public sealed record KeptApiKey(
    string Id, string Name, ApiScope Scope, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? UsedAt = null, DateTimeOffset? RevokedAt = null);

/// <summary>Who calls the API.</summary>
/// <param name="Name">As the trail shows it.</param>
public sealed record ApiCaller(string Name, ApiScope Scope);

/// <summary>
/// The keys that staff gave out, beside <c>Vade:ApiKey</c>, which opens everything and stands in no table. A key is 256
/// random bits behind <c>vade_</c>, so that it is recognised where it does not belong.
/// </summary>
public sealed class ApiKeys(ITables tables, ApiKey configured, StaffClock clock)
{
    private const string Partition = "keys";
    private const string Prefix = "vade_";
    private const int SecretBytes = 32;
    private static readonly TimeSpan UsedEvery = TimeSpan.FromHours(1);

    /// <returns>The key, to be shown this once.</returns>
    public async Task<string> Create(string name, ApiScope scope, string createdBy, CancellationToken cancellation)
    {
        var key = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var hash = LinkToken.Hash(key);
        await tables.Insert(StaffRows.Table, Partition, hash, new KeptApiKey(hash[..16], name, scope, clock.Now, createdBy), StaffRows.ApiKeyType, cancellation);
        return key;
    }

    /// <summary>All that were ever given out, the newest first.</summary>
    public async Task<IReadOnlyList<KeptApiKey>> All(CancellationToken cancellation) =>
        [.. (await Rows(cancellation)).Select(row => row.Value).OrderByDescending(key => key.CreatedAt).ThenBy(key => key.Id, StringComparer.Ordinal)];

    /// <summary>The key opens nothing from the next request on.</summary>
    public async Task<KeptApiKey?> Revoke(string id, CancellationToken cancellation)
    {
        if ((await Rows(cancellation)).FirstOrDefault(row => row.Value.Id == id) is not { } row)
            return null;
        var revoked = row.Value with { RevokedAt = row.Value.RevokedAt ?? clock.Now };
        await tables.Put(StaffRows.Table, Partition, row.Key, revoked, StaffRows.ApiKeyType, cancellation);
        return revoked;
    }

    /// <summary>Who sends this <c>Authorization</c>; null for a key that is not, or no longer, one of ours.</summary>
    public async Task<ApiCaller?> Find(string? authorization, CancellationToken cancellation)
    {
        if (configured.Opens(authorization))
            return new("Vade:ApiKey", ApiScope.Admin);
        const string bearer = "Bearer ";
        if (authorization is null || !authorization.StartsWith(bearer, StringComparison.OrdinalIgnoreCase) || authorization[bearer.Length..].Trim() is not { Length: < 200 } key
            || !key.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        if (await tables.Find(StaffRows.Table, Partition, LinkToken.Hash(key), StaffRows.ApiKeyType, cancellation) is not { Value: { RevokedAt: null } kept } row)
            return null;
        // Whoever loses this race has just been seen by the other; a revocation wins over it.
        if (kept.UsedAt is null || clock.Now - kept.UsedAt > UsedEvery)
            await tables.Replace(StaffRows.Table, Partition, row, kept with { UsedAt = clock.Now }, StaffRows.ApiKeyType, cancellation);
        return new(kept.Name, kept.Scope);
    }

    /// <summary>What a call needs.</summary>
    /// <param name="path">Of the request, from <c>/api/v1</c> on.</param>
    public static ApiScope Needed(string method, PathString path) =>
        path.StartsWithSegments("/api/v1/settings", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/api/v1/exports", StringComparison.OrdinalIgnoreCase) ? ApiScope.Admin
        : HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? ApiScope.Read
        : ApiScope.Write;

    private Task<IReadOnlyList<Stored<KeptApiKey>>> Rows(CancellationToken cancellation) =>
        tables.Page(StaffRows.Table, Partition, KeyRange.All, TableLimits.PageRowsMax, StaffRows.ApiKeyType, cancellation);
}
