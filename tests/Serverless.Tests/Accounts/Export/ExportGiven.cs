using System.Text;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Embedded;
using Vade.Notifications;
using Vade.Payments;
using Vade.Tests.Billing;
using Vade.Tests.Payments;

namespace Vade.Tests.Accounts;

/// <summary>An organisation that is really used, its nightly export, and the same organisation restored elsewhere.</summary>
internal static class ExportGiven
{
    public const string Today = "2026-11-01";
    public static readonly IReadOnlyList<string> Codes = ["120/01", "C1", "C2", "ÖZ#3"];

    public static SliceHost Office(string now = Today + "T06:00:00Z", Action<string>? prepare = null) =>
        PaymentsGiven.Start(now, services => services.AddNotifications(), prepare);

    /// <summary>Customers, services, a billing run with its mails, payments by hand and by card, what was taken back.</summary>
    public static async Task<SliceHost> UsedOffice()
    {
        var host = Office();
        foreach (var code in Codes)
        {
            var saved = await host.Get<SaveCustomer>().Save(code, new($"{code} ÖZGÜR & Ş. \"İÇ\" TİC. A.Ş.", Language: "tr", Emails: [$"k{Codes.ToList().IndexOf(code)}@musteri.example"]), default);
            await host.Service(Assert.IsType<CustomerSaved.Kept>(saved).Customer, "S1", Given.Monthly(Today));
        }

        await host.RunBilling();
        await host.Advance(TimeSpan.FromMinutes(30));

        await host.Pays("C1", "P1", 500m);
        var card = (await host.Tables.Find(AccountStore.Table, "C2", AccountsRows.Customer, AccountsRows.CustomerType, default))!.Value;
        var attempt = PaymentsGiven.RefOf(await host.Press(PayLinks.ToDebt(card)));
        await host.Decide(attempt, "approve");
        await host.Returns(AccountStore.Of("C2"), attempt);
        var mistake = Assert.Single(await host.Invoices("ÖZ#3"));
        Assert.Equal(CancelOutcome.Cancelled, await host.Get<CancelInvoices>().Cancel(AccountStore.Of("ÖZ#3"), mistake.Ref, "made by mistake", default));
        var taken = Assert.IsType<RecordOutcome.Recorded>(await host.Pays("120/01", "P2", 10_000m));
        await host.Get<CancelPayment>().Cancel(AccountStore.Of("120/01"), taken.Payment.Ref, "bounced", default);
        await host.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, host.MessagesWaiting());
        return host;
    }

    public static async Task<RecordOutcome> Pays(this SliceHost host, string code, string reference, decimal amount) =>
        await host.Get<RecordPayment>().Record(
            (await host.Tables.Find(AccountStore.Table, AccountStore.Of(code), AccountsRows.Customer, AccountsRows.CustomerType, default))!.Value,
            new PaymentBody(amount, "cash", reference, "TRY"), default);

    /// <summary>The night comes, and the timer fires in its fourth hour.</summary>
    public static async Task<SignedRoot> Night(this SliceHost host)
    {
        var now = host.Clock.GetUtcNow();
        var night = new DateTimeOffset(now.Date.AddDays(1), TimeSpan.Zero).AddMinutes(20);
        await host.Advance(night - now);
        await host.Fire<ExportTimer>();
        return Assert.IsType<SignedRoot>(await host.Get<Exports>().Find(DateOnly.FromDateTime(night.UtcDateTime), default));
    }

    public static FileArchive Archive(this SliceHost host) => new(host.ExportFolder(), durable: false);

    public static string ExportFolder(this SliceHost host) => Path.Combine(host.Folder, "exports");

    /// <summary>A new machine that was given the master key and the papers of the old one, and nothing else.</summary>
    public static SliceHost NewMachine(this SliceHost old, string now = "2026-11-02T06:00:00Z") => Office(now, prepare: folder =>
    {
        File.Copy(Path.Combine(old.Folder, "master.key"), Path.Combine(folder, "master.key"));
        foreach (var blob in Directory.EnumerateFiles(Path.Combine(old.Folder, "blobs"), "*.blob", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(old.Folder, blob));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(blob, copy);
        }
    });

    public static Task<VerifiedExport> Verified(this SliceHost host, IArchive archive, DateOnly? day = null) =>
        VerifiedExport.Open(archive, day, host.Get<SecretBox>(), default);

    /// <summary>The same data on a machine of its own, in the night.</summary>
    public static SliceHost CopyOf(this SliceHost model) => Office("2026-11-02T00:20:00Z", prepare: folder =>
    {
        File.Copy(Path.Combine(model.Folder, "master.key"), Path.Combine(folder, "master.key"));
        using var source = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(model.Folder, "vade.db")};Mode=ReadOnly;Pooling=False");
        using var target = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder, "vade.db")};Pooling=False");
        source.Open();
        target.Open();
        source.BackupDatabase(target);
    });

    /// <summary>What waits in a queue is gone.</summary>
    public static void LoseMessages(this SliceHost host, string queue)
    {
        using var file = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(host.Folder, "vade.db")};Pooling=False");
        file.Open();
        using var command = file.CreateCommand();
        command.CommandText = "DELETE FROM messages WHERE queue = $queue";
        command.Parameters.AddWithValue("$queue", queue);
        Assert.True(command.ExecuteNonQuery() > 0);
    }

    /// <summary>What the restore command does, over the new machine's store.</summary>
    public static async Task Restore(this SliceHost host, IArchive archive)
    {
        var export = await host.Verified(archive);
        await host.Get<Restore>().Write(export, default);
        await host.Get<Restore>().FinishAccounts(export, default);
    }

    /// <summary>Every row of every table there is, in order: table, partition, key, version, body.</summary>
    public static async Task<IReadOnlyList<string>> AllRows(this SliceHost host, params string[] tables)
    {
        var all = new List<string>();
        var names = tables.Length > 0 ? tables : [.. host.TablesWritten().Where(table => table != ExportRows.Table)];
        foreach (var table in names)
        {
            RowPlace? after = null;
            while (await host.Tables.Scan(table, after, TableLimits.PageRowsMax, default) is { Count: > 0 } rows)
            {
                all.AddRange(rows.Select(row => $"{table}|{row.Partition}|{row.Key}|{row.Version}|{Encoding.UTF8.GetString(row.Body.Span)}"));
                after = new(rows[^1].Partition, rows[^1].Key);
            }
        }

        return all;
    }

    /// <summary>The tables that hold a row, whoever wrote it.</summary>
    public static IReadOnlyList<string> TablesWritten(this SliceHost host)
    {
        using var file = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(host.Folder, "vade.db")};Mode=ReadOnly;Pooling=False");
        file.Open();
        using var command = file.CreateCommand();
        command.CommandText = "SELECT DISTINCT tbl FROM entities ORDER BY tbl";
        using var reader = command.ExecuteReader();
        var tables = new List<string>();
        while (reader.Read())
            tables.Add(reader.GetString(0));
        return tables;
    }
}
