using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Portal;

namespace Vade.Notifications;

/// <summary>What does not go on by itself: messages that may not have arrived, stopped work, unread notices.</summary>
internal sealed class NeedsSomebody(DeliveryLog log, Notices notices, Poison poison, TimeProvider clock) : IPanelTasks
{
    private const int CountedMax = 10;
    private static readonly TimeSpan LooksBack = TimeSpan.FromDays(7);

    public string Permission => DeliveriesPanel.See;

    public async Task<IReadOnlyList<PanelTask>> Find(PanelRequest panel)
    {
        var trouble = log.Trouble(clock.GetUtcNow() - LooksBack, null, null, CountedMax, panel.Cancellation);
        var unread = panel.Can(NoticesPanel.See) ? notices.Unread(panel.Staff.Id, panel.Cancellation) : Task.FromResult(0);
        var stopped = panel.Can(WorkPanel.See) ? (await poison.List(null, CountedMax, panel.Cancellation)).Count : 0;
        (string What, int Count, string Path, Tone Tone)[] all =
        [
            ("panel.needs.work", stopped, WorkPanel.Path, Tone.Bad),
            ("panel.needs.deliveries", (await trouble).Count, $"{DeliveriesPanel.Path}?status={DeliveriesPanel.Trouble}", Tone.Warn),
            ("panel.needs.notices", await unread, NoticesPanel.Path, Tone.Warn),
        ];
        return
        [
            .. all.Where(line => line.Count > 0).Select(line => new PanelTask(
                $"{Letter.Texts[panel.Language, line.What]}: {(line.Count < CountedMax ? Formats.Quantity(line.Count, panel.Language) : "9+")}", line.Path, line.Tone)),
        ];
    }
}
