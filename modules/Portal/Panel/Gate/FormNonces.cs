using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>What became of a form that was sent.</summary>
/// <param name="By">The hash of the cookie it came with; only the same browser hears the answer again.</param>
/// <param name="Location">Where its sender was sent on; null while it is being worked on.</param>
/// <param name="NextBy">The hash of the cookie that it was answered with.</param>
/// <param name="Cookie">That cookie, sealed.</param>
/// <param name="Message">What the next page says, once.</param>
/// <param name="Secret">What the next page shows this once and nobody keeps, sealed.</param>
internal sealed record SentForm(
    string By, DateTimeOffset At, string? Location = null, string? NextBy = null, string? Cookie = null,
    string? Message = null, Tone Tone = Tone.Good, string? Secret = null);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentForm))]
internal sealed partial class FormJson : JsonSerializerContext;

/// <summary>
/// Every form carries a nonce, because the Functions host may deliver a POST twice (facts: functions-host). The first
/// delivery acts, the second hears the first's answer. A day's nonces are a partition; those of last week go.
/// </summary>
internal sealed class FormNonces(ITables tables, StaffClock clock)
{
    internal const string Table = "forms";
    private const int DayLength = 8;
    private const int RandomLength = 32;
    private const int DaysMax = 2;
    private const int SweptDays = 7;
    // Longer than any action takes; whoever began it has died.
    private static readonly TimeSpan WorkMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(10);
    private static readonly RowType<SentForm> Type = new(FormJson.Default.SentForm);

    public string New() => Day(0) + RandomNumberGenerator.GetHexString(RandomLength, lowercase: true);

    public static bool IsOne(string nonce) => nonce.Length == DayLength + RandomLength && nonce.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether a form with this nonce is too old to be taken.</summary>
    public bool IsTooOld(string nonce) => !Enumerable.Range(0, DaysMax + 1).Any(back => nonce.StartsWith(Day(back), StringComparison.Ordinal))
        && !nonce.StartsWith(Day(-1), StringComparison.Ordinal);

    public async Task<SentForm?> Find(string nonce, CancellationToken cancellation) =>
        IsOne(nonce) && await tables.Find(Table, nonce[..DayLength], LinkToken.Hash(nonce), Type, cancellation) is { } row ? row.Value : null;

    /// <summary>Whether what it was answered with may still be told: its cookie, its words.</summary>
    public bool IsFresh(SentForm form) => clock.Now - form.At < RememberedFor;

    /// <summary>True for who may act on the form; false while somebody else does, or did.</summary>
    public async Task<bool> Claim(string nonce, string by, CancellationToken cancellation)
    {
        var (day, key, mine) = (nonce[..DayLength], LinkToken.Hash(nonce), new SentForm(by, clock.Now));
        if (await tables.Insert(Table, day, key, mine, Type, cancellation))
            return true;
        return await tables.Find(Table, day, key, Type, cancellation) is { Value.Location: null } row
            && clock.Now - row.Value.At > WorkMax
            && await tables.Replace(Table, day, row, mine, Type, cancellation);
    }

    public Task Finish(string nonce, SentForm form, CancellationToken cancellation) =>
        tables.Put(Table, nonce[..DayLength], LinkToken.Hash(nonce), form, Type, cancellation);

    /// <summary>Nothing was done: the same form may be sent again.</summary>
    public Task Release(string nonce, CancellationToken cancellation) =>
        tables.Remove(Table, nonce[..DayLength], [LinkToken.Hash(nonce)], cancellation);

    public SentForm Form(string by) => new(by, clock.Now);

    /// <summary>Removes what nobody will ask for again.</summary>
    public async Task Sweep(CancellationToken cancellation)
    {
        for (var back = DaysMax + 1; back <= DaysMax + SweptDays; back++)
        {
            var rows = await tables.Range(Table, Day(back), KeyRange.All, TableLimits.PageRowsMax, cancellation);
            if (rows.Count > 0)
                await tables.Remove(Table, Day(back), [.. rows.Select(row => row.Key)], cancellation);
        }
    }

    private string Day(int back) => clock.Now.UtcDateTime.AddDays(-back).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
