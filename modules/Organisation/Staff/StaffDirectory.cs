using System.Security.Cryptography;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Organisation;

/// <summary>What became of a change of somebody's standing.</summary>
public enum Standing
{
    Changed,
    Unknown,

    /// <summary>Nobody would be left who can change anything here.</summary>
    LastAdmin,
}

/// <summary>Who may sign in, by id and by e-mail address.</summary>
public sealed class StaffDirectory(ITables tables, MasterKeys keys, Deployment deployment)
{
    private const int TriesMax = 20;
    private readonly byte[] _welcomeKey = keys.DeriveKey("staff-welcome");

    /// <summary>An e-mail address as it is compared and kept.</summary>
    public static string Folded(string email) => email.Trim().ToLowerInvariant();

    public static string NewId() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>
    /// The link that makes the first admin, as long as there is nobody; null afterwards. It is made of the master key,
    /// so every instance, and every start, shows the same one, and none is stored.
    /// </summary>
    public async Task<string?> WelcomeLink(CancellationToken cancellation) =>
        await HasAnyone(cancellation) ? null : deployment.UrlOf("/panel/welcome/" + WelcomeToken);

    public async Task<bool> HasAnyone(CancellationToken cancellation) =>
        await tables.Find(StaffRows.Table, StaffRows.Partition, StaffRows.Head, cancellation) is not null;

    public bool IsWelcome(string token) => FixedTime.Equal(token, WelcomeToken);

    public async Task<Stored<StaffUser>?> Load(string id, CancellationToken cancellation) =>
        await tables.Find(StaffRows.Table, StaffRows.Partition, StaffRows.User(id), StaffRows.UserType, cancellation);

    public async Task<StaffUser?> Find(string id, CancellationToken cancellation) => (await Load(id, cancellation))?.Value;

    public async Task<StaffUser?> FindByEmail(string email, CancellationToken cancellation)
    {
        var folded = Folded(email);
        return Key.CanHold(folded)
            && await tables.Find(StaffRows.Table, StaffRows.Partition, StaffRows.Email(folded), StaffRows.EmailType, cancellation) is { } found
                ? await Find(found.Value.User, cancellation)
                : null;
    }

    /// <summary>Everybody, also who is disabled, by name.</summary>
    public async Task<IReadOnlyList<StaffUser>> All(CancellationToken cancellation)
    {
        var all = new List<StaffUser>();
        await foreach (var row in tables.All(StaffRows.Table, StaffRows.Partition, KeyRange.Prefix(StaffRows.UserPrefix), StaffRows.UserType, cancellation))
            all.Add(row.Value);
        return [.. all.OrderBy(user => user.Name, StringComparer.Ordinal).ThenBy(user => user.Id, StringComparer.Ordinal)];
    }

    /// <summary>Makes the first admin; false where somebody is there already, as when a stolen link is used again.</summary>
    public Task<bool> CreateFirst(StaffUser admin, CancellationToken cancellation) => tables.Commit(
        StaffRows.Table, StaffRows.Partition, [StaffRows.Insert(StaffRows.Head, new StaffHead(1), StaffRows.HeadType), .. Rows(admin)], cancellation);

    /// <summary>Adds somebody; false where the id or the address is taken.</summary>
    public Task<bool> Create(StaffUser user, CancellationToken cancellation) =>
        tables.Commit(StaffRows.Table, StaffRows.Partition, [.. Rows(user)], cancellation);

    /// <summary>
    /// Replaces the user by what <paramref name="next"/> makes of it; null from it refuses. Who loses a race decides
    /// again on what is there then, so a code or a recovery code is taken once.
    /// </summary>
    /// <returns>The user as it stands now; null when refused, or when there is no such user.</returns>
    /// <exception cref="StoreBusyException">Others kept winning.</exception>
    public async Task<StaffUser?> Change(string id, Func<StaffUser, StaffUser?> next, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            if (await Load(id, cancellation) is not { } before || next(before.Value) is not { } after)
                return null;
            if (await tables.Replace(StaffRows.Table, StaffRows.Partition, before, after, StaffRows.UserType, cancellation))
                return after;
        }

        throw new StoreBusyException("The user is being changed by others.");
    }

    /// <summary>
    /// Changes roles, or whether somebody may sign in. The last admin who can sign in stays one: every such change
    /// replaces the head as well, so that two admins cannot take the right from each other at once.
    /// </summary>
    public async Task<Standing> ChangeStanding(string id, Func<StaffUser, StaffUser> next, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            var head = await tables.Find(StaffRows.Table, StaffRows.Partition, StaffRows.Head, StaffRows.HeadType, cancellation);
            if (head is null || await Load(id, cancellation) is not { } before)
                return Standing.Unknown;
            var after = next(before.Value);
            if (!(await All(cancellation)).Any(user => (user.Id == id ? after : user) is { IsAdmin: true, Disabled: false }))
                return Standing.LastAdmin;
            if (await tables.Commit(
                StaffRows.Table,
                StaffRows.Partition,
                [
                    StaffRows.Replace(before, after, StaffRows.UserType),
                    StaffRows.Replace(head, new StaffHead(head.Value.Revision + 1), StaffRows.HeadType),
                ],
                cancellation))
                return Standing.Changed;
        }

        throw new StoreBusyException("The user is being changed by others.");
    }

    internal static IEnumerable<Change> Rows(StaffUser user) =>
    [
        StaffRows.Insert(StaffRows.User(user.Id), user, StaffRows.UserType),
        StaffRows.Insert(StaffRows.Email(user.Email), new StaffEmail(user.Id), StaffRows.EmailType),
    ];

    private string WelcomeToken => LinkToken.Make(_welcomeKey, "welcome", "", "", 1);
}
