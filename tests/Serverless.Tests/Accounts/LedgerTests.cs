using CsCheck;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;

namespace Vade.Tests.Accounts;

/// <summary>The ledger as it is stored.</summary>
public sealed class LedgerTests
{
    private static readonly DateOnly Start = new(2026, 1, 1);

    [Fact]
    public async Task A_statement_of_any_range_equals_a_fold_over_all_entries()
    {
        await using var office = new Office();
        var reader = office.Get<LedgerReader>();
        var account = 0;
        await BookkeepingTests.Histories.SampleAsync(async steps =>
        {
            var code = $"C{Interlocked.Increment(ref account)}";
            // Posted again below in commits of one instant.
            var book = new BookkeepingTests.Book(steps, TimeSpan.Zero);
            foreach (var group in book.Postings.Chunk(7))
                await office.Post(code, group);
            var entries = await reader.Entries(code, default);
            Assert.Null(LedgerReader.FirstBroken(code, entries));
            Assert.Equal(book.Postings.Count, entries.Count);
            foreach (var (from, to) in new[] { (Start, Start), (Start.AddDays(17), Start.AddDays(200)), (new(2026, 3, 1), new DateOnly(2026, 3, 31)), (Start.AddDays(-40), Start.AddDays(400)) })
            {
                var statement = await reader.Statement(code, from, to, Currency.TRY, default);
                var mine = entries.Where(entry => entry.Currency == "TRY").ToArray();
                Assert.Equal(mine.Where(entry => entry.ValueOn < from).Sum(entry => entry.Own), statement.Opening);
                Assert.Equal(mine.Where(entry => entry.ValueOn <= to).Sum(entry => entry.Own), statement.Closing);
                Assert.Equal(statement.Closing, statement.Opening + statement.Lines.Sum(line => line.Debit - line.Credit));
            }
        }, iter: 40, threads: 1);
    }

    [Fact]
    public async Task Five_thousand_open_invoices_fit_one_account_and_are_settled_by_one_payment()
    {
        await using var office = new Office();
        foreach (var group in Enumerable.Range(0, LedgerLimits.OpenItemsMax).Chunk(30))
            await office.Post("C1", [.. group.Select(i => Invoice(i, 1_234.56m))]);
        var reader = office.Get<LedgerReader>();
        Assert.Equal(LedgerLimits.OpenItemsMax, (await reader.Head("C1", default)).Open.Count);
        await Assert.ThrowsAsync<InvalidOperationException>(() => office.Post("C1", Invoice(9_999, 1m)));

        await office.Post("C1", Payment("all", 1_234.56m * LedgerLimits.OpenItemsMax));
        Assert.Empty((await reader.Head("C1", default)).Open);
        Assert.Equal(0m, (await reader.Head("C1", default)).Balance(Currency.TRY).Amount);
        var made = await reader.AllocationsOf("C1", "payment-all", default);
        Assert.Equal(LedgerLimits.OpenItemsMax, made.Count);

        await office.Post("C1", new Posting(
            "cancel", PostingKind.PaymentCancelled, Currency.TRY, Start, "M1", Lines(1_234.56m * LedgerLimits.OpenItemsMax), new Effect.TakesBack("payment-all", made), ""));
        Assert.Equal(LedgerLimits.OpenItemsMax, (await reader.Head("C1", default)).Open.Count);
        Assert.Empty(await reader.AllocationsOf("C1", "payment-all", default));
    }

    [Fact]
    public async Task Writers_that_race_on_one_account_never_lose_a_posting()
    {
        await using var office = new Office();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 15; i++)
            {
                var posting = i % 3 == 2 ? Payment($"{writer}-{i}", 7m) : Invoice((writer * 100) + i, 10m);
                while (true)
                {
                    try
                    {
                        await office.Post("C1", posting);
                        break;
                    }
                    catch (Vade.Kernel.Storage.StoreBusyException)
                    {
                        // What a queue would do: deliver it again.
                    }
                }
            }
        })));
        var reader = office.Get<LedgerReader>();
        var entries = await reader.Entries("C1", default);
        Assert.Equal(60, entries.Count);
        Assert.Null(LedgerReader.FirstBroken("C1", entries));
        Assert.Equal((40 * 10m) - (20 * 7m), (await reader.Head("C1", default)).Balance(Currency.TRY).Amount);
    }

    [Fact]
    public async Task A_posting_is_made_once()
    {
        await using var office = new Office();
        await office.Post("C1", Invoice(1, 10m));
        Assert.True(await office.Get<LedgerReader>().HasPosted("C1", "invoice 1", default));
        await Assert.ThrowsAnyAsync<Exception>(() => office.Post("C1", Invoice(1, 10m)));
        Assert.Equal(10m, (await office.Get<LedgerReader>().Head("C1", default)).Balance(Currency.TRY).Amount);
    }

    private static Posting Invoice(int i, decimal amount) => new(
        $"invoice {i}", PostingKind.Invoice, Currency.TRY, Start.AddDays(i % 300), $"VAD2026{i:000000000}", Lines(amount),
        new Effect.Opens(new($"invoice-monthly-maintenance!2026-01-01!{i}", $"VAD2026{i:000000000}", "TRY", Start.AddDays(i % 300), Start.AddDays(i % 300), amount, amount)), "");

    private static Posting Payment(string id, decimal amount) => new(
        $"payment {id}", PostingKind.Payment, Currency.TRY, Start, id, Lines(-amount), new Effect.Settles(new($"payment-{id}", id, "TRY", Start, amount), null), "");

    private static JournalLine[] Lines(decimal amount) => [new("120", amount), new("600", -amount)];
}
