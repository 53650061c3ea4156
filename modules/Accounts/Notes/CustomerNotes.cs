using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>Something that staff wrote down about a customer. It is never changed; a later note says it better.</summary>
/// <param name="Id">Of the form that wrote it: sent again it is the same note.</param>
/// <param name="By">The name of who wrote it, at the time.</param>
public sealed record CustomerNote(string Id, string Text, string By, DateTimeOffset At);

/// <summary>The note that stands on top of every page about a customer.</summary>
/// <param name="Id">Null: none does any more.</param>
internal sealed record PinnedNote(string? Id);

/// <summary>What staff note about customers: rows of the account, read by staff alone.</summary>
public sealed class CustomerNotes
{
    public const int TextMax = 2_000;
    public const int NotesMax = 500;
    private readonly AccountStore _accounts;
    private readonly TimeProvider _clock;

    internal CustomerNotes(AccountStore accounts, TimeProvider clock) => (_accounts, _clock) = (accounts, clock);

    /// <summary>The newest first; at most <see cref="NotesMax"/>.</summary>
    public async Task<IReadOnlyList<CustomerNote>> Of(string account, CancellationToken cancellation)
    {
        var rows = await _accounts.Tables.Page(
            AccountStore.Table, account, KeyRange.Prefix(AccountsRows.NotePrefix), NotesMax, AccountsRows.NoteType, cancellation);
        return [.. rows.Select(row => row.Value).OrderByDescending(note => note.At).ThenBy(note => note.Id, StringComparer.Ordinal)];
    }

    /// <summary>The text of the note that stands on top; null where none does.</summary>
    public async Task<string?> Pinned(string account, CancellationToken cancellation) =>
        await PinnedId(account, cancellation) is { } id ? (await Find(account, id, cancellation))?.Value.Text : null;

    public async Task<string?> PinnedId(string account, CancellationToken cancellation) =>
        (await _accounts.Find(account, AccountsRows.PinnedNote, AccountsRows.PinnedType, cancellation))?.Value.Id;

    /// <summary>Writes a note down, once for its id. False when the account holds as many as it may.</summary>
    /// <param name="text">1 to <see cref="TextMax"/> characters.</param>
    public Task<bool> Write(string account, string id, string text, string by, CancellationToken cancellation) => _accounts.Change(
        account,
        async stop =>
        {
            if (await Find(account, id, stop) is not null)
                return new Decision<bool>(true, null);
            if ((await Of(account, stop)).Count >= NotesMax)
                return new Decision<bool>(false, null);
            var note = new CustomerNote(id, text, by, _clock.GetUtcNow());
            return new(true, _accounts.Batch(account).Insert(AccountsRows.Note(id), note, AccountsRows.NoteType));
        },
        cancellation);

    /// <summary>Puts a note on top of the customer's pages, in the place of the one before; null takes that one away.</summary>
    /// <returns>False when there is no such note.</returns>
    public Task<bool> Pin(string account, string? id, CancellationToken cancellation) => _accounts.Change(
        account,
        async stop =>
        {
            var before = await _accounts.Find(account, AccountsRows.PinnedNote, AccountsRows.PinnedType, stop);
            if (before?.Value.Id == id)
                return new Decision<bool>(true, null);
            if (id is not null && await Find(account, id, stop) is null)
                return new Decision<bool>(false, null);
            return new(true, _accounts.Batch(account).Write(AccountsRows.PinnedNote, before, new PinnedNote(id), AccountsRows.PinnedType));
        },
        cancellation);

    private Task<Stored<CustomerNote>?> Find(string account, string id, CancellationToken cancellation) =>
        _accounts.Find(account, AccountsRows.Note(id), AccountsRows.NoteType, cancellation);
}
