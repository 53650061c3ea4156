using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Payments;
using Vade.Tests.Billing;
using Vade.Tests.Notifications;
using Vade.Tests.Payments;

namespace Vade.Tests.Accounts;

public sealed class ExportTests
{
    private static readonly DateOnly Day = new(2026, 11, 2);

    [Fact]
    public async Task A_used_organisation_is_restored_row_by_row_and_used_on()
    {
        await using var old = await ExportGiven.UsedOffice();
        var root = await old.Night();
        Assert.Equal((Day, 4L), (root.Day, root.Accounts));
        var before = await old.AllRows();
        Assert.Equal(before.Count, root.Rows);

        await using var restored = old.NewMachine();
        await restored.Restore(old.Archive());
        Assert.Equal(before, await restored.AllRows());

        // It goes on: what was open is paid, the next month takes the next number, mails go out, papers are there.
        await restored.Advance(TimeSpan.FromMinutes(15));
        var open = Assert.Single(await restored.Invoices("C1"));
        await restored.Pays("C1", "P9", open.Total);
        Assert.Equal("paid", await restored.Status(open));
        restored.Clock.SetUtcNow(DateTimeOffset.Parse("2026-12-01T06:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        await restored.RunBilling();
        await restored.Advance(TimeSpan.FromMinutes(30));
        await restored.BooksAreSound(ExportGiven.Codes);
        Assert.Equal("VAD2026000000008", (await Task.WhenAll(ExportGiven.Codes.Select(restored.Invoices))).SelectMany(all => all).Max(invoice => invoice.Number));

        // And is exported again under the same key, though its archive begins anew.
        var next = await restored.Night();
        Assert.Equal((root.PublicKey, null), (next.PublicKey, next.Previous));
        Assert.NotEqual(root.Root, next.Root);
    }

    [Fact]
    public async Task Every_table_that_is_written_to_is_exported()
    {
        await using var host = await ExportGiven.UsedOffice();
        var registered = host.Get<IEnumerable<TableRegistration>>().Select(table => table.Name).ToHashSet();
        Assert.Subset(registered, host.TablesWritten().ToHashSet());
        Assert.True(host.TablesWritten().Count >= 9, "The organisation is expected to use more tables than this.");
    }

    [Fact]
    public async Task News_that_was_committed_and_not_yet_published_is_published_after_the_restore()
    {
        await using var old = ExportGiven.Office();
        var customer = await old.Customer("C1");
        await old.Service(customer, "S1", Given.Monthly(ExportGiven.Today));
        await old.RunBilling();
        await old.Advance(TimeSpan.FromMinutes(30));
        var invoice = Assert.Single(await old.Invoices("C1"));

        // The process dies between the commit and the queue, and the messages are lost with the machine.
        var accounts = old.Get<AccountStore>();
        var batch = accounts.Batch("C1").Publish(new InvoiceCancelled("C1", invoice.Ref), BillingJson.Default.InvoiceCancelled);
        Assert.True(await old.Tables.Commit(AccountStore.Table, "C1", [.. batch.Changes], default));
        await old.Night();
        Assert.Contains(await old.AllRows("accounts"), row => row.Contains("|outbox-", StringComparison.Ordinal));

        var heard = new Heard<InvoiceCancelled>();
        await using var restored = SliceHost.Start("2026-11-02T06:00:00Z", services => services.Hear(heard, BillingJson.Default.InvoiceCancelled), folder =>
            File.Copy(Path.Combine(old.Folder, "master.key"), Path.Combine(folder, "master.key")));
        await restored.Restore(old.Archive());
        await restored.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(new InvoiceCancelled("C1", invoice.Ref), Assert.Single(heard.News));
        Assert.DoesNotContain(await restored.AllRows("accounts"), row => row.Contains("|outbox-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_was_sealed_and_not_issued_is_issued_after_the_restore_under_its_numbers()
    {
        await using var old = ExportGiven.Office();
        foreach (var code in new[] { "C1", "C2" })
            await old.Service(await old.Customer(code), "S1", Given.Monthly(ExportGiven.Today));
        await old.SealOnly();
        old.LoseMessages("billing");
        await old.Night();
        Assert.Empty(await old.Invoices("C1"));

        await using var restored = old.NewMachine();
        await restored.Restore(old.Archive());
        await restored.RunBilling();
        await restored.Advance(TimeSpan.FromHours(1));
        await restored.RunBilling();
        await restored.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["VAD2026000000001"], (await restored.Invoices("C1")).Select(invoice => invoice.Number));
        Assert.Equal(["VAD2026000000002"], (await restored.Invoices("C2")).Select(invoice => invoice.Number));
        await restored.BooksAreSound("C1", "C2");
    }

    [Fact]
    public async Task A_day_is_exported_once_however_often_the_timer_fires_and_the_next_day_cites_it()
    {
        await using var host = await ExportGiven.UsedOffice();
        var first = await host.Night();
        var names = Files(host);
        for (var firing = 0; firing < 3; firing++)
        {
            await host.Advance(TimeSpan.FromMinutes(20));
            await host.Fire<ExportTimer>();
        }

        Assert.Equal(names, Files(host));
        Assert.Equal(first, await host.Get<Exports>().Find(Day, default));
        var second = await host.Night();
        Assert.Equal((Day.AddDays(1), first.Id(), first.PublicKey), (second.Day, second.Previous, second.PublicKey));
        Assert.Equal([second, first], await host.Get<Exports>().Before(null, 10, default));
        Assert.Equal([first], await host.Get<Exports>().Before(second.Day, 10, default));
        Assert.Empty(await host.AllRows(ExportRows.Table));
        Assert.Empty(await host.PoisonRows());
    }

    [Fact]
    public async Task Before_the_third_hour_it_is_still_the_day_before()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Istanbul");
        Assert.Equal(Day.AddDays(-1), ExportTimer.DayOf(new(2026, 11, 1, 23, 59, 0, TimeSpan.Zero), zone));
        Assert.Equal(Day, ExportTimer.DayOf(new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero), zone));
        await using var host = ExportGiven.Office();
        await using var scope = host.Get<IServiceScopeFactory>().CreateAsyncScope();
        var timer = scope.ServiceProvider.GetRequiredService<ExportTimer>();
        Assert.True(await timer.MayFindWork(new(2026, 11, 1, 23, 40, 0, TimeSpan.Zero), new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero), default));
        Assert.False(await timer.MayFindWork(new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), new(2026, 11, 1, 23, 40, 0, TimeSpan.Zero), default));
    }

    [Fact]
    public async Task A_process_that_dies_at_any_call_leaves_a_day_that_the_timer_finishes()
    {
        await using var model = await ExportGiven.UsedOffice();
        var calls = 0;
        for (var call = 1; call <= 300; call++)
        {
            foreach (var afterwards in new[] { false, true })
            {
                await using var host = model.CopyOf();
                var rows = await host.AllRows();
                host.CrashAt(call, afterwards);
                try
                {
                    await host.Fire<ExportTimer>();
                }
                catch (Vade.Tests.CrashException)
                {
                }

                var struck = host.Crash.Struck;
                calls = Math.Max(calls, host.Crash.Calls);
                await host.Restart();
                for (var firing = 0; firing < 3; firing++)
                {
                    await host.Advance(TimeSpan.FromMinutes(20));
                    await host.Fire<ExportTimer>();
                }

                var root = await host.Get<Exports>().Find(Day, default);
                Assert.True(root is not null, $"Unfinished after a crash at call {call}, {(afterwards ? "after" : "before")} it.");
                Assert.Empty(await host.AllRows(ExportRows.Table));
                Assert.Empty(await host.PoisonRows());
                var exported = await host.Verified(host.Archive());
                // The key that signs is the only row which the export itself adds.
                Assert.Equal(rows.Count + 1, exported.Root.Rows);
                if (!struck)
                {
                    Assert.True(calls > 25, $"The export is expected to take more calls than {calls}.");
                    return;
                }
            }
        }

        Assert.Fail("The export never ended without a crash.");
    }

    [Fact]
    public async Task An_account_whose_entry_was_edited_in_the_store_is_named_in_the_export_and_does_not_stop_it()
    {
        await using var host = await ExportGiven.UsedOffice();
        var entry = (await host.Tables.All(AccountStore.Table, "C1", KeyRange.Prefix(AccountsRows.EntryPrefix), AccountsRows.EntryType, default).ToListAsync())[0];
        await host.Tables.Put(AccountStore.Table, "C1", entry.Key, entry.Value with { Own = entry.Value.Own - 1m }, AccountsRows.EntryType, default);
        await host.Night();
        var export = await host.Verified(host.Archive());
        Assert.Equal($"C1: entry 1 ({entry.Value.Id}) has been changed, or does not follow from the one before it", Assert.Single(export.Unsound));
    }

    [Fact]
    public async Task A_head_whose_balance_was_edited_in_the_store_is_named_as_well()
    {
        await using var host = await ExportGiven.UsedOffice();
        var head = (await host.Tables.Find(AccountStore.Table, "C1", AccountsRows.Head, AccountsRows.HeadType, default))!;
        var balance = Assert.Single(head.Value.Balances);
        await host.Tables.Replace(AccountStore.Table, "C1", head, head.Value with { Balances = [balance with { Receivable = 1m }] }, AccountsRows.HeadType, default);
        await host.Night();
        Assert.StartsWith("C1: its balance in TRY is 1, but its entries sum to ", Assert.Single((await host.Verified(host.Archive())).Unsound), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("head", "{}")]
    [InlineData("head", "[]")]
    [InlineData("head", "null")]
    [InlineData("head", "no json")]
    [InlineData("head", "{\"sequence\":0,\"hash\":\"x\",\"balances\":[{\"c\":\"???\",\"r\":1,\"p\":0}],\"open\":[],\"credits\":[]}")]
    [InlineData("entry-2026-11-01-0000000001", "{}")]
    [InlineData("entry-2026-11-01-0000000001", "null")]
    [InlineData("entry-2026-11-01-0000000001", "no json")]
    public async Task Whatever_somebody_made_of_a_ledgers_rows_the_night_is_exported_and_names_the_account(string key, string body)
    {
        await using var host = ExportGiven.Office();
        var customer = await host.Customer("C1");
        await host.Pays(customer.Code, "P1", 10m);
        await host.Pays((await host.Customer("C2")).Code, "P2", 10m);
        await host.Tables.Commit(AccountStore.Table, "C1", [new Change.Put(key, 1, System.Text.Encoding.UTF8.GetBytes(body))], default);
        var root = await host.Night();
        Assert.StartsWith("C1: ", Assert.Single((await host.Verified(host.Archive())).Unsound), StringComparison.Ordinal);
        foreach (var account in new[] { "C1", "C2" })
            Assert.True((await host.Get<Exports>().Prove(root.Day, account, default))!.Proves(root.Root));

        await using var restored = SliceHost.Start(prepare: folder => File.Copy(Path.Combine(host.Folder, "master.key"), Path.Combine(folder, "master.key")));
        await restored.Restore(host.Archive());
        Assert.Equal(await host.AllRows(), await restored.AllRows());
    }

    [Fact]
    public async Task An_export_that_stands_still_for_a_day_is_given_up_and_the_next_begins()
    {
        await using var host = await ExportGiven.UsedOffice();
        var plan = await ExportPlans.Make(host.Archive(), [new("accounts")], Day, host.Clock.GetUtcNow(), default);
        await host.Tables.Insert(ExportRows.Table, ExportRows.Plans, ExportRows.Day(Day), plan with { Accounts = [], Others = [] }, ExportRows.PlanType, default);
        host.Clock.Advance(TimeSpan.FromHours(25));
        await host.Fire<ExportTimer>();
        Assert.Null(await host.Get<Exports>().Find(Day.AddDays(-1), default));
        Assert.Single(await host.Get<Exports>().Before(null, 10, default));
        Assert.Empty(await host.AllRows(ExportRows.Table));
    }

    private static string[] Files(SliceHost host) =>
        [.. Directory.EnumerateFiles(host.ExportFolder(), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
