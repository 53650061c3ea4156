using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Tests.Billing.Panel;

/// <summary>The list of all services, over the real store.</summary>
public sealed class ServiceListTests
{
    private const int Customers = 120;

    [Fact]
    [Trait("Feature", "B1")]
    public async Task Page_after_page_shows_every_service_that_passes_once_and_in_order_at_a_bounded_cost()
    {
        CountedTables? tables = null;
        await using var host = SliceHost.Start(more: services =>
        {
            var inner = (ITables)services.Last(service => service.ServiceType == typeof(ITables)).ImplementationInstance!;
            services.Replace(ServiceDescriptor.Singleton<ITables>(tables = new(inner)));
        });
        var all = new List<(string Place, Service Service)>();
        for (var i = 0; i < Customers; i++)
        {
            var code = $"C{i * 7 % Customers}";
            await host.Get<SaveCustomer>().Save(code, new(Title: "Müşteri " + code), default);
            var customer = (await host.Get<CustomerReader>().OfCode(code, default))!;
            for (var n = 0; n <= i % 3; n++)
            {
                var (service, _) = await host.Get<SaveService>().Save(
                    customer, $"S{n}", new([new("Hosting", 100m, 20m)], new(2026, 12, 1), n == 1 ? "Işıklandırma" : "Hosting", EndsOn: i % 4 == 0 ? new(2026, 12, 20) : null), default);
                all.Add((ServiceIndex.KeyOf(AccountStore.Of(code), service.Code), service));
            }
        }

        foreach (var filter in new ServiceFilter[] { new(), new(Text: "isik"), new(Ended: false), new(Ended: true), new(EndsBy: new(2026, 12, 31)), new(Customer: "C3"), new(Customer: "C999") })
        {
            var (shown, after) = (new List<string>(), (string?)null);
            do
            {
                tables!.Calls = 0;
                var page = await host.Get<ServiceList>().Page(filter, after, 10, default);
                Assert.InRange(page.Items.Count, 0, 10);
                Assert.InRange(tables.Calls, 1, (ServiceList.RoundsMax * SpreadIndex<Service>.Buckets) + (2 * ServiceList.LoadsMax));
                if (filter == new ServiceFilter())
                    Assert.InRange(tables.Calls, 1, SpreadIndex<Service>.Buckets + (2 * 3 * 20));
                shown.AddRange(page.Items.Select(row => ServiceIndex.KeyOf(AccountStore.Of(row.Customer), row.Service.Code)));
                after = page.Next;
            }
            while (after is not null);
            Assert.Equal(
                all.Where(one => filter.Passes(one.Service) && (filter.Customer is null || one.Place.StartsWith(AccountStore.Of(filter.Customer) + Key.Separator, StringComparison.Ordinal)))
                    .Select(one => one.Place).Order(StringComparer.Ordinal),
                shown);
        }
    }

    private sealed class CountedTables(ITables inner) : ITables
    {
        private int _calls;

        public int Calls
        {
            get => _calls;
            set => _calls = value;
        }

        public Task<Row?> Find(string table, string partition, string key, CancellationToken cancellation) => Counted(inner.Find(table, partition, key, cancellation));

        public Task<IReadOnlyList<Row>> Range(string table, string partition, KeyRange range, int limit, CancellationToken cancellation) =>
            Counted(inner.Range(table, partition, range, limit, cancellation));

        public Task<IReadOnlyList<Row>> Scan(string table, RowPlace? after, int limit, CancellationToken cancellation) => Counted(inner.Scan(table, after, limit, cancellation));

        public Task<bool> Commit(string table, string partition, IReadOnlyList<Change> changes, CancellationToken cancellation) =>
            Counted(inner.Commit(table, partition, changes, cancellation));

        public Task Remove(string table, string partition, IReadOnlyList<string> keys, CancellationToken cancellation) => inner.Remove(table, partition, keys, cancellation);

        private Task<T> Counted<T>(Task<T> call)
        {
            Interlocked.Increment(ref _calls);
            return call;
        }
    }
}
