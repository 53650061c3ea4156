using System.Globalization;
using System.Security.Cryptography;
using Vade.Kernel.Storage;

namespace Vade.Organisation;

/// <summary>How an action ended.</summary>
public enum AuditOutcome
{
    /// <summary>It was begun; if this is what is read later, the process died on the way and nobody knows.</summary>
    Begun,
    Done,

    /// <summary>Something was wrong with what was sent, or it was not allowed; nothing was changed.</summary>
    Refused,
    Failed,
}

/// <summary>One action of somebody's, as it is kept for ever.</summary>
/// <param name="Who">A user's id, <c>key:name</c> of an API key, or null for who had not signed in.</param>
/// <param name="Name">What they were called then.</param>
/// <param name="From">Address, where a trusted header gives one, and device.</param>
/// <param name="Action">The route that was called: <c>POST /panel/invoices/{number}/cancel</c>.</param>
/// <param name="On">What it was done to: the path, or what the action said of itself.</param>
/// <param name="Details">What the action added, in words.</param>
public sealed record AuditEntry(
    DateTimeOffset At, string? Who, string? Name, string? From, string Action, string On, AuditOutcome Outcome, string? Details = null);

/// <summary>
/// The trail of every action, newest first, in partitions of a month that are spread so that an import is not slowed by
/// it. Rows are added, and the row of an action that was begun is completed once; nothing else ever changes them.
/// </summary>
public sealed class Audit(ITables tables)
{
    internal const string Table = "audit";

    /// <summary>Writes an action down.</summary>
    /// <returns>Its key, for <see cref="Complete"/>.</returns>
    public async Task<string> Write(AuditEntry entry, CancellationToken cancellation)
    {
        var key = Time(entry.At) + "-" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        await Index(entry.At).Put(key, key, entry, cancellation);
        return key;
    }

    /// <summary>Says how an action that was begun has ended.</summary>
    public Task Complete(string key, AuditEntry entry, CancellationToken cancellation) => Index(entry.At).Put(key, key, entry, cancellation);

    /// <summary>The entries from one instant to another, exclusive, behind a key, newest first, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<Stored<AuditEntry>>> Page(DateTimeOffset from, DateTimeOffset to, string? after, int limit, CancellationToken cancellation)
    {
        // What is later stands before: a time behind the end is left out, and so is what is older than the beginning.
        var range = KeyRange.Between(Time(to - TimeSpan.FromTicks(1)), Time(from - TimeSpan.FromTicks(1)));
        if (after is not null && string.CompareOrdinal(after, range.From) > 0)
            range = range.After(after);
        var found = new List<Stored<AuditEntry>>();
        for (var month = Month(to - TimeSpan.FromTicks(1)); month >= Month(from) && found.Count < limit; month = month.AddMonths(-1))
            found.AddRange(await Index(month.Year, month.Month).Page(range, limit - found.Count, cancellation));
        return found;
    }

    private static DateOnly Month(DateTimeOffset at) => new(at.UtcDateTime.Year, at.UtcDateTime.Month, 1);

    private static string Time(DateTimeOffset at) => (DateTimeOffset.MaxValue.UtcTicks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);

    private SpreadIndex<AuditEntry> Index(DateTimeOffset at) => Index(at.UtcDateTime.Year, at.UtcDateTime.Month);

    private SpreadIndex<AuditEntry> Index(int year, int month) =>
        new(tables, Table, string.Create(CultureInfo.InvariantCulture, $"{year:D4}-{month:D2}"), StaffRows.AuditType);
}
