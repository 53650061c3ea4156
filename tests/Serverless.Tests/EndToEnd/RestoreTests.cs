using System.Text.Json;
using Vade.Tests.Hosting;

namespace Vade.Tests.EndToEnd;

/// <summary>The real executable: a month of work, its nightly exports, the restore command, and work again on the new folder.</summary>
public sealed class RestoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vade-restore-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_organisation_goes_on_in_a_folder_that_was_restored_from_last_nights_export()
    {
        var data = Folder("old");
        string statement, mailbox;
        JsonElement newest;
        byte[] pdf;
        await using (var app = await AppProcess.Start(data, Office.StartsAt("2026-10-31T06:00:00Z")))
        {
            var office = new Office(app);
            foreach (var code in new[] { "C1", "120/02" })
            {
                await office.PutCustomer(code, $"{code} ÖZGÜR & Ş. A.Ş.");
                await office.PutService(code, "S1", "2026-11-01", "1000.00");
            }

            await office.MoveClock("2026-11-01T06:00:00Z");
            var invoices = await office.All("/api/v1/invoices");
            Assert.Equal(2, invoices.Count);
            await office.Pay(invoices[0].Text("payUrl"));
            await office.MoveClock("2026-11-03T06:00:00Z");

            var exports = await office.All("/api/v1/exports");
            Assert.Equal(["2026-11-03", "2026-11-02", "2026-11-01"], exports.Take(3).Select(day => day.Text("day")));
            newest = exports[0];
            Assert.Equal(newest.GetRawText(), (await office.Get("/api/v1/exports/2026-11-03")).GetRawText());
            Assert.Equal(404, (await office.Ask(HttpMethod.Get, "/api/v1/exports/2026-12-31")).Status);
            Assert.Equal("2026-11-02", (await office.Get("/api/v1/exports?limit=1&after=2026-11-03")).GetProperty("items")[0].Text("day"));
            Assert.Equal(400, (await office.Ask(HttpMethod.Get, "/api/v1/exports?after=x")).Status);
            statement = await Statement(office);
            mailbox = (await office.Get("/simulator/mailbox.json")).GetRawText();
            pdf = await office.Pdf($"/api/v1/invoices/{invoices[0].Text("number")}/pdf");
        }

        var (from, key, target) = (Path.Combine(data, "exports"), Path.Combine(data, "master.key"), Path.Combine(_folder.FullName, "new"));
        Assert.Equal((2, "The master key is missing"), Start(await AppProcess.RunCommand("restore", "--from", from, "--data", target), 25));
        Assert.Equal((2, $"{data} is not empty;"), Start(await AppProcess.RunCommand("restore", "--from", from, "--data", data, "--key", key), data.Length + 14));
        Assert.False(Directory.Exists(target));

        var (code2, said) = await AppProcess.RunCommand(
            "restore", "--from", from, "--data", target, "--key", key, "--blobs", data, "--day", "2026-11-03");
        Assert.True(code2 == 0, said);
        Assert.Contains($"The export of 2026-11-03 is as it was signed: {newest.GetProperty("rows")} rows, 2 accounts, root {newest.Text("root")}.", said, StringComparison.Ordinal);
        Assert.Contains($"Restored {newest.GetProperty("rows")} rows of 2 accounts into {target}.", said, StringComparison.Ordinal);

        await using var restored = await AppProcess.Start(target);
        var again = new Office(restored);
        Assert.Equal(statement, await Statement(again));
        Assert.Equal(mailbox, (await again.Get("/simulator/mailbox.json")).GetRawText());
        var open = Assert.Single(await again.All("/api/v1/invoices?status=open"));
        var paid = Assert.Single(await again.All("/api/v1/invoices?status=paid"));
        Assert.Equal(pdf, await again.Pdf($"/api/v1/invoices/{paid.Text("number")}/pdf"));

        // Its links still open, it is paid, and the next month takes the next numbers.
        await again.Pay(open.Text("payUrl"));
        await again.MoveClock("2026-12-01T06:00:00Z");
        Assert.Equal(
            ["VAD2026000000001", "VAD2026000000002", "VAD2026000000003", "VAD2026000000004"],
            (await again.All("/api/v1/invoices")).Select(invoice => invoice.Text("number")).Order(StringComparer.Ordinal));
        Assert.Equal(newest.Text("publicKey"), (await again.Get("/api/v1/exports/2026-12-01")).Text("publicKey"));
    }

    [Fact]
    public async Task The_restore_command_says_what_it_was_given_wrongly()
    {
        var empty = Folder("empty");
        Assert.Equal((2, "restore takes --from, --data, --day, --key, --blobs, not --what."), Whole(await AppProcess.RunCommand("restore", "--what", "x")));
        Assert.Equal((2, "restore needs --from with the folder of exports."), Whole(await AppProcess.RunCommand("restore", "--data", empty)));
        Assert.Equal((2, "restore needs --data with the new data folder."), Whole(await AppProcess.RunCommand("restore", "--from", empty)));
        Assert.Equal((2, "restore needs one value behind --from."), Whole(await AppProcess.RunCommand("restore", "--from")));
        Assert.Equal((2, "'tomorrow' is not a day; give one such as 2026-11-30."), Whole(await AppProcess.RunCommand("restore", "--from", empty, "--data", empty, "--day", "tomorrow")));
        Assert.Equal((2, $"The folder {empty}/x of --from is not there."), Whole(await AppProcess.RunCommand("restore", "--from", empty + "/x", "--data", empty)));
        var key = Path.Combine(empty, "key");
        await File.WriteAllTextAsync(key, "k:" + Convert.ToBase64String(new byte[32]));
        Assert.Equal(
            (2, "No finished export is here: a day is finished when roots/<day>.json is there."),
            Whole(await AppProcess.RunCommand("restore", "--from", empty, "--data", empty + "/new", "--key", key)));
    }

    private static (int ExitCode, string Said) Whole((int ExitCode, string Output) end) => (end.ExitCode, end.Output.Trim());

    private static (int ExitCode, string Said) Start((int ExitCode, string Output) end, int length) => (end.ExitCode, end.Output[..Math.Min(length, end.Output.Length)]);

    // Without the newest root: a restored organisation has nights of its own only.
    private static async Task<string> Statement(Office office) => string.Concat(
        new[] { await office.Get("/api/v1/customers/C1/statement?from=2026-01-01&to=2026-12-31"), await office.Get($"/api/v1/customers/{Office.Name("120/02")}/statement?from=2026-01-01&to=2026-12-31") }
            .Select(statement => statement.GetRawText().Split(",\"root\":")[0]));

    private string Folder(string name) => _folder.CreateSubdirectory(name).FullName;
}
