using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>Where somebody is signed in; for who manages staff, where everybody is.</summary>
internal static class SessionsPages
{
    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/sessions", Show).ForAnyStaff();
        panel.MapPost("/sessions", End).ForAnyStaff();
    }

    private static async Task<IResult> Show(PanelRequest panel, StaffDirectory staff, Sessions sessions)
    {
        var mine = await sessions.Of(panel.Staff, panel.Cancellation);
        var others = new List<SignedIn>();
        if (panel.Can(StaffPages.Manage))
        {
            foreach (var user in (await staff.All(panel.Cancellation)).Where(user => user.Id != panel.Staff.Id))
                others.AddRange(await sessions.Of(user, panel.Cancellation));
        }

        return panel.Page<SessionsPage>((nameof(SessionsPage.Mine), mine), (nameof(SessionsPage.Others), others));
    }

    private static async Task<IResult> End(PanelRequest panel, Sessions sessions)
    {
        if (panel.Field("key") is { Length: > 0 } key)
            await sessions.End(panel.Staff.Id, key, panel.Cancellation);
        else
            await sessions.EndAll(panel.Staff.Id, but: panel.SignedIn!.Key, panel.Cancellation);
        return panel.Done("/panel/sessions", Words.Texts[panel.Language, "sessions.ended"]);
    }
}
