using CsCheck;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Portal;
using Vade.Tests.Accounts;

namespace Vade.Tests.Billing;

/// <summary>Every figure opens down to what it comes from, and each level adds up to the one above.</summary>
public sealed class ExplainInvoiceTests
{
    private static readonly DateOnly On = new(2026, 11, 1);
    private static readonly Gen<decimal> Rates = Gen.Int[0, 6].Select(at => new[] { 0m, 1m, 7.5m, 10m, 18m, 19m, 20m }[at]);

    private static readonly Gen<ServiceLine> Lines = Gen.Select(
        Gen.Int[1, 9_999], Gen.Int[0, 3], Gen.Int[0, 99_999_999], Gen.Int[0, 4], Rates,
        (quantity, scale, price, digits, rate) => new ServiceLine("Danışmanlık", new decimal(quantity, 0, 0, false, (byte)scale), new decimal(price, 0, 0, false, (byte)digits), rate));

    [Fact]
    public void Whatever_is_invoiced_in_whole_or_in_part_its_explanation_adds_up() =>
        Gen.Select(Lines.Array[1, 8], Gen.Int[1, 31], Gen.Int[0, 30], Gen.Bool).Sample((lines, days, more, isTry) =>
        {
            var invoice = Invoiced(lines, isTry ? "TRY" : "CLP", days, days + more);
            foreach (var language in Languages.All)
            {
                // A level that does not add up throws where it is made.
                var total = ExplainInvoice.Total(invoice, language);
                Assert.Equal(invoice.TotalMoney, total.Amount);
                // One sentence for the net of each line and one for its tax; the net's ends in the very figure.
                var sentences = total.All().Where(node => node.Parts.Count == 0).ToArray();
                Assert.Equal(2 * lines.Length, sentences.Length);
                foreach (var (line, node) in invoice.Lines.Zip(sentences))
                {
                    var exact = line.Quantity * line.UnitPrice == line.Net;
                    Assert.Contains(exact ? "=" : Formats.Money(new(line.Net, node.Amount!.Value.Currency), language), node.Says!, StringComparison.Ordinal);
                }
            }
        }, iter: 500);

    [Fact]
    public void A_rounded_line_shows_what_it_was_before() => Assert.Equal(
        ["3 × 0.335 = 1.005; rounded half away from zero: ₺1.01.", "18 % of ₺1.01 = 0.1818; rounded half away from zero: ₺0.18."],
        Sentences(Invoiced([new("Kontör", 3m, 0.335m, 18m)], "TRY", 30, 30)));

    [Fact]
    [Trait("Feature", "B4")]
    public void Parts_of_a_term_say_how_many_days_and_the_last_line_takes_the_rest() => Assert.Equal(
        ["1 × 100.00 = 100.00. 10 of the period's 31 days: ₺32.26.", "1 × 100.00 = 100.00. For 10 of the period's 31 days all lines come to ₺64.52; what the lines before leave of it is ₺32.26."],
        Sentences(Invoiced([new("A", 1m, 100m, 0m), new("B", 1m, 100m, 0m)], "TRY", 10, 31)).Take(2));

    private static IEnumerable<string> Sentences(Invoice invoice) => ExplainInvoice.Total(invoice, Language.En).All().Select(node => node.Says).OfType<string>();

    /// <summary>An invoice for so many days of a term.</summary>
    private static Invoice Invoiced(IReadOnlyList<ServiceLine> lines, string currency, int days, int of)
    {
        var service = new Service("S1", "Danışmanlık", currency, lines, 1, On, On.AddDays(days - 1), null, true, [], DateTimeOffset.UnixEpoch);
        var customer = new Customer("C1", "ÖZGÜR & Ş.", null, "TR", "tr", [], [], null, false, new(), null, "123456789");
        return Drafts.Scheduled(service, On, On.AddDays(of - 1), customer, new("Örnek A.Ş."), new(), DateTimeOffset.UnixEpoch).Issued(On, new(0m, Currency.Of(currency)), DateTimeOffset.UnixEpoch);
    }

    [Theory]
    [InlineData("C1", "partly paid")]
    [InlineData("C2", "paid")]
    [InlineData("ÖZ#3", "cancelled")]
    [InlineData("120/01", "paid and taken back")]
    [Trait("Feature", "B21")]
    public async Task What_remains_is_the_total_and_every_entry_since(string customer, string _)
    {
        await using var host = await ExportGiven.UsedOffice();
        var account = AccountStore.Of(customer);
        var invoice = Assert.Single(await host.Invoices(customer));
        var head = await host.Get<LedgerReader>().Head(account, default);
        var issued = Assert.IsType<Vade.Accounts.Entry>(await host.Get<LedgerReader>().EntryOf(account, "issue!" + invoice.Ref, default));
        foreach (var language in Languages.All)
        {
            var parts = await host.Get<ExplainInvoice>().Of(account, invoice, language, default);
            Assert.Equal(InvoiceReader.Status(invoice, head).Remaining, parts[0].Amount!.Value.Amount);
            Assert.Contains(parts, part => part.Says?.Contains(issued.Hash, StringComparison.Ordinal) == true);

            var balance = await host.Get<ExplainAccount>().Balance(account, Currency.TRY, language, default);
            Assert.Equal(head.Balance(Currency.TRY), balance.Amount);
            var statement = await host.Get<LedgerReader>().Statement(account, new(2026, 10, 1), new(2026, 12, 31), Currency.TRY, default);
            Assert.Equal(statement.Closing, ExplainAccount.Closing(statement, language).Amount!.Value.Amount);
        }
    }

    [Fact]
    public void A_figure_that_does_not_add_up_is_not_explained_away() =>
        Assert.Throws<InvalidOperationException>(() => Explanation.Sum("x", new(2m, Currency.TRY), [Explanation.Fact("y", "z", new(1m, Currency.TRY))]));
}
