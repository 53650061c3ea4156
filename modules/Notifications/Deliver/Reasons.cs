namespace Vade.Notifications;

/// <summary>Why a delivery is skipped, failed or unknown: the stable words of the log. A carrier's own words follow a colon.</summary>
internal static class Reasons
{
    /// <summary>The customer has no address for the channel.</summary>
    public const string NoAddress = "noAddress";

    /// <summary>The address cannot be one.</summary>
    public const string BadAddress = "badAddress";

    /// <summary>Nothing here sends by this channel.</summary>
    public const string NoChannel = "channelNotAvailable";

    /// <summary>What it tells about was cancelled before it left.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>A cancellation of something that the customer never got to know.</summary>
    public const string NeverSent = "neverSent";

    /// <summary>The receipt of a payment that only tried the provider out.</summary>
    public const string Test = "testPayment";

    /// <summary>The invoice itself is on its way at this moment.</summary>
    public const string InvoiceOnItsWay = "invoiceOnItsWay";

    /// <summary>A link that was used or is too old, or whose address is the customer's no longer.</summary>
    public const string Expired = "expired";

    /// <summary>The customer does not want this kind of message by e-mail.</summary>
    public const string OptedOut = "optedOut";

    /// <summary>No carrier is set up, or its key is missing.</summary>
    public const string NotConfigured = "notConfigured";

    public const string Rejected = "rejected";
    public const string Unauthorized = "unauthorized";
    public const string Throttled = "throttled";
    public const string Unreachable = "unreachable";
    public const string TimedOut = "timedOut";
    public const string ConnectionLost = "connectionLost";
    public const string CarrierFailed = "carrierFailed";

    /// <summary>The process ended between its claim and its answer.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>The message could not be put together; the work that gave up says why.</summary>
    public const string CannotBeWritten = "cannotBeWritten";

    /// <summary>Not settled yet.</summary>
    public const string InProgress = "inProgress";
}
