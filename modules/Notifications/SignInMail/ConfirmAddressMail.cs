using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Organisation;

namespace Vade.Notifications;

/// <summary>An address is to be confirmed: the link goes there and nowhere else.</summary>
internal sealed class AddressToConfirmHandler(ChangeContact contact, CustomerReader customers, Settings settings, Deliveries deliveries) : IHandle<AddressToConfirm>
{
    public async Task Handle(AddressToConfirm message, CancellationToken cancellation)
    {
        if (await customers.Find(message.Account, cancellation) is not { } customer
            || await contact.FindWish(message.Account, message.Wish, cancellation) is not { } wish)
            return;
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        await deliveries.PlanOnce(
            message.Account, customer, ConfirmAddressMail.KindName, wish.Id, wish.Id, ConfirmAddressMail.Subject(customer, organisation), wish.Address, cancellation);
    }
}

/// <summary>The mail by which whoever reads a new address says that it is theirs. Never twice, never when it is too late.</summary>
internal sealed class ConfirmAddressMail(ChangeContact contact, Settings settings) : IDeliveryKind
{
    public const string KindName = "confirmAddress";

    public string Kind => KindName;

    public async Task<LastLook> Look(string account, Customer customer, Delivery delivery, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        if (await contact.FindWish(account, delivery.Of, cancellation) is not { } wish || wish.Address != delivery.To)
            return new LastLook.Skip(Reasons.Expired);
        var (language, texts) = (customer.Reader, Letter.Texts);
        return new LastLook.Send(
            new(
                language,
                Subject(customer, organisation),
                texts.Format(language, "confirm.opening", organisation.Name),
                texts.Format(language, "confirm.letter", customer.Title),
                "",
                texts[language, "confirm.lead"],
                (texts[language, "confirm.button"], contact.ConfirmUrl(account, wish)),
                [],
                [],
                texts.Format(language, "confirm.because", organisation.Name, customer.Title),
                Letter.Of(organisation),
                organisation.Accent),
            []);
    }

    public static string Subject(Customer customer, OrganisationSettings organisation) =>
        Letter.Texts.Format(customer.Reader, "confirm.subject", organisation.Name);
}

/// <summary>A customer changed contact data alone: staff get a notice.</summary>
internal sealed class ContactChangedHandler(Notices notices, TimeProvider clock) : IHandle<ContactChanged>
{
    public const string Kind = "contactChanged";

    public Task Handle(ContactChanged message, CancellationToken cancellation) =>
        notices.Add(new(Kind, message.Account, message.Change, message.What, clock.GetUtcNow()), cancellation);
}
