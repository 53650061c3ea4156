using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Payments;
using Vade.Portal;

namespace Vade.Notifications;

/// <summary>
/// Tells people what happened to their money, by e-mail, once. It listens to the modules that have news and asks them
/// again before it sends; nobody references it.
/// </summary>
public static class NotificationsModule
{
    public const string Queue = "notifications";

    public static IServiceCollection AddNotifications(this IServiceCollection services)
    {
        services.AddTable(NotificationsRows.LogTable, Mailbox.Table, Notices.Table);
        services.AddSettings(EmailSettings.Section);
        services.AddHttpClient(SendGridSender.Client, client => client.Timeout = SendGridSender.AnswerWithin)
            .ConfigurePrimaryHttpMessageHandler(SendGridSender.Handler);
        services.AddSingleton<Mailbox>();
        services.AddSingleton<MailSenders>();
        services.AddSingleton<DeliveryLog>();
        services.AddSingleton<Deliveries>();
        services.AddSingleton<ITimelineSource, DeliveryTimeline>();
        services.AddCustomerNews<DeliveryNews>();
        services.AddSingleton<IDeliveryKind, InvoiceMail>();
        services.AddSingleton<IDeliveryKind, CancellationMail>();
        services.AddSingleton<IDeliveryKind, ReceiptMail>();
        services.AddSingleton<IDeliveryKind, SignInMail>();
        services.AddSingleton<IDeliveryKind, ConfirmAddressMail>();
        services.AddSingleton<CustomerNotices>();
        services.AddSingleton(new MyMenuItem(
            50, MyNotices.Path, language => Letter.Texts[language, "my.notices"],
            (provider, account, cancellation) => provider.GetRequiredService<CustomerNotices>().Unread(account, cancellation)));
        foreach (var (order, kind) in new[] { InvoiceMail.KindName, ReceiptMail.KindName }.Index())
            services.AddSingleton(new OptionalMail(kind, order, language => Letter.Texts[language, "my.mail." + kind]));
        services.AddHandler<AddressToConfirm, AddressToConfirmHandler>(Queue, NotificationsJson.Default.AddressToConfirm);
        services.AddHandler<ContactChanged, ContactChangedHandler>(Queue, NotificationsJson.Default.ContactChanged);
        services.AddHandler<SignInLinkMade, SignInLinkMadeHandler>(Queue, NotificationsJson.Default.SignInLinkMade);
        services.AddHandler<Deliver, DeliverHandler>(Queue, NotificationsJson.Default.Deliver);
        services.AddHandler<InvoiceIssued, InvoiceIssuedHandler>(Queue, NotificationsJson.Default.InvoiceIssued);
        services.AddHandler<InvoiceCancelled, InvoiceCancelledHandler>(Queue, NotificationsJson.Default.InvoiceCancelled);
        services.AddHandler<InvoiceSendAsked, InvoiceSendAskedHandler>(Queue, NotificationsJson.Default.InvoiceSendAsked);
        services.AddHandler<ReceiptIssued, ReceiptIssuedHandler>(Queue, NotificationsJson.Default.ReceiptIssued);
        services.AddSingleton<Notices>();
        services.AddHandler<PaymentNeedsAttention, PaymentNeedsAttentionHandler>(Queue, NotificationsJson.Default.PaymentNeedsAttention);
        DeliveriesPanel.Add(services);
        NoticesPanel.Add(services);
        services.AddPanelTasks<NeedsSomebody>();
        return services;
    }

    /// <summary>The customer's notices, and the mailbox, which is in the sandbox only.</summary>
    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        MyNotices.Map(app);
        if (app.ServiceProvider.GetRequiredService<Deployment>().Sandbox)
            app.MapMailbox();
    }

    /// <summary>The endpoints under <c>/api/v1</c>: the delivery log.</summary>
    public static void MapNotificationsApi(this IEndpointRouteBuilder api) => api.MapDeliveries();

    /// <summary>Staff's pages: what was sent, and what they should look at.</summary>
    public static RouteGroupBuilder MapNotificationsPanel(this RouteGroupBuilder panel)
    {
        DeliveriesPanel.Map(panel);
        NoticesPanel.Map(panel);
        return panel;
    }
}
