using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>By what right somebody looked at a paper. The names stand in rows and are never renamed.</summary>
public enum Viewer
{
    /// <summary>A link that was sent to the customer.</summary>
    Link,

    /// <summary>The customer, signed in.</summary>
    My,

    Staff,

    /// <summary>A program, with an API key.</summary>
    Api,
}

/// <summary>The papers whose readers are noted.</summary>
public enum Paper
{
    Invoice,
    Receipt,
    Document,
}

/// <summary>That somebody looked at a paper or took it along; looks within a few minutes are one.</summary>
/// <param name="Who">A user's name; null where <paramref name="By"/> says all that is known.</param>
/// <param name="Saved">It was downloaded, not shown in the browser.</param>
/// <param name="Agent">The family of the program: Chrome, Safari, Firefox, Edge, other.</param>
/// <param name="At">When it was first looked at, UTC; the last time within these minutes is <paramref name="Until"/>.</param>
public sealed record PaperView(Viewer By, string? Who, bool Saved, string Agent, DateTimeOffset At, DateTimeOffset Until);

/// <summary>The looks at one paper, the oldest first.</summary>
internal sealed record PaperViewList(IReadOnlyList<PaperView> Items);

/// <summary>
/// Notes who looked at a paper and when, for staff (seed C10): a row of the table <c>papers</c> for each paper, in the
/// account's partition. It is no part of the account's facts: a look that could not be noted is lost, and the paper is
/// shown all the same.
/// </summary>
public sealed partial class PaperViews(ITables tables, TimeProvider clock, ILogger<PaperViews> log)
{
    internal const string Table = "papers";
    internal const int KeptMax = 200;
    private const int TriesMax = 5;
    private static readonly string[] AheadHeaders = ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"];
    private static readonly TimeSpan SameLook = TimeSpan.FromMinutes(10);
    private static readonly RowType<PaperViewList> Type = new(PapersJson.Default.PaperViewList);

    /// <summary>Notes the look of this request, unless a program only fetched ahead.</summary>
    public async Task Note(
        HttpRequest request, string account, Paper paper, string number, Viewer by, bool saved, CancellationToken cancellation, string? who = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!HttpMethods.IsGet(request.Method) || IsFetchedAhead(request))
            return;
        var now = clock.GetUtcNow();
        var look = new PaperView(by, who, saved, AgentOf(request.Headers.UserAgent.ToString()), now, now);
        try
        {
            for (var attempt = 0; attempt < TriesMax; attempt++)
            {
                var before = await tables.Find(Table, account, KeyOf(paper, number), Type, cancellation);
                if (before is null
                    ? await tables.Insert(Table, account, KeyOf(paper, number), new PaperViewList([look]), Type, cancellation)
                    : await tables.Replace(Table, account, before, With(before.Value, look), Type, cancellation))
                    return;
            }
        }
        catch (StoreBusyException busy)
        {
            LogLost(busy);
        }
    }

    /// <summary>The looks at a paper, the oldest first; at most <see cref="KeptMax"/>, the first among them.</summary>
    public async Task<IReadOnlyList<PaperView>> Of(string account, Paper paper, string number, CancellationToken cancellation) =>
        (await tables.Find(Table, account, KeyOf(paper, number), Type, cancellation))?.Value.Items ?? [];

    /// <summary>The looks at all papers of an account, in no order.</summary>
    internal async Task<IReadOnlyList<(Paper Paper, string Number, PaperView View)>> All(string account, CancellationToken cancellation)
    {
        var all = new List<(Paper, string, PaperView)>();
        await foreach (var row in tables.All(Table, account, KeyRange.All, Type, cancellation))
        {
            var name = Key.Parts(row.Key);
            if (Enum.TryParse<Paper>(name[0], ignoreCase: true, out var paper))
                all.AddRange(row.Value.Items.Select(view => (paper, name[1], view)));
        }

        return all;
    }

    internal static PaperViewList With(PaperViewList list, PaperView look)
    {
        for (var i = list.Items.Count - 1; i >= 0 && look.At - list.Items[i].Until < SameLook; i--)
        {
            var seen = list.Items[i];
            if ((seen.By, seen.Who, seen.Saved, seen.Agent) == (look.By, look.Who, look.Saved, look.Agent))
                return new([.. list.Items.Take(i), seen with { Until = look.At }, .. list.Items.Skip(i + 1)]);
        }

        // That it was ever seen matters most, then what happened lately.
        return list.Items.Count < KeptMax ? new([.. list.Items, look]) : new([list.Items[0], .. list.Items.Skip(2), look]);
    }

    internal static string AgentOf(string userAgent) =>
        userAgent.Contains("Edg", StringComparison.Ordinal) ? "Edge"
        : userAgent.Contains("Firefox/", StringComparison.Ordinal) ? "Firefox"
        : userAgent.Contains("Chrome/", StringComparison.Ordinal) || userAgent.Contains("CriOS/", StringComparison.Ordinal) ? "Chrome"
        : userAgent.Contains("Safari/", StringComparison.Ordinal) ? "Safari"
        : "other";

    // Browsers and mail programs that load what somebody may click next say so.
    private static bool IsFetchedAhead(HttpRequest request) =>
        AheadHeaders.Any(name => request.Headers[name].ToString().StartsWith("pre", StringComparison.OrdinalIgnoreCase));

    private static string KeyOf(Paper paper, string number) => Key.Of(paper.ToString().ToLowerInvariant(), number);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A look at a paper could not be noted.")]
    private partial void LogLost(Exception busy);
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PaperViewList))]
internal sealed partial class PapersJson : JsonSerializerContext;
