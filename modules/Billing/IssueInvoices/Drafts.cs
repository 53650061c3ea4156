using System.Globalization;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>What an invoice will say, before it has a number and a date of issue. Pure: a record in, a record out.</summary>
internal static class Drafts
{
    /// <summary>The invoice of a service for the period that begins on this date.</summary>
    /// <param name="through">Its last day.</param>
    public static Invoice Scheduled(
        Service service, DateOnly on, DateOnly through, Customer customer, OrganisationSettings organisation, BillingSettings defaults, DateTimeOffset now)
    {
        return Draft(
            BillingRows.Invoice(service.Code, on), service.Lines, service.ShareOf(on, through), Currency.Of(service.Currency),
            service.DueDays ?? customer.DueDays ?? defaults.DueDays, customer, organisation, now) with
        {
            Service = service.Code,
            Description = service.Description,
            On = on,
            Through = service.LastDay(on, through),
            Channels = service.Channels,
        };
    }

    /// <summary>An invoice outside any schedule.</summary>
    public static Invoice Manual(
        string reference, IReadOnlyList<ServiceLine> lines, Currency currency, int dueDays, DateOnly today,
        Customer customer, OrganisationSettings organisation, DateTimeOffset now) =>
        Draft(BillingRows.ManualInvoice(reference), lines, new(1, 1), currency, dueDays, customer, organisation, now) with { On = today };

    // Until it is issued, DueOn holds the days that will be added to the date of issue, counted from day one.
    private static Invoice Draft(
        string reference, IReadOnlyList<ServiceLine> lines, Share share, Currency currency, int dueDays,
        Customer customer, OrganisationSettings organisation, DateTimeOffset now)
    {
        var amounts = Invoice.Amounts(lines, currency, share);
        return new(
            reference, "", InvoiceState.Pending, customer.Code, null, null, DateOnly.MinValue, null,
            IssuedOn: DateOnly.MinValue,
            DueOn: DateOnly.MinValue.AddDays(dueDays),
            IssuedAt: now,
            currency.Code, amounts.Lines, amounts.Taxes, amounts.Net, amounts.Tax, amounts.Net + amounts.Tax,
            Seller(organisation), Buyer(customer), customer.Language, customer.PayerNumber, 0m,
            Salt: Chance.Hex(32),
            PdfHash: null,
            Channels: ["email"],
            Part: share.IsWhole ? null : share);
    }

    /// <summary>The draft as it is issued on this day, under its number.</summary>
    public static Invoice Issued(this Invoice draft, DateOnly issuedOn, Money pastBalance, DateTimeOffset now) => draft with
    {
        State = InvoiceState.Issued,
        IssuedOn = issuedOn,
        DueOn = issuedOn.AddDays(draft.DueOn.DayNumber),
        IssuedAt = now,
        PastBalance = pastBalance.Amount,
    };

    private static Party Seller(OrganisationSettings organisation) => new(
        organisation.Name, organisation.TaxId, Label(organisation.Country, organisation.TaxId), organisation.TaxOffice,
        organisation.Address ?? [], organisation.Email, organisation.Phone);

    private static Party Buyer(Customer customer) => new(
        customer.Title, customer.TaxId, Label(customer.Country, customer.TaxId), null, customer.Address.Lines());

    private static string? Label(string country, string? taxId) => taxId is null ? null : TaxId.Check(country, taxId).Id?.Label;
}
