using System.Buffers.Text;
using System.Security.Cryptography;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;

namespace Vade.Organisation;

/// <summary>What a link that an admin gave out lets its holder do, once.</summary>
public enum StaffLinkKind
{
    /// <summary>Become one of the staff.</summary>
    Invitation,

    /// <summary>Set a new password.</summary>
    Password,

    /// <summary>Set a new password, and set the second factor up anew.</summary>
    PasswordAndSecondFactor,
}

/// <summary>A link as it is kept, under the hash of its token.</summary>
/// <param name="User">Whose password is set; null for an invitation.</param>
/// <param name="Name">Of who is invited, as the admin knows it.</param>
public sealed record StaffLink(
    StaffLinkKind Kind, string Email, DateTimeOffset ExpiresAt, string CreatedBy, string? User = null, string? Name = null, IReadOnlyList<Role>? Roles = null);

/// <summary>A link that is still good, and the key by which it can be taken back.</summary>
public sealed record OpenStaffLink(string Key, StaffLink Link);

/// <summary>Invitations and links to a new password: good for seven days and for one use.</summary>
public sealed class StaffLinks(ITables tables, StaffDirectory staff, Sessions sessions, StaffClock clock)
{
    public static readonly TimeSpan GoodFor = TimeSpan.FromDays(7);
    private const int SecretBytes = 32;

    /// <returns>The token; nobody can make it again.</returns>
    public Task<string> Invite(string email, string name, IReadOnlyList<Role> roles, string createdBy, CancellationToken cancellation) =>
        Create(new(StaffLinkKind.Invitation, StaffDirectory.Folded(email), clock.Now + GoodFor, createdBy, Name: name, Roles: roles), cancellation);

    /// <returns>The token; nobody can make it again.</returns>
    public Task<string> Reset(StaffUser user, bool secondFactor, string createdBy, CancellationToken cancellation) => Create(
        new(secondFactor ? StaffLinkKind.PasswordAndSecondFactor : StaffLinkKind.Password, user.Email, clock.Now + GoodFor, createdBy, user.Id), cancellation);

    /// <summary>The link of a token; null for one that is unknown, used, taken back or too old.</summary>
    public async Task<StaffLink?> Find(string token, CancellationToken cancellation) => (await Load(token, cancellation))?.Value;

    /// <summary>The links that are good, the one that ends first at the head.</summary>
    public async Task<IReadOnlyList<OpenStaffLink>> Open(CancellationToken cancellation)
    {
        var rows = await tables.Page(StaffRows.Table, StaffRows.Partition, KeyRange.Prefix(StaffRows.LinkPrefix), TableLimits.PageRowsMax, StaffRows.LinkType, cancellation);
        return [.. rows.Where(row => row.Value.ExpiresAt > clock.Now).OrderBy(row => row.Value.ExpiresAt).Select(row => new OpenStaffLink(row.Key, row.Value))];
    }

    /// <param name="key">As <see cref="Open"/> told it.</param>
    public Task TakeBack(string key, CancellationToken cancellation) => key.StartsWith(StaffRows.LinkPrefix, StringComparison.Ordinal)
        ? tables.Remove(StaffRows.Table, StaffRows.Partition, [key], cancellation)
        : Task.CompletedTask;

    /// <summary>Who was invited becomes one of the staff, and the link is used: both, or neither.</summary>
    /// <returns>The new user; null where the link is no longer good, or the address has become somebody else's.</returns>
    public async Task<StaffUser?> Join(string token, string name, string language, string? passwordHash, CancellationToken cancellation)
    {
        if (await Load(token, cancellation) is not { Value.Kind: StaffLinkKind.Invitation } link)
            return null;
        var user = new StaffUser(StaffDirectory.NewId(), name, link.Value.Email, link.Value.Roles ?? [], language, clock.Now, passwordHash);
        return await tables.Commit(StaffRows.Table, StaffRows.Partition, [.. StaffDirectory.Rows(user), new Change.Delete(link.Key, link.ETag)], cancellation) ? user : null;
    }

    /// <summary>Sets the new password; every session of the user ends.</summary>
    /// <returns>The user; null where the link is no longer good.</returns>
    public async Task<StaffUser?> SetPassword(string token, string passwordHash, CancellationToken cancellation)
    {
        if (await Load(token, cancellation) is not { Value: { User: { } id, Kind: var kind } } link || await staff.Load(id, cancellation) is not { Value.Disabled: false } user)
            return null;
        var after = user.Value with { PasswordHash = passwordHash };
        if (kind == StaffLinkKind.PasswordAndSecondFactor)
            after = after with { SecondFactor = null, RecoveryHashes = null };
        // First the sessions: if the process dies in between, the link is good and all of it is done again.
        await sessions.EndAll(id, but: null, cancellation);
        return await tables.Commit(
            StaffRows.Table, StaffRows.Partition, [StaffRows.Replace(user, after, StaffRows.UserType), new Change.Delete(link.Key, link.ETag)], cancellation) ? after : null;
    }

    /// <summary>The link to an invited address that another proof, such as a verified sign-in elsewhere, may take up.</summary>
    public async Task<OpenStaffLink?> InvitationOf(string email, CancellationToken cancellation) =>
        (await Open(cancellation)).FirstOrDefault(open => open.Link.Kind == StaffLinkKind.Invitation && open.Link.Email == StaffDirectory.Folded(email));

    /// <summary>The same as <see cref="Join"/> for who was found by <see cref="InvitationOf"/>.</summary>
    public async Task<StaffUser?> Join(OpenStaffLink invitation, string name, string language, CancellationToken cancellation)
    {
        var user = new StaffUser(StaffDirectory.NewId(), name, invitation.Link.Email, invitation.Link.Roles ?? [], language, clock.Now);
        return await tables.Commit(
            StaffRows.Table, StaffRows.Partition, [.. StaffDirectory.Rows(user), new Change.Delete(invitation.Key, null)], cancellation) ? user : null;
    }

    private async Task<string> Create(StaffLink link, CancellationToken cancellation)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        await tables.Insert(StaffRows.Table, StaffRows.Partition, StaffRows.Link(LinkToken.Hash(token)), link, StaffRows.LinkType, cancellation);
        return token;
    }

    private async Task<Stored<StaffLink>?> Load(string token, CancellationToken cancellation) =>
        token.Length is > 20 and < 100
        && await tables.Find(StaffRows.Table, StaffRows.Partition, StaffRows.Link(LinkToken.Hash(token)), StaffRows.LinkType, cancellation) is { } link
        && link.Value.ExpiresAt > clock.Now
            ? link
            : null;
}
