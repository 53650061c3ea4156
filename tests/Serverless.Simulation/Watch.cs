using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Notifications;
using Vade.Payments;
using static Vade.Simulation.Check;

namespace Vade.Simulation;

/// <summary>Looks at every commit of a world as it lands, and remembers what the final check asks for.</summary>
internal sealed class Watch(World world)
{
    private const string PostingPrefix = "posting-";
    private const string AttemptPrefix = "attempt-";
    private BrokenException? broken;

    public Dictionary<string, AccountBook> Books { get; } = new(StringComparer.Ordinal);

    /// <summary>Every invoice that has a number, as it stands, by account and reference.</summary>
    public Dictionary<(string Account, string Ref), Invoice> Invoices { get; } = [];

    public Dictionary<(string Account, string Ref), Payment> Payments { get; } = [];

    /// <summary>What the office did by hand, as it stands.</summary>
    public Dictionary<(string Account, string Reference), (string Account, Operation Operation)> Operations { get; } = [];

    /// <summary>Every delivery as it stands, by its id.</summary>
    public Dictionary<string, (string Account, Delivery Delivery)> Deliveries { get; } = new(StringComparer.Ordinal);

    /// <summary>Every attempt to pay as it stands, by its reference.</summary>
    public Dictionary<string, (string Account, Attempt Attempt)> Attempts { get; } = new(StringComparer.Ordinal);

    private readonly Dictionary<string, (string Account, string Ref)> numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Account, string Ref), long> withdrawn = [];
    private readonly Dictionary<string, long> settled = new(StringComparer.Ordinal);

    /// <summary>The first thing that was found broken stands, also where the code that broke it swallows the exception.</summary>
    public void Report(BrokenException found) => broken ??= found;

    public void MustBeWell()
    {
        if (broken is not null)
            throw broken;
    }

    public void Landed(string table, string partition, IReadOnlyList<RowChange> changes)
    {
        if (table != AccountStore.Table)
            return;
        try
        {
            Look(partition, Books.TryGetValue(partition, out var book) ? book : Books[partition] = new(), changes);
        }
        catch (BrokenException found)
        {
            Report(found);
            throw;
        }
    }

    /// <summary>A message is leaving.</summary>
    /// <param name="lastRead">The step at which whoever sends it last looked at the facts.</param>
    public void Leaves(string id, long lastRead)
    {
        if (!Deliveries.TryGetValue(id, out var known))
            throw Reported(new(Invariants.SentOnce, $"nobody planned the delivery {id}"));
        var (account, delivery) = known;
        if (settled.TryGetValue(id, out var since) && since < lastRead)
            throw Reported(new(Invariants.SentOnce, $"the {delivery.Kind} of {delivery.Of} left, though it was settled as {delivery.State}"));
        if (delivery.Kind is "invoice" or "receipt" && withdrawn.TryGetValue((account, delivery.Of), out var step) && step < lastRead)
            throw Reported(new(Invariants.ReasonStands, $"the {delivery.Kind} of {delivery.Of} left after it was cancelled"));
    }

    /// <summary>The bank is asked to take money: the attempt is claimed, and no other live one covers the same invoice.</summary>
    public void Asks(string reference)
    {
        if (!Attempts.TryGetValue(reference, out var asked))
            throw Reported(new(Invariants.AskedOnce, $"the order {reference} was never claimed"));
        var covered = asked.Attempt.Items.ToHashSet(StringComparer.Ordinal);
        if (Attempts.Values.FirstOrDefault(other => other.Account == asked.Account && other.Attempt.Ref != reference
            && other.Attempt.IsLive && other.Attempt.Items.Any(covered.Contains)).Attempt is { } twin)
            throw Reported(new(Invariants.AskedOnce, $"{twin.Ref} is live for an invoice of {reference}"));
    }

    public BrokenException Reported(BrokenException found)
    {
        Report(found);
        return found;
    }

    private void Look(string account, AccountBook book, IReadOnlyList<RowChange> changes)
    {
        foreach (var change in changes.Where(change => change.Key.StartsWith(PostingPrefix, StringComparison.Ordinal)))
            Must(change is { Before: null, After: not null }, Invariants.PostedOnce, $"{change.Key}");
        foreach (var change in changes.Where(change => change.Key.StartsWith(AccountsRows.EntryPrefix, StringComparison.Ordinal)))
            Must(change is { Before: null, After: not null }, Invariants.EntriesStand, $"{change.Key}");
        foreach (var entry in changes.Where(change => change.Key.StartsWith(AccountsRows.EntryPrefix, StringComparison.Ordinal))
            .Select(change => AccountsRows.EntryType.Read(change.After!)).OrderBy(entry => entry.Sequence))
            book.Enter(entry);

        foreach (var change in changes)
        {
            var key = change.Key;
            if (key == AccountsRows.Head)
                book.Compare(AccountsRows.HeadType.Read(change.After!));
            else if (key.StartsWith(AccountsRows.OperationPrefix, StringComparison.Ordinal))
                LookAtOperation(account, AccountsRows.OperationType.Read(change.After!));
            else if (key.StartsWith(PaymentsRows.PaymentPrefix, StringComparison.Ordinal))
                LookAtPayment(account, PaymentsRows.PaymentType.Read(change.After!));
            else if (key.StartsWith(AttemptPrefix, StringComparison.Ordinal))
                Attempts[key[AttemptPrefix.Length..]] = (account, PaymentsRows.AttemptType.Read(change.After!));
            else if (key.StartsWith(NotificationsRows.DeliveryPrefix, StringComparison.Ordinal))
                LookAtDelivery(account, NotificationsRows.DeliveryType.Read(change.After!));
        }

        // Invoices against the services as they stood when they were issued, then the services as they are now.
        foreach (var invoice in changes.Where(change => change.Key.StartsWith(BillingRows.InvoicePrefix, StringComparison.Ordinal))
            .Select(change => BillingRows.InvoiceType.Read(change.After!)).OrderBy(invoice => invoice.On))
            LookAtInvoice(account, book, invoice);
        foreach (var change in changes.Where(change => change.Key.StartsWith(BillingRows.ServicePrefix, StringComparison.Ordinal)))
        {
            var service = BillingRows.ServiceType.Read(change.After!);
            if (service.MovedFrom is { } origin && !book.Services.ContainsKey(service.Code) && Key.Parts(origin) is [var customer, var code])
                book.Came(service, Books[AccountStore.Of(customer)], code);
            book.Changed(service);
        }
    }

    private void LookAtInvoice(string account, AccountBook book, Invoice invoice)
    {
        if (invoice.State == InvoiceState.Pending)
            return;
        var id = (account, invoice.Ref);
        if (Invoices.TryGetValue(id, out var before))
        {
            var alike = BillingRows.InvoiceType.Write(invoice with { State = before.State, CancelReason = before.CancelReason, CancelledAt = before.CancelledAt }).Span
                .SequenceEqual(BillingRows.InvoiceType.Write(before).Span);
            Must(alike && before.State == InvoiceState.Issued && invoice.State == InvoiceState.Cancelled, Invariants.InvoicesStand, $"{invoice.Number}");
            withdrawn[id] = world.Step;
        }
        else
        {
            Must(numbers.TryAdd(invoice.Number, id), Invariants.NumberedOnce, $"{invoice.Number} is {invoice.Ref} and {numbers.GetValueOrDefault(invoice.Number).Ref}");
            if (invoice.Service is { } code)
                book.Invoiced(code, invoice.On, invoice.Through);
        }

        Invoices[id] = invoice;
    }

    private void LookAtOperation(string account, Operation operation)
    {
        var id = (account, operation.Reference);
        Must(!Operations.TryGetValue(id, out var before) || (before.Operation.Amount == operation.Amount && !before.Operation.IsCancelled), Invariants.PostedOnce, $"{operation.Kind} {operation.Reference}");
        Operations[id] = (account, operation);
    }

    private void LookAtPayment(string account, Payment payment)
    {
        var id = (account, payment.Ref);
        if (payment.State == PaymentState.Cancelled)
            withdrawn.TryAdd(id, world.Step);
        if (payment.ReceiptNumber is { } number && Payments.GetValueOrDefault(id)?.ReceiptNumber is var before && before != number)
            Must(before is null && numbers.TryAdd(number, id), Invariants.NumberedOnce, $"{number} is the receipt of {payment.Ref} and of {numbers.GetValueOrDefault(number).Ref}");
        Payments[id] = payment;
    }

    private void LookAtDelivery(string account, Delivery delivery)
    {
        if (Deliveries.TryGetValue(delivery.Id, out var before) && before.Delivery.IsSettled)
            Must(delivery.IsSettled && (delivery.State == before.Delivery.State || before.Delivery.State == DeliveryState.Unknown), Invariants.SentOnce, $"{delivery.Kind} of {delivery.Of} was {before.Delivery.State} and is {delivery.State}");
        if (delivery.IsSettled)
            settled.TryAdd(delivery.Id, world.Step);
        Deliveries[delivery.Id] = (account, delivery);
    }
}
