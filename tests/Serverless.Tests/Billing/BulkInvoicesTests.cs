using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Tests.Payments;

namespace Vade.Tests.Billing;

/// <summary>The same done to many invoices, whatever dies on the way.</summary>
public sealed class BulkInvoicesTests
{
    private const string Id = "20261102aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_is_done_to_all_or_was_never_begun_wherever_the_process_dies(bool afterwards)
    {
        await using var host = PaymentsGiven.Start();
        for (var call = 1; ; call++)
        {
            var (one, two) = (await host.Customer($"A{call}"), await host.Customer($"B{call}"));
            Invoice[] invoices = [await host.Invoice(one, $"{call}a", 100m), await host.Invoice(two, $"{call}b", 200m)];
            await host.Drain();
            var id = Id[..^3] + call.ToString("D3", System.Globalization.CultureInfo.InvariantCulture);
            host.CrashAt(call, afterwards);
            var survived = await Begin(host, id, invoices) && await Lives(() => host.Drain());
            var struck = host.Crash.Struck;
            if (struck)
                await host.Restart();
            host.Crash.Disarm();
            await host.Advance(TimeSpan.FromMinutes(30));

            await using var scope = host.Get<IServiceScopeFactory>().CreateAsyncScope();
            var bulk = scope.ServiceProvider.GetRequiredService<BulkInvoices>();
            var begun = await bulk.Find(id, default) is not null;
            Assert.All(await Task.WhenAll(invoices.Select(host.Status)), status => Assert.Equal(begun ? "cancelled" : "open", status));
            if (begun)
                Assert.All(await bulk.Parts(id, default), part => Assert.Equal(1, part.Done));
            Assert.Empty(await host.PoisonRows());
            if (!struck)
            {
                Assert.True(survived && begun);
                return;
            }
        }
    }

    [Fact]
    public async Task What_was_paid_meanwhile_is_left_and_counted()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("A");
        Invoice[] invoices = [await host.Invoice(customer, "1", 100m), await host.Invoice(customer, "2", 200m)];
        await host.Receives("A", "r", 120m);
        Assert.True(await Begin(host, Id, invoices));
        await host.Drain();
        await using var scope = host.Get<IServiceScopeFactory>().CreateAsyncScope();
        Assert.Equal(1, Assert.Single(await scope.ServiceProvider.GetRequiredService<BulkInvoices>().Parts(Id, default)).Done);
        Assert.Equal(["paid", "cancelled"], await Task.WhenAll(invoices.Select(host.Status)));
    }

    private static async Task<bool> Begin(SliceHost host, string id, IReadOnlyList<Invoice> invoices)
    {
        await using var scope = host.Get<IServiceScopeFactory>().CreateAsyncScope();
        var parts = invoices.GroupBy(invoice => AccountStore.Of(invoice.Customer), StringComparer.Ordinal)
            .Select(group => new BulkPart(group.Key, [.. group.Select(invoice => invoice.Ref)]));
        return await Lives(() => scope.ServiceProvider.GetRequiredService<BulkInvoices>().Begin(
            new(id, BulkKind.Cancel, host.Clock.GetUtcNow(), invoices.Count, 2, 0, "Yanlış"), parts, default));
    }

    private static async Task<bool> Lives(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (CrashException)
        {
            return false;
        }
    }
}
