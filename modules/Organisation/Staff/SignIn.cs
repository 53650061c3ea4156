using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Vade.Kernel.Security;
using Vade.Kernel.Web;

namespace Vade.Organisation;

/// <summary>How a step of signing in went.</summary>
public abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    /// <param name="Cookie">The new session's; the one before is over.</param>
    public sealed record Entered(StaffUser Staff, string Cookie, SessionStage Stage) : SignInOutcome;

    /// <summary>Something was wrong; which of the two is not said.</summary>
    public sealed record Refused : SignInOutcome;

    public sealed record Wait(TimeSpan For) : SignInOutcome;
}

/// <summary>
/// Signing in: a password, then the code of an authenticator app. The answer, and the time it takes, are the same
/// whether a user exists or not.
/// </summary>
public sealed class SignIn(StaffDirectory staff, Sessions sessions, Tries tries, SecretBox box, StaffClock clock, Deployment deployment)
{
    public const int PasswordLengthMin = 10;
    public const int PasswordLengthMax = 200;
    private const int RecoveryCodes = 10;
    private const int RecoveryCodeLength = 10;
    private const string RecoveryLetters = "abcdefghjkmnpqrstuvwxyz23456789";

    private static readonly PasswordHasher<StaffUser> Hasher = new();
    private static readonly StaffUser Nobody = new("", "", "", [], "", default);
    private static readonly string NobodysHash = Hasher.HashPassword(Nobody, RandomNumberGenerator.GetHexString(32));

    public static string Hash(string password) => Hasher.HashPassword(Nobody, password);

    /// <summary>Whether a second factor can be put off: where everything is for show.</summary>
    public bool SecondFactorCanWait => deployment.Sandbox;

    public async Task<SignInOutcome> WithPassword(string email, string password, string device, CancellationToken cancellation)
    {
        var account = "password " + StaffDirectory.Folded(email);
        var pause = await tries.Count(account, cancellation);
        if (pause > TimeSpan.Zero)
            return new SignInOutcome.Wait(pause);
        var user = await staff.FindByEmail(email, cancellation);
        var found = Hasher.VerifyHashedPassword(Nobody, user?.PasswordHash ?? NobodysHash, password.Length > PasswordLengthMax ? "" : password);
        if (found == PasswordVerificationResult.Failed || user is not { PasswordHash: not null, Disabled: false })
            return new SignInOutcome.Refused();
        await tries.Forget(account, cancellation);
        if (found == PasswordVerificationResult.SuccessRehashNeeded)
            await staff.Change(user.Id, current => current with { PasswordHash = Hash(password) }, cancellation);
        return await Enter(user, user.SecondFactor is null ? SessionStage.Enrolment : SessionStage.Code, device, cancellation);
    }

    /// <summary>The second step, with a code of the app or one of the recovery codes; each works once.</summary>
    public async Task<SignInOutcome> WithCode(SignedIn half, string typed, CancellationToken cancellation)
    {
        var account = "code " + half.Staff.Id;
        var pause = await tries.Count(account, cancellation);
        if (pause > TimeSpan.Zero)
            return new SignInOutcome.Wait(pause);
        var code = string.Concat(typed.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        var user = await staff.Change(half.Staff.Id, current => code.Length == RecoveryCodeLength ? TakeRecovery(current, code) : TakeCode(current, code), cancellation);
        if (user is null)
            return new SignInOutcome.Refused();
        await tries.Forget(account, cancellation);
        return await Next(half, user, cancellation);
    }

    /// <summary>A secret for the app that is kept nowhere until its first code is right.</summary>
    /// <returns>The secret in base32, and the same sealed, to be sent back with the form.</returns>
    public (string Secret, string Sealed) NewSecondFactor(StaffUser user)
    {
        var secret = Totp.NewSecret();
        return (secret, box.Protect(secret, Purpose(user.Id)));
    }

    /// <summary>The secret of a form that came back; null when it was made for another, or tampered with.</summary>
    public string? SecretOf(StaffUser user, string sealedSecret)
    {
        try
        {
            return box.Unprotect(sealedSecret, Purpose(user.Id));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Sets the second factor up, if the code shows that the app has the secret.</summary>
    /// <returns>The recovery codes, to be shown this once; null when the code is wrong.</returns>
    public async Task<IReadOnlyList<string>?> Enrol(StaffUser user, string sealedSecret, string typed, CancellationToken cancellation)
    {
        var code = string.Concat(typed.Where(char.IsAsciiDigit));
        if (SecretOf(user, sealedSecret) is not { } secret || Totp.StepOf(secret, code, clock.Now, 0) is not { } step)
            return null;
        string[] codes = [.. Enumerable.Range(0, RecoveryCodes).Select(_ => RandomNumberGenerator.GetString(RecoveryLetters, RecoveryCodeLength))];
        await staff.Change(
            user.Id, current => current with { SecondFactor = sealedSecret, LastStep = step, RecoveryHashes = [.. codes.Select(LinkToken.Hash)] }, cancellation);
        return codes;
    }

    /// <summary>Opens the session fully, under a new secret, so that one seen before is worth nothing.</summary>
    public async Task<SignInOutcome.Entered> Next(SignedIn half, StaffUser user, CancellationToken cancellation)
    {
        var entered = await Enter(user, SessionStage.Open, half.Session.Device, cancellation);
        await sessions.End(user.Id, half.Key, cancellation);
        return entered;
    }

    public async Task<SignInOutcome.Entered> Enter(StaffUser user, SessionStage stage, string device, CancellationToken cancellation) =>
        new(user, await sessions.Start(user, stage, device, cancellation), stage);

    private StaffUser? TakeCode(StaffUser user, string code) =>
        user.SecondFactor is { } factor && Totp.StepOf(box.Unprotect(factor, Purpose(user.Id)), code, clock.Now, user.LastStep) is { } step
            ? user with { LastStep = step }
            : null;

    private static StaffUser? TakeRecovery(StaffUser user, string code)
    {
        var hash = LinkToken.Hash(code);
        return user.RecoveryHashes?.Contains(hash, StringComparer.Ordinal) == true
            ? user with { RecoveryHashes = [.. user.RecoveryHashes.Where(left => left != hash)] }
            : null;
    }

    private static string Purpose(string user) => $"staff/{user}/totp";
}
