using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Payments;

/// <summary>What other modules may ask about payments.</summary>
public sealed class PaymentReader(AccountStore accounts, IBlobs blobs, ITables tables)
{
    private readonly PaymentIndex _index = new(tables);

    /// <summary>The payment of an account; null when there is none.</summary>
    public async Task<Payment?> Find(string account, string reference, CancellationToken cancellation) =>
        (await accounts.Find(account, reference, PaymentsRows.PaymentType, cancellation))?.Value;

    /// <summary>The payment of this id, with the account it stands in.</summary>
    public async Task<(string Account, Payment Payment)?> FindById(string id, CancellationToken cancellation) =>
        await _index.Find(id, cancellation) is { } pointer && await Find(pointer.Account, pointer.Ref, cancellation) is { } payment
            ? (pointer.Account, payment)
            : null;

    /// <summary>All payments of an account, in the order in which they came.</summary>
    public async Task<IReadOnlyList<Payment>> Of(string account, CancellationToken cancellation)
    {
        var payments = new List<Payment>();
        await foreach (var row in accounts.Tables.All(
            AccountStore.Table, account, KeyRange.Prefix(PaymentsRows.PaymentPrefix), PaymentsRows.PaymentType, cancellation))
            payments.Add(row.Value);
        return [.. payments.OrderBy(payment => payment.At).ThenBy(payment => payment.Id, StringComparer.Ordinal)];
    }

    /// <summary>The stored receipt; null while it is being made.</summary>
    public async Task<byte[]?> Receipt(Payment payment, CancellationToken cancellation) =>
        payment.ReceiptHash is { } hash
            ? await blobs.Find(PaymentsRows.ReceiptBlob(hash), cancellation)
                ?? throw new InvalidOperationException($"The receipt {payment.ReceiptNumber} is missing.")
            : null;
}

/// <summary>Payments by id, and by day. Rows are written before the payment they point at; a reader checks that it is there.</summary>
internal sealed class PaymentIndex(ITables tables)
{
    private readonly SpreadIndex<PaymentPointer> _byId = new(tables, PaymentsRows.Table, "id", PaymentsRows.PaymentPointerType);
    private readonly SpreadIndex<PaymentRow> _byDay = new(tables, PaymentsRows.Table, "day", PaymentsRows.RowType);

    public async Task Put(string id, DateOnly on, PaymentPointer pointer, CancellationToken cancellation)
    {
        await _byId.Put(id, id, pointer, cancellation);
        // What the projector has made of it meanwhile stays.
        await _byDay.Insert(id, PaymentsRows.Listed(on) + Key.Separator + id, new(pointer.Account, pointer.Ref), cancellation);
    }

    public async Task<PaymentPointer?> Find(string id, CancellationToken cancellation) =>
        id.Length is > 0 and <= 40 && id.All(char.IsAsciiLetterOrDigit) ? (await _byId.Find(id, id, cancellation))?.Value : null;

    /// <summary>The rows of the list, in the order of their days (see <see cref="SpreadIndex{T}.Next"/>).</summary>
    public Task<(IReadOnlyList<Stored<PaymentRow>> Rows, bool More)> Next(KeyRange range, int perPartition, CancellationToken cancellation) =>
        _byDay.Next(range, perPartition, cancellation);

    /// <summary>The rows of a range in no order.</summary>
    public IAsyncEnumerable<Stored<PaymentRow>> All(KeyRange range, CancellationToken cancellation) => _byDay.All(range, cancellation);

    /// <summary>Writes the row of a payment.</summary>
    public async Task<Projected> Write(AccountState state, Payment payment, CancellationToken cancellation)
    {
        var row = PaymentRow.Of(state.Account, payment, state.Head.Sequence);
        var outcome = Projected.Written;
        await _byDay.Update(
            payment.Id, row.Place,
            before =>
            {
                outcome = state.IsBefore(before?.Sequence) ? new(false, before!.Sequence) : Projected.Written;
                // A receipt moves no money, so the sequence cannot tell; it is never taken away.
                var after = row with { ReceiptNumber = row.ReceiptNumber ?? before?.ReceiptNumber };
                return !outcome.Done || after == before ? null : after;
            },
            cancellation);
        return outcome;
    }
}
