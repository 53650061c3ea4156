using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Vade.Kernel.Metering;
using Vade.Organisation;

namespace Vade.Tests.Portal;

/// <summary>What the work costs, counted while it happens.</summary>
public sealed class CostTests
{
    [Fact]
    public async Task A_billing_run_shows_what_it_and_everything_it_set_off_cost()
    {
        await using var office = await PanelOffice.Start(("Vade:Sandbox", "true"), ("Vade:Clock:Start", "2026-11-01T06:00:00Z"));
        var api = office.Api;
        foreach (var code in new[] { "C1", "C2", "C3" })
        {
            (await api.PutAsJsonAsync($"/api/v1/customers/{code}", new { title = $"{code} Ltd.", emails = new[] { $"{code}@musteri.example" } })).EnsureSuccessStatusCode();
            (await api.PutAsJsonAsync($"/api/v1/customers/{code}/services/S1", new { lines = new[] { new { description = "Bakım", unitPrice = "100.00", taxRate = "20" } }, startsOn = "2026-11-02" })).EnsureSuccessStatusCode();
        }

        (await api.PostAsJsonAsync("/api/v1/clock", new { now = "2026-11-02T08:00:00Z" })).EnsureSuccessStatusCode();
        var costs = await api.GetFromJsonAsync<JsonElement>("/api/v1/costs?from=2026-11-01&to=2026-11-02");
        var works = costs.GetProperty("works").EnumerateArray().ToDictionary(work => work.GetProperty("work").GetString()!);
        Assert.Equal(3, works["IssueInvoices"].GetProperty("executions").GetInt64());
        Assert.True(works["IssueInvoices"].GetProperty("tableWrites").GetInt64() >= 3);
        Assert.Equal(3, works["Deliver"].GetProperty("emails").GetInt64());
        Assert.Equal(
            works.Values.Sum(work => decimal.Parse(work.GetProperty("usd").GetString()!, CultureInfo.InvariantCulture)),
            decimal.Parse(costs.GetProperty("total").GetProperty("usd").GetString()!, CultureInfo.InvariantCulture), 4);

        var run = await office.Get<MeterKeeper>().OfScope("run-VAD2026000000001", default);
        Assert.Equal(3, run["Deliver"][Counted.Email]);
        Assert.Equal(3, run["IssueInvoices"][Counted.Execution]);
        Assert.DoesNotContain("/api", run.Keys);

        var admin = await office.Admin();
        var page = await admin.Open("/panel/costs");
        Assert.Contains("02.11.2026: 3 fatura", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_counted_is_priced_by_the_list_and_the_list_can_be_changed()
    {
        var counts = new Counts();
        counts.Add(Counted.TableRead, 600_000);
        counts.Add(Counted.TableWrite, 400_000);
        counts.Add(Counted.Email, 1_000);
        Assert.Equal(0.036m + 0.4m, new PriceList().Of(counts));
        Assert.Equal(1m, new PriceList(TableOperationsPerMillion: 1m, Email: 0m).Of(counts));
        Assert.Single(PriceList.Section.Problems!(new PriceList(Email: -1m)));
    }

    [Fact]
    public void Work_within_work_counts_for_itself_and_what_nobody_began_for_nobody()
    {
        var (meter, day) = (new Meter(), new DateOnly(2026, 11, 2));
        meter.Count(Counted.TableRead);
        using (meter.Begin("outer", "run-1", day))
        {
            meter.Count(Counted.TableRead, 2);
            using (meter.Begin("inner", null, day))
                meter.Count(Counted.TableRead, 5);
            meter.Count(Counted.TableRead);
        }

        Assert.Equal(
            ["day-2026-11-02 inner 5", "day-2026-11-02 outer 3", "run-1 outer 3"],
            meter.Totals.Select(total => $"{total.Scope} {total.Name} {total.Counts[Counted.TableRead]}").Order(StringComparer.Ordinal));
    }
}
