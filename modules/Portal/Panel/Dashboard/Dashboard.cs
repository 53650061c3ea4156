using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Vade.Portal;

/// <summary>The first page: what needs somebody today, in cards that the modules bring.</summary>
internal static class Dashboard
{
    public const string Permission = "dashboard.see";

    public static async Task<IResult> Show(PanelRequest panel, IEnumerable<IPanelCard> cards)
    {
        var shown = new List<RenderFragment>();
        foreach (var card in cards.Where(card => panel.Can(card.Permission)).OrderBy(card => card.Order))
        {
            if (await card.Render(panel) is { } content)
                shown.Add(content);
        }

        return panel.Page<DashboardPage>((nameof(DashboardPage.Cards), shown));
    }
}

/// <summary>Greets, and says who one is here.</summary>
internal sealed class WelcomeCard : IPanelCard
{
    public int Order => 1000;

    public string Permission => Dashboard.Permission;

    public Task<RenderFragment?> Render(PanelRequest panel) => Task.FromResult<RenderFragment?>(builder =>
    {
        builder.OpenComponent<WelcomeCardView>(0);
        builder.CloseComponent();
    });
}
