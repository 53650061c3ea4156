using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;

namespace Vade.Payments;

/// <summary>A payment as the simulated bank keeps it, on its own side.</summary>
/// <param name="Ref">The shop's reference, and the session's.</param>
/// <param name="NotifyKey">What the notification is signed with, in base64.</param>
/// <param name="Outcome">The button that was pressed; null while the session waits.</param>
/// <param name="Captures">The bank's reference, once for each time that money was taken.</param>
internal sealed record BankSession(
    string Ref, string Currency, decimal Amount, string ReturnUrl, string NotifyUrl, string Shop, string NotifyKey,
    DateTimeOffset OpenedAt, string? Outcome, IReadOnlyList<string> Captures)
{
    private static readonly TimeSpan OpenFor = TimeSpan.FromMinutes(15);

    public Money Money => new(Amount, Kernel.Currency.Of(Currency));

    public bool HasExpired(DateTimeOffset now) => now >= OpenedAt + OpenFor;
}

/// <summary>The body of the simulated bank's notification.</summary>
internal sealed record BankNotice(string Ref, string Status, string Reference);

/// <summary>The simulated bank tells the shop. Retried by the queue, as a real one would.</summary>
/// <param name="Copy">Which of several equal notifications this is.</param>
internal sealed record NotifyShop(string Ref, int Copy);

/// <summary>
/// A bank as an outside system would be: it keeps its own rows, knows nothing of our accounts, and speaks to us by
/// redirects and signed notifications only. Sandbox mode alone has it.
/// </summary>
internal sealed class SimulatedBank(ITables tables, Bus bus, TimeProvider clock)
{
    public const string Approve = "approve";
    public const string Decline = "decline";
    public const string Cancel = "cancel";
    public const string Timeout = "timeout";
    public const string ApproveTwice = "approve-twice";
    public const string ApproveSilently = "approve-silently";

    public static readonly IReadOnlyList<string> Outcomes = [Approve, Decline, Cancel, Timeout, ApproveTwice, ApproveSilently];

    internal const string Table = "simulator";
    private const string Partition = "bank";
    private static readonly RowType<BankSession> Type = new(PaymentsJson.Default.BankSession);

    public static string Path(string reference) => "/simulator/bank/" + reference;

    public async Task<BankSession?> Find(string reference, CancellationToken cancellation) =>
        IsRef(reference) ? (await tables.Find(Table, Partition, reference, Type, cancellation))?.Value : null;

    /// <summary>Opens a session; false when the shop has used the reference before.</summary>
    public Task<bool> Open(BankSession session, CancellationToken cancellation) =>
        tables.Insert(Table, Partition, session.Ref, session, Type, cancellation);

    /// <summary>Decides a session once; one that is decided or has expired stays as it is.</summary>
    public async Task<BankSession?> Decide(string reference, string outcome, CancellationToken cancellation)
    {
        while (IsRef(reference) && await tables.Find(Table, Partition, reference, Type, cancellation) is { } stored)
        {
            if (stored.Value.Outcome is not null || stored.Value.HasExpired(clock.GetUtcNow()))
                return stored.Value;
            var decided = stored.Value with { Outcome = outcome, Captures = Captures(outcome) };
            if (!await tables.Replace(Table, Partition, stored, decided, Type, cancellation))
                continue;
            var copies = outcome switch { Approve => 1, ApproveTwice => 2, _ => 0 };
            if (copies > 0)
                await bus.Send([.. Enumerable.Range(1, copies).Select(copy => new NotifyShop(reference, copy))], PaymentsJson.Default.NotifyShop, cancellation);
            return decided;
        }

        return null;
    }

    private static IReadOnlyList<string> Captures(string outcome)
    {
        var reference = Chance.Text("0123456789", 12);
        return outcome switch
        {
            Approve or ApproveSilently => [reference],
            ApproveTwice => [reference, reference],
            _ => [],
        };
    }

    private static bool IsRef(string text) => text.Length is > 0 and <= 32 && text.All(char.IsAsciiLetterOrDigit);
}

/// <summary>How the simulated bank signs what it sends: hex of HMAC-SHA256 over the raw body.</summary>
internal static class BankSignature
{
    public const string Header = "X-Simulator-Signature";

    public static string Of(ReadOnlySpan<byte> body, byte[] key) => Convert.ToHexStringLower(HMACSHA256.HashData(key, body));
}
