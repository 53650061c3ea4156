using System.Globalization;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Notifications;
using Vade.Organisation;
using Vade.Payments;
using static Vade.Simulation.Check;

namespace Vade.Simulation;

/// <summary>What must hold of a world in which everything has come to its end.</summary>
internal sealed class FinalCheck(World world)
{
    public void Run()
    {
        Must(world.Queues.Count == 0, Invariants.QueuesEmpty, $"{world.Queues}");
        foreach (var row in world.Store.Range("work", "poison", KeyRange.All, 3))
            throw new BrokenException(Invariants.NothingGivenUp, System.Text.Encoding.UTF8.GetString(row.Body.Span)[..Math.Min(row.Body.Length, 1_500)]);
        foreach (var account in world.Store.Partitions(AccountStore.Table).ToArray())
            CheckAccount(account);
        CheckPlan();
        CheckMoves();
        CheckNumbers(Numbering.Invoices, [.. world.Watch.Invoices.Values.Select(invoice => (invoice.Number, invoice.IssuedOn))]);
        CheckNumbers(Numbering.Receipts, null);
        CheckMoney();
        CheckMessages();
    }

    private void CheckAccount(string account)
    {
        var rows = Rows(AccountStore.Table, account);
        if (rows.FirstOrDefault(row => row.Key.StartsWith("outbox-", StringComparison.Ordinal) || row.Key.StartsWith("pending-", StringComparison.Ordinal)) is { } left)
            throw new BrokenException(Invariants.NothingUnfinished, $"{left.Key} stands in {account}");
        if (Of(rows, BillingRows.InvoicePrefix, BillingRows.InvoiceType).FirstOrDefault(invoice => invoice.State == InvoiceState.Pending) is { } pending)
            throw new BrokenException(Invariants.NothingUnfinished, $"{pending.Ref} of {account} waits for its number");
        if (world.Store.Find(AccountStore.Table, account, PaymentsRows.Live) is { } live && PaymentsRows.LiveType.Read(live).Items.Count > 0)
            throw new BrokenException(Invariants.NothingUnfinished, $"attempts of {account} are live");

        Entry[] entries = [.. Of(rows, AccountsRows.EntryPrefix, AccountsRows.EntryType).OrderBy(entry => entry.Sequence)];
        if (LedgerReader.FirstBroken(account, entries) is { } odd)
            throw new BrokenException(Invariants.EntriesStand, $"entry {odd.Sequence} of {account}");
        CheckMonths(account, rows, entries);
        CheckAllocations(account, rows);
        foreach (var service in world.Watch.Books[account].Services.Values)
            CheckForgotten(account, service);
        if (world.Store.Find(AccountStore.Table, account, AccountsRows.Customer) is { } stored)
        {
            var customer = AccountsRows.CustomerType.Read(stored);
            var listed = world.Ask(process => First(process.Get<CustomerDirectory>(), account));
            Must(listed?.Customer == CustomerDirectory.RowOf(customer), Invariants.ProjectionsAgree, $"the directory's row of {customer.Code} is {listed}");
        }
    }

    private static void CheckMonths(string account, IReadOnlyList<Row> rows, Entry[] entries)
    {
        var kept = rows.Where(row => row.Key.StartsWith("month-", StringComparison.Ordinal))
            .SelectMany(row => AccountsRows.MonthType.Read(row).Currencies.Select(turnover => (row.Key["month-".Length..], turnover.Currency, turnover.Debit, turnover.Credit)))
            .ToHashSet();
        var folded = entries.GroupBy(entry => (entry.ValueOn.ToString("yyyy-MM", CultureInfo.InvariantCulture), entry.Currency))
            .Select(month => (month.Key.Item1, month.Key.Currency, month.Where(entry => entry.Own > 0m).Sum(entry => entry.Own), -month.Where(entry => entry.Own < 0m).Sum(entry => entry.Own)));
        Must(kept.SetEquals(folded), Invariants.ProjectionsAgree, $"the months of {account} are {string.Join(' ', kept)}");
    }

    // Of every item: its total less what was allocated to it is what is open of it.
    private void CheckAllocations(string account, IReadOnlyList<Row> rows)
    {
        var allocated = Of(rows, AccountsRows.AllocationPrefix, AccountsRows.AllocationType).SelectMany(row => row.Allocations)
            .GroupBy(allocation => allocation.Item.Ref, StringComparer.Ordinal)
            .ToDictionary(item => item.Key, item => item.Sum(allocation => allocation.Amount), StringComparer.Ordinal);
        var head = world.Store.Find(AccountStore.Table, account, AccountsRows.Head) is { } row ? AccountsRows.HeadType.Read(row) : null;
        foreach (var invoice in world.Watch.Invoices.Where(invoice => invoice.Key.Account == account).Select(invoice => invoice.Value))
        {
            var expected = invoice.State == InvoiceState.Cancelled ? 0m : invoice.Total - allocated.GetValueOrDefault(invoice.Ref);
            var open = head?.ItemOf(invoice.Ref)?.Remaining ?? 0m;
            Must(open == expected, Invariants.LedgerIsOpenItems, $"{invoice.Number} has {open} open, by its allocations {expected}");
        }

        CheckOperations(account, rows, head);
        foreach (var document in Of(rows, AccountsRows.DocumentPrefix, AccountsRows.DocumentType)
            .Where(document => document is { Direction: DocumentDirection.Sale, Kind: DocumentKind.Invoice }))
        {
            var expected = document.Total - allocated.GetValueOrDefault(document.Ref);
            var open = head?.ItemOf(document.Ref)?.Remaining ?? 0m;
            Must(open == expected, Invariants.LedgerIsOpenItems, $"the document {document.Number} has {open} open, by its allocations {expected}");
        }
    }

    // Of every credit: what it settles and what is left of it is what came in; nothing of it once it is taken back.
    private void CheckOperations(string account, IReadOnlyList<Row> rows, LedgerHead? head)
    {
        var made = Of(rows, AccountsRows.AllocationPrefix, AccountsRows.AllocationType).SelectMany(row => row.Allocations).ToArray();
        var settles = made.GroupBy(allocation => allocation.Credit, StringComparer.Ordinal).ToDictionary(credit => credit.Key, credit => credit.Sum(allocation => allocation.Amount), StringComparer.Ordinal);
        var settled = made.GroupBy(allocation => allocation.Item.Ref, StringComparer.Ordinal).ToDictionary(item => item.Key, item => item.Sum(allocation => allocation.Amount), StringComparer.Ordinal);
        foreach (var payment in world.Watch.Payments.Where(payment => payment.Key.Account == account && payment.Value.Posted).Select(payment => payment.Value))
        {
            var found = settles.GetValueOrDefault(payment.Ref) + (head?.Credits.FirstOrDefault(credit => credit.Ref == payment.Ref)?.Left ?? 0m);
            Must(found == (payment.State == PaymentState.Cancelled ? 0m : payment.Amount), Invariants.PaymentsWhole, $"{found} of {payment.Ref} ({payment.State}, {payment.Amount}) is settled or left");
            var small = made.Where(allocation => allocation.Credit.StartsWith(Refs.SmallOf(payment.Ref), StringComparison.Ordinal) || allocation.Item.Ref.StartsWith(Refs.SmallOf(payment.Ref), StringComparison.Ordinal)).Sum(allocation => allocation.Amount);
            Must(payment.State != PaymentState.Cancelled || small == 0m, Invariants.PaymentsWhole, $"{small} is closed because of {payment.Ref}, which is cancelled");
        }

        foreach (var operation in world.Watch.Operations.Where(operation => operation.Key.Account == account).Select(operation => operation.Value.Operation))
        {
            var amount = operation.IsCancelled ? 0m : operation.Amount;
            if (operation.Kind == OperationKind.WriteOff)
                Must(settles.GetValueOrDefault(operation.Ref) == amount, Invariants.WriteOffsFit, $"{settles.GetValueOrDefault(operation.Ref)} of {operation.Ref} ({amount}) closes something");
            if (operation.Kind == OperationKind.Payout)
                Must((head?.ItemOf(operation.Ref)?.Remaining ?? 0m) == amount - settled.GetValueOrDefault(operation.Ref), Invariants.PayoutsFit, $"{settled.GetValueOrDefault(operation.Ref)} of {operation.Ref} ({amount}) is settled");
        }
    }

    private void CheckForgotten(string account, Service service)
    {
        if (service.MovedTo is { } survivor)
        {
            Must(service.MovedAs is { } name && world.Watch.Books[survivor].Services.ContainsKey(name), Invariants.NothingForgotten, $"{service.Code} of {account} was stopped, and does not go on in {survivor}");
            return;
        }

        if (world.Store.Find(AccountStore.Table, account, AccountsRows.Customer) is { } owner)
            Must(AccountsRows.CustomerType.Read(owner).MergedInto is null, Invariants.NothingForgotten, $"{service.Code} stayed with {account}, which was merged");
        var next = world.Watch.Books[account].NextDate(service);
        // A date that has begun since the timers were last woken need not be invoiced yet.
        Must(next is null || next > Today(world.Time.Now.AddMinutes(-40)), Invariants.NothingForgotten, $"{service.Code} of {account} was not invoiced for {next:yyyy-MM-dd}");
    }

    // The account in between holds what has left one record and not arrived in the other.
    private void CheckMoves()
    {
        var between = world.Store.Partitions(AccountStore.Table).ToArray()
            .SelectMany(account => Rows(world, AccountStore.Table, account, KeyRange.Prefix(AccountsRows.EntryPrefix)))
            .Select(AccountsRows.EntryType.Read)
            .SelectMany(entry => entry.Lines, (entry, line) => (entry.Currency, Line: line))
            .Where(line => line.Line.Account == new LedgerAccounts().Moves)
            .GroupBy(line => line.Currency, line => line.Line.Amount, StringComparer.Ordinal);
        foreach (var currency in between)
            Must(currency.Sum() == 0m, Invariants.MovesArrive, $"{currency.Sum()} {currency.Key} stands in between");
    }

    private void CheckPlan()
    {
        var missing = world.Ask(process => process.Get<MissingInvoices>().Find(default));
        Must(missing.Count == 0, Invariants.NothingForgotten, $"at {world.Time.Now:u} the monitor finds {string.Join(", ", missing.Select(item => $"{item} {world.Watch.Books[AccountStore.Of(item.Customer)].Services[item.Service]}"))}");
        Must(Rows(PaymentsRows.Table, PaymentsRows.OpenAttempts).Count == 0, Invariants.NothingUnfinished, $"an attempt is listed as open");
        var book = world.Store.Find(BillingRows.Table, Numbering.Partition(Numbering.Invoices), "book");
        Must(book is null || BillingRows.BookType.Read(book).OpenRuns.Count == 0, Invariants.NothingUnfinished, $"a billing run is open");
        foreach (var ((account, reference), invoice) in world.Watch.Invoices)
        {
            var pointer = world.Ask(process => process.Get<InvoiceIndex>().Find(invoice.Number, default));
            Must(pointer == new InvoicePointer(account, reference), Invariants.ProjectionsAgree, $"{invoice.Number} is looked up as {pointer}");
            Must(invoice.PdfHash is { } hash && world.Store.FindBlob(BillingRows.PdfBlob(hash)) is not null, Invariants.ProjectionsAgree, $"the PDF of {invoice.Number} is missing");
        }

        foreach (var ((account, _), payment) in world.Watch.Payments)
            Must(world.Ask(process => process.Get<PaymentIndex>().Find(payment.Id, default)) == new PaymentPointer(account, payment.Ref), Invariants.ProjectionsAgree, $"the payment {payment.Id} is not looked up");
    }

    /// <summary>From 1 in each series and year, without a gap, no date before the one before.</summary>
    private void CheckNumbers(string name, IReadOnlyList<(string Number, DateOnly On)>? documents)
    {
        var given = Rows(BillingRows.Table, Numbering.Partition(name))
            .Where(row => row.Key.StartsWith("number-", StringComparison.Ordinal)).Select(row => BillingRows.GivenType.Read(row)).Select(row => (row.Number, On: row.IssuedOn)).ToArray();
        if (name == Numbering.Receipts)
        {
            string[] used = [.. world.Watch.Payments.Values.Where(payment => payment.Posted).Select(payment => payment.ReceiptNumber ?? $"none ({payment.Ref})").Order(StringComparer.Ordinal)];
            Must(used.SequenceEqual(given.Select(row => row.Number).Order(StringComparer.Ordinal)), Invariants.NumbersWithoutGap, $"receipts given and used differ: {string.Join(' ', used.Except(given.Select(row => row.Number)))}");
        }

        foreach (var series in (documents ?? given).GroupBy(document => document.Number[..7], StringComparer.Ordinal))
        {
            var ordered = series.OrderBy(document => document.Number, StringComparer.Ordinal).ToArray();
            for (var i = 0; i < ordered.Length; i++)
            {
                Must(ordered[i].Number[7..] == (i + 1).ToString("D9", CultureInfo.InvariantCulture), Invariants.NumbersWithoutGap, $"{ordered[i].Number} is number {i + 1}");
                Must(i == 0 || ordered[i].On >= ordered[i - 1].On, Invariants.NumbersWithoutGap, $"{ordered[i].Number} of {ordered[i].On:yyyy-MM-dd} follows {ordered[i - 1].On:yyyy-MM-dd}");
                Must(ordered[i].Number[3..7] == ordered[i].On.Year.ToString(CultureInfo.InvariantCulture), Invariants.NumbersWithoutGap, $"{ordered[i].Number} is of {ordered[i].On:yyyy-MM-dd}");
            }
        }
    }

    private void CheckMoney()
    {
        var booked = world.Watch.Payments.Values.Where(payment => payment.Provider == Bank.Kind).ToDictionary(payment => payment.Id, StringComparer.Ordinal);
        foreach (var (reference, order) in world.Bank.Captured)
        {
            Must(booked.Remove(reference, out var payment), Invariants.MoneyIsBooked, $"{order.Taken} of {reference} is not booked");
            Must(payment!.Money.Equals(order.Taken) && payment.Posted, Invariants.MoneyIsBooked, $"{order.Taken} of {reference} is booked as {payment.Money}");
        }

        Must(booked.Count == 0, Invariants.MoneyIsBooked, $"{booked.Keys.FirstOrDefault()} is booked and was never taken");
    }

    private void CheckMessages()
    {
        var deliveries = world.Watch.Deliveries.Values.ToLookup(entry => (entry.Account, entry.Delivery.Kind, entry.Delivery.Of), entry => entry.Delivery);
        foreach (var ((account, reference), invoice) in world.Watch.Invoices)
        {
            Told(account, "invoice", reference);
            if (invoice.State == InvoiceState.Cancelled)
                Told(account, "cancellation", reference);
        }

        foreach (var ((account, reference), _) in world.Watch.Payments.Where(payment => payment.Value.Posted))
            Told(account, "receipt", reference);

        void Told(string account, string kind, string of)
        {
            var told = deliveries[(account, kind, of)].ToArray();
            Must(told.Length > 0, Invariants.NobodyForgotten, $"the {kind} of {of} of {account} was never planned");
            foreach (var delivery in told)
            {
                Must(delivery.IsSettled, Invariants.NobodyForgotten, $"the {kind} of {of} of {account} is {delivery.State}");
                Must(delivery.State != DeliveryState.Sent || world.Carrier.Times(delivery.Id) > 0, Invariants.NobodyForgotten, $"the {kind} of {of} of {account} is sent, and never left");
                Must(delivery.State is not (DeliveryState.Skipped or DeliveryState.Failed) || world.Carrier.Times(delivery.Id) == 0, Invariants.NobodyForgotten, $"the {kind} of {of} of {account} is {delivery.State}, and left");
            }
        }
    }

    private DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, new OrganisationSettings("").Zone).DateTime);

    private static async Task<DirectoryRow?> First(CustomerDirectory directory, string account)
    {
        await foreach (var row in directory.All(default))
        {
            if (row.Key == account)
                return row.Value;
        }

        return null;
    }

    private IReadOnlyList<Row> Rows(string table, string partition) => Rows(world, table, partition, KeyRange.All);

    /// <summary>All rows of a range, however many pages they take.</summary>
    internal static IReadOnlyList<Row> Rows(World world, string table, string partition, KeyRange range)
    {
        var rows = new List<Row>();
        while (world.Store.Range(table, partition, range, TableLimits.PageRowsMax) is { Count: > 0 } page)
        {
            rows.AddRange(page);
            if (page.Count < TableLimits.PageRowsMax)
                break;
            range = range.After(page[^1].Key);
        }

        return rows;
    }

    private static IEnumerable<T> Of<T>(IReadOnlyList<Row> rows, string prefix, RowType<T> type) =>
        rows.Where(row => row.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(type.Read);
}
