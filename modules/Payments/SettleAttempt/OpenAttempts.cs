using System.Runtime.CompilerServices;
using Vade.Kernel.Storage;

namespace Vade.Payments;

/// <summary>
/// Where attempts stand: by their reference for good, since a notification may come late, and those that have not
/// ended in a list of their own. That list is one partition: it holds what began within minutes, never thousands.
/// </summary>
internal sealed class OpenAttempts(ITables tables)
{
    private readonly SpreadIndex<AttemptPointer> _byRef = new(tables, PaymentsRows.Table, "attempt", PaymentsRows.AttemptPointerType);

    /// <summary>Before the attempt is committed.</summary>
    public async Task Announce(AttemptPointer pointer, CancellationToken cancellation)
    {
        await _byRef.Put(pointer.Ref, pointer.Ref, pointer, cancellation);
        await tables.Put(PaymentsRows.Table, PaymentsRows.OpenAttempts, pointer.Ref, pointer, PaymentsRows.AttemptPointerType, cancellation);
    }

    /// <summary>The attempt has ended.</summary>
    public Task Close(string reference, CancellationToken cancellation) =>
        tables.Remove(PaymentsRows.Table, PaymentsRows.OpenAttempts, [reference], cancellation);

    /// <summary>The attempt was never committed.</summary>
    public async Task Forget(string reference, CancellationToken cancellation)
    {
        await Close(reference, cancellation);
        await _byRef.Remove(reference, reference, cancellation);
    }

    public async Task<AttemptPointer?> Find(string reference, CancellationToken cancellation) =>
        reference.Length is > 0 and <= 40 && reference.All(char.IsAsciiLetterOrDigit)
            ? (await _byRef.Find(reference, reference, cancellation))?.Value
            : null;

    public async IAsyncEnumerable<AttemptPointer> All([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in tables.All(PaymentsRows.Table, PaymentsRows.OpenAttempts, KeyRange.All, PaymentsRows.AttemptPointerType, cancellation))
            yield return row.Value;
    }

    public async Task<bool> Any(CancellationToken cancellation) =>
        (await tables.Range(PaymentsRows.Table, PaymentsRows.OpenAttempts, KeyRange.All, 1, cancellation)).Count > 0;
}
