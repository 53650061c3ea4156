using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Vade.Portal;

/// <summary>Something that waits for somebody of the office, written for its reader.</summary>
/// <param name="Path">Where it is dealt with.</param>
public sealed record PanelTask(string Text, string Path, Tone Tone = Tone.Warn);

/// <summary>A module that knows what waits for somebody.</summary>
public interface IPanelTasks
{
    string Permission { get; }

    /// <summary>What waits now, the most urgent first; none is the best answer. A few reads of the store at most.</summary>
    Task<IReadOnlyList<PanelTask>> Find(PanelRequest panel);
}

public static class PanelTasks
{
    /// <summary>Puts what a module knows to be waiting on the first page.</summary>
    public static IServiceCollection AddPanelTasks<TTasks>(this IServiceCollection services)
        where TTasks : class, IPanelTasks => services.AddScoped<IPanelTasks, TTasks>();
}

/// <summary>What needs somebody today, of all modules; that nothing does is said as well.</summary>
internal sealed class TodayCard(IEnumerable<IPanelTasks> modules) : IPanelCard
{
    public int Order => 0;

    public string Permission => Dashboard.Permission;

    public async Task<RenderFragment?> Render(PanelRequest panel)
    {
        var tasks = new List<PanelTask>();
        foreach (var module in modules.Where(module => panel.Can(module.Permission)))
            tasks.AddRange(await module.Find(panel));
        return builder =>
        {
            builder.OpenComponent<TodayCardView>(0);
            builder.AddComponentParameter(1, nameof(TodayCardView.Tasks), tasks);
            builder.CloseComponent();
        };
    }
}
