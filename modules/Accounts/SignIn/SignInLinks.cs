using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Accounts;

/// <summary>A customer that a link signs in as, with the generation of its links when it was sent.</summary>
public sealed record SignInChoice(string Account, int Generation);

/// <summary>A link by which whoever reads an address's mail signs in, once.</summary>
/// <param name="Id">Names it in messages; the token is made from it and stands nowhere.</param>
/// <param name="AddressHash">Of the address that asked.</param>
/// <param name="Choices">The customers that had the address then.</param>
/// <param name="Until">Good before this instant.</param>
/// <param name="UsedAt">Null until somebody has signed in by it.</param>
public sealed record SignInLink(
    string Id, string AddressHash, IReadOnlyList<SignInChoice> Choices, DateTimeOffset Until, DateTimeOffset? UsedAt = null);

/// <summary>A link was made for an address that is known: it is to be sent there.</summary>
/// <param name="Account">Of the first customer that has the address; the mail's delivery stands there.</param>
public sealed record SignInLinkMade(string Account, string Link);

/// <summary>The links by which customers sign in.</summary>
public sealed class SignInLinks
{
    internal static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(20);
    private const int TokenLength = 28;
    private const int SweptMax = 20;
    private readonly AccountStore _accounts;
    private readonly Deployment _deployment;
    private readonly TimeProvider _clock;
    private readonly byte[] _key;

    internal SignInLinks(AccountStore accounts, MasterKeys keys, Deployment deployment, TimeProvider clock) =>
        (_accounts, _deployment, _clock, _key) = (accounts, deployment, clock, keys.DeriveKey("sign-in-links"));

    /// <summary>The absolute address of the page, <c>/my/sign-in/{token}</c>.</summary>
    public string Url(SignInLink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        return _deployment.UrlOf("/my/sign-in/" + Token(link.Id));
    }

    /// <summary>
    /// The address that the link may be sent to now, as this customer writes it; null when it is used or too old, or
    /// the customer has the address no longer.
    /// </summary>
    public async Task<(SignInLink Link, string Address)?> FindToSend(string id, Customer customer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(customer);
        return (await Load(Token(id), cancellation))?.Value is { UsedAt: null } link
            && link.Until > _clock.GetUtcNow()
            && customer.Emails.FirstOrDefault(email => AddressBook.Hash(email) == link.AddressHash) is { } address
                ? (link, address)
                : null;
    }

    /// <summary>Writes the link; one that is there already stays.</summary>
    internal async Task<SignInLink> Keep(SignInLink link, CancellationToken cancellation)
    {
        var (partition, key) = Place(Token(link.Id));
        if (!await _accounts.Tables.Insert(SignInRows.Table, partition, key, link, SignInRows.LinkType, cancellation))
            return (await Load(Token(link.Id), cancellation))?.Value ?? link;
        await Sweep(partition, key, cancellation);
        return link;
    }

    /// <summary>The link of a token, and whom it signs in now; none of them when it is unknown, used or too old.</summary>
    internal async Task<(Stored<SignInLink> Link, IReadOnlyList<Customer> Customers)?> Find(string token, CancellationToken cancellation)
    {
        if (await Load(token, cancellation) is not { Value: { UsedAt: null } link } stored || link.Until <= _clock.GetUtcNow())
            return null;
        var customers = new List<Customer>();
        foreach (var choice in link.Choices)
        {
            if (await _accounts.Find(choice.Account, AccountsRows.Customer, AccountsRows.CustomerType, cancellation) is { Value: { MergedInto: null } customer }
                && customer.LinkGeneration == choice.Generation
                && customer.Emails.Any(email => AddressBook.Hash(email) == link.AddressHash))
                customers.Add(customer);
        }

        return customers.Count == 0 ? null : (stored, customers);
    }

    /// <summary>Of any number who try at once, one is told true.</summary>
    internal Task<bool> Use(string token, Stored<SignInLink> link, CancellationToken cancellation) => _accounts.Tables.Replace(
        SignInRows.Table, Place(token).Partition, link, link.Value with { UsedAt = _clock.GetUtcNow() }, SignInRows.LinkType, cancellation);

    private async Task<Stored<SignInLink>?> Load(string token, CancellationToken cancellation)
    {
        if (token.Length != TokenLength)
            return null;
        var (partition, key) = Place(token);
        return await _accounts.Tables.Find(SignInRows.Table, partition, key, SignInRows.LinkType, cancellation);
    }

    private async Task Sweep(string partition, string key, CancellationToken cancellation)
    {
        var now = _clock.GetUtcNow();
        var near = await _accounts.Tables.Page(SignInRows.Table, partition, KeyRange.All.After(key), SweptMax, SignInRows.LinkType, cancellation);
        var over = near.Where(row => row.Value.Until + GoodFor < now).Select(row => row.Key).ToArray();
        if (over.Length > 0)
            await _accounts.Tables.Remove(SignInRows.Table, partition, over, cancellation);
    }

    private string Token(string id) => LinkToken.Make(_key, "sign-in", "", id, 0);

    private static (string Partition, string Key) Place(string token) => SignInRows.Place("link", LinkToken.Hash(token));
}
