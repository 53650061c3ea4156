using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Vade.Notifications;

internal enum DeliveryState
{
    /// <summary>Known not to have left; whoever comes by may send it.</summary>
    Waiting,

    /// <summary>Claimed by a handler until the lease ends. After that nobody knows whether it left.</summary>
    Sending,
    Sent,
    Skipped,
    Failed,

    /// <summary>It may have left, and is not sent again.</summary>
    Unknown,
}

/// <summary>What may be done with a delivery now.</summary>
internal abstract record NextStep
{
    private NextStep()
    {
    }

    public sealed record Claim : NextStep;

    /// <param name="Until">Not before this instant.</param>
    public sealed record Wait(DateTimeOffset Until) : NextStep;

    /// <summary>It was handed over as often as it may be, and no answer ever came.</summary>
    public sealed record GiveUp : NextStep;

    public sealed record Nothing : NextStep;
}

/// <summary>
/// One message to one address: claimed before it is handed over, settled after. Whoever claims it while no answer to
/// an earlier hand-over is known hands over the same <see cref="Id"/> once more, and never a third time.
/// </summary>
/// <param name="Id">Opaque and deterministic; no personal data. Travels with the message.</param>
/// <param name="Customer">The customer's code.</param>
/// <param name="Kind">invoice, cancellation, receipt, signIn or confirmAddress.</param>
/// <param name="Of">What it tells about, as its module keys it: an invoice's row key, a payment's id.</param>
/// <param name="About">The invoice numbers it is about; the log shows a row for each.</param>
/// <param name="To">One address; empty where the customer has none.</param>
/// <param name="At">When it was due to leave; its place in the log.</param>
/// <param name="HandOvers">How often it left or may have left.</param>
/// <param name="Refusals">How often the carrier was known not to have taken it.</param>
/// <param name="Until">The end of the lease while sending; not to be tried before, while waiting.</param>
/// <param name="CarrierId">The carrier's own id of the message.</param>
/// <param name="Once">Handed over at most once: rather never there than there twice.</param>
internal sealed record Delivery(
    string Id,
    string Customer,
    string Kind,
    string Of,
    IReadOnlyList<string> About,
    string Channel,
    string To,
    string Subject,
    DateTimeOffset At,
    DeliveryState State = DeliveryState.Waiting,
    string? Reason = null,
    int Claims = 0,
    int HandOvers = 0,
    int Refusals = 0,
    DateTimeOffset? Until = null,
    DateTimeOffset? SettledAt = null,
    string? CarrierId = null,
    bool Once = false)
{
    /// <summary>Invoices, receipts and cancellations are sent once more when nobody knows whether they arrived.</summary>
    public const int HandOversMax = 2;

    /// <summary>Longer than any handler may run.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    /// <summary>A carrier that could not be reached for so long is given up.</summary>
    public static readonly TimeSpan TriedFor = TimeSpan.FromHours(24);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);
    private const int IdBytes = 15;

    private int MostHandOvers => Once ? 1 : HandOversMax;

    public bool IsSettled => State is not (DeliveryState.Waiting or DeliveryState.Sending);

    /// <summary>It may not have reached its reader, and nothing more is done about it by itself.</summary>
    public bool IsTrouble => State is DeliveryState.Failed or DeliveryState.Unknown;

    /// <summary>Whether the recipient has it or may have it, by what was handed over before the attempt that is under way.</summary>
    public bool MayHaveArrived => HandOvers > (State == DeliveryState.Sending ? 1 : 0);

    /// <summary>The id of a delivery: 120 bits over what it is.</summary>
    public static string IdOf(string account, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"delivery|{account}|{key}")).AsSpan(0, IdBytes));

    public NextStep Next(DateTimeOffset now) => State switch
    {
        DeliveryState.Waiting or DeliveryState.Sending when Until > now => new NextStep.Wait(Until.Value),
        DeliveryState.Sending when HandOvers >= MostHandOvers => new NextStep.GiveUp(),
        DeliveryState.Waiting or DeliveryState.Sending => new NextStep.Claim(),
        _ => new NextStep.Nothing(),
    };

    /// <summary>Claimed by one handler. It counts as handed over from now on, since the process may die at any time.</summary>
    public Delivery Claimed(DateTimeOffset now) => this with
    {
        State = DeliveryState.Sending, Claims = Claims + 1, HandOvers = HandOvers + 1, Until = now + Lease,
    };

    /// <summary>Whether this claim is the one that stands there now.</summary>
    public bool IsStill(Delivery stored) => stored.State == DeliveryState.Sending && stored.Claims == Claims;

    /// <summary>What a claimed delivery becomes by what the attempt came to.</summary>
    public Delivery After(SendOutcome outcome, DateTimeOffset now) => outcome switch
    {
        SendOutcome.Accepted accepted => Settled(DeliveryState.Sent, null, now) with { CarrierId = accepted.CarrierId },
        SendOutcome.Skipped skipped => NotHandedOver().Ended(DeliveryState.Skipped, skipped.Reason, now),
        SendOutcome.Refused refused => NotHandedOver().Ended(DeliveryState.Failed, refused.Reason, now),
        SendOutcome.NotSent notSent when now - At > TriedFor => NotHandedOver().Ended(DeliveryState.Failed, notSent.Reason, now),
        SendOutcome.NotSent notSent => NotHandedOver() with
        {
            State = DeliveryState.Waiting, Reason = notSent.Reason, Refusals = Refusals + 1, Until = now + Delay(notSent.RetryAfter),
        },
        SendOutcome.Unknown unknown when HandOvers >= MostHandOvers => Settled(DeliveryState.Unknown, unknown.Reason, now),
        // As if the process had died: once the lease is over it is sent once more.
        SendOutcome.Unknown unknown => this with { Reason = unknown.Reason },
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    public Delivery Settled(DeliveryState state, string? reason, DateTimeOffset now) => this with
    {
        State = state, Reason = reason, Until = null, SettledAt = now,
    };

    // That this attempt came to nothing says nothing about an earlier one whose answer was lost.
    private Delivery Ended(DeliveryState state, string reason, DateTimeOffset now) =>
        Settled(HandOvers > 0 ? DeliveryState.Unknown : state, reason, now);

    private Delivery NotHandedOver() => this with { HandOvers = HandOvers - 1 };

    private TimeSpan Delay(TimeSpan? asked) => asked is { } wait
        ? TimeSpan.FromSeconds(Math.Clamp(wait.TotalSeconds, 1, LongestAsked.TotalSeconds))
        : TimeSpan.FromSeconds(Math.Min(FirstRetry.TotalSeconds * Math.Pow(2, Math.Min(Refusals, 20)), LongestRetry.TotalSeconds));

    /// <summary>Its place among those in trouble: the newest first, then by id.</summary>
    public string TroubleKey => (DateTimeOffset.MaxValue.UtcTicks - At.UtcTicks).ToString("D19", CultureInfo.InvariantCulture) + "!" + Id;

    /// <summary>Its place in the log: by instant, then id.</summary>
    public string LogKey => At.UtcTicks.ToString("D19", CultureInfo.InvariantCulture) + "!" + Id;
}

/// <summary>What an attempt to send a message came to (facts: messaging §0).</summary>
internal abstract record SendOutcome
{
    private SendOutcome()
    {
    }

    /// <summary>The carrier has taken it.</summary>
    public sealed record Accepted(string? CarrierId = null) : SendOutcome;

    /// <summary>The last look before it left said no.</summary>
    public sealed record Skipped(string Reason) : SendOutcome;

    /// <summary>The carrier does not want this message, now or later.</summary>
    public sealed record Refused(string Reason) : SendOutcome;

    /// <summary>It is known not to have been taken; it may be tried again.</summary>
    /// <param name="RetryAfter">As the carrier asked; null for our own back-off.</param>
    public sealed record NotSent(string Reason, TimeSpan? RetryAfter = null) : SendOutcome;

    /// <summary>It may have been taken or not.</summary>
    public sealed record Unknown(string Reason) : SendOutcome;
}
