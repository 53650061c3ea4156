using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Organisation;

namespace Vade.Notifications;

/// <summary>A link to sign in by was made: it goes to the address that asked, and to no other.</summary>
internal sealed class SignInLinkMadeHandler(SignInLinks links, CustomerReader customers, Settings settings, Deliveries deliveries) : IHandle<SignInLinkMade>
{
    public async Task Handle(SignInLinkMade message, CancellationToken cancellation)
    {
        // Used or too old by now, or the address is gone: there is nothing to plan.
        if (await customers.Find(message.Account, cancellation) is not { } customer
            || await links.FindToSend(message.Link, customer, cancellation) is not var (link, address))
            return;
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        await deliveries.PlanOnce(
            message.Account, customer, SignInMail.KindName, link.Id, link.Id, SignInMail.Subject(customer, organisation), address, cancellation);
    }
}

/// <summary>
/// The mail with a link to sign in by. It never leaves after the link has ended, and never twice: whoever waits in
/// vain asks for another. The link itself stands in the mail alone, in no row and no log.
/// </summary>
internal sealed class SignInMail(SignInLinks links, Settings settings) : IDeliveryKind
{
    public const string KindName = "signIn";

    public string Kind => KindName;

    public async Task<LastLook> Look(string account, Customer customer, Delivery delivery, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        return await links.FindToSend(delivery.Of, customer, cancellation) is var (link, address) && address == delivery.To
            ? new LastLook.Send(Write(customer, organisation, links.Url(link)), [])
            : new LastLook.Skip(Reasons.Expired);
    }

    public static string Subject(Customer customer, OrganisationSettings organisation) =>
        Letter.Texts.Format(customer.Reader, "signIn.subject", organisation.Name);

    private static Letter Write(Customer customer, OrganisationSettings organisation, string link)
    {
        var (language, texts) = (customer.Reader, Letter.Texts);
        return new(
            language,
            Subject(customer, organisation),
            texts[language, "signIn.opening"],
            texts[language, "signIn.letter"],
            "",
            texts[language, "signIn.lead"],
            (texts[language, "signIn.button"], link),
            [],
            [],
            texts.Format(language, "signIn.because", organisation.Name),
            Letter.Of(organisation),
            organisation.Accent);
    }
}
