using Vade.Accounts;
using Vade.Payments;
using Vade.Tests.Billing;

namespace Vade.Tests.Payments;

public sealed class RecordPaymentTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Feature", "B20")]
    public async Task A_crash_at_any_call_and_a_repeated_report_leave_one_payment_and_one_receipt(bool afterwards)
    {
        await using var host = PaymentsGiven.Start();
        var (codes, receipts) = (new List<string>(), new List<string?>());
        for (var call = 1; ; call++)
        {
            var code = $"C{call}";
            var customer = await host.Customer(code);
            var invoice = await host.Invoice(customer, $"R{call}", 1000m);
            var body = new PaymentBody(1200m, "cash", $"P{call}", "TRY");
            host.CrashAt(call, afterwards);
            try
            {
                await host.Get<RecordPayment>().Record(customer, body, default);
            }
            catch (CrashException)
            {
            }

            var struck = host.Crash.Struck;
            await host.Restart();
            await host.Advance(TimeSpan.FromMinutes(30));
            var recorded = Assert.IsType<RecordOutcome.Recorded>(await host.Get<RecordPayment>().Record(customer, body, default));
            await host.Advance(TimeSpan.FromMinutes(30));

            Assert.Equal("paid", await host.Status(invoice));
            Assert.Equal(recorded.Payment.Id, Assert.Single(await host.Payments(code)).Id);
            receipts.Add(recorded.Payment.ReceiptNumber);
            codes.Add(code);
            if (!struck)
                break;
        }

        Assert.True(codes.Count > 15);
        Assert.Equal(Enumerable.Range(1, receipts.Count).Select(n => $"MKB2026{n:D9}"), receipts.Order(StringComparer.Ordinal));
        await host.BooksAreSound(codes);
    }

    [Fact]
    public async Task A_reference_belongs_to_one_customer_and_one_content_for_good()
    {
        await using var host = PaymentsGiven.Start();
        var (one, other) = (await host.Customer("C1"), await host.Customer("C2"));
        var body = new PaymentBody(10m, "cash", "P1", "TRY");
        var record = host.Get<RecordPayment>();

        var first = Assert.IsType<RecordOutcome.Recorded>(await record.Record(one, body, default));
        await host.Advance(TimeSpan.FromDays(40));
        var again = Assert.IsType<RecordOutcome.Recorded>(await record.Record(one, body, default));
        Assert.Equal((true, false, first.Payment.Id), (first.IsNew, again.IsNew, again.Payment.Id));
        Assert.IsType<RecordOutcome.OtherContent>(await record.Record(one, body with { Amount = 11m }, default));
        Assert.IsType<RecordOutcome.OtherContent>(await record.Record(other, body, default));
        Assert.Equal(10m, first.Payment.Advance);
        Assert.Empty(await host.Payments("C2"));
    }
}
