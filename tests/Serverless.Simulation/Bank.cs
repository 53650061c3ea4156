using System.Text;
using Microsoft.AspNetCore.Http;
using Vade.Kernel;
using Vade.Payments;

namespace Vade.Simulation;

internal enum BankState
{
    Waiting,
    Captured,
    Declined,
}

/// <summary>A payment as the bank knows it.</summary>
internal sealed class BankOrder(Money asked, DateTimeOffset opened)
{
    public Money Asked => asked;
    public DateTimeOffset Opened => opened;
    public BankState State { get; set; }

    /// <summary>What was taken from the customer, which may be another amount.</summary>
    public Money Taken { get; set; }
}

/// <summary>
/// The bank: it keeps its own books, and they are the truth. It loses answers, says "pending" of what is long paid,
/// and at times takes money after it has said no; then it tells us, sooner or later.
/// </summary>
internal sealed class Bank(World world)
{
    public const string Kind = "bank";

    private static readonly TimeSpan OpenFor = TimeSpan.FromMinutes(15);
    private readonly SortedDictionary<string, BankOrder> orders = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, BankOrder>> Captured => orders.Where(order => order.Value.State == BankState.Captured);

    /// <summary>Orders that a customer may still decide, in the order of their references.</summary>
    public IReadOnlyList<string> Waiting => In(BankState.Waiting);

    /// <summary>Orders that the bank has said no to.</summary>
    public IReadOnlyList<string> Declined => In(BankState.Declined);

    public BankOrder? Find(string reference) => orders.GetValueOrDefault(reference) is { } order ? Expired(order) : null;

    /// <exception cref="BrokenException">The reference was used before: a customer was charged by two orders.</exception>
    public void Open(string reference, Money amount)
    {
        world.Watch.Asks(reference);
        if (!orders.TryAdd(reference, new(amount, world.Time.Now)))
            throw world.Watch.Reported(new(Invariants.AskedOnce, $"the order {reference} was opened twice"));
    }

    /// <summary>The customer, or the bank itself, decides.</summary>
    /// <returns>Whether money was taken by this.</returns>
    public bool Decide(string reference, bool approves)
    {
        var order = orders[reference];
        if (order.State == BankState.Captured)
            return false;
        order.State = approves ? BankState.Captured : BankState.Declined;
        // Rarely the bank takes another amount: a commission on top, a part that was refused.
        order.Taken = world.Seed.Roll(100) ? new(order.Asked.Amount + 1m, order.Asked.Currency) : order.Asked;
        return approves;
    }

    private IReadOnlyList<string> In(BankState state) =>
        [.. orders.Where(order => Expired(order.Value).State == state).Select(order => order.Key)];

    // A page that nobody has answered is over after a while.
    private BankOrder Expired(BankOrder order)
    {
        if (order.State == BankState.Waiting && world.Time.Now >= order.Opened + OpenFor)
            order.State = BankState.Declined;
        return order;
    }
}

/// <summary>How a process speaks with the bank.</summary>
internal sealed class BankAdapter(World world, Process process) : IPaymentProvider
{
    private const string Signed = "signed ";

    public string Kind => Bank.Kind;

    public static byte[] Notice(string reference) => Encoding.UTF8.GetBytes(Signed + reference);

    public bool IsTest(ProviderSettings settings) => false;

    public Uri Origin(ProviderSettings settings) => new("https://bank.example");

    public async Task<StartOutcome> Start(ProviderSettings settings, PaymentOrder order, CancellationToken cancellation)
    {
        await Reach();
        if (world.Seed.Roll(300))
            return new StartOutcome.Refused(DeclineReasons.Declined);
        if (world.Seed.Roll(200))
            throw new HttpRequestException("The bank could not be reached.");
        world.Bank.Open(order.Ref, order.Amount);
        await Reach();
        return world.Seed.Roll(200)
            ? throw new HttpRequestException("The bank's answer was lost.")
            : new StartOutcome.Begun(new($"https://bank.example/{order.Ref}"));
    }

    public async Task<ProviderStatus> Query(ProviderSettings settings, string reference, CancellationToken cancellation)
    {
        await Reach();
        if (world.Seed.Roll(200))
            throw new HttpRequestException("The bank could not be asked.");
        var order = world.Bank.Find(reference);
        ProviderStatus status = order switch
        {
            null => new ProviderStatus.NotPaid(DeclineReasons.NotBegun),
            { State: BankState.Captured } when world.Seed.Roll(500) => new ProviderStatus.Pending(),
            { State: BankState.Captured } => new ProviderStatus.Paid(order.Taken, "B" + reference),
            { State: BankState.Declined } => new ProviderStatus.NotPaid(DeclineReasons.Declined),
            _ => new ProviderStatus.Pending(),
        };
        await Reach();
        return status;
    }

    public IReadOnlyList<string>? VerifyNotification(ProviderSettings settings, ReadOnlySpan<byte> body, IHeaderDictionary headers) =>
        Encoding.UTF8.GetString(body) is var text && text.StartsWith(Signed, StringComparison.Ordinal) ? [text[Signed.Length..]] : null;

    private async Task Reach()
    {
        await Task.Yield();
        process.MustLive();
        switch (world.FaultFor(writes: true))
        {
            case Fault.KilledBefore or Fault.KilledAfter:
                world.Kill(process);
                throw new KilledException();
            case Fault.Busy or Fault.LostAnswer:
                throw new HttpRequestException("The connection to the bank was lost.");
        }
    }
}
