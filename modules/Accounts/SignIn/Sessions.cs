using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Accounts;

/// <summary>What a session may do.</summary>
internal enum SessionLevel
{
    /// <summary>Everything: it was begun from a link to a registered address.</summary>
    Full,

    /// <summary>See and pay: it was begun by what others may know as well.</summary>
    Limited,
}

/// <summary>A customer who is signed in, in one browser. The row's key is the hash of what stands in the cookie.</summary>
/// <param name="Account">Of the customer; nothing else is ever shown in this session.</param>
/// <param name="Method">How it was begun: <c>mail</c>.</param>
/// <param name="AddressHash">The address that it was begun from: it ends when the customer has it no longer. Null where there was none.</param>
/// <param name="Generation">The customer's link generation: raising it ends the session.</param>
/// <param name="SeenAt">When it was last used, to within a twentieth of what it may lie idle.</param>
internal sealed record Session(
    string Account, SessionLevel Level, string Method, string? AddressHash, int Generation, DateTimeOffset At, DateTimeOffset SeenAt)
{
    private const int IdleParts = 20;

    public TimeSpan IdleMax => Level == SessionLevel.Full ? TimeSpan.FromDays(7) : TimeSpan.FromMinutes(30);

    public TimeSpan LifeMax => Level == SessionLevel.Full ? TimeSpan.FromDays(30) : TimeSpan.FromHours(12);

    public bool IsOver(DateTimeOffset now) => now - At >= LifeMax || now - SeenAt >= IdleMax;

    /// <summary>Written down now and then, not at every look.</summary>
    public bool IsToBeNoted(DateTimeOffset now) => now - SeenAt >= IdleMax / IdleParts;
}

/// <summary>Begins, finds and ends sessions: random 256 bits in a cookie, their hash in the store.</summary>
internal sealed class Sessions(AccountStore accounts, MasterKeys keys, Deployment deployment, TimeProvider clock)
{
    private const int TokenBytes = 32;
    private const int TokenLength = 43;
    private const int SweptMax = 20;
    private readonly byte[] _formKey = keys.DeriveKey("my-forms");

    /// <summary>The name is bound to this host alone where the page comes over TLS.</summary>
    private string CookieName => IsSecure ? "__Host-vade" : "vade";

    private bool IsSecure => deployment.PublicUrl.Scheme == Uri.UriSchemeHttps;

    /// <summary>Writes the session; its token goes into the cookie by <see cref="GiveTo"/>.</summary>
    public async Task<string> Begin(Customer customer, SessionLevel level, string method, string? addressHash, CancellationToken cancellation)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var (partition, key) = Place(token);
        var now = clock.GetUtcNow();
        var session = new Session(AccountStore.Of(customer.Code), level, method, addressHash, customer.LinkGeneration, now, now);
        await accounts.Tables.Put(SignInRows.Table, partition, key, session, SignInRows.SessionType, cancellation);
        await Sweep(partition, key, cancellation);
        return token;
    }

    /// <summary>The session of this request and its customer; null when there is none, or no longer.</summary>
    public async Task<(Session Session, Customer Customer, string Token)?> Find(HttpRequest request, CancellationToken cancellation)
    {
        if (request.Cookies[CookieName] is not { Length: TokenLength } token)
            return null;
        var (partition, key) = Place(token);
        var now = clock.GetUtcNow();
        if (await accounts.Tables.Find(SignInRows.Table, partition, key, SignInRows.SessionType, cancellation) is not { Value: var session } stored
            || session.IsOver(now)
            || await accounts.Find(session.Account, AccountsRows.Customer, AccountsRows.CustomerType, cancellation) is not { Value: { MergedInto: null } customer }
            || customer.LinkGeneration != session.Generation
            || (session.AddressHash is { } address && !customer.Emails.Any(email => AddressBook.Hash(email) == address))
            || await accounts.Find(session.Account, AccountsRows.Choices, AccountsRows.ChoicesType, cancellation) is { Value.SignedOutAt: { } all } && session.At <= all)
            return null;
        // Losing this write to another tab loses nothing.
        if (session.IsToBeNoted(now))
            await accounts.Tables.Replace(SignInRows.Table, partition, stored, session with { SeenAt = now }, SignInRows.SessionType, cancellation);
        return (session, customer, token);
    }

    public Task End(string token, CancellationToken cancellation)
    {
        var (partition, key) = Place(token);
        return accounts.Tables.Remove(SignInRows.Table, partition, [key], cancellation);
    }

    /// <summary>Every session of the account that has begun by now ends, in whatever browser.</summary>
    public Task EndAll(string account, CancellationToken cancellation) => accounts.ChangeFromHttp(
        account,
        async stop =>
        {
            var stored = await accounts.Find(account, AccountsRows.Choices, AccountsRows.ChoicesType, stop);
            var choices = (stored?.Value ?? new()) with { SignedOutAt = clock.GetUtcNow() };
            return new Decision<bool>(true, accounts.Batch(account).Write(AccountsRows.Choices, stored, choices, AccountsRows.ChoicesType));
        },
        cancellation);

    public void GiveTo(HttpResponse response, string token, SessionLevel level) => response.Cookies.Append(CookieName, token, Cookie(level));

    public void TakeFrom(HttpResponse response) => response.Cookies.Delete(CookieName, Cookie(SessionLevel.Limited));

    /// <summary>
    /// What every form of a session carries: an HMAC over the session, so that another site, which cannot read it,
    /// can post nothing in the customer's name. Needs no cookie of its own, and 28 characters of the page.
    /// </summary>
    public string Proof(string token) => LinkToken.Make(_formKey, "form", LinkToken.Hash(token), "", 0);

    private CookieOptions Cookie(SessionLevel level) => new()
    {
        HttpOnly = true,
        Secure = IsSecure,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        IsEssential = true,
        // A limited one ends with the browser, a full one outlives it.
        MaxAge = level == SessionLevel.Full ? TimeSpan.FromDays(30) : null,
    };

    // Keys are hashes, so what stands behind a new one is a fair sample: whoever comes clears what is over there, and
    // the table stays as large as what is alive.
    private async Task Sweep(string partition, string key, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var near = await accounts.Tables.Page(
            SignInRows.Table, partition, KeyRange.All.After(key), SweptMax, SignInRows.SessionType, cancellation);
        var over = near.Where(row => row.Value.IsOver(now)).Select(row => row.Key).ToArray();
        if (over.Length > 0)
            await accounts.Tables.Remove(SignInRows.Table, partition, over, cancellation);
    }

    private static (string Partition, string Key) Place(string token) => SignInRows.Place("session", LinkToken.Hash(token));
}
