using CsCheck;
using Vade.Accounts;
using Vade.Kernel;

namespace Vade.Tests.Accounts;

/// <summary>Documents of the ERP beside payments made here.</summary>
public sealed class TakeDocumentTests
{
    private static readonly DateOnly Day = new(2026, 11, 2);

    [Fact]
    public async Task What_the_ERP_calls_paid_is_settled_and_opened_again_when_it_no_longer_does()
    {
        await using var office = await OfficeWithCustomer();
        await Take(office, "F1", Sale(100m, remaining: 100m));
        Assert.Equal(100m, await Open(office, "F1"));
        await Take(office, "F1", Sale(100m, remaining: 40m));
        Assert.Equal(40m, await Open(office, "F1"));
        await Take(office, "F1", Sale(100m, remaining: 0m));
        Assert.Equal((0m, 0m), (await Open(office, "F1"), await Balance(office)));
        await Take(office, "F1", Sale(100m, remaining: 70m));
        Assert.Equal((70m, 70m), (await Open(office, "F1"), await Balance(office)));
    }

    [Fact]
    public async Task What_was_paid_here_and_is_not_known_there_is_not_undone()
    {
        await using var office = await OfficeWithCustomer();
        await Take(office, "F1", Sale(100m, remaining: 100m));
        var known = office.Clock.GetUtcNow();
        office.Clock.Advance(TimeSpan.FromHours(1));
        await Pay(office, "P1", 60m);
        await Take(office, "F1", Sale(100m, remaining: 100m, asOf: known.AddMinutes(1)));
        Assert.Equal(40m, await Open(office, "F1"));

        // Once it is known there it is not settled a second time.
        await Take(office, "F1", Sale(100m, remaining: 40m));
        Assert.Equal((40m, 40m), (await Open(office, "F1"), await Balance(office)));
        await Take(office, "F1", Sale(100m, remaining: 0m));
        Assert.Equal((0m, 0m), (await Open(office, "F1"), await Balance(office)));
    }

    [Fact]
    public async Task What_is_paid_both_here_and_there_becomes_an_advance()
    {
        await using var office = await OfficeWithCustomer();
        await Take(office, "F1", Sale(100m, remaining: 100m));
        var known = office.Clock.GetUtcNow().AddMinutes(1);
        office.Clock.Advance(TimeSpan.FromHours(1));
        await Pay(office, "P1", 100m);
        await Take(office, "F1", Sale(100m, remaining: 0m, asOf: known));
        Assert.Equal((0m, -100m), (await Open(office, "F1"), await Balance(office)));
    }

    [Fact]
    public async Task An_advance_that_the_ERP_has_taken_into_account_is_not_counted_twice()
    {
        await using var office = await OfficeWithCustomer();
        await Pay(office, "P1", 100m);
        office.Clock.Advance(TimeSpan.FromHours(1));
        await Take(office, "F1", Sale(100m, remaining: 0m));
        Assert.Equal((0m, 0m), (await Open(office, "F1"), await Balance(office)));
    }

    [Fact]
    public async Task A_return_settles_what_is_open_and_waits_as_an_advance_otherwise()
    {
        await using var office = await OfficeWithCustomer();
        await Take(office, "F1", Sale(100m));
        await Take(office, "R1", Sale(30m) with { Kind = DocumentKind.Return });
        Assert.Equal((70m, 70m), (await Open(office, "F1"), await Balance(office)));
        await Take(office, "R1", Sale(120m) with { Kind = DocumentKind.Return });
        Assert.Equal((0m, -20m), (await Open(office, "F1"), await Balance(office)));
        await Take(office, "R1", Sale(0m) with { Kind = DocumentKind.Return });
        Assert.Equal((100m, 100m), (await Open(office, "F1"), await Balance(office)));
    }

    [Fact]
    public async Task A_purchase_is_owed_by_us_and_never_opens_an_item()
    {
        await using var office = await OfficeWithCustomer();
        await Take(office, "F1", Sale(100m) with { Direction = DocumentDirection.Purchase, Remaining = 100m });
        await Take(office, "F1", Sale(40m));
        Assert.Equal((40m, -60m), (await Open(office, "F1"), await Balance(office)));
        await Take(office, "F1", Sale(100m) with { Direction = DocumentDirection.Purchase, Remaining = 0m });
        Assert.Equal((40m, 40m), (await Open(office, "F1"), await Balance(office)));
    }

    [Fact]
    public async Task A_document_keeps_its_kind_and_currency_and_a_closed_period_takes_no_new_one()
    {
        await using var office = await OfficeWithCustomer();
        await Take(office, "F1", Sale(100m));
        var refused = Assert.IsType<DocumentTaken.Refused>(await office.Get<TakeDocument>().Take("C1", "F1", Sale(100m) with { Currency = "USD" }, default));
        Assert.Equal("currency.fixed", refused.Problems[0].Code);
        var settings = office.Get<Vade.Organisation.Settings>();
        var organisation = await settings.Get(Vade.Organisation.OrganisationSettings.Section, default);
        await settings.Put(Vade.Organisation.OrganisationSettings.Section, organisation with { ClosedThrough = new DateOnly(2026, 11, 3) }, default);
        var closed = Assert.IsType<DocumentTaken.Refused>(await office.Get<TakeDocument>().Take("C1", "F2", Sale(100m), default));
        Assert.Equal("date.closed", closed.Problems[0].Code);
        await Take(office, "F1", Sale(110m));
        Assert.Equal(new DateOnly(2026, 11, 15), (await office.Get<LedgerReader>().Entries("C1", default))[^1].ValueOn);
    }

    [Fact]
    public async Task After_any_changes_and_payments_the_account_owes_the_last_total_without_what_was_paid()
    {
        await using var office = new Office();
        var account = 0;
        var step = Gen.Select(Gen.Int[0, 20], Gen.Int[-1, 20], Gen.Bool);
        await step.Array[1, 8].SampleAsync(async steps =>
        {
            var code = $"C{Interlocked.Increment(ref account)}";
            await office.Get<SaveCustomer>().Save(code, new("A"), default);
            var (total, paidHere) = (0m, 0m);
            ErpDocument? last = null;
            foreach (var ((amount, remaining, isPayment), i) in steps.Select((item, i) => (item, i)))
            {
                office.Clock.Advance(TimeSpan.FromMinutes(1));
                if (isPayment && amount > 0)
                {
                    await Pay(office, $"P{i}", amount, code);
                    paidHere += amount;
                    continue;
                }

                total = amount;
                last = (await Take(office, "F1", Sale(total, remaining < 0 ? null : Math.Min(total, remaining)), code)).Document;
            }

            var reader = office.Get<LedgerReader>();
            var head = await reader.Head(code, default);
            Assert.Equal(total - paidHere - (last?.SettledThere ?? 0m), head.Balance(Currency.TRY).Amount);
            Assert.Equal(head.Balance(Currency.TRY).Amount, Bookkeeping.Owed(head, Currency.TRY));
            Assert.Equal(last?.SettledThere ?? 0m, (last?.Credits ?? []).Sum(credit => credit.Amount));
            Assert.Null(LedgerReader.FirstBroken(code, await reader.Entries(code, default)));
        }, iter: 60, threads: 1);
    }

    private static DocumentBody Sale(decimal total, decimal? remaining = null, DateTimeOffset? asOf = null) =>
        new(DocumentDirection.Sale, Date: Day, Total: total, Remaining: remaining, AsOf: asOf);

    private static async Task<Office> OfficeWithCustomer()
    {
        var office = new Office();
        await office.Get<SaveCustomer>().Save("C1", new("A"), default);
        return office;
    }

    // The ERP's data stands at the moment it is sent, a little later each time.
    private static async Task<DocumentTaken.Kept> Take(Office office, string number, DocumentBody body, string code = "C1")
    {
        office.Clock.Advance(TimeSpan.FromSeconds(1));
        return Assert.IsType<DocumentTaken.Kept>(await office.Get<TakeDocument>().Take(code, number, body, default));
    }

    private static Task Pay(Office office, string id, decimal amount, string code = "C1") => office.Post(code, new Posting(
        $"payment {id}", PostingKind.Payment, Currency.TRY, Day, id, [new("102", amount), new("120", -amount)], new Effect.Settles(new("payment-" + id, id, "TRY", Day, amount), null), ""));

    private static async Task<decimal> Open(Office office, string number) =>
        (await office.Get<LedgerReader>().Head("C1", default)).ItemOf("document-sale!" + number)?.Remaining ?? 0m;

    private static async Task<decimal> Balance(Office office) => (await office.Get<LedgerReader>().Head("C1", default)).Balance(Currency.TRY).Amount;
}
