using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vade.Accounts;

/// <summary>
/// Postings were made in an account. Whoever hears of it reads the account again and writes absolute rows; what stands
/// here only says where to look (design §2, reports and lists).
/// </summary>
/// <param name="From">The sequence of the first entry, and <paramref name="Through"/> that of the last.</param>
/// <param name="Refs">The facts that were posted or settled with, as far as allocations do not name them.</param>
internal sealed record AccountMoved(string Account, long From, long Through, IReadOnlyList<string> Refs)
{
    // What is settled is named by its allocations; what is opened, withdrawn or left over only here. A posting's
    // identity is a verb and the fact: issue!invoice-S1!2026-11-01!1.
    public static AccountMoved Of(string account, LedgerHead? before, LedgerHead after, IEnumerable<Posting> postings)
    {
        var facts = postings.Select(posting => posting.Id[(posting.Id.IndexOf('!', StringComparison.Ordinal) + 1)..]);
        var left = before is null ? after.Credits : before.Credits.Except(after.Credits).Concat(after.Credits.Except(before.Credits));
        return new(
            account, (before?.Sequence ?? 0) + 1, after.Sequence,
            [.. facts.Concat(left.Select(credit => credit.Ref)).Distinct(StringComparer.Ordinal).Take(RefsMax)]);
    }

    // So many fit a message of 48 KB with the longest keys; no commit of a hundred rows makes more postings.
    private const int RefsMax = 32;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AccountMoved))]
[JsonSerializable(typeof(RebuildProjections))]
[JsonSerializable(typeof(RebuildLane))]
[JsonSerializable(typeof(RebuildProgress))]
internal sealed partial class ProjectionsJson : JsonSerializerContext;
