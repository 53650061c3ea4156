using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Accounts;

/// <summary>An address that a customer wants to be written to at, until whoever reads it says yes.</summary>
public sealed record AddressWish(string Id, string Address, DateTimeOffset Until);

/// <summary>Which wish a link confirms; the link's token is the key's origin, and stands nowhere.</summary>
internal sealed record ConfirmLink(string Account, string Id, int Generation, DateTimeOffset Until);

/// <summary>An address waits for its confirmation: the link is to be sent there.</summary>
public sealed record AddressToConfirm(string Account, string Wish);

/// <summary>A customer changed contact data or wishes alone: staff should know.</summary>
/// <param name="What">emailAdded, emailRemoved, phone, language, whatsApp or mail; several with a comma between.</param>
/// <param name="Change">Tells this change from others of the account.</param>
public sealed record ContactChanged(string Account, string What, string Change);

/// <summary>What a customer asked to be changed at once; addresses have their own ways.</summary>
/// <param name="Phone">E.164, or null for none.</param>
internal sealed record ContactWish(string? Phone, string Language, bool WhatsApp, IReadOnlyList<string> WithoutMail);

/// <summary>
/// Changes what the customer may change alone: the customer's row and the choices beside it, in one batch. An address
/// counts only when a link that was sent there has been pressed.
/// </summary>
public sealed class ChangeContact
{
    internal const int WishesMax = 5;
    private const int AddressesMax = 20;
    private static readonly TimeSpan WishGoodFor = TimeSpan.FromHours(24);
    private readonly AccountStore _accounts;
    private readonly AddressBook _addresses;
    private readonly CustomerDirectory _directory;
    private readonly AskForLink _limits;
    private readonly Deployment _deployment;
    private readonly TimeProvider _clock;
    private readonly byte[] _key;

    internal ChangeContact(
        AccountStore accounts, AddressBook addresses, CustomerDirectory directory, AskForLink limits, MasterKeys keys, Deployment deployment, TimeProvider clock) =>
        (_accounts, _addresses, _directory, _limits, _deployment, _clock, _key) =
            (accounts, addresses, directory, limits, deployment, clock, keys.DeriveKey("confirm-address"));

    /// <summary>What the account's customer decided alone; the defaults where nothing was.</summary>
    public async Task<MyChoices> Choices(string account, CancellationToken cancellation) =>
        (await _accounts.Find(account, AccountsRows.Choices, AccountsRows.ChoicesType, cancellation))?.Value ?? new();

    /// <summary>The wish, unless it is fulfilled or too old.</summary>
    public async Task<AddressWish?> FindWish(string account, string id, CancellationToken cancellation) =>
        await _accounts.Find(account, AccountsRows.Wish(id), AccountsRows.WishType, cancellation) is { Value: var wish } && wish.Until > _clock.GetUtcNow() ? wish : null;

    /// <summary>The absolute address of the page that confirms it, <c>/my/confirm/{token}</c>.</summary>
    public string ConfirmUrl(string account, AddressWish wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        return _deployment.UrlOf("/my/confirm/" + Token(account, wish.Id));
    }

    internal async Task<IReadOnlyList<AddressWish>> Wishes(string account, CancellationToken cancellation)
    {
        var now = _clock.GetUtcNow();
        return [.. (await StoredWishes(account, cancellation)).Select(row => row.Value).Where(wish => wish.Until > now)];
    }

    /// <summary>Saves what counts at once.</summary>
    internal async Task Save(string account, ContactWish wish, CancellationToken cancellation)
    {
        var saved = await _accounts.ChangeFromHttp(
            account,
            async stop =>
            {
                var (stored, choices) = await Load(account, stop);
                var before = stored.Value;
                var after = before with { Phone = wish.Phone, Language = wish.Language, WhatsApp = wish.WhatsApp };
                var what = new List<string>();
                if (before.Phone != after.Phone)
                    what.Add("phone");
                if (before.Language != after.Language)
                    what.Add("language");
                if (before.WhatsApp != after.WhatsApp)
                    what.Add("whatsApp");
                var next = (choices?.Value ?? new()).With(before, after);
                if (before.WhatsApp != after.WhatsApp || (after.WhatsApp && before.Phone != after.Phone))
                    next = next with { WhatsApp = new(after.WhatsApp, _clock.GetUtcNow(), "my", after.Phone) };
                if (!(next.WithoutMail ?? []).ToHashSet(StringComparer.Ordinal).SetEquals(wish.WithoutMail))
                {
                    what.Add("mail");
                    next = next with { WithoutMail = wish.WithoutMail };
                }

                return what.Count == 0
                    ? new Decision<Customer>(before, null)
                    : Decide(account, stored, after, choices, next, string.Join(',', what));
            },
            cancellation);
        await _directory.Write(saved, cancellation);
    }

    /// <summary>Wants to be written to at this address as well: a link goes there. False when too many wait already.</summary>
    internal async Task<bool> Wish(Customer customer, string address, CancellationToken cancellation)
    {
        var account = AccountStore.Of(customer.Code);
        var now = _clock.GetUtcNow();
        if (!await _limits.Counted("confirm", AddressBook.Hash(address), cancellation))
            return true; // It was asked for a moment ago, or too often: that mail is on its way, or was.
        var wish = new AddressWish(Chance.Hex(24), address, now + WishGoodFor);
        var (partition, key) = Place(Token(account, wish.Id));
        await _accounts.Tables.Put(SignInRows.Table, partition, key, new ConfirmLink(account, wish.Id, customer.LinkGeneration, wish.Until), SignInRows.ConfirmType, cancellation);
        return await _accounts.ChangeFromHttp(
            account,
            async stop =>
            {
                var there = await StoredWishes(account, stop);
                // What is too old goes, and what is asked for again takes the place of the older wish.
                var gone = there.Where(row => row.Value.Until <= now || AddressBook.Hash(row.Value.Address) == AddressBook.Hash(address)).ToArray();
                if (there.Count - gone.Length >= WishesMax || customer.Emails.Count >= AddressesMax)
                    return new Decision<bool>(false, null);
                var batch = _accounts.Batch(account)
                    .Insert(AccountsRows.Wish(wish.Id), wish, AccountsRows.WishType)
                    .Publish(new AddressToConfirm(account, wish.Id), SignInJson.Default.AddressToConfirm);
                foreach (var row in gone)
                    batch.Delete(row);
                return new(true, batch);
            },
            cancellation);
    }

    /// <summary>Whose wish the token confirms; null when there is none, or no longer.</summary>
    internal async Task<(Customer Customer, AddressWish Wish)?> Find(string token, CancellationToken cancellation)
    {
        if (token.Length != 28)
            return null;
        var (partition, key) = Place(token);
        return await _accounts.Tables.Find(SignInRows.Table, partition, key, SignInRows.ConfirmType, cancellation) is { Value: var link }
            && await FindWish(link.Account, link.Id, cancellation) is { } wish
            && await _accounts.Find(link.Account, AccountsRows.Customer, AccountsRows.CustomerType, cancellation) is { Value: var customer }
            && customer.LinkGeneration == link.Generation
                ? (customer, wish)
                : null;
    }

    /// <summary>From now on the address counts. False when the wish is gone.</summary>
    internal async Task<bool> Confirm(Customer customer, AddressWish wish, CancellationToken cancellation)
    {
        var account = AccountStore.Of(customer.Code);
        // The look-up before the fact it points at.
        await _addresses.Put(wish.Address, account, cancellation);
        var saved = await _accounts.ChangeFromHttp(
            account,
            async stop =>
            {
                var (stored, choices) = await Load(account, stop);
                if (await _accounts.Find(account, AccountsRows.Wish(wish.Id), AccountsRows.WishType, stop) is not { } waiting)
                    return new Decision<Customer?>(null, null);
                var before = stored.Value;
                var after = before.Emails.Contains(wish.Address, StringComparer.OrdinalIgnoreCase) ? before : before with { Emails = [.. before.Emails, wish.Address] };
                var decision = Decide(account, stored, after, choices, (choices?.Value ?? new()).With(before, after), "emailAdded");
                decision.Batch!.Delete(waiting);
                return new(decision.Result, decision.Batch);
            },
            cancellation);
        if (saved is null)
            return false;
        await _directory.Write(saved, cancellation);
        return true;
    }

    /// <summary>The address counts no longer. The last one stays: without it nothing could be sent, and nobody sign in.</summary>
    internal async Task Remove(string account, string address, CancellationToken cancellation)
    {
        var saved = await _accounts.ChangeFromHttp(
            account,
            async stop =>
            {
                var (stored, choices) = await Load(account, stop);
                var before = stored.Value;
                var after = before with { Emails = [.. before.Emails.Where(email => !string.Equals(email, address, StringComparison.OrdinalIgnoreCase))] };
                return after.Emails.Count == before.Emails.Count || after.Emails.Count == 0
                    ? new Decision<Customer>(before, null)
                    : Decide(account, stored, after, choices, (choices?.Value ?? new()).With(before, after), "emailRemoved");
            },
            cancellation);
        await _directory.Write(saved, cancellation);
    }

    private Decision<Customer> Decide(
        string account, Stored<Customer> stored, Customer after, Stored<MyChoices>? choices, MyChoices next, string what)
    {
        var customer = after with { Revision = checked(stored.Value.Revision + 1) };
        return new(customer, _accounts.Batch(account)
            .Replace(stored, customer, AccountsRows.CustomerType)
            .Write(AccountsRows.Choices, choices, next, AccountsRows.ChoicesType)
            .Publish(
                new ContactChanged(account, what, customer.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture)), SignInJson.Default.ContactChanged));
    }

    private async Task<(Stored<Customer> Customer, Stored<MyChoices>? Choices)> Load(string account, CancellationToken cancellation) => (
        await _accounts.Find(account, AccountsRows.Customer, AccountsRows.CustomerType, cancellation)
            ?? throw new InvalidOperationException($"The customer of {account} is missing."),
        await _accounts.Find(account, AccountsRows.Choices, AccountsRows.ChoicesType, cancellation));

    private Task<IReadOnlyList<Stored<AddressWish>>> StoredWishes(string account, CancellationToken cancellation) => _accounts.Tables.Page(
        AccountStore.Table, account, KeyRange.Prefix(AccountsRows.ContactPrefix), AddressesMax, AccountsRows.WishType, cancellation);

    private string Token(string account, string id) => LinkToken.Make(_key, "confirm", account, id, 0);

    private static (string Partition, string Key) Place(string token) => SignInRows.Place("confirm", LinkToken.Hash(token));
}
