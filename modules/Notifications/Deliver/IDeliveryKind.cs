using Vade.Accounts;

namespace Vade.Notifications;

/// <summary>What the last look before a message leaves came to.</summary>
internal abstract record LastLook
{
    private LastLook()
    {
    }

    public sealed record Send(Letter Letter, IReadOnlyList<Attachment> Attachments) : LastLook;

    /// <summary>It must not leave any more; the log says why.</summary>
    public sealed record Skip(string Reason) : LastLook;

    /// <summary>Whether it may leave depends on something that is under way.</summary>
    public sealed record Wait(string Reason, TimeSpan For) : LastLook;
}

/// <summary>A kind of message: how it reads the facts, and what it says about them.</summary>
internal interface IDeliveryKind
{
    string Kind { get; }

    /// <summary>
    /// Reads what the message is about and writes it. The read that decides whether it may leave at all comes last.
    /// </summary>
    Task<LastLook> Look(string account, Customer customer, Delivery delivery, CancellationToken cancellation);
}
