using Vade.Kernel;

namespace Vade.Payments;

/// <summary>Where a try to pay stands. It never leaves <see cref="Confirmed"/>; a declined one that turns out paid does become it.</summary>
internal enum AttemptState
{
    /// <summary>Claimed; the provider is being asked, or its answer was lost: until the lease is over nobody asks again.</summary>
    Created,

    /// <summary>The customer was sent to the provider.</summary>
    Sent,

    /// <summary>The provider's answer to the start was lost: its query decides.</summary>
    Unknown,
    Confirmed,
    Declined,
}

/// <summary>Where the customer's browser goes: an address, or a form to be posted there.</summary>
/// <param name="Fields">Null for a plain address.</param>
internal sealed record GoTo(string Url, IReadOnlyDictionary<string, string>? Fields = null);

/// <summary>One try to pay, claimed before the provider hears of it (facts: payments §1).</summary>
/// <param name="Ref">20 of [A-Z0-9], new for every try: the merchant reference that the provider knows.</param>
/// <param name="ScopeKind">The kind of link it was begun from, and <paramref name="ScopeId"/> what the link is of.</param>
/// <param name="Items">The open items it is to settle, in their order.</param>
/// <param name="LeaseUntil">Longer than any process may take to ask the provider.</param>
/// <param name="Reason">Why it was declined: one of <see cref="DeclineReasons"/>.</param>
internal sealed record Attempt(
    string Ref,
    string Provider,
    string ScopeKind,
    string ScopeId,
    IReadOnlyList<string> Items,
    string Currency,
    decimal Amount,
    string Language,
    DateTimeOffset CreatedAt,
    DateTimeOffset LeaseUntil,
    AttemptState State,
    GoTo? GoTo = null,
    string? Reason = null,
    DateTimeOffset? EndedAt = null)
{
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private const string RefLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const int RefLength = 20;

    public Money Money => new(Amount, Kernel.Currency.Of(Currency));

    public bool IsLive => State is AttemptState.Created or AttemptState.Sent or AttemptState.Unknown;

    /// <summary>Nobody can be asking the provider to begin it any more.</summary>
    public bool MayBeAskedAbout(DateTimeOffset now) => State != AttemptState.Created || now >= LeaseUntil;

    public static string NewRef() => Chance.Text(RefLetters, RefLength);
}

/// <summary>Why no money was taken, as the customer is told.</summary>
internal static class DeclineReasons
{
    public const string Declined = "declined";
    public const string Cancelled = "cancelled";
    public const string Expired = "expired";
    public const string NotBegun = "notBegun";

    public static readonly IReadOnlyList<string> All = [Declined, Cancelled, Expired, NotBegun];
}

/// <summary>
/// The tries of an account that have not ended, in one row: under its ETag no two of them cover the same invoice.
/// </summary>
internal sealed record LiveAttempts(IReadOnlyList<LiveAttempt> Items)
{
    public static LiveAttempts None { get; } = new([]);

    public LiveAttempts With(Attempt attempt) => new([.. Items, new(attempt.Ref, attempt.Items)]);

    public LiveAttempts Without(string reference) => new([.. Items.Where(item => item.Ref != reference)]);

    /// <summary>The first that covers one of these invoices.</summary>
    public LiveAttempt? Overlapping(IReadOnlyList<string> items)
    {
        var asked = items.ToHashSet(StringComparer.Ordinal);
        return Items.FirstOrDefault(live => live.Items.Any(asked.Contains));
    }
}

internal sealed record LiveAttempt(string Ref, IReadOnlyList<string> Items);
