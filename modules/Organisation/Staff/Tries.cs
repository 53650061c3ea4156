using Vade.Kernel.Security;
using Vade.Kernel.Storage;

namespace Vade.Organisation;

/// <summary>
/// Slows guessing down. A try is counted before it is judged, so that a thousand at once count as a thousand; being
/// right forgets them. After five in vain the next must wait, each time twice as long, never longer than a quarter of
/// an hour: nobody can lock anybody out for good. Counted in the shared store by what is guessed at, whether it exists
/// or not, so that the answer tells nothing.
/// </summary>
public sealed class Tries(ITables tables, StaffClock clock)
{
    private const int FreeTries = 5;
    private const int RacesMax = 20;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(1);

    /// <summary>Counts a try.</summary>
    /// <returns>How long to wait before it may be made; zero when it may be made now.</returns>
    /// <exception cref="StoreBusyException">Too many come at once: that, too, is a guesser.</exception>
    public async Task<TimeSpan> Count(string what, CancellationToken cancellation)
    {
        var key = LinkToken.Hash(what);
        for (var race = 1; race <= RacesMax; race++)
        {
            var now = clock.Now;
            var row = await tables.Find(StaffRows.Table, StaffRows.TriesPartition, key, StaffRows.TriesType, cancellation);
            if (row is not null && row.Value.Until > now)
                return row.Value.Until - now;
            var failures = row is null || now - row.Value.Until > ForgottenAfter ? 1 : row.Value.Failures + 1;
            var counted = new TriesRow(failures, now + Pause(failures));
            if (await (row is null
                ? tables.Insert(StaffRows.Table, StaffRows.TriesPartition, key, counted, StaffRows.TriesType, cancellation)
                : tables.Replace(StaffRows.Table, StaffRows.TriesPartition, row, counted, StaffRows.TriesType, cancellation)))
                return TimeSpan.Zero;
        }

        throw new StoreBusyException("Too many try at once.");
    }

    /// <summary>The try was right.</summary>
    public Task Forget(string what, CancellationToken cancellation) =>
        tables.Remove(StaffRows.Table, StaffRows.TriesPartition, [LinkToken.Hash(what)], cancellation);

    internal static TimeSpan Pause(int failures)
    {
        if (failures < FreeTries)
            return TimeSpan.Zero;
        var doublings = Math.Min(failures - FreeTries, 20);
        var pause = FirstPause * (1 << doublings);
        return pause < LongestPause ? pause : LongestPause;
    }
}
