using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>The keys of the API: given out with a scope and shown once, revoked when they are no longer needed.</summary>
internal static class KeyPages
{
    private const string Manage = "keys.manage";
    private const string List = "/panel/keys";
    private const int NameLengthMax = 60;

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(Manage);
        services.AddPanelItem(new(96, language => Words.Texts[language, "keys"], List, Manage, "key"));
    }

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/keys", (PanelRequest request, ApiKeys keys) => Show(request, keys, "", null)).Needs(Manage);
        panel.MapPost("/keys", Create).Needs(Manage);
        panel.MapGet("/keys/{id}/revoke", AskToRevoke).Needs(Manage);
        panel.MapPost("/keys/{id}/revoke", Revoke).Needs(Manage);
    }

    private static async Task<IResult> Show(PanelRequest panel, ApiKeys keys, string name, string? problem) => panel.Page<KeysPage>(
        problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
        (nameof(KeysPage.Keys), await keys.All(panel.Cancellation)), (nameof(KeysPage.Name), name), (nameof(KeysPage.Problem), problem), (nameof(KeysPage.NewKey), panel.Secret));

    private static async Task<IResult> Create(PanelRequest panel, ApiKeys keys)
    {
        var name = panel.Field("name");
        if (name.Length is 0 or > NameLengthMax || !Enum.TryParse<ApiScope>(panel.Field("scope"), out var scope) || !Enum.IsDefined(scope))
            return await Show(panel, keys, name, Words.Texts[panel.Language, "keys.nameWrong"]);
        panel.Tell(await keys.Create(name, scope, panel.Staff.Name, panel.Cancellation));
        panel.Audit("key " + name, scope.ToString());
        return panel.Done(List);
    }

    private static async Task<IResult> AskToRevoke(string id, PanelRequest panel, ApiKeys keys) =>
        (await keys.All(panel.Cancellation)).FirstOrDefault(key => key.Id == id) is not { } key
            ? panel.NotFound()
            : panel.Confirm(new(
                Words.Texts.Format(panel.Language, "keys.revokeTitle", key.Name), Words.Texts[panel.Language, "keys.revokeText"],
                $"{List}/{id}/revoke", Words.Texts[panel.Language, "keys.revoke"], List, IsDanger: true,
                Facts: [(Words.Texts[panel.Language, "keys.used"], key.UsedAt is { } used ? panel.Instant(used) : Words.Texts[panel.Language, "keys.never"])]));

    private static async Task<IResult> Revoke(string id, PanelRequest panel, ApiKeys keys)
    {
        if (await keys.Revoke(id, panel.Cancellation) is not { } key)
            return panel.NotFound();
        panel.Audit("key " + key.Name);
        return panel.Done(List, Words.Texts.Format(panel.Language, "keys.revoked", key.Name));
    }
}
