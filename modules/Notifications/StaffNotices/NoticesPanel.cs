using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel.Messaging;
using Vade.Organisation;
using Vade.Payments;
using Vade.Portal;

namespace Vade.Notifications;

/// <summary>A notice as the office reads it.</summary>
/// <param name="Key">What it is put away by.</param>
/// <param name="Url">Where it is looked into; null for nowhere.</param>
public sealed record NoticeShown(string Key, DateTimeOffset At, string Text, string Customer, string? Url);

/// <summary>What waits for somebody's look: told on the first page, read and put away on a page of its own.</summary>
internal static class NoticesPanel
{
    public const string Permission = "notices.handle";
    public const string Path = "/panel/notices";
    public const int Shown = 50;
    private const int KeyMax = 1_000;

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(Permission, Role.Accountant, Role.Cashier);
        services.AddPanelTasks<NoticeTasks>();
    }

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/notices", Show).Needs(Permission);
        panel.MapPost("/notices", PutAway).Needs(Permission);
    }

    private static async Task<IResult> Show(PanelRequest panel, Notices notices, PaymentReader payments)
    {
        var rows = await notices.Page(null, Shown, panel.Cancellation);
        var shown = await Task.WhenAll(rows.Select(async row => new NoticeShown(
            row.Key, row.Value.At, Letter.Texts[panel.Language, row.Value.Kind == DeliverHandler.FailedKind ? "panel.notice.failed" : "panel.notice.payment"],
            AccountStore.CodeOf(row.Value.Account),
            row.Value.Kind == DeliverHandler.FailedKind || await payments.Find(row.Value.Account, row.Value.About, panel.Cancellation) is not { } payment ? null : "/panel/payments/" + payment.Id)));
        return panel.Page<NoticesPage>((nameof(NoticesPage.Items), shown));
    }

    private static async Task<IResult> PutAway(PanelRequest panel, Notices notices)
    {
        if (panel.Field("key") is not { Length: > 0 and <= KeyMax } key)
            return panel.NotFound();
        await notices.Remove(key, panel.Cancellation);
        panel.Audit("notice", key);
        return panel.Done(Path, Letter.Texts[panel.Language, "panel.notice.done"]);
    }
}

internal sealed class NoticeTasks(Notices notices) : IPanelTasks
{
    public string Permission => NoticesPanel.Permission;

    public async Task<IReadOnlyList<PanelTask>> Find(PanelRequest panel) =>
        await notices.Page(null, NoticesPanel.Shown, panel.Cancellation) is { Count: > 0 and var count }
            ? [new(Letter.Texts.Format(panel.Language, "panel.notices.wait", count == NoticesPanel.Shown ? count + "+" : count), NoticesPanel.Path)]
            : [];
}
