using System.Security.Cryptography;
using System.Text;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Accounts;

/// <summary>What a link token gives access to: one invoice, what the customer chose, or the whole debt.</summary>
/// <param name="Kind"><see cref="PayLinks.Invoice"/>, <see cref="PayLinks.Chosen"/> or <see cref="PayLinks.Debt"/>.</param>
/// <param name="Id">The invoice's row key; a hash of what was chosen; empty for the whole debt.</param>
/// <param name="Items">The open items that were chosen; null for the other kinds.</param>
public sealed record LinkTarget(string Kind, string Account, string Id, int Generation, IReadOnlyList<string>? Items = null);

/// <summary>
/// Links by which a customer sees and pays without signing in. A token is an HMAC over what it gives access to, so
/// every message and paper can show the same link again without the token being stored; the look-up row holds its
/// hash (design §7). Raising the customer's generation revokes them all.
/// </summary>
public sealed class PayLinks(ITables tables, AccountStore accounts, MasterKeys keys, Deployment deployment)
{
    public const string Invoice = "invoice";
    public const string Debt = "debt";
    public const string Chosen = "chosen";
    internal const string Table = "links";
    private static readonly RowType<LinkTarget> Type = new(AccountsJson.Default.LinkTarget);
    private readonly byte[] _key = keys.DeriveKey("pay-links");

    public static LinkTarget ToInvoice(Customer customer, string invoice) =>
        new(Invoice, AccountStore.Of(customer.Code), invoice, customer.LinkGeneration);

    public static LinkTarget ToDebt(Customer customer) =>
        new(Debt, AccountStore.Of(customer.Code), "", customer.LinkGeneration);

    /// <summary>The same items, in whatever order they were ticked, are the same link.</summary>
    /// <param name="items">References of open items of this customer.</param>
    public static LinkTarget ToChosen(Customer customer, IEnumerable<string> items)
    {
        string[] chosen = [.. items.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', chosen))).AsSpan(0, 16));
        return new(Chosen, AccountStore.Of(customer.Code), id, customer.LinkGeneration, chosen);
    }

    public string Token(LinkTarget target) => LinkToken.Make(_key, target.Kind, target.Account, target.Id, target.Generation);

    /// <summary>The absolute address of the page, <c>/p/{token}</c>.</summary>
    public string Url(LinkTarget target) => deployment.UrlOf("/p/" + Token(target));

    /// <summary>Writes the look-up row, before the fact that the link shows. Writing it again changes nothing.</summary>
    public Task Register(LinkTarget target, CancellationToken cancellation)
    {
        var hash = LinkToken.Hash(Token(target));
        return tables.Put(Table, Partition(hash), hash, target, Type, cancellation);
    }

    /// <summary>What the token gives access to; null for one that is unknown or revoked.</summary>
    public async Task<(LinkTarget Target, Customer Customer)?> Resolve(string token, CancellationToken cancellation)
    {
        // An invoice stays where it was issued; the whole debt of a merged customer is that of the survivor.
        return await Known(token, cancellation) is not { } known ? null
            : known is { Target.Kind: Debt, Customer.MergedInto: { } code } && await accounts.Find(AccountStore.Of(code), AccountsRows.Customer, AccountsRows.CustomerType, cancellation) is { Value: var survivor }
                ? (ToDebt(survivor), survivor)
                : known;
    }

    private async Task<(LinkTarget Target, Customer Customer)?> Known(string token, CancellationToken cancellation)
    {
        if (token.Length is < 20 or > 60)
            return null;
        var hash = LinkToken.Hash(token);
        return await tables.Find(Table, Partition(hash), hash, Type, cancellation) is { Value: var target }
            && await accounts.Find(target.Account, AccountsRows.Customer, AccountsRows.CustomerType, cancellation) is { Value: var customer }
            && customer.LinkGeneration == target.Generation
                ? (target, customer)
                : null;
    }

    // Spread over many partitions, so that a run of a hundred thousand invoices finds none of them hot.
    private static string Partition(string hash) => "l" + hash[..2];
}
