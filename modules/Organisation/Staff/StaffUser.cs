using System.Text.Json.Serialization;
using Vade.Kernel;

namespace Vade.Organisation;

/// <summary>Somebody who signs in to the panel.</summary>
/// <param name="Id">Sixteen hexadecimal digits, never reused.</param>
/// <param name="Email">In lower case; one person for each.</param>
/// <param name="Language">tr, en, es, az or ru: what the panel speaks to them.</param>
/// <param name="PasswordHash">By ASP.NET Core's PasswordHasher; null for who signs in elsewhere, or must set a new one.</param>
/// <param name="SecondFactor">The secret of their authenticator app, sealed by SecretBox; null until they set it up.</param>
/// <param name="LastStep">The time step of the last code that was taken: no code works twice (RFC 6238 §5.2).</param>
/// <param name="RecoveryHashes">SHA-256 of the recovery codes that are left.</param>
public sealed record StaffUser(
    string Id,
    string Name,
    string Email,
    IReadOnlyList<Role> Roles,
    string Language,
    DateTimeOffset CreatedAt,
    string? PasswordHash = null,
    string? SecondFactor = null,
    long LastStep = 0,
    IReadOnlyList<string>? RecoveryHashes = null,
    bool Disabled = false)
{
    [JsonIgnore] public Language Reader => Languages.Find(Language) ?? Kernel.Language.En;
    [JsonIgnore] public bool IsAdmin => Roles.Contains(Role.Admin);
}

/// <summary>How far a session has come.</summary>
public enum SessionStage
{
    /// <summary>The password was right, the code of the second factor is still asked for.</summary>
    Code,

    /// <summary>The password was right, and the second factor is still to be set up.</summary>
    Enrolment,

    Open,
}

/// <summary>A session as it is kept, under the hash of its cookie's secret.</summary>
/// <param name="SeenAt">Written at most once in five minutes.</param>
/// <param name="Device">What the browser calls itself, in a few words.</param>
public sealed record StaffSession(DateTimeOffset StartedAt, DateTimeOffset SeenAt, string Device, SessionStage Stage);

/// <summary>Who is behind a request, and by which session.</summary>
/// <param name="Key">The session's row; says nothing about its cookie.</param>
public sealed record SignedIn(StaffUser Staff, StaffSession Session, string Key);

/// <summary>
/// The panel's own clock: sessions, codes and pauses live in the time of the people who sign in, wherever a sandbox's
/// clock was moved to.
/// </summary>
public sealed class StaffClock(TimeProvider time)
{
    public DateTimeOffset Now => time.GetUtcNow();
}
