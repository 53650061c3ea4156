using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>A page about one customer, reached from all the others; each module registers its own.</summary>
/// <param name="Order">From the left: 0 overview, 10 ledger, 20 services, 30 invoices, 40 corrections, 50 notes, 60 news.</param>
/// <param name="Name">The last part of its path; empty for the overview.</param>
/// <param name="Text">What it is called in each language.</param>
/// <param name="Permission">Who does not have it does not see it.</param>
/// <param name="Path">Where it leads for a customer's code; null for <c>/panel/customers/{code}/{name}</c>.</param>
public sealed record CustomerTab(int Order, string Name, Func<Language, string> Text, string Permission, Func<string, string>? Path = null);

/// <summary>What every page about one customer stands in: whose it is, and what nobody should overlook about them.</summary>
/// <param name="Pinned">The note that stands on top; null where there is none.</param>
public sealed record CustomerFrame(Customer Customer, string? Pinned)
{
    public string Account => AccountStore.Of(Customer.Code);

    /// <summary>The address of the customer's first page.</summary>
    public string Path => PathOf(Customer.Code);

    /// <summary>The answer to who would change a customer that has become one with another; null for one of its own.</summary>
    public IResult? Closed(PanelRequest panel) => Customer.MergedInto is { } into
        ? panel.Message(
            StatusCodes.Status409Conflict, AccountsWords.Texts[panel.Language, "merge.closed"],
            AccountsWords.Texts.Format(panel.Language, "merge.closedHow", Customer.Code, into), PathOf(into), into)
        : null;

    public static string PathOf(string code) => "/panel/customers/" + PathName.Encode(code);

    /// <summary>The customer that a path names; null where there is none. Costs two reads.</summary>
    public static async Task<CustomerFrame?> Find(PanelRequest panel, string segment)
    {
        if (PathName.Decode(segment) is not { } code || await panel.Get<CustomerReader>().OfCode(code, panel.Cancellation) is not { } customer)
            return null;
        return new(customer, await panel.Get<CustomerNotes>().Pinned(AccountStore.Of(code), panel.Cancellation));
    }
}

/// <summary>What modules add to the pages about a customer.</summary>
public static class CustomerPages
{
    public static IServiceCollection AddCustomerTab(this IServiceCollection services, CustomerTab tab) => services.AddSingleton(tab);

    public static IServiceCollection AddCustomerNews<TSource>(this IServiceCollection services)
        where TSource : class, ICustomerNews => services.AddSingleton<ICustomerNews, TSource>();
}
