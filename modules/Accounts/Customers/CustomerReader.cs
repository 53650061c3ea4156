using System.Runtime.CompilerServices;
using Vade.Kernel;
using Vade.Kernel.Messaging;

namespace Vade.Accounts;

/// <summary>What other modules may ask about customers.</summary>
public sealed class CustomerReader
{
    private readonly AccountStore _accounts;
    private readonly Lookups _lookups;
    private readonly CustomerDirectory _directory;

    internal CustomerReader(AccountStore accounts, Lookups lookups, CustomerDirectory directory) =>
        (_accounts, _lookups, _directory) = (accounts, lookups, directory);

    /// <summary>The customer of an account; null when there is none.</summary>
    public async Task<Customer?> Find(string account, CancellationToken cancellation) =>
        (await _accounts.Find(account, AccountsRows.Customer, AccountsRows.CustomerType, cancellation))?.Value;

    /// <summary>The customer with this code; null when there is none.</summary>
    public Task<Customer?> OfCode(string code, CancellationToken cancellation) =>
        CustomerRules.CodeProblem(code) is null ? Find(AccountStore.Of(code), cancellation) : Task.FromResult<Customer?>(null);

    /// <summary>The customer that pays with this number; null when it was never given out.</summary>
    public async Task<Customer?> ByPayerNumber(PayerNumber number, CancellationToken cancellation) =>
        await _lookups.ByPayerNumber(number, cancellation) is { } account
        && await Find(account, cancellation) is { } customer
        && customer.PayerNumber == number.ToString()
            ? await Survivor(customer, cancellation)
            : null;

    /// <summary>The customer that this record became one with; itself where it never did.</summary>
    public async Task<Customer> Survivor(Customer customer, CancellationToken cancellation) =>
        customer.MergedInto is { } code ? await Find(AccountStore.Of(code), cancellation) ?? customer : customer;

    /// <summary>The customers with this tax id, in the order of their codes: a holding may keep several accounts.</summary>
    /// <param name="taxId">As <see cref="TaxId.Check"/> read it.</param>
    public async Task<IReadOnlyList<Customer>> ByTaxId(TaxId taxId, CancellationToken cancellation)
    {
        var found = new List<Customer>();
        foreach (var account in await _lookups.ByTaxId(taxId.Country, taxId.Text, cancellation))
        {
            if (await Find(account, cancellation) is { } customer && customer.TaxId == taxId.Text && customer.Country == taxId.Country)
            {
                var survivor = await Survivor(customer, cancellation);
                if (found.TrueForAll(other => other.Code != survivor.Code))
                    found.Add(survivor);
            }
        }

        return found;
    }

    /// <summary>The accounts of all customers, in no order, for runs over all of them. One may have no customer yet.</summary>
    public async IAsyncEnumerable<string> Accounts([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in _directory.All(cancellation))
            yield return row.Key;
    }
}
