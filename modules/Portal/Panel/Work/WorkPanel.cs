using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>A message that gave up, as staff see it.</summary>
/// <param name="Function">The queue whose function gave up.</param>
/// <param name="Error">All that is kept of it; its first line says what went wrong.</param>
public sealed record StoppedWork(string Id, string Function, string Error, DateTimeOffset At, int Attempts)
{
    public string Summary => Error.AsSpan().Trim() is var text && text.IndexOfAny('\r', '\n') is >= 0 and var end ? text[..end].ToString() : text.ToString();
}

/// <summary>Work that gave up and waits for somebody: why, and "try again", for one or for all that are shown.</summary>
public static class WorkPanel
{
    /// <summary>Permission to see what gave up.</summary>
    public const string See = "work.see";

    public const string Path = "/panel/work";

    /// <summary>More than this is told as "so many and more".</summary>
    public const int CountedMax = 10;

    private const string Retry = "work.retry";
    private const int Shown = 20;
    private static readonly string[] Queues = ["accounts", "billing", "payments", "notifications"];

    internal static void Add(IServiceCollection services)
    {
        services.AddPermission(See, Role.Accountant);
        services.AddPermission(Retry, Role.Accountant);
        services.AddPanelItem(new(
            80, language => Words.Texts[language, "work"], Path, See, "alert",
            async panel => (await panel.Get<Poison>().List(null, CountedMax, panel.Cancellation)).Count));
    }

    internal static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/work", Show).Needs(See);
        panel.MapPost("/work/{id}/retry", RetryOne).Needs(Retry);
        panel.MapPost("/work/retry", RetryShown).Needs(Retry);
    }

    /// <summary>Whose work it is, in words.</summary>
    internal static string Of(string function, Language language) =>
        Queues.Contains(function) ? Words.Texts[language, "work.queue." + function] : function;

    private static async Task<IResult> Show(PanelRequest panel, Poison poison)
    {
        var rows = await poison.List(panel.Query("after"), Shown + 1, panel.Cancellation);
        return panel.Page<WorkPage>(
            (nameof(WorkPage.Work), rows.Take(Shown).Select(row => new StoppedWork(row.Key, row.Value.Function, row.Value.Error, row.Value.At, row.Value.Attempts)).ToList()),
            (nameof(WorkPage.MayRetry), panel.Can(Retry)),
            (nameof(WorkPage.Next), rows.Count > Shown ? $"{Path}?after={rows[Shown - 1].Key}" : null));
    }

    private static async Task<IResult> RetryOne(string id, PanelRequest panel, Poison poison)
    {
        panel.Audit("work " + id);
        return await poison.Retry(id, panel.Cancellation)
            ? panel.Done(Path, Words.Texts[panel.Language, "work.retried"])
            : panel.Done(Path, Words.Texts[panel.Language, "work.gone"], Tone.Info);
    }

    // Those that were on the page, and none that nobody has seen. What was sent again is gone from the list, so going
    // through them once more after a crash sends only the rest.
    private static async Task<IResult> RetryShown(PanelRequest panel, Poison poison)
    {
        var sent = 0;
        foreach (var id in panel.Form["id"].OfType<string>().Distinct(StringComparer.Ordinal).Take(Shown))
            sent += await poison.Retry(id, panel.Cancellation) ? 1 : 0;
        panel.Audit("work", $"{sent} tried again");
        return sent > 0
            ? panel.Done(Path, Words.Texts[panel.Language, "work.retried"])
            : panel.Done(Path, Words.Texts[panel.Language, "work.gone"], Tone.Info);
    }
}
