using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Vade.Kernel.Storage;

namespace Vade.Kernel.Messaging;

/// <summary>News that was committed with the facts and waits to be published.</summary>
public sealed record OutboxRow(string Message, JsonElement Body, DateTimeOffset At);

/// <summary>Finish whatever an account has begun: publish its outbox, complete what is pending (design §2).</summary>
public sealed record FinishAccount(string Account);

/// <summary>The same for many accounts, for a caller that changes a file's worth of them.</summary>
public sealed record FinishAccounts(IReadOnlyList<string> Accounts);

/// <summary>Something a module completes in an account when <see cref="FinishAccount"/> comes by.</summary>
public interface IFinishAccount
{
    Task Finish(string account, CancellationToken cancellation);
}

/// <summary>
/// What must become true together about one account: facts of any module, ledger entries, and the news of them,
/// committed in one transaction of the account's partition. Modules add rows under prefixes of their own.
/// </summary>
public sealed class AccountBatch(string account, TimeProvider clock)
{
    private readonly Dictionary<string, Change> _changes = new(StringComparer.Ordinal);
    private readonly List<(string Key, OutboxRow Row)> _news = [];

    /// <summary>The partition in <see cref="AccountStore.Table"/>: the encoded code of the customer.</summary>
    public string Account => account;

    public IReadOnlyCollection<Change> Changes => _changes.Values;

    /// <summary>A fact: its key carries its identity, and the commit fails where it exists.</summary>
    public AccountBatch Insert<T>(string key, T value, RowType<T> type) => With(new Change.Insert(key, type.Version, type.Write(value)));

    /// <summary>The next state of a row that was loaded.</summary>
    public AccountBatch Replace<T>(Stored<T> loaded, T value, RowType<T> type) =>
        With(new Change.Replace(loaded.Key, type.Version, type.Write(value), loaded.ETag));

    /// <summary>Replaces what was loaded, or inserts where nothing was.</summary>
    public AccountBatch Write<T>(string key, Stored<T>? loaded, T value, RowType<T> type) =>
        loaded is null ? Insert(key, value, type) : Replace(loaded, value, type);

    public AccountBatch Delete<T>(Stored<T> loaded) => With(new Change.Delete(loaded.Key, loaded.ETag));

    /// <summary>
    /// News for those who subscribed. Every piece has a row of its own, also when two say the same: a process that
    /// deletes what it has published must not take away what another has just committed.
    /// </summary>
    public AccountBatch Publish<T>(T news, JsonTypeInfo<T> json)
    {
        var row = new OutboxRow(typeof(T).Name, JsonSerializer.SerializeToElement(news, json), clock.GetUtcNow());
        var key = $"{AccountStore.OutboxPrefix}{row.At.UtcTicks:D19}-{Chance.Hex(12)}";
        _news.Add((key, row));
        return With(new Change.Insert(key, AccountStore.Outbox.Version, AccountStore.Outbox.Write(row)));
    }

    internal IReadOnlyList<(string Key, OutboxRow Row)> News => _news;

    private AccountBatch With(Change change)
    {
        _changes.Add(change.Key, change);
        return this;
    }
}

/// <summary>What a decision came to: a batch to commit, or nothing to do because it is done or refused.</summary>
public sealed record Decision<T>(T Result, AccountBatch? Batch);

/// <summary>
/// The table of accounts: everything that must be true together about a customer's money is one partition of it,
/// and changes only through <see cref="Change"/>.
/// </summary>
public sealed class AccountStore(ITables tables, Bus bus, TimeProvider clock)
{
    public const string Table = "accounts";
    public const string Queue = "accounts";
    internal const string OutboxPrefix = "outbox-";
    internal static readonly RowType<OutboxRow> Outbox = new(EnvelopeJson.Default.OutboxRow);

    private const int TriesMax = 8;
    private const int AccountsPerMessageMax = 200;

    // A character of a key takes up to six bytes as JSON, and a message holds 48 KiB.
    private const int CharactersPerMessageMax = 7_000;
    private static readonly TimeSpan CommitTimeMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FinishAfter = TimeSpan.FromMinutes(10);

    public ITables Tables => tables;

    /// <summary>The partition of the customer that has this code; any character is allowed in a code.</summary>
    public static string Of(string customerCode) => Key.Of(customerCode);

    /// <summary>The customer's code that a partition was made of.</summary>
    public static string CodeOf(string account) => Key.Parts(account)[0];

    public AccountBatch Batch(string account) => new(account, clock);

    public Task<Stored<T>?> Find<T>(string account, string key, RowType<T> type, CancellationToken cancellation) =>
        tables.Find(Table, account, key, type, cancellation);

    /// <summary>
    /// Loads, decides, commits once and publishes. Whoever lost a race decides again on what is there now; after a
    /// few times the queue redelivers, and HTTP answers 503. Decided on nothing to do, it publishes what a dead
    /// process may have left. A commit that has not ended after two minutes, retries included, is given up, so that
    /// it cannot land after the finishing message.
    /// </summary>
    /// <param name="decide">Loads and decides; may be called several times, so it changes nothing itself.</param>
    /// <exception cref="StoreBusyException">Others kept winning; nothing was written.</exception>
    public async Task<T> Change<T>(string account, Func<CancellationToken, Task<Decision<T>>> decide, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(CommitTimeMax);
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            var decision = await decide(limited.Token);
            if (decision.Batch is not { } batch)
            {
                await PublishLeft(account, cancellation);
                return decision.Result;
            }

            if (await tables.Commit(Table, account, [.. batch.Changes], limited.Token))
            {
                await Publish(account, batch.News, cancellation);
                return decision.Result;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Chance.Between(5, 20 * attempt)), clock, limited.Token);
        }

        throw new StoreBusyException($"The account {account} is being changed by others.");
    }

    /// <summary>
    /// The same for a caller that nobody redelivers (HTTP): it first sends itself a message, delayed by ten minutes,
    /// that finishes this account's work.
    /// </summary>
    public async Task<T> ChangeFromHttp<T>(string account, Func<CancellationToken, Task<Decision<T>>> decide, CancellationToken cancellation)
    {
        await FinishLater(account, cancellation);
        return await Change(account, decide, cancellation);
    }

    /// <summary>Sends the finishing message alone, for a caller that makes several commits in one account.</summary>
    public Task FinishLater(string account, CancellationToken cancellation) =>
        bus.Send(new FinishAccount(account), EnvelopeJson.Default.FinishAccount, cancellation, FinishAfter);

    /// <summary>The same for many accounts, with a message for every couple of hundred instead of one each.</summary>
    public Task FinishLater(IEnumerable<string> many, CancellationToken cancellation)
    {
        var messages = new List<FinishAccounts>();
        var (group, characters) = (new List<string>(), 0);
        foreach (var account in many)
        {
            if (group.Count == AccountsPerMessageMax || characters + account.Length > CharactersPerMessageMax)
            {
                messages.Add(new(group));
                (group, characters) = ([], 0);
            }

            group.Add(account);
            characters += account.Length;
        }

        if (group.Count > 0)
            messages.Add(new(group));
        return messages.Count == 0
            ? Task.CompletedTask
            : bus.Send(messages, EnvelopeJson.Default.FinishAccounts, cancellation, FinishAfter);
    }

    /// <summary>Publishes every outbox row that stands in the account.</summary>
    public async Task PublishLeft(string account, CancellationToken cancellation)
    {
        var range = KeyRange.Prefix(OutboxPrefix);
        while (await tables.Page(Table, account, range, TableLimits.ChangesMax, Outbox, cancellation) is { Count: > 0 } left)
        {
            await Publish(account, [.. left.Select(row => (row.Key, row.Value))], cancellation);
            range = range.After(left[^1].Key);
        }
    }

    // Sent before deleted: dying in between publishes twice, which every handler bears; the other order loses news.
    private async Task Publish(string account, IReadOnlyList<(string Key, OutboxRow Row)> news, CancellationToken cancellation)
    {
        if (news.Count == 0)
            return;
        await bus.Publish(news.Select(item => item.Row), cancellation);
        await tables.Remove(Table, account, [.. news.Select(item => item.Key)], cancellation);
    }
}

internal sealed class FinishAccountHandler(AccountStore accounts, IEnumerable<IFinishAccount> modules)
    : IHandle<FinishAccount>, IHandle<FinishAccounts>
{
    public async Task Handle(FinishAccount message, CancellationToken cancellation)
    {
        foreach (var module in modules)
            await module.Finish(message.Account, cancellation);
        await accounts.PublishLeft(message.Account, cancellation);
    }

    public async Task Handle(FinishAccounts message, CancellationToken cancellation)
    {
        foreach (var account in message.Accounts)
            await Handle(new FinishAccount(account), cancellation);
    }
}
