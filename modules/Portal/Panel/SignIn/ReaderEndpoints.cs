using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>How the panel shows itself to one reader: their language, kept with them, and light or dark, kept in this browser.</summary>
internal static class ReaderEndpoints
{
    public static void Map(RouteGroupBuilder panel) => panel.MapPost("/reader", Change).ForAnyStaff();

    private static async Task<PanelRedirect> Change(PanelRequest panel, StaffDirectory staff, StaffCookies cookies)
    {
        if (Languages.Find(panel.Field("language")) is { } language)
            await staff.Change(panel.Staff.Id, user => user with { Language = language.Code() }, panel.Cancellation);
        if (panel.Field("theme") is { Length: > 0 } theme)
            cookies.SetTheme(panel.Context.Response, theme is "light" or "dark" ? theme : null);
        return panel.Done(panel.Field("from") is var from && LocalPath.IsOne(from) ? from : "/panel");
    }
}
