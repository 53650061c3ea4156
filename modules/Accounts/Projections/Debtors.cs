using System.Runtime.CompilerServices;
using Vade.Kernel;
using Vade.Kernel.Messaging;

namespace Vade.Accounts;

/// <summary>A customer with what it owes, as the rows over all customers say.</summary>
/// <param name="DueDays">The customer's own days from issue to due date; null takes the organisation's.</param>
public sealed record Debtor(string Account, string Code, string Title, bool HasEmail, bool HasPhone, int? DueDays, Debts Debts)
{
    /// <summary>What is owed in a currency; negative for an advance.</summary>
    public Money BalanceIn(Currency currency) =>
        new(Debts.Balances.Where(balance => balance.Currency == currency.Code).Sum(balance => balance.Receivable + balance.Payable), currency);

    /// <summary>What is open past its due date in a currency.</summary>
    public Money OverdueIn(Currency currency, DateOnly today) =>
        new(Debts.Open.Where(item => item.Currency == currency.Code && item.DueOn < today).Sum(item => item.Remaining), currency);
}

/// <summary>
/// What all customers owe, for reports: a thousand customers a read. It is as fresh as the messages are; the few
/// customers with very many open items, and those whose row was never made, are asked themselves.
/// </summary>
public sealed class Debtors
{
    private readonly CustomerDirectory _directory;
    private readonly LedgerReader _ledger;

    internal Debtors(CustomerDirectory directory, LedgerReader ledger) => (_directory, _ledger) = (directory, ledger);

    /// <summary>Every customer, with everything that is open; not in order.</summary>
    public async IAsyncEnumerable<Debtor> All([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in _directory.All(cancellation))
            yield return await Of(row.Key, row.Value, cancellation);
    }

    /// <summary>One customer; null when there is none.</summary>
    public async Task<Debtor?> Find(string account, CancellationToken cancellation) =>
        await _directory.Find(account, cancellation) is { } row ? await Of(account, row.Value, cancellation) : null;

    /// <summary>The customer of this code, or every one where none is asked for.</summary>
    public async IAsyncEnumerable<Debtor> Asked(string? code, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (code is null)
        {
            await foreach (var debtor in All(cancellation))
                yield return debtor;
        }
        else if (CustomerRules.CodeProblem(code) is null && await Find(AccountStore.Of(code), cancellation) is { } debtor)
        {
            yield return debtor;
        }
    }

    internal async ValueTask<Debtor> Of(string account, DirectoryRow row, CancellationToken cancellation)
    {
        var debts = row.Debts ?? Debts.Of(await _ledger.Head(account, cancellation), []);
        if (debts.More)
            debts = debts with { Open = (await _ledger.Head(account, cancellation)).Open };
        var code = AccountStore.CodeOf(account);
        return new(account, code, row.Title ?? code, row.HasEmail, row.HasPhone, row.DueDays, debts);
    }
}
