using System.Runtime.CompilerServices;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>The service as it would stand if it were saved.</summary>
internal sealed record ServiceWhatIf(string Account, Service Service) : WhatIf;

/// <summary>The settings as they would stand if they were saved.</summary>
internal sealed record BillingWhatIf(BillingSettings Settings) : WhatIf;

/// <summary>
/// The invoices that services are going to make, by the rules that make them: from one row for each service and one for
/// each customer, a thousand a read. A single service that is being changed is asked itself.
/// </summary>
internal sealed class ForeseeInvoices(Plans plans, Debtors debtors, AccountStore accounts, Settings settings) : IForesee
{
    public const string Kind = "invoice";

    public async IAsyncEnumerable<Foresight> Foresee(PreviewQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var rules = await settings.Get(BillingSettings.Section, cancellation);
        var dueDays = await DueDays(query.Account, cancellation);
        var then = query.If is BillingWhatIf change ? change.Settings : rules;
        var asked = query.If as ServiceWhatIf;
        var wasThere = false;
        await foreach (var plan in Of(query.Account, cancellation))
        {
            var own = dueDays.GetValueOrDefault(plan.Account);
            var isAsked = asked?.Account == plan.Account && asked.Service.Code == plan.Service.Code;
            wasThere |= isAsked;
            var before = isAsked ? await Stored(plan, cancellation) : plan;
            var now = Items(before, own ?? rules.DueDays, query);
            if (query.If is null)
            {
                foreach (var item in now)
                    yield return Foresight.Same(item);
                continue;
            }

            var after = isAsked ? new Plan(plan.Account, plan.Customer, asked!.Service, First(asked.Service, query.Today)) : before;
            foreach (var pair in Foresight.Pairs(now, Items(after, own ?? then.DueDays, query)))
                yield return pair;
        }

        // A service that is new, or had ended.
        if (asked is not null && !wasThere)
        {
            var plan = new Plan(asked.Account, AccountStore.CodeOf(asked.Account), asked.Service, First(asked.Service, query.Today));
            foreach (var item in Items(plan, dueDays.GetValueOrDefault(asked.Account) ?? rules.DueDays, query))
                yield return new(null, item);
        }
    }

    private async IAsyncEnumerable<Plan> Of(string? account, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var plan in account is null ? plans.All(cancellation) : plans.Of(account, cancellation))
            yield return plan;
    }

    private static DateOnly? First(Service service, DateOnly today) => service.DueThrough(today).Select(on => (DateOnly?)on).FirstOrDefault();

    // The row over all services is as fresh as it must be for a list; an exact difference is not made of it.
    private async Task<Plan> Stored(Plan plan, CancellationToken cancellation) =>
        await accounts.Find(plan.Account, BillingRows.Service(plan.Service.Code), BillingRows.ServiceType, cancellation) is { Value: var service }
            ? plan with { Service = service }
            : plan;

    private async Task<Dictionary<string, int?>> DueDays(string? account, CancellationToken cancellation)
    {
        var days = new Dictionary<string, int?>(StringComparer.Ordinal);
        await foreach (var debtor in debtors.Asked(account is null ? null : AccountStore.CodeOf(account), cancellation))
        {
            if (debtor.DueDays is { } own)
                days[debtor.Account] = own;
        }

        return days;
    }

    private static IEnumerable<Foreseen> Items(Plan plan, int dueDays, PreviewQuery query)
    {
        var service = plan.Service;
        var currency = Currency.Of(service.Currency);
        var rhythm = Words.Texts.Format(
            query.Language, service.EveryMonths == 1 ? "foresee.monthly" : "foresee.months", service.Code, service.Description,
            Formats.Date(service.StartsOn, query.Language), service.EveryMonths);
        Money? whole = null;
        foreach (var on in plan.Dates(query.Today, query.Through))
        {
            var end = service.Schedule().PeriodEnd(on);
            var share = service.ShareOf(on, end);
            var amount = share.IsWhole && whole is { } known ? known : new Money(plan.AmountOn(on).Total, currency);
            if (share.IsWhole)
                whole = amount;
            // What is waiting is issued as soon as the next run comes.
            var issuedOn = on < query.Today ? query.Today : on;
            yield return new(
                on, Kind, plan.Customer, service.Code, amount, service.Channels,
                rhythm + " " + Words.Texts.Format(
                    query.Language, "foresee.period", Formats.Date(on, query.Language), Formats.Date(share.IsWhole ? end : on.AddDays(share.Days - 1), query.Language)),
                issuedOn.AddDays(service.DueDays ?? dueDays));
        }
    }
}
