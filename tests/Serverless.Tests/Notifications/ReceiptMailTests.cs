using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Notifications;
using Vade.Payments;

namespace Vade.Tests.Notifications;

[Trait("Feature", "B7")]
public sealed class ReceiptMailTests
{
    private const string Number = "MKB2026000000001";
    private const string Hash = "0f";
    private static readonly string Reference = PaymentsRows.ManualPayment("cash-1");

    [Fact]
    public async Task A_receipt_reaches_the_customer_once_with_its_PDF_and_what_it_paid()
    {
        await using var office = await Office.Open();
        await Receive(office);
        await Announce(office);
        await Announce(office);
        await office.Host.Drain();

        var mail = Assert.Single(await office.Mails());
        Assert.Equal($"Receipt {Number} from X Ltd, ₺1,300.00 received", mail.Subject);
        Assert.Equal($"Receipt-{Number}.pdf", Assert.Single(mail.Attachments).Name);
        Assert.Contains($"Invoice {Office.Number}: ₺1,190.00", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Kept as an advance: ₺110.00", mail.Text, StringComparison.Ordinal);
        Assert.Contains("because X Ltd received your payment on 3 Nov 2026", mail.Text, StringComparison.Ordinal);
        var link = Assert.Single(mail.Links);
        Assert.NotNull(await office.Host.Get<PayLinks>().Resolve(link[(link.LastIndexOf('/') + 1)..], default));
    }

    [Fact]
    public async Task The_log_shows_a_receipt_under_every_invoice_that_it_paid()
    {
        await using var office = await Office.Open();
        await Receive(office, payment => payment with { Settled = [new("VAD1", 600m), new("VAD2", 590m)] });
        await Announce(office);
        await office.Host.Drain();
        var log = office.Host.Get<DeliveryLog>();
        var rows = await log.Page(new(null, null, null, null, null), null, 10, default);
        Assert.Equal(["VAD1", "VAD2"], rows.Select(row => row.About));
        Assert.Single(rows.Select(row => row.Delivery.Id).Distinct());
        Assert.Equal("VAD2", Assert.Single(await log.Page(new(null, null, null, null, null), rows[0].After, 10, default)).About);
        Assert.Equal("VAD2", Assert.Single(await log.Page(new(null, "receipt", "VAD2", null, null), null, 10, default)).About);
    }

    [Fact]
    public async Task A_payment_that_only_raised_an_advance_is_logged_under_its_receipt()
    {
        await using var office = await Office.Open();
        await Receive(office, payment => payment with { Settled = [], Advance = 1300m });
        await Announce(office);
        await office.Host.Drain();
        Assert.Equal([Number], Assert.Single(await office.Deliveries()).About);
    }

    [Fact]
    public async Task The_receipt_of_a_payment_that_was_taken_back_does_not_leave()
    {
        await using var office = await Office.Open();
        await Receive(office, payment => payment with { State = PaymentState.Cancelled });
        await Announce(office);
        await office.Host.Drain();
        var delivery = Assert.Single(await office.Deliveries());
        Assert.Equal((DeliveryState.Skipped, Reasons.Cancelled), (delivery.State, delivery.Reason));

        await using var other = await Office.Open();
        await Receive(other, payment => payment with { Test = true, Posted = false });
        await Announce(other);
        await other.Host.Drain();
        Assert.Equal(Reasons.Test, Assert.Single(await other.Deliveries()).Reason);
        Assert.Empty(await other.Mails());
    }

    [Theory]
    [InlineData("tr", "X Ltd – 1.300,00 ₺ ödemeniz alındı, makbuz MKB2026000000001")]
    [InlineData("es", "Recibo MKB2026000000001 de X Ltd, 1.300,00 ₺ recibidos")]
    [InlineData("az", "X Ltd – 1.300,00 ₺ ödənişiniz alındı, qəbz MKB2026000000001")]
    [InlineData("ru", "Квитанция MKB2026000000001 от X Ltd, получено 1 300,00 ₺")]
    public async Task The_receipt_speaks_the_language_of_the_customer(string language, string subject)
    {
        await using var office = await Office.Open(language: language);
        await Receive(office);
        await Announce(office);
        await office.Host.Drain();
        Assert.Equal(subject, Assert.Single(await office.Mails()).Subject);
    }

    [Fact]
    public async Task Money_that_needs_a_look_is_noted_once_until_somebody_has_looked()
    {
        await using var office = await Office.Open();
        for (var i = 0; i < 3; i++)
            await office.Host.Get<Bus>().Send(new PaymentNeedsAttention(office.Account, Reference, "otherAmount"), NotificationsJson.Default.PaymentNeedsAttention, default);
        await office.Host.Drain();
        var notices = office.Host.Get<Notices>();
        var notice = Assert.Single(await notices.Page(null, 10, default));
        Assert.Equal(("paymentNeedsAttention", Reference, "otherAmount"), (notice.Value.Kind, notice.Value.About, notice.Value.Reason));
        await notices.Remove(notice.Key, default);
        Assert.Empty(await notices.Page(null, 10, default));
    }

    private static Task Announce(Office office) =>
        office.Host.Get<Bus>().Send(new ReceiptIssued(office.Account, Reference), NotificationsJson.Default.ReceiptIssued, default);

    private static async Task Receive(Office office, Func<Payment, Payment>? change = null)
    {
        var payment = new Payment(
            Reference, "P0000000000000000001", Office.Code, PaymentState.Confirmed, "TRY", 1300m, "cash", null, null, "cash-1",
            new(2026, 11, 3), office.Host.Clock.GetUtcNow(), [new(Office.Number, 1190m)], 110m, Test: false, Posted: true,
            "MKB", "salt", "hash", Number, Hash);
        await office.Host.Get<IBlobs>().Put(PaymentsRows.ReceiptBlob(Hash), "%PDF-1.7"u8.ToArray(), default);
        await office.Host.Tables.Insert(AccountStore.Table, office.Account, Reference, change?.Invoke(payment) ?? payment, PaymentsRows.PaymentType, default);
    }
}
