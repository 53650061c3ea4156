using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Payments;

/// <summary>So much of a payment is for this invoice, document or opening item, by its number.</summary>
internal sealed record AllocationBody(string Invoice, decimal Amount);

/// <summary>What a payment is to settle from now on; what they leave of it is an advance.</summary>
internal sealed record ReallocateBody(string Reference, IReadOnlyList<AllocationBody> Allocations);

/// <summary>That a payment was allocated anew, and what changed: kept for whoever asks why.</summary>
/// <param name="Before">What it settled before; <paramref name="After"/> what it settled then.</param>
internal sealed record Reallocation(string PaymentRef, string Reference, DateTimeOffset At, IReadOnlyList<Settled> Before, IReadOnlyList<Settled> After, string Salt)
{
    /// <summary>What stands in the ledger for this row's content.</summary>
    public string Snapshot() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('|',
        [Salt, PaymentRef, Reference, .. Text(Before), "", .. Text(After)]))));

    private static IEnumerable<string> Text(IReadOnlyList<Settled> some) =>
        some.Select(settled => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{settled.Number}={settled.Amount:0.00}"));
}

/// <summary>What a request to allocate a payment anew came to.</summary>
internal abstract record ReallocateOutcome
{
    private ReallocateOutcome()
    {
    }

    /// <param name="IsNew">False when the same had been asked before.</param>
    public sealed record Done(bool IsNew) : ReallocateOutcome;

    /// <summary>The reference stands for something else.</summary>
    public sealed record OtherContent : ReallocateOutcome;

    public sealed record Refused(IReadOnlyList<ApiError> Problems) : ReallocateOutcome;
}

/// <summary>
/// Lets a payment settle other items than it did. No money moves: in one commit what it settled is open again and what is
/// named is settled, and an entry of the ledger's chain holds what changed. What was paid out of it stays paid out.
/// </summary>
internal sealed class ReallocatePayment(AccountStore accounts, Ledger ledger, LedgerReader reader, Settings settings, TimeProvider clock)
{
    private const int ReferenceMax = 64;
    private const int AllocationsMax = 1_000;
    private readonly ReferenceClaims _references = new(accounts, clock, PaymentsRows.Table, PaymentsRows.Reallocation, "reallocations");

    public async Task<ReallocateOutcome> Reallocate(string account, Payment payment, ReallocateBody body, CancellationToken cancellation)
    {
        if (body.Reference.Length is 0 or > ReferenceMax || !Kernel.Storage.Key.CanHold(body.Reference) || body.Reference.Any(char.IsControl))
            return new ReallocateOutcome.Refused([new("reference.length", $"A reference has 1 to {ReferenceMax} characters, in another script than Latin fewer, none of them a control character.", "reference")]);
        var content = payment.Ref + "|" + JsonSerializer.Serialize(body, PaymentsApiJson.Default.ReallocateBody);
        var today = (await settings.Get(OrganisationSettings.Section, cancellation)).Today(clock);
        if (await Find(account, body.Reference, cancellation) is null && await Decide(account, payment.Ref, body, today, cancellation) is { Problems: { Count: > 0 } problems })
            return new ReallocateOutcome.Refused(problems);

        await accounts.FinishLater(account, cancellation);
        if (!await _references.Claim(account, body.Reference, content, cancellation))
            return new ReallocateOutcome.OtherContent();
        return await accounts.Change<ReallocateOutcome>(
            account,
            async stop =>
            {
                if (await Find(account, body.Reference, stop) is not null)
                    return new(new ReallocateOutcome.Done(false), null);
                var decided = await Decide(account, payment.Ref, body, today, stop);
                if (decided.Problems.Count > 0)
                    return new(new ReallocateOutcome.Refused(decided.Problems), null);
                var batch = accounts.Batch(account).Insert(PaymentsRows.Reallocation(body.Reference), decided.Reallocation!, PaymentsRows.ReallocationType);
                await decided.Session.Write(batch, stop);
                return new(new ReallocateOutcome.Done(true), batch);
            },
            cancellation);
    }

    private Task<Kernel.Storage.Stored<Reallocation>?> Find(string account, string reference, CancellationToken cancellation) =>
        accounts.Find(account, PaymentsRows.Reallocation(reference), PaymentsRows.ReallocationType, cancellation);

    private async Task<(LedgerSession Session, Reallocation? Reallocation, IReadOnlyList<ApiError> Problems)> Decide(
        string account, string reference, ReallocateBody body, DateOnly today, CancellationToken cancellation)
    {
        // The head first: allocations or a cancellation that come after it make the commit fail.
        var session = await ledger.Open(account, cancellation);
        var payment = (await accounts.Find(account, reference, PaymentsRows.PaymentType, cancellation))?.Value
            ?? throw new InvalidOperationException($"The payment {reference} is missing.");
        if (payment.State == PaymentState.Cancelled || !payment.Posted)
            return (session, null, [new("payment.settlesNothing", payment.Posted ? "The payment is cancelled." : "A test payment settles nothing.")]);

        var history = await reader.History(account, cancellation);
        IReadOnlyList<Allocation> all = [.. history, .. SmallDifferences.Reopen(session, payment.Credit(0m), history, today)];
        var before = LedgerReader.AllocationsBy(payment.Ref, all);
        Allocation[] movable = [.. before.Where(allocation => !Refs.IsSpent(allocation.Item.Ref))];
        var waiting = session.Head.Credits.FirstOrDefault(credit => credit.Ref == payment.Ref);
        var free = (waiting?.Left ?? 0m) + movable.Sum(allocation => allocation.Amount);
        var (portions, problems) = Portions(session.Head, payment, movable, free, body);
        if (problems.Count > 0)
            return (session, null, problems);

        var credit = payment.Credit(free, waiting?.At ?? movable.FirstOrDefault()?.CreditAt);
        var reallocation = new Reallocation(
            payment.Ref, body.Reference, clock.GetUtcNow(), [.. movable.Select(Settled)],
            [.. body.Allocations.Select(asked => new Settled(asked.Invoice, asked.Amount))], Chance.Hex(32));
        var made = session.Post(new(
            $"reallocate!{Kernel.Storage.Key.Of(body.Reference)}", PostingKind.Reallocation, payment.Money.Currency, today, payment.Id, [],
            new Effect.Reallocates(credit, movable, portions), reallocation.Snapshot()));
        SmallDifferences.Close(session, payment.Credit(0m), [.. made.Where(allocation => allocation.Credit == payment.Ref && allocation.Amount > 0m)], today);
        return (session, reallocation, []);
    }

    /// <summary>The items that are meant, or the rules that the request breaks. What the payment settles now counts as open.</summary>
    internal static (IReadOnlyList<Portion> Portions, IReadOnlyList<ApiError> Problems) Portions(
        LedgerHead head, Payment payment, IReadOnlyList<Allocation> movable, decimal free, ReallocateBody body)
    {
        if (body.Allocations.Count > AllocationsMax)
            return ([], [new("allocations.count", $"Give at most {AllocationsMax} allocations.", "allocations")]);
        var currency = payment.Money.Currency;
        var items = head.Due(currency).Concat(movable.Select(allocation => allocation.Item)).DistinctBy(item => item.Ref)
            .ToLookup(item => item.Number, StringComparer.Ordinal);
        var (portions, problems) = (new List<Portion>(), new List<ApiError>());
        for (var i = 0; i < body.Allocations.Count; i++)
        {
            var (asked, at) = (body.Allocations[i], string.Create(System.Globalization.CultureInfo.InvariantCulture, $"allocations[{i}]"));
            if (asked.Amount <= 0m)
                problems.Add(new("amount.positive", "Give an amount above zero.", at + ".amount"));
            else if (MoneyJson.Refusal(at + ".amount", asked.Amount, currency) is { } refusal)
                problems.Add(refusal);
            else if (body.Allocations.Take(i).Any(other => other.Invoice == asked.Invoice))
                problems.Add(new("invoice.duplicate", $"{asked.Invoice} stands here twice.", at + ".invoice"));
            else if (items[asked.Invoice].ToArray() is not [var item, ..] found)
                problems.Add(new("invoice.notOpen", $"Nothing of this customer is open in {currency} under the number {asked.Invoice}.", at + ".invoice"));
            else if (found.Length > 1)
                problems.Add(new("invoice.ambiguous", $"Several items have the number {asked.Invoice}; cancel one of them first.", at + ".invoice"));
            else if (Open(item) is var open && asked.Amount > open)
                problems.Add(new("amount.tooLarge", $"Without this payment {new Money(open, currency).ToPlain()} {currency} of {asked.Invoice} is open.", at + ".amount"));
            else
                portions.Add(new(item.Ref, asked.Amount));
        }

        if (problems.Count == 0 && portions.Sum(portion => portion.Amount) > free)
            problems.Add(new("allocations.sum", $"The payment has {new Money(free, currency).ToPlain()} {currency} to allocate.", "allocations"));
        return (portions, problems);

        decimal Open(OpenItem item) => (head.ItemOf(item.Ref)?.Remaining ?? 0m)
            + movable.Where(allocation => allocation.Item.Ref == item.Ref).Sum(allocation => allocation.Amount);
    }

    private static Settled Settled(Allocation allocation) => new(allocation.Item.Number, allocation.Amount);
}
