using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>Write the rows of lists and reports anew from all accounts. Begun by hand; by the timer where a release changed their shape.</summary>
internal sealed record RebuildProjections;

/// <summary>Write those of the next accounts of this lane.</summary>
internal sealed record RebuildLane(int Lane);

/// <summary>Looks hourly whether this release's rows are there; usually one read.</summary>
internal sealed class RebuildTimer(Rebuild rebuild) : IRunTimer
{
    public const string Function = "RebuildTimer";

    public Task Run(CancellationToken cancellation) => rebuild.Resume(cancellation);

    // A release does not change while the sandbox moves its clock.
    public TimeSpan? OfUseFor => TimeSpan.FromHours(2);

    public ValueTask<bool> MayFindWork(DateTimeOffset last, DateTimeOffset next, CancellationToken cancellation) =>
        ValueTask.FromResult(next - last >= TimeSpan.FromHours(1));
}

/// <param name="Version">Of the rows' shape, <see cref="Rebuild.Version"/> of the release that wrote them.</param>
/// <param name="After">The last account that is written; null at the beginning.</param>
/// <param name="Done">Every account of the lane is written.</param>
/// <param name="At">When it last moved on.</param>
internal sealed record RebuildProgress(int Version, string? After, bool Done, DateTimeOffset At);

/// <summary>
/// Writes all rows of lists and reports anew: in a lane for each partition of the directory, some accounts a message.
/// How far a lane has come is a row, so that a lane whose message was lost goes on from there.
/// </summary>
internal sealed class Rebuild(ITables tables, CustomerDirectory directory, Projector projector, Bus bus, TimeProvider clock)
    : IHandle<RebuildProjections>, IHandle<RebuildLane>
{
    /// <summary>Raised with a release whose rows say more than those before.</summary>
    public const int Version = 1;
    public const string Partition = "rebuild";
    private const int AccountsPerMessage = 50;
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMinutes(15);
    private static readonly RowType<RebuildProgress> Type = new(ProjectionsJson.Default.RebuildProgress);

    public static IReadOnlyList<string> Lanes { get; } = [.. Enumerable.Range(0, SpreadIndex<DirectoryRow>.Buckets).Select(Key)];

    /// <summary>Begins the lanes of an older release and those that stand still. For the timer.</summary>
    public async Task Resume(CancellationToken cancellation)
    {
        var lanes = await tables.Page(CustomerDirectory.Table, Partition, KeyRange.All, Lanes.Count, Type, cancellation);
        var known = lanes.ToDictionary(lane => lane.Key, lane => lane.Value, StringComparer.Ordinal);
        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            var progress = known.GetValueOrDefault(Lanes[lane]);
            if (progress is null || progress.Version < Version)
                await Begin(lane, cancellation);
            else if (!progress.Done && clock.GetUtcNow() - progress.At >= IdleAfter)
                await Send(lane, cancellation);
        }
    }

    public async Task Handle(RebuildProjections message, CancellationToken cancellation)
    {
        for (var lane = 0; lane < Lanes.Count; lane++)
            await Begin(lane, cancellation);
    }

    public async Task Handle(RebuildLane message, CancellationToken cancellation)
    {
        if (await tables.Find(CustomerDirectory.Table, Partition, Lanes[message.Lane], Type, cancellation) is not { Value: { Done: false } } stored)
            return;
        var rows = await directory.Bucket(message.Lane, stored.Value.After, AccountsPerMessage, cancellation);
        foreach (var row in rows)
            await projector.Rebuild(row.Key, cancellation);
        var next = new RebuildProgress(
            stored.Value.Version, rows.Count > 0 ? rows[^1].Key : stored.Value.After, rows.Count < AccountsPerMessage, clock.GetUtcNow());
        // Where another one has moved the lane on, or begun it again, that one's message goes on.
        if (await tables.Replace(CustomerDirectory.Table, Partition, stored, next, Type, cancellation) && !next.Done)
            await Send(message.Lane, cancellation);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/projections/rebuild", async (Bus bus, CancellationToken cancellation) =>
        {
            await bus.Send(new RebuildProjections(), ProjectionsJson.Default.RebuildProjections, cancellation);
            return TypedResults.Accepted((string?)null);
        })
        .WithSummary("Writes the rows that lists and reports read anew from all accounts; needed after nothing but a doubt")
        .Produces(202);

    // The row before the message: a lane that was begun and not sent is found standing still.
    private async Task Begin(int lane, CancellationToken cancellation)
    {
        await tables.Put(CustomerDirectory.Table, Partition, Lanes[lane], new RebuildProgress(Version, null, false, clock.GetUtcNow()), Type, cancellation);
        await Send(lane, cancellation);
    }

    private Task Send(int lane, CancellationToken cancellation) =>
        bus.Send(new RebuildLane(lane), ProjectionsJson.Default.RebuildLane, cancellation);

    private static string Key(int lane) => "lane-" + lane.ToString("x", System.Globalization.CultureInfo.InvariantCulture);
}
