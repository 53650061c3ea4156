using System.Security.Cryptography;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Payments;

/// <summary>
/// Gives every payment its receipt: a number keyed by the payment, so that a crash between taking and using it leaves
/// no gap, and a PDF that is rendered once and stored (design §2).
/// </summary>
internal sealed class Receipts(
    AccountStore accounts, CustomerReader customers, Numbering numbering, IBlobs blobs, Settings settings, TimeProvider clock)
    : IFinishAccount
{
    public async Task Finish(string account, CancellationToken cancellation)
    {
        await foreach (var pending in accounts.Tables.All(
            AccountStore.Table, account, KeyRange.Prefix(PaymentsRows.PendingReceiptPrefix), PaymentsRows.PendingType, cancellation))
            await Complete(account, pending.Value.PaymentRef, cancellation);
    }

    /// <summary>Does nothing when the receipt is there, or none is due.</summary>
    public async Task Complete(string account, string payment, CancellationToken cancellation)
    {
        if (await accounts.Find(account, PaymentsRows.PendingReceipt(payment), PaymentsRows.PendingType, cancellation) is null
            || await accounts.Find(account, payment, PaymentsRows.PaymentType, cancellation) is not { Value: var waiting })
            return;
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var customer = await customers.Find(account, cancellation) ?? throw new InvalidOperationException($"The customer of {account} is missing.");
        var (number, _) = await numbering.Take(
            Numbering.Receipts, waiting.ReceiptSeries, $"{account}!{payment}", organisation.Today(clock), cancellation);
        var pdf = ReceiptPaper.Render(waiting, number, customer, organisation);
        var hash = Convert.ToHexStringLower(SHA256.HashData(pdf));
        await blobs.Put(PaymentsRows.ReceiptBlob(hash), pdf, cancellation);
        await accounts.Change(
            account,
            async stop =>
            {
                var mark = await accounts.Find(account, PaymentsRows.PendingReceipt(payment), PaymentsRows.PendingType, stop);
                var stored = await accounts.Find(account, payment, PaymentsRows.PaymentType, stop);
                if (mark is null || stored is null)
                    return new Decision<bool>(false, null);
                return new(true, accounts.Batch(account)
                    .Delete(mark)
                    .Replace(stored, stored.Value with { ReceiptNumber = number, ReceiptHash = hash }, PaymentsRows.PaymentType)
                    .Publish(new ReceiptIssued(account, payment), PaymentsJson.Default.ReceiptIssued));
            },
            cancellation);
    }
}
