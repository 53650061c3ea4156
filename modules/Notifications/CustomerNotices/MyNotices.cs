using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Notifications;

/// <summary>A notice as its customer reads it.</summary>
public sealed record MyNotice(string Key, string Text, string On, bool IsNew, string Url, string UrlText);

public sealed record MyNoticesView(MyFrame Frame, IReadOnlyList<MyNotice> Notices, bool HasNew, string? NextUrl);

/// <summary>What happened, the newest first, read and unread (seed B9).</summary>
internal static class MyNotices
{
    public const string Path = "/my/notices";
    private const int Shown = 20;

    public static void Map(IEndpointRouteBuilder app)
    {
        var my = app.MapMy();
        my.MapGet("/notices", Show);
        my.MapPost("/notices", Read).DisableAntiforgery();
    }

    private static async Task<IResult> Show(HttpContext context, CustomerNotices notices, Settings settings, CancellationToken cancellation)
    {
        var (visitor, after) = (context.Visitor(), context.Request.Query["after"].ToString());
        var zone = (await settings.Get(OrganisationSettings.Section, cancellation)).Zone;
        var page = await notices.Page(visitor.Account, after.Length is > 0 and <= 512 ? PathName.Decode(after) : null, Shown + 1, cancellation);
        return Pages.Of<MyNoticesPage>(new()
        {
            [nameof(MyNoticesPage.View)] = new MyNoticesView(
                await context.Frame(Letter.Texts[visitor.Language, "my.notices"], Path, cancellation),
                [.. page.Take(Shown).Select(row => View(row.Key, row.Notice, row.IsNew, zone, visitor.Language))],
                page.Any(row => row.IsNew),
                page.Count > Shown ? PageLanguage.Keep(context.Request, $"{Path}?after={PathName.Encode(page[Shown - 1].Key)}") : null),
        });
    }

    private static async Task<IResult> Read(HttpContext context, CustomerNotices notices, CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        if (form["all"].Count > 0)
            await notices.ReadAll(context.Visitor().Account, cancellation);
        else if (form["read"].ToString() is { Length: > 0 } key && PathName.Decode(key) is { } name)
            await notices.Read(context.Visitor().Account, name, cancellation);
        return Accounts.My.SeeOther(context, Path);
    }

    private static MyNotice View(string key, CustomerNotice notice, bool isNew, TimeZoneInfo zone, Language language) => new(
        PathName.Encode(key),
        Letter.Texts.Format(
            language, "my.notice." + notice.Kind, notice.Number, Formats.Money(notice.Money, language),
            notice.DueOn is { } dueOn ? Formats.Date(dueOn, language) : ""),
        $"{Formats.Date(zone.DateIn(notice.At), language)} {zone.TimeIn(notice.At):HH\\:mm}",
        isNew,
        notice.Kind == "receipt" ? $"/my/payments/{notice.Of}/receipt.pdf" : $"/my/invoices/{PathName.Encode(notice.Of)}/pdf",
        Letter.Texts[language, notice.Kind == "receipt" ? "my.notice.seeReceipt" : "my.notice.seeInvoice"]);
}
