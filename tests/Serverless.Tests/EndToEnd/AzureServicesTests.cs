using System.Globalization;
using System.Text;
using System.Text.Json;
using Vade.Functions.Hosting.Local;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Azure;
using Vade.Tests.Hosting;

namespace Vade.Tests.EndToEnd;

/// <summary>
/// The whole app over Azure's storage, as Azure runs it: requests, timers and queues in processes of their own that
/// share nothing but the services.
/// </summary>
public sealed class AzureServicesTests(Azurite azurite)
{
    [Fact]
    public async Task A_service_that_is_due_is_invoiced_mailed_and_paid_by_three_processes_that_share_only_the_services()
    {
        var storage = await azurite.Connection(Azurite.OfOffice);
        await using var requests = await Start(storage, "http");
        await using var queues = await Start(storage, "queues");
        var office = new Office(requests);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(3));
        await office.PutCustomer("C1", "ÖZGÜR & Ş. İÇ TİC. A.Ş.");
        await office.PutService("C1", "S1", Text(today), "1000.00");
        await TimersMissedTheirLastHour(storage);
        await using var timers = await Start(storage, "timers");

        var invoice = await Until(office, async () => First(await office.All("/api/v1/invoices?customer=C1")));
        Assert.Equal(("open", "1200.00"), (invoice.Text("status"), invoice.Text("total")));
        await office.Pdf($"/api/v1/invoices/{invoice.Text("number")}/pdf");
        await Until(office, () => Sent(office, "invoice"));
        var letter = Assert.Single(await office.Mailbox());
        Assert.Contains(letter.GetProperty("links").EnumerateArray(), link => link.GetString() == invoice.Text("payUrl"));

        await office.Pay(invoice.Text("payUrl"));
        await Until(office, () => Sent(office, "receipt"));
        Assert.Equal(2, (await office.Mailbox()).Count);
        var statement = await office.Get($"/api/v1/customers/C1/statement?from={Text(today)}&to={Text(today.AddDays(1))}");
        Assert.Equal(("0.00", 2), (statement.Text("closing"), statement.GetProperty("entries").GetArrayLength()));
        Assert.Equal("paid", (await office.Get($"/api/v1/invoices/{invoice.Text("number")}")).Text("status"));
        Assert.Empty(await office.All("/api/v1/work/poison"));

        // The first page of an antiforgery token or a cookie makes keys; no process may keep anything of its own.
        Assert.All([requests, queues, timers], process => Assert.Empty(Directory.EnumerateFileSystemEntries(process.Data)));
    }

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Task<AppProcess> Start(string storage, string functions) => AppProcess.Start(environment:
    [
        ("Vade__Azure__Storage", storage),
        ("Vade__PublicUrl", "https://office.example"),
        ("Vade__MasterKey", "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
        ("Vade__Host__Functions", functions),
        ("Vade__Host__Strict", "proxying"),
        Office.ShortLease,
    ]);

    // A firing that was missed while no process ran is made up at once; nobody waits here for the next quarter of an hour.
    private static async Task TimersMissedTheirLastHour(string storage)
    {
        var tables = StorageAccount.Parse(storage).Tables;
        var row = JsonSerializer.SerializeToUtf8Bytes(new TimerRow(TimeProvider.System.GetUtcNow().AddHours(-1)), TimerJson.Default.TimerRow);
        foreach (var timer in new[] { "BillingTimer", "PaymentsTimer" })
            await tables.Commit("settings", "timers", [new Change.Put(Key.Of(timer), 1, row)], default);
    }

    private static async Task<JsonElement?> Sent(Office office, string kind) =>
        First((await office.All($"/api/v1/deliveries?customer=C1&kind={kind}")).Where(delivery => delivery.Text("status") is "sent" or "delivered"));

    private static JsonElement? First(IEnumerable<JsonElement> elements) => elements.Select(element => (JsonElement?)element).FirstOrDefault();

    private static async Task<JsonElement> Until(Office office, Func<Task<JsonElement?>> look)
    {
        for (var i = 0; i < 200; i++)
        {
            if (await look() is { } found)
                return found;
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }

        throw new TimeoutException(new StringBuilder("It did not come. Poison: ").AppendJoin(", ", await office.All("/api/v1/work/poison")).ToString());
    }
}
