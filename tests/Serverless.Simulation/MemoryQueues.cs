using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Simulation;

/// <summary>A message on its way.</summary>
internal sealed class Message(long id, string queue, string body, DateTimeOffset due)
{
    public long Id => id;
    public string Queue => queue;
    public string Body => body;

    /// <summary>When it may be handed out; while it is on loan, when the loan ends.</summary>
    public DateTimeOffset Due { get; set; } = due;

    /// <summary>The delivery that has it on loan; 0 while it lies free. A message handed out once more has another.</summary>
    public long Loan { get; set; }
}

/// <summary>The queues of a world: at least once and in any order, as every transport has them.</summary>
internal sealed class MemoryQueues
{
    private readonly List<Message> messages = [];
    private long last;

    public int Count => messages.Count;

    public void Send(string queue, IEnumerable<OutgoingMessage> outgoing, DateTimeOffset now)
    {
        var sent = outgoing.ToArray();
        QueueRules.CheckSend(queue, sent);
        messages.AddRange(sent.Select(message => new Message(++last, queue, message.Body, now + message.Delay)));
    }

    /// <summary>What could be handed out now: free and due, or on a loan that has ended.</summary>
    public IReadOnlyList<Message> Due(DateTimeOffset now) => messages.FindAll(message => message.Due <= now);

    public DateTimeOffset? NextDue() => messages.Count == 0 ? null : messages.Min(message => message.Due);

    /// <summary>Hands it out; the number names this loan.</summary>
    public long Lend(Message message, DateTimeOffset until)
    {
        message.Due = until;
        return message.Loan = ++last;
    }

    /// <summary>Handled; nothing happens where somebody else was handed it since.</summary>
    public void Complete(Message message, long loan)
    {
        if (message.Loan == loan)
            messages.Remove(message);
    }

    /// <summary>Not handled: it comes again.</summary>
    public static void Release(Message message, long loan, DateTimeOffset due)
    {
        if (message.Loan == loan)
            (message.Due, message.Loan) = (due, 0);
    }

    public override string ToString() => string.Join(", ", messages.Take(5).Select(message => $"{message.Queue} {message.Body}"));
}
