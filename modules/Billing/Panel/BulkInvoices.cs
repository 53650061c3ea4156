using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Billing;

internal enum BulkKind
{
    Send,
    Cancel,
}

/// <summary>Something that staff asked to be done to many invoices. Its row is written last: without it nothing is done.</summary>
/// <param name="Id">The nonce of the form.</param>
/// <param name="Messages">How many messages were said to leave; 0 where none does.</param>
internal sealed record BulkJob(string Id, BulkKind Kind, DateTimeOffset At, int Invoices, int Accounts, int Messages, string? Reason);

/// <summary>The invoices of one account that it is about.</summary>
/// <param name="Done">How many of them it was done to; null until the account's turn has come.</param>
internal sealed record BulkPart(string Account, IReadOnlyList<string> Refs, int? Done = null);

/// <summary>Sends a message for each account of the job that is not done.</summary>
internal sealed record RunBulk(string Id);

/// <summary>Does a job to one account.</summary>
internal sealed record DoBulk(string Id, string Account);

/// <summary>Staff want an issued invoice to be sent to its customer again, once for each wish.</summary>
/// <param name="Wish">What makes two wishes the same.</param>
public sealed record InvoiceSendAsked(string Account, string Invoice, string Wish);

/// <summary>
/// Does the same to many invoices. The accounts' parts are written first, the job last, and its messages are sent then;
/// a delayed message sent before all of this finishes what a dead process left. Each account is one message that may come
/// again: sending again is keyed by the job, cancelling by the invoice.
/// </summary>
internal sealed class BulkInvoices(
    ITables tables, AccountStore accounts, CancelInvoices cancels, InvoiceReader invoices, Bus bus)
    : IHandle<RunBulk>, IHandle<DoBulk>
{
    public const int InvoicesMax = 1_000;
    private const int RefsPerCommitMax = 50;
    private static readonly TimeSpan FinishAfter = TimeSpan.FromMinutes(10);

    public static bool IsId(string id) => id.Length is > 0 and <= 64 && id.All(char.IsAsciiHexDigitLower);

    /// <summary>Begins the job; begun before, it is not begun again.</summary>
    public async Task Begin(BulkJob job, IEnumerable<BulkPart> parts, CancellationToken cancellation)
    {
        await bus.Send(new RunBulk(job.Id), BillingJson.Default.RunBulk, cancellation, FinishAfter);
        var partition = BillingRows.Bulk(job.Id);
        if (await Find(job.Id, cancellation) is null)
        {
            foreach (var some in parts.Chunk(TableLimits.ChangesMax))
            {
                await tables.Commit(
                    BillingRows.Table, partition,
                    [.. some.Select(part => new Change.Put(BillingRows.BulkPart(part.Account), BillingRows.BulkPartType.Version, BillingRows.BulkPartType.Write(part)))],
                    cancellation);
            }

            await tables.Insert(BillingRows.Table, partition, BillingRows.BulkJobKey, job, BillingRows.BulkJobType, cancellation);
        }

        await bus.Send(new RunBulk(job.Id), BillingJson.Default.RunBulk, cancellation);
    }

    public async Task<BulkJob?> Find(string id, CancellationToken cancellation) =>
        (await tables.Find(BillingRows.Table, BillingRows.Bulk(id), BillingRows.BulkJobKey, BillingRows.BulkJobType, cancellation))?.Value;

    /// <summary>Every account's part; at most as many as a job has invoices.</summary>
    public async Task<IReadOnlyList<BulkPart>> Parts(string id, CancellationToken cancellation)
    {
        var parts = new List<BulkPart>();
        await foreach (var row in tables.All(
            BillingRows.Table, BillingRows.Bulk(id), KeyRange.Prefix(BillingRows.BulkPartPrefix), BillingRows.BulkPartType, cancellation))
            parts.Add(row.Value);
        return parts;
    }

    /// <summary>Asks for these invoices of an account to be sent again. Asked twice with the same wish, they are sent once.</summary>
    public async Task Send(string account, IReadOnlyList<string> refs, string wish, CancellationToken cancellation)
    {
        await accounts.FinishLater(account, cancellation);
        foreach (var some in refs.Chunk(RefsPerCommitMax))
        {
            await accounts.Change(
                account,
                _ =>
                {
                    var batch = accounts.Batch(account);
                    foreach (var reference in some)
                        batch.Publish(new InvoiceSendAsked(account, reference, wish), BillingJson.Default.InvoiceSendAsked);
                    return Task.FromResult(new Decision<bool>(true, batch));
                },
                cancellation);
        }
    }

    public async Task Handle(RunBulk message, CancellationToken cancellation)
    {
        if (await Find(message.Id, cancellation) is null)
            return;
        DoBulk[] open = [.. (await Parts(message.Id, cancellation)).Where(part => part.Done is null).Select(part => new DoBulk(message.Id, part.Account))];
        if (open.Length > 0)
            await bus.Send(open, BillingJson.Default.DoBulk, cancellation);
    }

    public async Task Handle(DoBulk message, CancellationToken cancellation)
    {
        var (partition, key) = (BillingRows.Bulk(message.Id), BillingRows.BulkPart(message.Account));
        if (await Find(message.Id, cancellation) is not { } job
            || await tables.Find(BillingRows.Table, partition, key, BillingRows.BulkPartType, cancellation) is not { Value: { Done: null } part } stored)
            return;
        var done = job.Kind == BulkKind.Send ? await SendStanding(part, job.Id, cancellation) : await CancelAll(part, job.Reason!, cancellation);
        // Who loses this race has done the same.
        await tables.Replace(BillingRows.Table, partition, stored, part with { Done = done }, BillingRows.BulkPartType, cancellation);
    }

    // What was cancelled meanwhile is left out here already; the mail's own last look would stop it too.
    private async Task<int> SendStanding(BulkPart part, string wish, CancellationToken cancellation)
    {
        var standing = new List<string>();
        foreach (var reference in part.Refs)
        {
            if (await invoices.Find(part.Account, reference, cancellation) is { State: InvoiceState.Issued })
                standing.Add(reference);
        }

        await Send(part.Account, standing, wish, cancellation);
        return standing.Count;
    }

    private async Task<int> CancelAll(BulkPart part, string reason, CancellationToken cancellation)
    {
        var done = 0;
        foreach (var reference in part.Refs)
            done += await cancels.Cancel(part.Account, reference, reason, cancellation) == CancelOutcome.Paid ? 0 : 1;
        return done;
    }
}
