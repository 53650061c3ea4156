using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>What the list of customers filters by without opening the account.</summary>
/// <param name="Search">Title, code, tax id and payer number in the form of <see cref="TurkishText.SearchKey"/>, a line each.</param>
internal sealed record DirectoryRow(string Search, bool HasEmail, int Revision);

/// <summary>
/// The list of all customers in the order of their codes. A row is there before its customer is, so that none is ever
/// missing, and is written anew from the stored customer after every change and whenever the account is finished.
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
        return _index.Update(account, account, before => before is null || (before.Revision <= row.Revision && before != row) ? row : null, cancellation);
    }

    public async Task Finish(string account, CancellationToken cancellation)
    {
        if (await accounts.Find(account, AccountsRows.Customer, AccountsRows.CustomerType, cancellation) is { } stored)
            await Write(stored.Value, cancellation);
    }

    /// <summary>The accounts behind this one, in order.</summary>
    public Task<IReadOnlyList<Stored<DirectoryRow>>> Page(string? after, int limit, CancellationToken cancellation) =>
        _index.Page(after is null ? KeyRange.All : KeyRange.All.After(after), limit, cancellation);

    /// <summary>Every account, for work over all customers; not in order.</summary>
    public IAsyncEnumerable<Stored<DirectoryRow>> All(CancellationToken cancellation) => _index.All(KeyRange.All, cancellation);

    public static DirectoryRow RowOf(Customer customer) => new(
        string.Join('\n', new[] { customer.Title, customer.Code, customer.TaxId, customer.PayerNumber }.Select(TurkishText.SearchKey)),
        customer.Emails.Count > 0,
        customer.Revision);
}
