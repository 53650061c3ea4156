using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Billing;

/// <summary>A service as the list of all shows it.</summary>
/// <param name="Customer">The customer's code, and <paramref name="Title"/> its name.</param>
/// <param name="NextOn">The date of its next invoice; null once it has ended.</param>
/// <param name="Amount">What that invoice comes to with its tax.</param>
internal sealed record ServiceRow(string Customer, string Title, Service Service, DateOnly? NextOn, Money? Amount)
{
    public static ServiceRow Of(string account, string title, Service service)
    {
        var customer = AccountStore.CodeOf(account);
        var next = service.NextOn();
        return new(customer, title, service, next, next is { } on ? AmountOn(service, on) : null);
    }

    /// <summary>What the invoice of this date comes to, with its tax, by the rules that issue it.</summary>
    public static Money AmountOn(Service service, DateOnly on) =>
        new(new Plan("", "", service, null).AmountOn(on).Total, Currency.Of(service.Currency));
}

/// <param name="Customer">Its code; null for all.</param>
/// <param name="Text">A part of the service's code or description, however it is written.</param>
/// <param name="Ended">Null for both.</param>
/// <param name="EndsBy">Ends on this day at the latest.</param>
internal sealed record ServiceFilter(string? Customer = null, string? Text = null, bool? Ended = null, DateOnly? EndsBy = null)
{
    private readonly string _text = TurkishText.SearchKey(Text ?? "");

    public bool Passes(Service service) =>
        (_text.Length == 0 || TurkishText.SearchKey($"{service.Code}\n{service.Description}").Contains(_text, StringComparison.Ordinal))
        && (Ended is null || Ended == service.NextOn() is null)
        && (EndsBy is null || service.EndsOn <= EndsBy);

    // How far a row says that a service is billed may be out of date; when it ends is not.
    public bool MayPass(Service? service) =>
        service is null || ((this with { Ended = null }).Passes(service) && (Ended is null || (Ended == true ? service.EndsOn is not null : service.NextOn() is not null)));
}

/// <summary>
/// All services, in the order of their customers' codes. A page costs at most <see cref="RoundsMax"/> rounds of sixteen
/// range reads, and two reads for each of at most <see cref="LoadsMax"/> services, which are shown as they stand.
/// </summary>
internal sealed class ServiceList(ServiceIndex index, AccountStore accounts, CustomerReader customers)
{
    public const int RoundsMax = 4;
    public const int LoadsMax = 400;
    private const int RowsPerReadMax = 250;
    private const int LoadsAtOnce = 20;
    private const int PlaceMax = 400;

    public async Task<ApiPage<ServiceRow>> Page(ServiceFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        after = after is { Length: <= PlaceMax } ? after : null;
        if (filter.Customer is { } code)
            return await OfCustomer(code, filter, after, limit, cancellation);
        var (found, place, loads) = (new List<ServiceRow>(), after, 0);
        for (var round = 0; round < RoundsMax; round++)
        {
            var (rows, more) = await index.Next(place, round == 0 ? (limit / 8) + 4 : RowsPerReadMax, cancellation);
            foreach (var group in rows.Where(row => filter.MayPass(row.Value.Plan)).Chunk(LoadsAtOnce))
            {
                foreach (var row in await Task.WhenAll(group.Select(row => Load(row.Value, cancellation))))
                {
                    if (row is null || !filter.Passes(row.Service))
                        continue;
                    if (found.Count == limit)
                        return new(found, PlaceOf(found[^1]));
                    found.Add(row);
                }

                loads += group.Length;
                if (loads >= LoadsMax)
                    return new(found, group[^1].Key);
            }

            if (!more)
                return new(found, null);
            place = rows[^1].Key;
        }

        return new(found, place);
    }

    /// <summary>The services of one account, in the order of their codes.</summary>
    public async Task<IReadOnlyList<Service>> Of(string account, CancellationToken cancellation)
    {
        var services = new List<Service>();
        await foreach (var row in accounts.Tables.All(AccountStore.Table, account, KeyRange.Prefix(BillingRows.ServicePrefix), BillingRows.ServiceType, cancellation))
            services.Add(row.Value);
        return services;
    }

    private async Task<ApiPage<ServiceRow>> OfCustomer(string code, ServiceFilter filter, string? after, int limit, CancellationToken cancellation)
    {
        if (await customers.OfCode(code, cancellation) is not { } customer)
            return new([], null);
        var account = AccountStore.Of(code);
        var rows = (await Of(account, cancellation)).Where(filter.Passes).Select(service => ServiceRow.Of(account, customer.Title, service))
            .Where(row => after is null || string.CompareOrdinal(PlaceOf(row), after) > 0).Take(limit + 1).ToArray();
        return rows.Length > limit ? new([.. rows.Take(limit)], PlaceOf(rows[limit - 1])) : new(rows, null);
    }

    private async Task<ServiceRow?> Load(ServicePointer pointer, CancellationToken cancellation) =>
        await accounts.Find(pointer.Account, BillingRows.Service(pointer.Service), BillingRows.ServiceType, cancellation) is { } service
            ? ServiceRow.Of(pointer.Account, (await customers.Find(pointer.Account, cancellation))?.Title ?? "", service.Value)
            : null;

    private static string PlaceOf(ServiceRow row) => ServiceIndex.KeyOf(AccountStore.Of(row.Customer), row.Service.Code);
}
