using System.Security.Cryptography;
using System.Text;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>How far the customers of an older installation have been walked through.</summary>
/// <param name="After">The last account that was seen; null at the start.</param>
internal sealed record AddressWalk(string? After, bool IsDone, DateTimeOffset At);

/// <summary>Go on walking through the customers behind this account.</summary>
internal sealed record WalkAddresses(string? After);

/// <summary>
/// E-mail address → accounts: rows of <c>lookups</c> under the address's hash, written before the customer has the
/// address, checked against the customer on reading. Customers that were saved before there were such rows are found
/// too: the first who ever asks sets off one walk through the list of all customers, and waits until it is done.
/// </summary>
internal sealed class AddressBook(AccountStore accounts, CustomerDirectory directory, Bus bus, TimeProvider clock)
{
    /// <summary>One address may belong to a bookkeeper of many customers; more than these nobody chooses from.</summary>
    public const int AccountsMax = 50;
    private const int WalkedAtOnce = 100;
    private const string Walk = "email-walk";
    private const string WalkKey = "done";
    private static readonly TimeSpan WalkStalls = TimeSpan.FromMinutes(5);
    private static readonly RowType<Lookup> Type = new(AccountsJson.Default.Lookup);

    /// <summary>What stands for an address wherever the address itself must not: SHA-256 of it without case, in hex.</summary>
    public static string Hash(string address) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("email " + address.Trim().ToLowerInvariant())));

    public Task Put(string address, string account, CancellationToken cancellation)
    {
        var (partition, prefix) = Place(Hash(address));
        return accounts.Tables.Put(Lookups.Table, partition, prefix + account, new Lookup(account), Type, cancellation);
    }

    /// <summary>The customers that have this address now, in the order of their codes.</summary>
    public async Task<IReadOnlyList<Customer>> Find(string hash, CancellationToken cancellation)
    {
        var (partition, prefix) = Place(hash);
        var found = new List<Customer>();
        await foreach (var row in accounts.Tables.All(Lookups.Table, partition, KeyRange.Prefix(prefix), Type, cancellation))
        {
            if (await accounts.Find(row.Value.Account, AccountsRows.Customer, AccountsRows.CustomerType, cancellation) is { Value: { MergedInto: null } customer }
                && customer.Emails.Any(email => Hash(email) == hash))
                found.Add(customer);
            if (found.Count == AccountsMax)
                break;
        }

        return found;
    }

    /// <summary>Whether every customer can be found; where not, it sees to it that a walk is under way.</summary>
    public async Task<bool> IsComplete(CancellationToken cancellation)
    {
        var walk = await FindWalk(cancellation);
        if (walk?.Value.IsDone == true)
            return true;
        var now = clock.GetUtcNow();
        if (walk is null || now - walk.Value.At > WalkStalls)
        {
            // Who loses the row leaves the walk to the other.
            var next = new AddressWalk(walk?.Value.After, false, now);
            if (await Write(walk, next, cancellation))
                await bus.Send(new WalkAddresses(next.After), SignInJson.Default.WalkAddresses, cancellation);
        }

        return false;
    }

    /// <summary>A part of the walk. Done twice, or by two at once, it writes the same rows.</summary>
    public async Task GoOn(string? after, CancellationToken cancellation)
    {
        var (page, more) = await directory.Next(after, WalkedAtOnce, cancellation);
        foreach (var row in page)
        {
            if (await accounts.Find(row.Key, AccountsRows.Customer, AccountsRows.CustomerType, cancellation) is { Value: var customer })
            {
                foreach (var email in customer.Emails)
                    await Put(email, row.Key, cancellation);
            }
        }

        var isDone = !more;
        var last = isDone ? after : page[^1].Key;
        if (await FindWalk(cancellation) is { Value.IsDone: false } walk && string.CompareOrdinal(walk.Value.After, last) <= 0)
            await Write(walk, new(last, isDone, clock.GetUtcNow()), cancellation);
        if (!isDone)
            await bus.Send(new WalkAddresses(last), SignInJson.Default.WalkAddresses, cancellation);
    }

    private Task<Stored<AddressWalk>?> FindWalk(CancellationToken cancellation) =>
        accounts.Tables.Find(Lookups.Table, Walk, WalkKey, SignInRows.WalkType, cancellation);

    private Task<bool> Write(Stored<AddressWalk>? before, AddressWalk walk, CancellationToken cancellation) => before is null
        ? accounts.Tables.Insert(Lookups.Table, Walk, WalkKey, walk, SignInRows.WalkType, cancellation)
        : accounts.Tables.Replace(Lookups.Table, Walk, before, walk, SignInRows.WalkType, cancellation);

    private static (string Partition, string Prefix) Place(string hash) => ("email-" + hash[..2], $"{hash[..32]}{Key.Separator}");
}

internal sealed class WalkAddressesHandler(AddressBook addresses) : IHandle<WalkAddresses>
{
    public Task Handle(WalkAddresses message, CancellationToken cancellation) => addresses.GoOn(message.After, cancellation);
}
