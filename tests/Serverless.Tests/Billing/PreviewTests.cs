using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Tests.Billing;

/// <summary>What is going to be invoiced, before it is, and what a change would do to it.</summary>
public sealed class PreviewTests
{
    private static readonly DateOnly Today = new(2026, 11, 1);

    [Fact]
    [Trait("Feature", "B1")]
    [Trait("Feature", "B23")]
    public async Task What_was_foreseen_happens_on_its_day_and_nothing_else()
    {
        await using var host = await Office();
        var foreseen = await All(host, Query(200));
        Assert.InRange(foreseen.Count, 30, 60);

        for (var day = 0; day <= 200; day++)
        {
            await host.RunBilling();
            await host.Advance(TimeSpan.FromDays(1));
        }

        var issued = new List<string>();
        foreach (var code in new[] { "C1", "C2", "ÖZ#3" })
            issued.AddRange((await host.Invoices(code)).Where(invoice => invoice.On <= Today.AddDays(200)).Select(invoice => Line(invoice.On, code, invoice.Service!, invoice.TotalMoney, invoice.DueOn)));
        Assert.Equal(issued.Order(StringComparer.Ordinal), foreseen.Select(item => Line(item.On, item.Customer, item.About, item.Amount!.Value, item.DueOn!.Value)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Pages_follow_one_another_without_a_gap_or_a_repetition()
    {
        await using var host = await Office();
        var all = await All(host, Query(400));
        var paged = new List<Foreseen>();
        string? after = null;
        do
        {
            var page = await host.Get<Preview>().Page(Query(400), null, after, 7, default);
            paged.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(all.Select(item => $"{item}"), paged.Select(item => $"{item}"));
        Assert.Equal(all.Select(item => item.On).Order(), all.Select(item => item.On));

        var months = await host.Get<Preview>().Months(Query(400), null, default);
        Assert.Equal(all.Count, months.Sum(month => month.Count));
        Assert.All(months, month => Assert.Equal(
            all.Where(item => $"{item.On:yyyy-MM}" == month.Month && item.Amount!.Value.Currency.Code == month.Currency).Sum(item => item.Amount!.Value.Amount), month.Sum));
    }

    public static TheoryData<string> Changes => ["price", "rhythm", "start", "end", "dueDays", "new", "nothing", "prorate"];

    [Theory]
    [MemberData(nameof(Changes))]
    [Trait("Feature", "B24")]
    public async Task The_difference_that_a_change_is_said_to_make_is_the_one_it_makes(string change)
    {
        await using var host = await Office();
        await host.RunBilling();
        var before = await All(host, Query(400));
        var body = Given.Monthly("2026-11-15", price: "1000.00", endsOn: "2027-06-10");
        body = change switch
        {
            "price" => Given.Monthly("2026-11-15", price: "1250.00", endsOn: "2027-06-10"),
            "rhythm" => Given.Monthly("2026-11-15", months: 3, endsOn: "2027-06-10"),
            "start" => Given.Monthly("2026-11-20", endsOn: "2027-06-10"),
            "end" => Given.Monthly("2026-11-15", endsOn: "2027-02-01"),
            "dueDays" => body with { DueDays = 30 },
            "prorate" => body with { Prorate = true },
            _ => body,
        };
        var service = change == "new" ? "S9" : "S2";
        var account = AccountStore.Of("C1");
        var said = await host.Get<Preview>().Differences(
            Query(400, account) with { If = new ServiceWhatIf(account, await host.Get<SaveService>().Draft(account, service, body, default)) }, 1_000, default);

        await host.Get<SaveService>().Save(await Customer(host, "C1"), service, body, default);
        var after = await All(host, Query(400));
        Assert.Equal(Lines(after).Except(Lines(before)).Order(StringComparer.Ordinal), Lines(said.Changes.Select(one => one.Then).OfType<Foreseen>()).Order(StringComparer.Ordinal));
        Assert.Equal(Lines(before).Except(Lines(after)).Order(StringComparer.Ordinal), Lines(said.Changes.Select(one => one.Now).OfType<Foreseen>()).Order(StringComparer.Ordinal));
        Assert.Equal(said.Changes.Count, said.Added + said.Removed + said.Changed);
        Assert.Equal(change == "nothing", said.Changes.Count == 0);
        foreach (var total in said.Totals)
        {
            Assert.Equal(before.Where(item => item.Customer == "C1" && item.Amount!.Value.Currency.Code == total.Currency).Sum(item => item.Amount!.Value.Amount), total.Before);
            Assert.Equal(after.Where(item => item.Customer == "C1" && item.Amount!.Value.Currency.Code == total.Currency).Sum(item => item.Amount!.Value.Amount), total.After);
        }
    }

    [Fact]
    public async Task A_rule_of_the_organisation_tells_whom_it_touches()
    {
        await using var host = await Office();
        var before = await All(host, Query(60));
        var said = await host.Get<Preview>().Differences(Query(60) with { If = new BillingWhatIf(new(DueDays: 30)) }, 1_000, default);
        await host.Get<Settings>().Put(BillingSettings.Section, new(DueDays: 30), default);
        var after = await All(host, Query(60));
        Assert.Equal(Lines(before).Except(Lines(after)).Count(), said.Changed);
        Assert.True(said.Changed > 0 && said.Unchanged > 0);
        Assert.Equal((0, 0), (said.Added, said.Removed));
    }

    private static string Line(DateOnly on, string customer, string service, Money total, DateOnly dueOn) => $"{on:yyyy-MM-dd} {customer} {service} {total} {dueOn:yyyy-MM-dd}";

    private static HashSet<string> Lines(IEnumerable<Foreseen> items) => [.. items.Select(item => Line(item.On, item.Customer, item.About, item.Amount!.Value, item.DueOn!.Value))];

    private static PreviewQuery Query(int days, string? account = null) => new(Today, Today.AddDays(days), account, Language.Tr);

    private static async Task<IReadOnlyList<Foreseen>> All(SliceHost host, PreviewQuery query)
    {
        var page = await host.Get<Preview>().Page(query, null, null, 10_000, default);
        Assert.Null(page.Next);
        return page.Items;
    }

    private static async Task<Customer> Customer(SliceHost host, string code) =>
        (await host.Tables.Find(AccountStore.Table, AccountStore.Of(code), AccountsRows.Customer, AccountsRows.CustomerType, default))!.Value;

    /// <summary>Month ends, parts of a term, another currency, days of its own, ended, not begun, and one that waits.</summary>
    private static async Task<SliceHost> Office()
    {
        var host = SliceHost.Start();
        foreach (var code in new[] { "C1", "C2", "ÖZ#3" })
            await host.Get<SaveCustomer>().Save(code, new($"{code} ÖZGÜR & Ş.", DueDays: code == "C2" ? 7 : null), default);
        var (one, two, three) = (await Customer(host, "C1"), await Customer(host, "C2"), await Customer(host, "ÖZ#3"));
        await host.Service(one, "S1", Given.Monthly("2026-10-31"));
        await host.Service(one, "S2", Given.Monthly("2026-11-15", endsOn: "2027-06-10"));
        await host.Service(two, "S1", Given.Monthly("2026-08-30", months: 1, endsOn: "2027-01-10", prorate: true));
        await host.Service(two, "S/2", Given.Monthly("2026-12-31", months: 3, currency: "USD"));
        await host.Service(three, "S1", Given.Monthly("2026-11-01", months: 12));
        await host.Service(three, "S2", Given.Monthly("2026-01-01", endsOn: "2026-02-01"));
        await host.Drain();
        return host;
    }
}
