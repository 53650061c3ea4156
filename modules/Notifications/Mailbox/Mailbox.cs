using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Notifications;

/// <summary>A file of a message in the mailbox; its bytes are a blob.</summary>
/// <param name="Size">Bytes.</param>
internal sealed record MailboxFile(string Name, string Type, int Size);

/// <summary>A message as the mailbox keeps and shows it (contract: /simulator/mailbox.json).</summary>
internal sealed record MailboxItem(
    string Id, [property: JsonConverter(typeof(InstantJson))] DateTimeOffset At, string Channel, string To, string Subject, string Text, string Html,
    IReadOnlyList<string> Links, IReadOnlyList<MailboxFile> Attachments);

/// <summary>Where a message stands in the order of time.</summary>
internal sealed record MailboxEntry(string Id);

/// <summary>
/// Takes what would leave, in the sandbox. A message is keyed by its delivery: handed over twice it is one, at the
/// time it first came.
/// </summary>
internal sealed class Mailbox(ITables tables, IBlobs blobs, TimeProvider clock) : IMailSender
{
    internal const string Table = "mailbox";
    private const string Items = "items";
    private const string Order = "order";
    private static readonly RowType<MailboxItem> ItemType = new(NotificationsJson.Default.MailboxItem);
    private static readonly RowType<MailboxEntry> EntryType = new(NotificationsJson.Default.MailboxEntry);

    public async Task<SendOutcome> Send(Mail mail, CancellationToken cancellation)
    {
        var at = (await Find(mail.Id, cancellation))?.At ?? clock.GetUtcNow();
        for (var i = 0; i < mail.Attachments.Count; i++)
            await blobs.Put(Blob(mail.Id, i), mail.Attachments[i].Content, cancellation);
        await tables.Put(Table, Order, Place(at, mail.Id), new MailboxEntry(mail.Id), EntryType, cancellation);
        await tables.Put(
            Table, Items, mail.Id,
            new MailboxItem(
                mail.Id, at, Deliveries.Email, mail.To, mail.Subject, mail.Text, mail.Html, mail.Links,
                [.. mail.Attachments.Select(file => new MailboxFile(file.Name, file.Type, file.Content.Length))]),
            ItemType, cancellation);
        return new SendOutcome.Accepted();
    }

    public async Task<MailboxItem?> Find(string id, CancellationToken cancellation) =>
        (await tables.Find(Table, Items, Key.Of(id), ItemType, cancellation))?.Value;

    /// <summary>The bytes of an attachment, counted from 0; null when there is none.</summary>
    public Task<byte[]?> File(MailboxItem item, int index, CancellationToken cancellation) => blobs.Find(Blob(item.Id, index), cancellation);

    /// <summary>Every message, the newest first.</summary>
    public async IAsyncEnumerable<MailboxItem> All([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var entry in tables.All(Table, Order, KeyRange.All, EntryType, cancellation))
        {
            // A place whose message never came, or came again later, is nobody's.
            if (await Find(entry.Value.Id, cancellation) is { } item && Place(item.At, item.Id) == entry.Key)
                yield return item;
        }
    }

    // Counted down, because a range is read from below.
    private static string Place(DateTimeOffset at, string id) =>
        (DateTimeOffset.MaxValue.UtcTicks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture) + Key.Separator + id;

    private static string Blob(string id, int index) => $"mailbox/{id}/{index.ToString(CultureInfo.InvariantCulture)}";
}
