using Microsoft.AspNetCore.Components;
using Vade.Kernel.Messaging;
using Vade.Portal;

namespace Vade.Notifications;

/// <summary>So many of something that waits for somebody, and where they are.</summary>
public sealed record Waiting(string What, string Count, string Path);

/// <summary>The first card of the overview: what does not go on by itself. Where all is well there is none.</summary>
internal sealed class NeedsSomebody(DeliveryLog log, Notices notices, Poison poison, TimeProvider clock) : IPanelCard
{
    private const int CountedMax = 10;
    private static readonly TimeSpan LooksBack = TimeSpan.FromDays(7);

    public int Order => 1;

    public string Permission => DeliveriesPanel.See;

    public async Task<RenderFragment?> Render(PanelRequest panel)
    {
        var since = clock.GetUtcNow() - LooksBack;
        var trouble = log.Trouble(since, null, null, CountedMax, panel.Cancellation);
        var unread = panel.Can(NoticesPanel.See) ? notices.Unread(panel.Staff.Id, panel.Cancellation) : Task.FromResult(0);
        var stopped = panel.Can(WorkPanel.See) ? (await poison.List(null, CountedMax, panel.Cancellation)).Count : 0;
        (string What, int Count, string Path)[] all =
        [
            ("panel.needs.deliveries", (await trouble).Count, $"{DeliveriesPanel.Path}?status={DeliveriesPanel.Trouble}"),
            ("panel.needs.work", stopped, WorkPanel.Path),
            ("panel.needs.notices", await unread, NoticesPanel.Path),
        ];
        IReadOnlyList<Waiting> waiting =
        [
            .. all.Where(line => line.Count > 0).Select(line => new Waiting(
                Letter.Texts[panel.Language, line.What], line.Count < CountedMax ? Kernel.Formats.Quantity(line.Count, panel.Language) : "9+", line.Path)),
        ];
        return waiting.Count == 0 ? null : builder =>
        {
            builder.OpenComponent<NeedsSomebodyView>(0);
            builder.AddComponentParameter(1, nameof(NeedsSomebodyView.All), waiting);
            builder.CloseComponent();
        };
    }
}
