using System.Text.Json.Serialization;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>What lists and reports over all customers know of one without opening the account.</summary>
/// <param name="Search">Title, code, tax id and payer number in the form of <see cref="TurkishText.SearchKey"/>, a line each.</param>
/// <param name="Title">Null in rows of older releases.</param>
/// <param name="Debts">What the ledger says; null where nobody has asked it yet. Written by <see cref="Projector"/> alone.</param>
internal sealed record DirectoryRow(
    string Search, bool HasEmail, int Revision, string? Title = null, bool HasPhone = false, int? DueDays = null, Debts? Debts = null)
{
    /// <summary>What the customer's own row says, without what the ledger says.</summary>
    [JsonIgnore] public DirectoryRow Customer => this with { Debts = null };
}

/// <summary>
/// The list of all customers in the order of their codes. A row is there before its customer is, so that none is ever
/// missing, and is written anew from the stored customer after every change and whenever the account is finished.
/// Beside that stands what the account owes, which follows the ledger.
/// </summary>
internal sealed class CustomerDirectory(ITables tables, AccountStore accounts) : IFinishAccount
{
    internal const string Table = "directory";
    private readonly SpreadIndex<DirectoryRow> _index = new(tables, Table, "customers", new(AccountsJson.Default.DirectoryRow));

    /// <summary>Writes the row of this state of the customer, unless that of a later one is there.</summary>
    public Task Write(Customer customer, CancellationToken cancellation)
    {
        var row = RowOf(customer);
        var account = AccountStore.Of(customer.Code);
        return _index.Update(
            account, account,
            before => before is null ? row with { Debts = Debts.None }
                : before.Revision <= row.Revision && before.Customer != row ? row with { Debts = before.Debts }
                : null,
            cancellation);
    }

    /// <summary>Writes what the account owes beside its customer's row.</summary>
    public async Task<Projected> WriteDebts(AccountState state, Debts debts, CancellationToken cancellation)
    {
        var outcome = Projected.Written;
        await _index.Update(
            state.Account, state.Account,
            before =>
            {
                outcome = state.IsBefore(before?.Debts?.Sequence) ? new(false, before!.Debts!.Sequence) : Projected.Written;
                return before is null || !outcome.Done ? null : before with { Debts = debts };
            },
            cancellation);
        return outcome;
    }

    public async Task Finish(string account, CancellationToken cancellation)
    {
        if (await accounts.Find(account, AccountsRows.Customer, AccountsRows.CustomerType, cancellation) is { } stored)
            await Write(stored.Value, cancellation);
    }

    /// <summary>The accounts behind this one, in order.</summary>
    public Task<(IReadOnlyList<Stored<DirectoryRow>> Rows, bool More)> Next(string? after, int perPartition, CancellationToken cancellation) =>
        _index.Next(Behind(after), perPartition, cancellation);

    /// <summary>The accounts of one partition behind this one, in order.</summary>
    public Task<IReadOnlyList<Stored<DirectoryRow>>> Bucket(int bucket, string? after, int limit, CancellationToken cancellation) =>
        _index.Bucket(bucket, Behind(after), limit, cancellation);

    /// <summary>Every account, for work over all customers; not in order.</summary>
    public IAsyncEnumerable<Stored<DirectoryRow>> All(CancellationToken cancellation) => _index.All(KeyRange.All, cancellation);

    public Task<Stored<DirectoryRow>?> Find(string account, CancellationToken cancellation) => _index.Find(account, account, cancellation);

    public static DirectoryRow RowOf(Customer customer) => new(
        string.Join('\n', new[] { customer.Title, customer.Code, customer.TaxId, customer.PayerNumber }.Select(TurkishText.SearchKey)),
        customer.Emails.Count > 0,
        customer.Revision,
        customer.Title,
        customer.Phone is not null,
        customer.DueDays);

    private static KeyRange Behind(string? account) => account is null ? KeyRange.All : KeyRange.All.After(account);
}
