using System.Globalization;
using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Payments;

namespace Vade.Simulation;

/// <summary>What the office does to an account by hand, with amounts that fit and others that do not.</summary>
internal sealed partial class Office
{
    private Wish? BringBalance() => WithCustomer(nameof(BringBalance), 5, code =>
    {
        OpeningItem[] items = [.. Enumerable.Range(0, seed.Below(4)).Select(i => new OpeningItem(seed.Between(0, 90_000) / 100m, $"D{i.ToString(CultureInfo.InvariantCulture)}"))];
        var body = new OpeningBody(
            Reference(), seed.Pick(Currencies), Today.AddDays(-seed.Below(30)), items, seed.Roll(4_000) ? seed.Between(0, 90_000) / 100m : 0m);
        return async (process, _) => Kept(code, body.Reference, await process.Get<OpeningBalances>().Take(Account(code), body, default), () =>
        {
            var history = History(Account(code));
            var head = HeadOf(Account(code));
            var id = Operation.IdOf(body.Reference);
            for (var i = 0; i < items.Length; i++)
            {
                var item = Refs.Opening(id, i);
                var settled = history.Where(allocation => allocation.Item.Ref == item).Sum(allocation => allocation.Amount);
                if (settled + (head?.ItemOf(item)?.Remaining ?? 0m) != items[i].Amount)
                    return $"{settled} of the opening item {item} is settled and {head?.ItemOf(item)?.Remaining} open, of {items[i].Amount}";
            }

            return null;
        });
    });

    private Wish? WriteOff() => WithCustomer(nameof(WriteOff), 5, code =>
    {
        var open = HeadOf(Account(code))?.Open ?? [];
        var meant = open.Count > 0 ? seed.Pick(open) : null;
        var body = new WriteOffBody(
            Reference(), "tahsil edilemedi", meant?.Currency ?? seed.Pick(Currencies),
            meant is not null && seed.Roll(7_000) ? [meant.Number] : null,
            seed.Roll(4_000) ? seed.Between(0, 60_000) / 100m : null);
        return async (process, _) => Kept(code, body.Reference, await process.Get<WriteOffs>().WriteOff(Account(code), body, default));
    });

    private Wish? PayOut() => WithCustomer(nameof(PayOut), 5, code =>
    {
        var waiting = HeadOf(Account(code))?.Credits ?? [];
        var meant = waiting.Count > 0 ? seed.Pick(waiting) : null;
        var body = new PayoutBody(
            Reference(), meant is not null && seed.Roll(7_000) ? meant.Left : seed.Between(0, 90_000) / 100m, seed.Pick(Means), "fazla ödeme",
            meant?.Currency ?? seed.Pick(Currencies), seed.Roll(2_000) ? Today.AddDays(-seed.Below(30)) : null, seed.Roll(6_000));
        return async (process, _) => Kept(code, body.Reference, await process.Get<PayOuts>().PayOut(Account(code), body, default));
    });

    private Wish? TakeBack()
    {
        var some = world.Watch.Operations.Values.Where(operation => operation.Operation.Kind is OperationKind.WriteOff or OperationKind.Payout).TakeLast(6).ToArray();
        if (some.Length == 0)
            return null;
        var (account, operation) = seed.Pick(some);
        var at = new OperationPointer(account, operation.Reference);
        return new(nameof(TakeBack), async process =>
        {
            var outcome = operation.Kind == OperationKind.Payout
                ? await process.Get<PayOuts>().Cancel(at, "geri", default)
                : await process.Get<WriteOffs>().Cancel(at, "geri", default);
            return outcome is not OperationOutcome.Done ? null : () => Promise(() =>
                world.Watch.Operations[(account, operation.Reference)].Operation.IsCancelled ? null : $"the {operation.Kind} {operation.Reference} of {account} was taken back, and stands");
        }, 3);
    }

    private Wish? Reallocate()
    {
        var some = world.Watch.Payments.Where(payment => payment.Value.Posted).TakeLast(12).ToArray();
        if (some.Length == 0)
            return null;
        var ((account, _), payment) = seed.Pick(some);
        var settled = LedgerReader.AllocationsBy(payment.Ref, History(account)).Select(allocation => allocation.Item);
        var open = HeadOf(account)?.Open.Where(item => item.Currency == payment.Currency) ?? [];
        OpenItem[] items = [.. open.Concat(settled)];
        AllocationBody[] asked = [.. Enumerable.Range(0, items.Length == 0 ? 0 : seed.Below(4)).Select(_ => seed.Pick(items))
            .Select(item => new AllocationBody(item.Number, seed.Roll(4_000) ? item.Remaining : Math.Round(payment.Amount * seed.Below(80) / 100m, 2)))];
        var body = new ReallocateBody(Reference(), asked);
        return new(nameof(Reallocate), async process =>
        {
            var outcome = await process.Get<ReallocatePayment>().Reallocate(account, payment, body, default);
            return outcome is not ReallocateOutcome.Done ? null : () => Promise(() =>
                world.Store.Find(AccountStore.Table, account, PaymentsRows.Reallocation(body.Reference)) is not null ? null : $"the re-allocation {body.Reference} of {account} is gone");
        }, 5);
    }

    // A few in a life: most customers are one record.
    private Wish? Merge() => !seed.Roll(2_500) ? null : WithCustomer(nameof(Merge), Insists, code =>
    {
        var body = new MergeBody(Reference(), seed.Pick(customers));
        return async (process, _) => Kept(code, body.Reference, await process.Get<MergeCustomers>().Merge(Account(code), body, default), () =>
            AccountsRows.CustomerType.Read(world.Store.Find(AccountStore.Table, Account(code), AccountsRows.Customer)!).MergedInto == body.Into
                && HeadOf(Account(code))?.MovedTo == Account(body.Into)
                    ? null
                    : $"{code} was merged into {body.Into}, and stands");
    });

    private Action? Kept(string code, string reference, OperationOutcome outcome, Func<string?>? more = null) => outcome is not OperationOutcome.Done done
        ? null
        : () => Promise(() => world.Watch.Operations.GetValueOrDefault((Account(code), reference)).Operation is { } kept && kept.Amount == done.Operation.Amount
            ? more?.Invoke()
            : $"the {done.Operation.Kind} {reference} of {code} was answered for, and is not booked");

    private LedgerHead? HeadOf(string account) =>
        world.Store.Find(AccountStore.Table, account, AccountsRows.Head) is { } row ? AccountsRows.HeadType.Read(row) : null;

    private Allocation[] History(string account) => [.. FinalCheck.Rows(world, AccountStore.Table, account, KeyRange.Prefix(AccountsRows.AllocationPrefix))
        .SelectMany(row => AccountsRows.AllocationType.Read(row).Allocations)];
}
