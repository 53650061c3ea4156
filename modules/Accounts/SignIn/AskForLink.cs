using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>Somebody asked for a link by this address: send one if it is a customer's.</summary>
/// <param name="Link">Names the link that will be made.</param>
internal sealed record SendSignInLink(string AddressHash, string Link, DateTimeOffset At);

/// <summary>
/// Takes the wish for a link. Whether the address is known is found out behind the queue, so the answer, and the time
/// it takes, are the same for all; and no address is written down anywhere, only its hash.
/// </summary>
internal sealed class AskForLink(AccountStore accounts, Bus bus, TimeProvider clock)
{
    public const int AsksAnHourMax = 5;
    private const int TriesMax = 5;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>A double click, or a POST that was delivered twice, is one wish.</summary>
    private static readonly TimeSpan SameWish = TimeSpan.FromSeconds(20);

    public async Task Ask(string address, CancellationToken cancellation)
    {
        var hash = AddressBook.Hash(address);
        if (await Counted("asked", hash, cancellation))
            await bus.Send(new SendSignInLink(hash, Chance.Hex(32), clock.GetUtcNow()), SignInJson.Default.SendSignInLink, cancellation);
    }

    /// <summary>Whether one more mail of this purpose may go to the address within this hour; counts it.</summary>
    public async Task<bool> Counted(string purpose, string hash, CancellationToken cancellation)
    {
        var (partition, key) = SignInRows.Place("rate-" + purpose, hash);
        var now = clock.GetUtcNow();
        for (var attempt = 0; attempt < TriesMax; attempt++)
        {
            var before = await accounts.Tables.Find(SignInRows.Table, partition, key, SignInRows.AskedType, cancellation);
            var after = before is null || now - before.Value.Since >= Hour ? new Asked(now, 1, now)
                : before.Value.Count >= AsksAnHourMax || now - before.Value.LastAt < SameWish ? null
                : before.Value with { Count = before.Value.Count + 1, LastAt = now };
            if (after is null)
                return false;
            if (before is null
                ? await accounts.Tables.Insert(SignInRows.Table, partition, key, after, SignInRows.AskedType, cancellation)
                : await accounts.Tables.Replace(SignInRows.Table, partition, before, after, SignInRows.AskedType, cancellation))
            {
                await Sweep(partition, key, now, cancellation);
                return true;
            }
        }

        return false;
    }

    private async Task Sweep(string partition, string key, DateTimeOffset now, CancellationToken cancellation)
    {
        var near = await accounts.Tables.Page(SignInRows.Table, partition, KeyRange.All.After(key), 20, SignInRows.AskedType, cancellation);
        var over = near.Where(row => now - row.Value.Since >= Hour).Select(row => row.Key).ToArray();
        if (over.Length > 0)
            await accounts.Tables.Remove(SignInRows.Table, partition, over, cancellation);
    }
}

/// <summary>
/// Makes the link for an address that is known, and tells those who send. Done again after a crash it finds the link
/// that it made, and the mail is keyed by it.
/// </summary>
internal sealed class SendSignInLinkHandler(AddressBook addresses, SignInLinks links, AccountStore accounts, TimeProvider clock) : IHandle<SendSignInLink>
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    public async Task Handle(SendSignInLink message, CancellationToken cancellation)
    {
        var until = message.At + SignInLinks.GoodFor;
        if (until <= clock.GetUtcNow())
            return;
        if (!await addresses.IsComplete(cancellation))
            throw new DeferException(AskAgainAfter, "The addresses of all customers are being read.");
        var customers = await addresses.Find(message.AddressHash, cancellation);
        if (customers.Count == 0)
            return;
        var choices = customers.Select(customer => new SignInChoice(AccountStore.Of(customer.Code), customer.LinkGeneration)).ToArray();
        var link = await links.Keep(new(message.Link, message.AddressHash, choices, until), cancellation);
        var account = link.Choices[0].Account;
        await accounts.Change(
            account,
            _ => Task.FromResult(new Decision<bool>(true, accounts.Batch(account).Publish(new SignInLinkMade(account, link.Id), SignInJson.Default.SignInLinkMade))),
            cancellation);
    }
}
