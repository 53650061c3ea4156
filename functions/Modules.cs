using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Notifications;
using Vade.Organisation;
using Vade.Payments;
using Vade.Portal;

namespace Vade.Functions;

/// <summary>Every module, in the order of their dependencies.</summary>
internal static class Modules
{
    public static IServiceCollection AddModules(this IServiceCollection services) => services
        .AddKernel()
        .AddOrganisation()
        .AddPortal()
        .AddAccounts()
        .AddBilling()
        .AddPayments()
        .AddNotifications();

    public static WebApplication MapModules(this WebApplication app)
    {
        var api = app.MapGroup("/api/v1");
        api.MapOrganisation();
        api.MapAccounts();
        api.MapBilling();
        api.MapPaymentsApi();
        api.MapNotificationsApi();
        app.MapPortal();
        app.MapAccountsPages();
        app.MapBillingPages();
        var panel = app.MapPanel();
        panel.MapAccountsPanel();
        panel.MapNotificationsPanel();
        app.MapPayments();
        app.MapNotifications();
        return app;
    }
}
