using Vade.Kernel.Security;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Notifications;

/// <summary>Chooses who carries e-mail, by the settings of the moment.</summary>
internal sealed class MailSenders(Settings settings, Deployment deployment, Mailbox mailbox, IHttpClientFactory http, SecretBox secrets, TimeProvider clock)
{
    /// <summary>The carrier; null when none is set up. The mailbox carries in the sandbox only.</summary>
    public async Task<IMailSender?> Choose(CancellationToken cancellation)
    {
        var email = await settings.Get(EmailSettings.Section, cancellation);
        if (email.Sender != EmailSettings.SendGrid)
            return deployment.Sandbox ? mailbox : null;
        if (email is not { ApiKey: { } key, FromAddress: { } from } || email.Host(deployment.Sandbox) is not { } host)
            return null;
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        return new SendGridSender(
            http.CreateClient(SendGridSender.Client), host, secrets.Unprotect(key, EmailSettings.Purpose),
            new(from, email.FromName ?? organisation.Name, email.ReplyTo ?? organisation.Email), clock);
    }
}
