using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Organisation;
using Vade.Payments;

namespace Vade.Simulation;

/// <summary>What people ask for.</summary>
internal sealed partial class Office
{
    private const int CustomersMax = 6;
    private const int UntouchedMax = 6;
    private const int Insists = 1_000;
    private static readonly string[] Means = ["cash", "transfer", "check", "other"];
    private static readonly string[] Currencies = ["TRY", "TRY", "TRY", "USD"];
    private static readonly string[] Titles = ["ÖZGÜR & Ş. İÇ TİC. A.Ş.", "Güneş Matbaa", "Əliyev MMC", "José Pérez y Cía", "A"];
    private static readonly string[] Emails = ["a@musteri.example", "b@musteri.example", "muhasebe@musteri.example"];

    private readonly List<string> customers = [];
    private int references;
    private int untouched;

    private DateOnly Today => new OrganisationSettings("").Today(world.AnyProcess().Clock);

    private Wish? SaveCustomer()
    {
        var code = customers.Count == CustomersMax || (customers.Count > 1 && seed.Roll(5_000)) ? seed.Pick(customers) : $"C/{customers.Count + 1}";
        var body = new CustomerBody(
            seed.Pick(Titles), Emails: [.. Emails.Take(seed.Below(3))], Language: seed.Pick(Languages.All).Code(), DueDays: seed.Roll(3_000) ? seed.Below(40) : null);
        return new(nameof(SaveCustomer), async process =>
        {
            return await process.Get<SaveCustomer>().Save(code, body, default) is CustomerSaved.Merged ? null : () =>
            {
                if (!customers.Contains(code))
                    customers.Add(code);
            };
        }, 3);
    }

    private Wish? SaveService() => WithCustomer(nameof(SaveService), 4, code =>
    {
        // Some are changed again and again, some are agreed once and never touched.
        var service = untouched < UntouchedMax && seed.Roll(2_000) ? $"U{untouched++}" : $"S{seed.Below(3)}";
        var today = Today;
        var startsOn = today.AddDays(seed.Between(-40, 40));
        var isEnded = seed.Roll(1_500);
        var body = new ServiceBody(
            [new("Sosyal medya", seed.Between(0, 500_000) / 100m, 20m), new("Barındırma", 12.345m, 10m, seed.Between(1, 3))],
            startsOn,
            "Aylık hizmet",
            seed.Pick(Currencies),
            new(seed.Pick([1, 1, 1, 2, 3, 12])),
            isEnded ? startsOn.AddDays(seed.Below(60)) : null,
            Prorate: seed.Roll(3_000));
        return async (process, customer) =>
        {
            await process.Get<SaveService>().Save(customer, service, body, default);
            return () => Promise(() => world.Watch.Books[Account(code)].Services.ContainsKey(service) ? null : $"the service {service} of {code} is gone");
        };
    });

    private Wish? InvoiceByHand() => WithCustomer(nameof(InvoiceByHand), 5, code =>
    {
        var reference = Reference();
        var (price, currency) = (seed.Between(1, 900_000) / 100m, Currency.Of(seed.Pick(Currencies)));
        return async (process, customer) =>
        {
            var outcome = await process.Get<ManualInvoices>().Create(
                customer, reference, [new ServiceLine("Danışmanlık", 1m, price, 20m)], currency, null, $"{code} {price} {currency}", default);
            return outcome is ManualOutcome.Issued issued
                ? () => Promise(() => world.Watch.Invoices.GetValueOrDefault((Account(code), issued.Invoice.Ref)) is { } kept && kept.Number == issued.Invoice.Number && kept.Number.Length > 0
                    ? null
                    : $"the invoice {reference} of {code} was answered as {issued.Invoice.Number}")
                : null;
        };
    });

    private Wish? CancelInvoice()
    {
        if (world.Watch.Invoices.Count == 0)
            return null;
        var (account, reference) = seed.Pick([.. world.Watch.Invoices.Keys.TakeLast(12)]);
        return new(nameof(CancelInvoice), async process =>
        {
            var outcome = await process.Get<CancelInvoices>().Cancel(account, reference, "yanlış", default);
            return outcome != CancelOutcome.Cancelled ? null : () => Promise(() =>
                world.Watch.Invoices[(account, reference)].State == InvoiceState.Cancelled ? null : $"the invoice {reference} of {account} was cancelled, and stands");
        }, 3);
    }

    private Wish? RecordPayment() => WithCustomer(nameof(RecordPayment), 5, code =>
    {
        var invoices = world.Watch.Invoices.Where(invoice => invoice.Key.Account == Account(code)).Select(invoice => invoice.Value).ToArray();
        var meant = invoices.Length > 0 ? seed.Pick(invoices) : null;
        var currency = meant?.Currency ?? seed.Pick(Currencies);
        var amount = meant is { Total: > 0m } && seed.Roll(6_000) ? meant.Total : seed.Between(1, 400_000) / 100m;
        var body = new PaymentBody(
            amount, seed.Pick(Means), Reference(), currency, seed.Roll(2_000) ? Today.AddDays(-seed.Below(30)) : null,
            meant is not null && seed.Roll(4_000) ? [meant.Number] : null);
        return async (process, customer) => await process.Get<RecordPayment>().Record(customer, body, default) is RecordOutcome.Recorded recorded
            ? () => Promise(() => world.Watch.Payments.GetValueOrDefault((Account(code), recorded.Payment.Ref)) is { } kept && kept.Amount == amount && kept.ReceiptNumber is not null
                ? null
                : $"the payment {body.Reference} of {code} was taken, and is not booked")
            : null;
    });

    private Wish? CancelPayment()
    {
        var byHand = world.Watch.Payments.Where(payment => payment.Value.Provider is null).Select(payment => payment.Key).TakeLast(8).ToArray();
        if (byHand.Length == 0)
            return null;
        var (account, reference) = seed.Pick(byHand);
        return new(nameof(CancelPayment), async process =>
        {
            var outcome = await process.Get<CancelPayment>().Cancel(account, reference, "iade", default);
            return outcome != CancelPaymentOutcome.Cancelled ? null : () => Promise(() =>
                world.Watch.Payments[(account, reference)].State == PaymentState.Cancelled ? null : $"the payment {reference} of {account} was cancelled, and stands");
        }, 3);
    }

    private Wish? SendDocument() => WithCustomer(nameof(SendDocument), 3, code =>
    {
        var total = seed.Between(0, 90_000) / 100m;
        var body = new DocumentBody(
            seed.Roll(7_000) ? DocumentDirection.Sale : DocumentDirection.Purchase,
            seed.Roll(1_500) ? DocumentKind.Return : DocumentKind.Invoice,
            Today.AddDays(-seed.Below(20)), Total: total,
            Remaining: seed.Roll(4_000) ? Math.Round(total * seed.Below(101) / 100m, 2) : null,
            AsOf: world.Time.Now.AddMinutes(-seed.Below(600)));
        var number = $"E{seed.Below(6).ToString(CultureInfo.InvariantCulture)}";
        return async (process, _) =>
        {
            await process.Get<TakeDocument>().Take(code, number, body, default);
            return null;
        };
    });

    private Wish? ChangeSettings()
    {
        var closedThrough = Today.AddDays(-seed.Between(5, 60));
        var series = seed.Pick(["VAD", "VAD", "YEN"]);
        var days = seed.Below(30);
        var limits = seed.Roll(7_000) ? new Dictionary<string, decimal>(StringComparer.Ordinal) { ["TRY"] = seed.Between(1, 90_000) / 100m } : null;
        return new(nameof(ChangeSettings), async process =>
        {
            var settings = process.Get<Organisation.Settings>();
            var organisation = await settings.Get(OrganisationSettings.Section, default);
            await settings.Put(OrganisationSettings.Section, organisation with { ClosedThrough = closedThrough }, default);
            await settings.Put(BillingSettings.Section, new(series, DueDays: days), default);
            await settings.Put(AccountsSettings.Section, new() { SmallBalance = limits }, default);
            return null;
        }, 2);
    }

    private Wish? PressPay() => WithCustomer(nameof(PressPay), 2, code =>
    {
        var invoices = world.Watch.Invoices.Where(invoice => invoice.Key.Account == Account(code)).Select(invoice => invoice.Value).ToArray();
        var meant = invoices.Length > 0 && seed.Roll(7_000) ? seed.Pick(invoices) : null;
        var currency = Currency.Of(meant?.Currency ?? seed.Pick(Currencies));
        var isPart = seed.Roll(1_500);
        return async (process, customer) =>
        {
            var scope = meant is null ? PayLinks.ToDebt(customer) : PayLinks.ToInvoice(customer, meant.Ref);
            var owed = Owed.Of(scope, await process.Get<LedgerReader>().Standing(Account(code), default), currency).Amount;
            if (owed.IsPositive)
                await process.Get<StartPayment>().Start(scope, owed, isPart ? Money.Rounded(owed.Amount / 2, currency) : owed, Language.Tr, default);
            return null;
        };
    });

    private Wish? DecideAtBank()
    {
        if (world.Bank.Waiting is not { Count: > 0 } waiting)
            return null;
        var reference = seed.Pick(waiting);
        if (world.Bank.Decide(reference, seed.Roll(7_500)))
        {
            for (var copies = seed.Pick([0, 1, 1, 1, 1, 2, 3]); copies > 0; copies--)
                again.Add(Notice(reference));
        }

        return ComeBack(reference);
    }

    // The bank said no and takes the money after all; then it is bound to tell.
    private Wish? CaptureLate()
    {
        if (world.Bank.Declined is not { Count: > 0 } declined)
            return null;
        var reference = seed.Pick(declined);
        world.Bank.Decide(reference, approves: true);
        return Notice(reference);
    }

    private Wish? ForgeNotice() => new(nameof(ForgeNotice), async process =>
    {
        await process.Get<TakeNotification>().Take(Bank.Kind, "forged"u8.ToArray(), new HeaderDictionary(), default);
        return null;
    }, 0);

    private static Wish Notice(string reference) => new(nameof(Notice), async process =>
    {
        var outcome = await process.Get<TakeNotification>().Take(Bank.Kind, BankAdapter.Notice(reference), new HeaderDictionary(), default);
        return outcome == NotificationOutcome.Taken ? null : throw new InvalidOperationException("The notice was not taken.");
    }, Insists);

    /// <summary>The browser comes back, as the endpoint of the return handles it.</summary>
    private Wish ComeBack(string reference) => new(nameof(ComeBack), async process =>
    {
        if (world.Watch.Attempts.TryGetValue(reference, out var attempt))
        {
            await process.Get<AccountStore>().FinishLater(attempt.Account, default);
            await process.Get<SettleAttempts>().Settle(attempt.Account, reference, default);
        }

        return null;
    }, 0);

    private Wish? WithCustomer(string name, int patience, Func<string, Func<Process, Customer, Task<Action?>>> make)
    {
        if (customers.Count == 0)
            return null;
        var code = seed.Pick(customers);
        var work = make(code);
        return new(name, async process =>
        {
            var customer = await process.Get<CustomerReader>().Find(Account(code), default) ?? throw new InvalidOperationException($"The customer {code} is gone.");
            return await work(process, customer);
        }, patience);
    }

    // Rarely an old one comes again for something else: then it is refused.
    private string Reference() => seed.Roll(300) && references > 0 ? $"R{seed.Below(references)}" : $"R{references++}";
}
