using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Payments;

namespace Vade.Simulation;

/// <summary>
/// A small organisation in which every command has something to do: a customer with an address, a service that was
/// invoiced, two open invoices, a payment by hand, a customer at the bank.
/// </summary>
internal sealed class Scenario(World world)
{
    private const string Code = "C/1";
    private const string Survivor = "C/0";
    private static readonly string Account = AccountStore.Of(Code);
    private readonly Office office = new(world);
    private bool isPrepared;

    public static IReadOnlyList<string> Names { get; } =
        ["newCustomer", "changeCustomer", "newService", "changeService", "bill", "invoiceByHand", "cancelInvoice", "recordPayment", "cancelPayment", "document", "press", "notice", "return", "openingBalance", "writeOff", "cancelWriteOff", "payOut", "reallocate", "merge"];

    private string AtBank => world.Watch.Attempts.Keys.Single();

    public void Prepare()
    {
        office.SetUp();
        Done(Save(Code, "a@musteri.example"));
        Done(Save(Survivor, "s@musteri.example"));
        Done(Service("S0", world.Time.Now.AddDays(-2)));
        world.FireTimers();
        world.PassTo(world.Time.Now + TimeSpan.FromMinutes(30));
        Done(ByHand("R0", 100m));
        Done(ByHand("R1", 200m));
        Done(Payment("P0", 30m));
        Done(Opening("A0", "USD", 0m, 40m));
        Done(WriteOff("W0", 10m));
        Done(Press());
        world.PassTo(world.Time.Now + TimeSpan.FromMinutes(5));
        if (world.Bank.Waiting.Count != 1 || world.Watch.Invoices.Count != 3 || world.Watch.Payments.Count != 1)
            throw new InvalidOperationException("The organisation is not what the commands are made for.");
        isPrepared = true;
    }

    /// <summary>The command with all that follows from it, while its asker insists.</summary>
    public void Do(string command)
    {
        office.Ask(command switch
        {
            "newCustomer" => Save("C/2", "b@musteri.example"),
            "changeCustomer" => Save(Code, "c@musteri.example"),
            "newService" => Service("S1", world.Time.Now),
            "changeService" => Service("S0", world.Time.Now),
            "bill" => Bill(),
            "invoiceByHand" => ByHand("R2", 50m),
            "cancelInvoice" => Wish(process => process.Get<CancelInvoices>().Cancel(Account, BillingRows.ManualInvoice("R1"), "yanlış", default), () =>
                world.Watch.Invoices[(Account, BillingRows.ManualInvoice("R1"))].State == InvoiceState.Cancelled),
            "recordPayment" => Payment("P1", 500m),
            "cancelPayment" => Wish(process => process.Get<CancelPayment>().Cancel(Account, PaymentsRows.ManualPayment("P0"), "iade", default), () =>
                world.Watch.Payments[(Account, PaymentsRows.ManualPayment("P0"))].State == PaymentState.Cancelled),
            "document" => Wish(process => process.Get<TakeDocument>().Take(
                Code, "E1", new DocumentBody(DocumentDirection.Sale, Date: new(2025, 11, 3), Total: 80m, Remaining: 50m, AsOf: world.Time.Now), default)),
            "openingBalance" => Opening("A1", "TRY", 75m, 5m),
            "writeOff" => WriteOff("W1", 25m),
            "cancelWriteOff" => Wish(process => process.Get<WriteOffs>().Cancel(new(Account, "W0"), "ödedi", default), () => world.Watch.Operations[(Account, "W0")].Operation.IsCancelled),
            "payOut" => Wish(
                process => process.Get<PayOuts>().PayOut(Account, new("O1", 15m, "transfer", "fazla", "USD"), default),
                () => HeadNow().Credits.Single(credit => credit.Currency == "USD").Left == 25m),
            "reallocate" => Wish(
                async process => await process.Get<ReallocatePayment>().Reallocate(Account, P0(), new("L1", [new(world.Watch.Invoices[(Account, BillingRows.ManualInvoice("R1"))].Number, 20m)]), default),
                () => HeadNow().ItemOf(BillingRows.ManualInvoice("R1"))?.Remaining == 220m && HeadNow().Credits.Single(credit => credit.Ref == P0().Ref).Left == 10m),
            "merge" => Wish(
                process => process.Get<MergeCustomers>().Merge(Account, new("M1", Survivor), default),
                () => HeadNow() is { Open.Count: 0, Credits.Count: 0 } && world.Watch.Books[AccountStore.Of(Survivor)].Services.ContainsKey("S0")),
            "press" => Press(),
            "notice" => Approved(process => process.Get<TakeNotification>().Take(Bank.Kind, BankAdapter.Notice(AtBank), new Microsoft.AspNetCore.Http.HeaderDictionary(), default)),
            "return" => Approved(process => process.Get<SettleAttempts>().Settle(Account, AtBank, default)),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "There is no such command."),
        });
        // The one who is at the bank pays an invoice that has moved meanwhile.
        if (command == "merge")
            office.Ask(Approved(process => process.Get<SettleAttempts>().Settle(Account, AtBank, default)));
        world.PassTo(world.Time.Now + TimeSpan.FromMinutes(5));
    }

    public void SettleAndCheck(TimeSpan within) => office.SettleAndCheck(within);

    private void Done(Wish wish)
    {
        office.Ask(wish);
        world.PassTo(world.Time.Now + TimeSpan.FromMinutes(1));
    }

    private Wish Save(string code, string email) => Wish(
        process => process.Get<SaveCustomer>().Save(code, new("ÖZGÜR & Ş. İÇ TİC. A.Ş.", Emails: [email]), default),
        () => AccountsRows.CustomerType.Read(world.Store.Find(AccountStore.Table, AccountStore.Of(code), AccountsRows.Customer)!).Emails[0] == email);

    private Wish Service(string code, DateTimeOffset startsAt)
    {
        var startsOn = DateOnly.FromDateTime(startsAt.UtcDateTime);
        return Wish(
            async process => await process.Get<SaveService>().Save(await Customer(process), code, new([new("Barındırma", 1_000m, 20m)], startsOn), default),
            () => world.Watch.Books[Account].Services[code].StartsOn == startsOn);
    }

    private Wish ByHand(string reference, decimal price) => Wish(
        async process => await process.Get<ManualInvoices>().Create(
            await Customer(process), reference, [new ServiceLine("Danışmanlık", 1m, price, 20m)], Currency.TRY, null, reference, default),
        () => world.Watch.Invoices.ContainsKey((Account, BillingRows.ManualInvoice(reference))));

    private Wish Payment(string reference, decimal amount) => Wish(
        async process => await process.Get<RecordPayment>().Record(await Customer(process), new(amount, "cash", reference), default),
        () => world.Watch.Payments.ContainsKey((Account, PaymentsRows.ManualPayment(reference))));

    private Wish Opening(string reference, string currency, decimal owed, decimal advance) => Wish(
        process => process.Get<OpeningBalances>().Take(Account, new(reference, currency, Items: owed > 0m ? [new(owed, "E1")] : [], Advance: advance), default),
        () => world.Watch.Operations[(Account, reference)].Operation.Amount == owed - advance);

    private Wish WriteOff(string reference, decimal amount) => Wish(
        process => process.Get<WriteOffs>().WriteOff(Account, new(reference, "tahsil edilemedi", Invoices: [world.Watch.Invoices.Values.First(invoice => invoice.Service is not null).Number], Amount: amount), default),
        () => world.Watch.Operations[(Account, reference)].Operation.Amount == amount);

    private Payment P0() => world.Watch.Payments[(Account, PaymentsRows.ManualPayment("P0"))];

    private LedgerHead HeadNow() => AccountsRows.HeadType.Read(world.Store.Find(AccountStore.Table, Account, AccountsRows.Head)!);

    private Wish Press() => Wish(async process =>
    {
        var customer = await Customer(process);
        var scope = PayLinks.ToInvoice(customer, BillingRows.ManualInvoice("R0"));
        var owed = Owed.Of(scope, await process.Get<LedgerReader>().Head(Account, default), Currency.TRY).Amount;
        return await process.Get<StartPayment>().Start(scope, owed, owed, Language.Tr, default);
    });

    private Wish Bill() => Wish(async process =>
    {
        await process.Get<Bus>().Send(new RunBilling(), BillingJson.Default.RunBilling, default);
        return true;
    });

    // The customer has paid by now; that it is booked, the bank's books ask for.
    private Wish Approved<T>(Func<Process, Task<T>> work)
    {
        world.Bank.Decide(AtBank, approves: true);
        return Wish(work, () => world.Watch.Attempts[AtBank].Attempt.State == AttemptState.Confirmed);
    }

    /// <param name="isDone">What must be so in the end; the asker insists until there is an answer.</param>
    private Wish Wish<T>(Func<Process, Task<T>> work, Func<bool>? isDone = null) => new("scenario", async process =>
    {
        await work(process);
        return !isPrepared ? null : () => office.Promise(() => isDone?.Invoke() ?? true ? null : "the command was answered for, and is not done");
    }, 100);

    private static async Task<Customer> Customer(Process process) =>
        await process.Get<CustomerReader>().Find(Account, default) ?? throw new InvalidOperationException("The customer is gone.");
}
