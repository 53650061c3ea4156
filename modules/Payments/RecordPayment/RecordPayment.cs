using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Payments;

/// <summary>What a report of money came to.</summary>
internal abstract record RecordOutcome
{
    private RecordOutcome()
    {
    }

    /// <param name="IsNew">False when the same had been reported before.</param>
    public sealed record Recorded(Payment Payment, bool IsNew) : RecordOutcome;

    /// <summary>The reference stands for another payment.</summary>
    public sealed record OtherContent : RecordOutcome;

    public sealed record Refused(IReadOnlyList<ApiError> Problems) : RecordOutcome;
}

/// <summary>Books money that was received outside any provider: claimed by its reference, committed once, then given its receipt.</summary>
internal sealed class RecordPayment(
    AccountStore accounts, InvoiceReader invoices, LedgerReader ledger, Bookings bookings, Receipts receipts, Settings settings, TimeProvider clock)
{
    public static readonly IReadOnlyList<string> Means = ["cash", "card", "transfer", "check", "other"];
    private const int ReferenceMax = 64;
    private const int InvoicesMax = 1_000;
    private const string IdLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int IdLength = 20;

    private readonly ReferenceClaims _references = new(accounts, clock, PaymentsRows.Table, PaymentsRows.ManualPayment);

    public async Task<RecordOutcome> Record(Customer customer, PaymentBody body, CancellationToken cancellation)
    {
        var account = AccountStore.Of(customer.Code);
        var content = JsonSerializer.Serialize(body, PaymentsApiJson.Default.PaymentBody);
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var items = await Items(account, body, organisation, cancellation);
        // What held when it was first reported is not asked again: a period may have closed since.
        var isRepeated = body.Reference.Length is > 0 and <= ReferenceMax && await _references.IsClaimed(account, body.Reference, content, cancellation)
            && await bookings.Find(account, PaymentsRows.ManualPayment(body.Reference), cancellation) is not null;
        var problems = isRepeated ? [] : Problems(body, organisation, organisation.Today(clock)).Concat(items.Problems).Concat(Merged(customer)).ToArray();
        if (problems.Length > 0)
            return new RecordOutcome.Refused(problems);

        await accounts.FinishLater(account, cancellation);
        if (!await _references.Claim(account, body.Reference, content, cancellation))
            return new RecordOutcome.OtherContent();

        var received = ReceivedOf(body, organisation, items.Refs);
        await bookings.Announce(account, received, cancellation);
        var isNew = await accounts.Change(
            account,
            async stop =>
            {
                if (await bookings.Find(account, received.Ref, stop) is not null)
                    return new Decision<bool>(false, null);
                var batch = accounts.Batch(account);
                await bookings.Book(batch, received, stop);
                return new(true, batch);
            },
            cancellation);
        await receipts.Complete(account, received.Ref, cancellation);
        return new RecordOutcome.Recorded((await bookings.Find(account, received.Ref, cancellation))!, isNew);
    }

    /// <summary>What the same report would come to: the payment with what it settles, or what is wrong with it. Nothing is done.</summary>
    public async Task<(Payment? Would, IReadOnlyList<ApiError> Problems)> Preview(Customer customer, PaymentBody body, CancellationToken cancellation)
    {
        var account = AccountStore.Of(customer.Code);
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var items = await Items(account, body, organisation, cancellation);
        ApiError[] problems = [.. Problems(body, organisation, organisation.Today(clock)), .. items.Problems];
        return problems.Length > 0 ? (null, problems) : (await bookings.Preview(account, ReceivedOf(body, organisation, items.Refs), cancellation), []);
    }

    private Received ReceivedOf(PaymentBody body, OrganisationSettings organisation, IReadOnlyList<string>? items) => new(
        PaymentsRows.ManualPayment(body.Reference), IdOf(body.Reference), new(body.Amount, CurrencyOf(body, organisation)!.Value), body.Means,
        null, null, body.Reference, body.ReceivedOn ?? organisation.Today(clock), Test: false, Posted: true, items);

    private static IEnumerable<ApiError> Problems(PaymentBody body, OrganisationSettings organisation, DateOnly today)
    {
        if (CurrencyOf(body, organisation) is not { } currency)
            yield return new("currency.unknown", $"Give one of {string.Join(", ", Currency.All)}.", "currency");
        else if (MoneyJson.Refusal("amount", body.Amount, currency) is { } refusal)
            yield return refusal;
        if (body.Amount <= 0m)
            yield return new("amount.positive", "Give an amount above zero.", "amount");
        if (!Means.Contains(body.Means))
            yield return new("means.unknown", $"Give one of {string.Join(", ", Means)}.", "means");
        if (body.Reference.Length is 0 or > ReferenceMax || !Key.CanHold(body.Reference) || body.Reference.Any(char.IsControl))
            yield return new("reference.length", $"A reference has 1 to {ReferenceMax} characters, in another script than Latin fewer, none of them a control character.", "reference");
        if (body.ReceivedOn > today)
            yield return new("receivedOn.future", "Money cannot have been received later than today.", "receivedOn");
        if ((body.ReceivedOn ?? today) <= organisation.LastClosedDay(today))
            yield return new("period.closed", $"The books are closed through {organisation.LastClosedDay(today):yyyy-MM-dd}.", "receivedOn");
    }

    private async Task<(IReadOnlyList<string>? Refs, IReadOnlyList<ApiError> Problems)> Items(
        string account, PaymentBody body, OrganisationSettings organisation, CancellationToken cancellation)
    {
        if (body.Invoices is not { Count: > 0 } numbers)
            return (null, []);
        if (numbers.Count > InvoicesMax)
            return (null, [new("invoices.count", $"Give at most {InvoicesMax} invoices.", "invoices")]);
        var (refs, problems) = (new List<string>(), new List<ApiError>());
        // Documents of the ERP and opening balances are paid like invoices while they are open.
        var others = (await ledger.Head(account, cancellation)).Open.Where(item => item.Currency == CurrencyOf(body, organisation)?.Code).ToLookup(item => item.Number, StringComparer.Ordinal);
        for (var i = 0; i < numbers.Count; i++)
        {
            if (others[numbers[i]].ToArray() is { Length: > 0 } open)
                refs.AddRange(open.Select(item => item.Ref));
            else if (await invoices.FindByNumber(numbers[i], cancellation) is not var (owner, invoice) || owner != account)
                problems.Add(new("invoice.unknown", $"The customer has no invoice with the number {numbers[i]}.", $"invoices[{i}]"));
            else if (invoice.Currency != CurrencyOf(body, organisation)?.Code)
                problems.Add(new("invoice.currency", $"The invoice {numbers[i]} is in {invoice.Currency}.", $"invoices[{i}]"));
            else
                refs.Add(invoice.Ref);
        }

        return (refs, problems);
    }

    private static IEnumerable<ApiError> Merged(Customer customer)
    {
        if (customer.MergedInto is { } into)
            yield return new("customer.merged", $"The customer {customer.Code} was merged into {into}; use that code.");
    }

    private static Currency? CurrencyOf(PaymentBody body, OrganisationSettings organisation) => Currency.Find(body.Currency ?? organisation.Currency);

    // Told from the reference, so that a repetition writes the same rows.
    private static string IdOf(string reference)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes("payment|" + reference));
        return string.Concat(hash.Take(IdLength).Select(part => IdLetters[part % IdLetters.Length]));
    }
}
