using System.Buffers.Text;
using System.Security.Cryptography;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;

namespace Vade.Organisation;

/// <summary>
/// Sessions, kept here and not in the cookie, so that they can be listed and ended. The cookie holds the user's id and
/// 256 random bits, of which the store knows the hash.
/// </summary>
public sealed class Sessions(ITables tables, StaffDirectory staff, StaffClock clock)
{
    /// <summary>Unused for so long, a session ends.</summary>
    public static readonly TimeSpan IdleMax = TimeSpan.FromHours(12);

    /// <summary>However much it is used, it ends after this.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromDays(7);

    // The time to look for a telephone and to type a code.
    private static readonly TimeSpan HalfOpenMax = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(5);
    private const int SecretBytes = 32;
    private const int DeviceLengthMax = 120;

    /// <summary>Starts a session.</summary>
    /// <returns>What its cookie holds; nobody can make it again.</returns>
    public async Task<string> Start(StaffUser user, SessionStage stage, string device, CancellationToken cancellation)
    {
        await RemoveOld(user.Id, cancellation);
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var now = clock.Now;
        var session = new StaffSession(now, now, device.Length > DeviceLengthMax ? device[..DeviceLengthMax] : device, stage);
        await tables.Insert(StaffRows.Sessions, user.Id, LinkToken.Hash(secret), session, StaffRows.SessionType, cancellation);
        return $"{user.Id}.{secret}";
    }

    /// <summary>Whose session the cookie opens; null for one that ended, or never was.</summary>
    public async Task<SignedIn?> Find(string? cookie, CancellationToken cancellation)
    {
        if (cookie?.Split('.') is not [{ Length: 16 } id, { Length: > 0 } secret] || !id.All(char.IsAsciiHexDigitLower))
            return null;
        var loading = tables.Find(StaffRows.Sessions, id, LinkToken.Hash(secret), StaffRows.SessionType, cancellation);
        var user = await staff.Find(id, cancellation);
        if (await loading is not { } row || user is null or { Disabled: true } || !IsAlive(row.Value))
            return null;
        if (clock.Now - row.Value.SeenAt < SeenEvery)
            return new(user, row.Value, row.Key);
        // Whoever loses this race has just been seen by the other.
        var seen = row.Value with { SeenAt = clock.Now };
        await tables.Replace(StaffRows.Sessions, id, row, seen, StaffRows.SessionType, cancellation);
        return new(user, seen, row.Key);
    }

    public Task End(string user, string key, CancellationToken cancellation) => tables.Remove(StaffRows.Sessions, user, [key], cancellation);

    /// <summary>Ends all sessions of a user but the given one.</summary>
    public async Task EndAll(string user, string? but, CancellationToken cancellation) => await tables.Remove(
        StaffRows.Sessions, user, [.. (await Rows(user, cancellation)).Select(row => row.Key).Where(key => key != but)], cancellation);

    /// <summary>The sessions of a user that are alive, the one used last first.</summary>
    public async Task<IReadOnlyList<SignedIn>> Of(StaffUser user, CancellationToken cancellation) =>
        [.. (await Rows(user.Id, cancellation)).Where(row => IsAlive(row.Value)).OrderByDescending(row => row.Value.SeenAt).Select(row => new SignedIn(user, row.Value, row.Key))];

    private bool IsAlive(StaffSession session)
    {
        var now = clock.Now;
        return session.Stage == SessionStage.Open
            ? now - session.StartedAt < AgeMax && now - session.SeenAt < IdleMax
            : now - session.StartedAt < HalfOpenMax;
    }

    private Task<IReadOnlyList<Stored<StaffSession>>> Rows(string user, CancellationToken cancellation) =>
        tables.Page(StaffRows.Sessions, user, KeyRange.All, TableLimits.PageRowsMax, StaffRows.SessionType, cancellation);

    // Nobody else comes by to sweep.
    private async Task RemoveOld(string user, CancellationToken cancellation)
    {
        var dead = (await Rows(user, cancellation)).Where(row => !IsAlive(row.Value)).Select(row => row.Key).ToArray();
        if (dead.Length > 0)
            await tables.Remove(StaffRows.Sessions, user, dead, cancellation);
    }
}
