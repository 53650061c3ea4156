using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel.Metering;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>A larger piece of work whose costs are shown one by one, such as a billing run.</summary>
/// <param name="Scope">Under which everything it set off was counted.</param>
/// <param name="Text">What it is, for its reader.</param>
public sealed record CostedWork(string Scope, string Text);

/// <summary>Names the latest pieces of work of a module, the newest first; a bounded number.</summary>
public interface ICostedWorks
{
    Task<IReadOnlyList<CostedWork>> Latest(PanelRequest panel);
}

/// <summary>What the app costs, live: today, this month, and each of the latest runs with everything it set off.</summary>
internal static class CostPages
{
    private const string See = "costs.see";
    private const int RefreshSeconds = 10;

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(See, Role.Accountant, Role.Viewer);
        services.AddPanelItem(new(80, language => Words.Texts[language, "costs"], "/panel/costs", See, "chart"));
    }

    public static void Map(RouteGroupBuilder panel) => panel.MapGet("/costs", Show).Needs(See);

    private static async Task<IResult> Show(PanelRequest panel, Costs costs, MeterKeeper keeper, IEnumerable<ICostedWorks> works)
    {
        await keeper.Keep(panel.Cancellation, now: true);
        var today = keeper.Today;
        var runs = new List<(CostedWork Work, CostView Cost)>();
        foreach (var source in works)
        {
            foreach (var work in await source.Latest(panel))
                runs.Add((work, (await costs.OfScope(work.Scope, panel.Cancellation)).Total));
        }

        return panel.Page<CostsPage>(
            (nameof(CostsPage.Today), await costs.OfDays(today, today, panel.Cancellation)),
            (nameof(CostsPage.Month), await costs.OfDays(new(today.Year, today.Month, 1), today, panel.Cancellation)),
            (nameof(CostsPage.Runs), runs),
            (nameof(CostsPage.RefreshSeconds), RefreshSeconds));
    }

    /// <summary>US dollars with as many digits as a fraction of a cent needs.</summary>
    public static string Usd(string amount, Vade.Kernel.Language language) =>
        Vade.Kernel.Formats.Number(decimal.Parse(amount, CultureInfo.InvariantCulture), 4, language) + "\u00a0$";
}
